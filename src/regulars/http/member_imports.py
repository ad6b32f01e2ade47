"""An old list of members in the back office: columns guessed, tried, then taken over in batches.

The browser reads the file and sends some rows at a time, with the hash of the whole file: a batch that
is sent again takes nobody over twice. Refused rows come back with their reason in both languages.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import requires
from regulars.http.problem import tell
from regulars.http.schemas import Answer, Body
from regulars.storage import members
from regulars.use_cases.import_batches import Batch, RowDone, guessed, taken_over, tried
from regulars.use_cases.import_members import HEADERS, MemberColumn
from regulars.use_cases.moment import Moment

router = APIRouter(prefix="/api/v1", tags=["members"])
Importing = Annotated[Actor, requires(Permission.MEMBER_IMPORT)]
COLUMNS_MAX = 60
ROWS_MAX = 200
ENTROPY_BYTES = 10
Cell = Annotated[str, Field(max_length=1_000)]
Columns = Annotated[tuple[MemberColumn | None, ...], Field(min_length=1, max_length=COLUMNS_MAX)]


class HeadersForm(Body):
    """The headers of a list, as they stand in it."""

    headers: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=COLUMNS_MAX)]


class ImportRowsForm(Body):
    """Some rows of a list, read by these columns."""

    store_id: UUID
    file: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    first_row: Annotated[int, Field(ge=1, le=2_000_000)]
    columns: Columns
    rows: Annotated[
        tuple[Annotated[tuple[Cell, ...], Field(max_length=COLUMNS_MAX)], ...],
        Field(min_length=1, max_length=ROWS_MAX),
    ]

    def batch(self) -> Batch:
        """The batch that is tried or taken over."""
        return Batch(
            store_id=self.store_id,
            file=self.file,
            first_row=self.first_row,
            columns=self.columns,
            rows=self.rows,
        )


class KnownColumn(Answer):
    """A column that a list may have, and what it is usually called."""

    column: MemberColumn
    name_zh: str


class GuessedColumns(Answer):
    """Which column each header means, if one can tell, and all that there are."""

    columns: list[MemberColumn | None]
    known: list[KnownColumn]


class RefusedRow(Answer):
    """A row that was not taken over, and why."""

    row: int
    column: str | None
    code: str
    reason_zh: str
    reason_en: str


class BatchDone(Answer):
    """How many rows were taken over, or would be, which were before, and which not."""

    imported: int
    known: int
    refused: list[RefusedRow]


@router.post(
    "/member-imports/columns",
    operation_id="guess_import_columns",
    response_model=GuessedColumns,
    openapi_extra=ASKS,
)
async def guess_import_columns(request: Request, form: HeadersForm, actor: Importing) -> Response:
    """What the headers of a list mean; the guess is shown and may be changed."""
    known = [{"column": column.value, "name_zh": HEADERS[column][0]} for column in MemberColumn]
    return answered({"columns": list(guessed(form.headers)), "known": known})


@router.post(
    "/member-imports/try",
    operation_id="try_import_rows",
    response_model=BatchDone,
    openapi_extra=ASKS,
)
async def try_import_rows(request: Request, form: ImportRowsForm, actor: Importing) -> Response:
    """What would become of some rows; nothing is kept.

    Refuses: scope.outside, import.column_repeated, import.no_identity_column.
    """
    edge = edge_of(request)
    actor.scope.check(form.store_id)
    country = await asked(edge, members.country_of)

    def work() -> list[RowDone]:
        return tried(
            edge.database, form.batch(), country=country, moment=lambda: _moment(edge, actor)
        )

    return answered(_told(await asyncio.to_thread(work)))


@router.post("/member-imports/rows", operation_id="import_member_rows", response_model=BatchDone)
async def import_member_rows(request: Request, form: ImportRowsForm, actor: Importing) -> Response:
    """Take some rows over; sent again, nobody is taken over twice.

    Refuses: scope.outside, import.column_repeated, import.no_identity_column, server.overloaded.
    """
    edge = edge_of(request)
    actor.scope.check(form.store_id)
    return answered(_told(await taken_over(edge.runner, form.batch(), actor=actor)))


def _moment(edge: Edge, actor: Actor) -> Moment:
    now = edge.clock()

    def new_id() -> UUID:
        return uuid7(now, edge.entropy(ENTROPY_BYTES))

    return Moment(
        now=now,
        actor=actor,
        command_id=new_id(),
        new_id=new_id,
        vault=edge.vault,
        shops=edge.shops,
    )


def _told(done: Sequence[RowDone]) -> dict[str, object]:
    return {
        "imported": sum(1 for one in done if one.refusal is None and not one.known),
        "known": sum(1 for one in done if one.known),
        "refused": [
            {
                "row": one.row,
                "column": one.refusal.parameters.get("column"),
                "code": one.refusal.code,
                "reason_zh": tell(one.refusal, "zh-CN"),
                "reason_en": tell(one.refusal, "en"),
            }
            for one in done
            if one.refusal is not None
        ],
    }
