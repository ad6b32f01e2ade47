"""Batches of coupon codes: made, watched, taken out as CSV, frozen and voided."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import instant
from regulars.domain.pricing.coupon_codes import PUBLIC_LENGTH
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.member_forms import Reason
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, Count, Name, When
from regulars.storage import coupon_batches as batches
from regulars.storage.coupon_batches import BatchRow
from regulars.storage.engine import Lane, Read
from regulars.use_cases.coupon_batches import (
    BATCH_UNKNOWN,
    BatchState,
    BeginExport,
    ChangeBatch,
    ChangeCode,
    CodeAct,
    CodeState,
    MakeBatch,
    exported,
)
from regulars.use_cases.presented import cipher_of

router = APIRouter(prefix="/api/v1", tags=["coupons"])

Reader = Annotated[Actor, requires(Permission.COUPON_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]

# A millisecond's work: tills are served between two of them.
CODES_AT_ONCE = 100
CSV = "text/csv; charset=utf-8"


class BatchForm(Body):
    """A batch of codes; without `valid_from` they are good at once."""

    id: UUID
    coupon_type_id: UUID
    name: Name
    channel: Name
    size: Count
    length: Count = PUBLIC_LENGTH
    valid_from: When | None = None
    valid_until: When


class ActForm(Body):
    """Why codes are frozen, unfrozen or voided."""

    reason: Reason


class CodeForm(ActForm):
    """One code: it travels in the body, since addresses are written into logs."""

    code: Annotated[str, Field(min_length=1, max_length=60)]


class BatchView(Answer):
    """A batch: `made` of `size` codes were taken out so far; the rest counts single codes."""

    id: UUID
    coupon_type_id: UUID
    name: str
    channel: str
    length: int
    size: int
    made: int
    state: str
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    created_at: AwareDatetime
    used: int
    claimed: int
    frozen: int
    void: int


@router.post(
    "/coupon-batches",
    operation_id="make_coupon_batch",
    status_code=201,
    response_model=BatchState,
)
async def make_coupon_batch(request: Request, form: BatchForm, actor: Writer) -> Response:
    """Make a batch of codes for one channel."""
    command = MakeBatch(
        id=form.id,
        type_id=form.coupon_type_id,
        name=form.name,
        channel=form.channel,
        size=form.size,
        length=form.length,
        valid_from=None if form.valid_from is None else instant(form.valid_from),
        valid_until=instant(form.valid_until),
    )
    return await run(request, command, actor, status=201)


@router.get("/coupon-batches", operation_id="list_coupon_batches", response_model=list[BatchView])
async def list_coupon_batches(request: Request, actor: Reader) -> Response:
    """The newest batches, with how far each is and what became of its codes."""

    def question(read: Read) -> list[dict[str, object]]:
        rows, tallies = read.group(batches.BATCHES.ask(), batches.TALLIES.ask())
        counts = batches.tallied(tallies)
        return [_view(row, counts) for row in rows]

    return answered(await asked(edge_of(request), question))


@router.get("/coupon-batches/{batch_id}", operation_id="get_coupon_batch", response_model=BatchView)
async def get_coupon_batch(request: Request, batch_id: UUID, actor: Reader) -> Response:
    """One batch, with how far it is and what became of its codes."""

    def question(read: Read) -> dict[str, object]:
        row = read.one(batches.BATCH, batch_id=batch_id)
        if row is None:
            raise BATCH_UNKNOWN.because()
        counts = read.all(batches.TALLIES_OF_BATCH, batch_id=batch_id)
        return _view(row, batches.tallied(counts))

    return answered(await asked(edge_of(request), question))


def _view(row: BatchRow, counts: dict[tuple[UUID, str], int]) -> dict[str, object]:
    shown = row._asdict()
    for hidden in ("type_id", "serial_from", "created_by"):
        del shown[hidden]
    states = {state: counts.get((row.id, state), 0) for state in _COUNTED}
    return {**shown, "coupon_type_id": row.type_id, **states}


_COUNTED = ("used", "claimed", "frozen", "void")


@router.post(
    "/coupon-batches/{batch_id}/{act}",
    operation_id="change_coupon_batch",
    response_model=BatchState,
)
async def change_coupon_batch(
    request: Request, batch_id: UUID, act: CodeAct, form: ActForm, actor: Writer
) -> Response:
    """Freeze, unfreeze or void a batch; used and claimed codes stay what they are."""
    return await run(request, ChangeBatch(id=batch_id, act=act, reason=form.reason), actor)


@router.post("/coupon-codes/{act}", operation_id="change_coupon_code", response_model=CodeState)
async def change_coupon_code(
    request: Request, act: CodeAct, form: CodeForm, actor: Writer
) -> Response:
    """Freeze, unfreeze or void one code."""
    command = ChangeCode(code=form.code, act=act, reason=form.reason)
    return await run(request, command, actor)


@router.get("/coupon-batches/{batch_id}/codes", operation_id="export_coupon_codes")
async def export_coupon_codes(request: Request, batch_id: UUID, actor: Writer) -> Response:
    """All codes of a batch as CSV, computed while they are sent; who took them is audited."""
    edge = edge_of(request)
    command_id = uuid7(edge.clock(), edge.entropy(10))
    await edge.runner.run(BeginExport(id=batch_id), actor=actor, command_id=command_id)
    batch = await asked(edge, lambda read: read.one(batches.BATCH, batch_id=batch_id))
    if batch is None:
        raise BATCH_UNKNOWN.because()
    headers = {
        "Content-Disposition": f'attachment; filename="coupon-codes-{batch.id}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_csv(edge, batch), media_type=CSV, headers=headers)


def _csv(edge: Edge, batch: BatchRow) -> Iterator[bytes]:
    def made(count: int) -> None:
        edge.database.write(
            lambda tx: tx.run(batches.MADE, batch_id=batch.id, codes=count), lane=Lane.JOB
        ).result()

    rows = exported(batch, cipher_of(edge.vault), made)
    # Codes are made of letters and digits of our own: no cell of theirs can be a formula.
    lines = chain(["serial,code\r\n"], (f"{serial},{code}\r\n" for serial, code in rows))
    while chunk := "".join(islice(lines, CODES_AT_ONCE)):
        yield chunk.encode()
