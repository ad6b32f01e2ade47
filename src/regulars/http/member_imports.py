"""An old list of members in the back office: columns guessed, tried, then taken over in batches.

The browser reads the file and sends some rows at a time, with the hash of the whole file: a batch that
is sent again takes nobody over twice. Refused rows come back with their reason in both languages.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.refusal import Refusal, Value
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, run
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import requires
from regulars.http.problem import tell
from regulars.http.schemas import Answer, Body
from regulars.http.waiting import PAGE_ROWS, StoresQuery
from regulars.storage import member_imports, members
from regulars.storage.audit import OLDEST
from regulars.storage.engine import Lane, Read
from regulars.use_cases.import_batches import Batch, RowDone, guessed, taken_over, tried
from regulars.use_cases.import_members import HEADERS, MemberColumn
from regulars.use_cases.import_refusals import (
    IMPORT_UNKNOWN,
    DealWithImport,
    ImportNow,
    KeepRefusals,
)
from regulars.use_cases.import_refusals import RefusedRow as RefusedOfList
from regulars.use_cases.moment import Moment

router = APIRouter(prefix="/api/v1", tags=["members"])
Importing = Annotated[Actor, requires(Permission.MEMBER_IMPORT)]
COLUMNS_MAX = 60
ROWS_MAX = 200
REFUSED_MAX = 5_000
# What names a part of the form; other words of a refusal may have been typed.
NAMING = frozenset({"column", "field", "kind"})
UNSAID = "…"
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


class ImportView(Answer):
    """A list with refused rows. `file`: what the whole list hashes to."""

    id: UUID
    store_id: UUID
    file: str
    begun_at: AwareDatetime
    last_at: AwareDatetime
    last_by: str
    refused: int
    first_row: int
    last_row: int


class ImportPage(Answer):
    """Some lists, and where the next page begins."""

    imports: list[ImportView]
    next_cursor: UUID | None


class RefusedRows(Answer):
    """Some refused rows, and where the next page begins."""

    refused: list[RefusedRow]
    next_cursor: int | None


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
    done = await taken_over(edge.runner, form.batch(), actor=actor)
    command = KeepRefusals(
        store_id=form.store_id,
        file=form.file,
        first_row=form.first_row,
        last_row=form.first_row + len(form.rows) - 1,
        refused=_kept(done),
    )
    # The answer to its sender is the rows' own; this is for whoever looks later.
    name = _moment(edge, actor).new_id()
    await edge.runner.run(command, actor=actor, command_id=name, lane=Lane.JOB)
    return answered(_told(done))


@router.get("/member-imports", operation_id="list_refused_imports", response_model=ImportPage)
async def list_refused_imports(
    request: Request,
    actor: Importing,
    query: Annotated[StoresQuery, Query()],
) -> Response:
    """Lists of which rows were refused and nobody has seen to them yet. Refuses: scope.outside."""

    def question(read: Read) -> dict[str, object]:
        stores = query.narrowed(read, actor.scope)
        rows = read.all(
            member_imports.OPEN, stores=stores, after_id=query.cursor or OLDEST, most=PAGE_ROWS
        )
        more = len(rows) == PAGE_ROWS
        return {
            "imports": [row._asdict() for row in rows],
            "next_cursor": rows[-1].id if more else None,
        }

    return answered(await asked(edge_of(request), question))


@router.get(
    "/member-imports/{import_id}/refused",
    operation_id="list_refused_rows",
    response_model=RefusedRows,
)
async def list_refused_rows(
    request: Request, import_id: UUID, actor: Importing, after: int = 0
) -> Response:
    """The refused rows of one list by their number, some thousands at a time.

    `after`: the row that was shown last. Refuses: import.unknown, scope.outside.
    """

    def question(read: Read) -> dict[str, object]:
        known = read.one(member_imports.ONE, import_id=import_id)
        if known is None:
            raise IMPORT_UNKNOWN.because()
        actor.scope.check(known.store_id)
        rows = read.all(
            member_imports.REFUSALS, import_id=import_id, after_row=after, most=REFUSED_MAX
        )
        more = len(rows) == REFUSED_MAX
        return {
            "refused": [
                {
                    "row": row.list_row,
                    "column": row.list_column,
                    "code": row.code,
                    "reason_zh": row.reason_zh,
                    "reason_en": row.reason_en,
                }
                for row in rows
            ],
            "next_cursor": rows[-1].list_row if more else None,
        }

    return answered(await asked(edge_of(request), question))


@router.post(
    "/member-imports/{import_id}/dealt",
    operation_id="deal_with_import",
    response_model=ImportNow,
)
async def deal_with_import(request: Request, import_id: UUID, actor: Importing) -> Response:
    """Say that the refused rows of a list were seen to."""
    return await run(request, DealWithImport(id=import_id), actor)


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
        "refused": _refused(done),
    }


def _refused(done: Sequence[RowDone]) -> tuple[RefusedOfList, ...]:
    return tuple(
        RefusedOfList(
            row=one.row,
            column=_column_of(one.refusal),
            code=one.refusal.code,
            reason_zh=tell(one.refusal, "zh-CN"),
            reason_en=tell(one.refusal, "en"),
        )
        for one in done
        if one.refusal is not None
    )


def _kept(done: Sequence[RowDone]) -> tuple[RefusedOfList, ...]:
    """The same as it is kept: without anything that stood in the list itself."""
    return _refused(
        [
            RowDone(one.row, Refusal(one.refusal.code, _spoken(one.refusal)))
            for one in done
            if one.refusal is not None
        ]
    )


def _spoken(refusal: Refusal) -> Mapping[str, Value]:
    return {
        name: value if name in NAMING or isinstance(value, int) else UNSAID
        for name, value in refusal.parameters.items()
    }


def _column_of(refusal: Refusal) -> str | None:
    column = refusal.parameters.get("column")
    return column if isinstance(column, str) else None
