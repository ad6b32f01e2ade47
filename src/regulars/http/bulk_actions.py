"""One act for many members: proposed, agreed to, ended, looked at, and its list taken out."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from regulars.domain.kernel.ids import uuid7
from regulars.domain.members import bulk as rules
from regulars.domain.members.bulk import Act, BulkKind, BulkState, Chosen
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, command_id, run
from regulars.http.auth import asked
from regulars.http.bulk_sheet import Reader, sheet_of
from regulars.http.bulk_words import FILE_NAME
from regulars.http.edge import edge_of
from regulars.http.liability import LANGUAGES
from regulars.http.member_forms import Reason, ReasonForm
from regulars.http.member_lists import STORES_MAX, shown_members
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import bulk_actions, member_lists, offers, segments, terms
from regulars.storage.bulk_actions import NOBODY, BulkRow
from regulars.storage.engine import Read
from regulars.use_cases.bulk_actions import (
    LATEST,
    ApproveBulkAction,
    BulkNow,
    EndBulkAction,
    ProposeBulkAction,
    TakeBulkFile,
)

router = APIRouter(prefix="/api/v1", tags=["members"])
Lister = Annotated[Actor, requires(Permission.SEGMENT_READ)]
Approver = Annotated[Actor, requires(Permission.JOURNEY_APPROVE)]
REFUSED_ROWS = 50


class ActForm(Body):
    """What is done to each. Units: minor units, the most that one coupon may cost the shop."""

    kind: BulkKind
    tag: Annotated[str, Field(max_length=200)] = ""
    coupon_type_id: UUID | None = None
    store_id: UUID | None = None
    cost_minor: Annotated[int, Field(strict=True, ge=0, le=rules.COST_MINOR_MAX)] = 0


class ChosenForm(Body):
    """For whom: those ticked, or everybody whom the list finds."""

    member_ids: Annotated[list[UUID], Field(max_length=rules.TICKED_MAX)] = Field(
        default_factory=list
    )
    segment_id: UUID | None = None
    store_ids: Annotated[list[UUID], Field(max_length=STORES_MAX)] = Field(default_factory=list)


class BulkForm(Body):
    """One act for many members, and why."""

    id: UUID
    act: ActForm
    chosen: ChosenForm
    reason: Reason


class ReachQuery(Body):
    """Everybody of a segment, or all; who joined in these stores, or in any."""

    segment_id: UUID | None = None
    store_id: Annotated[tuple[UUID, ...], Field(max_length=STORES_MAX)] = ()


class BulkReach(Answer):
    """How many are meant, and up to how many somebody decides alone."""

    members: int
    alone_max: int


class BulkView(Answer):
    """A bulk action and how far it is. Units: minor units. `found`: how many by what became of them."""

    id: UUID
    kind: BulkKind
    tag: str
    coupon_type_id: UUID | None
    coupon_zh: str
    coupon_en: str
    cost_each_minor: int
    cost_minor: int
    is_ticked: bool
    segment_id: UUID | None
    segment_zh: str
    segment_en: str
    store_ids: list[UUID]
    reason: str
    members: int
    state: BulkState
    done: int
    found: dict[str, int]
    made_at: AwareDatetime
    made_by: str
    decided_at: AwareDatetime | None
    decided_by: str | None
    ended_at: AwareDatetime | None
    ended_by: str | None
    end_reason: str | None
    kept_until: AwareDatetime | None


class BulkPage(Answer):
    """The newest, those that wait first of all."""

    actions: list[BulkView]


class RefusedMember(Answer):
    """A member to whom it was not done, and why, by its code."""

    id: UUID
    name: str
    masked_phone: str
    outcome: str


class RefusedPage(Answer):
    """Some of those, and where the next page begins."""

    members: list[RefusedMember]
    next_cursor: UUID | None


@router.get("/bulk-actions/reach", operation_id="count_bulk_reach", response_model=BulkReach)
async def count_bulk_reach(
    request: Request, actor: Lister, query: Annotated[ReachQuery, Query()]
) -> Response:
    """How many an act for everybody in the list would reach. Refuses: segment.unknown,
    scope.outside."""
    for store_id in query.store_id:
        actor.scope.check(store_id)
    edge = edge_of(request)

    def question(read: Read) -> dict[str, int]:
        if query.segment_id is not None:
            segments.known(read, query.segment_id)
        chosen = Chosen(segment_id=query.segment_id, store_ids=query.store_id)
        now = edge.clock()
        members = bulk_actions.number_of(read, chosen, upto_id=uuid7(now, LATEST))
        alone_max = terms.of_organisation(read, rules.ALONE_MAX, at=now)
        return {"members": members, "alone_max": alone_max}

    return answered(await asked(edge, question))


@router.get("/bulk-actions", operation_id="list_bulk_actions", response_model=BulkPage)
async def list_bulk_actions(request: Request, _: Lister) -> Response:
    """Those that wait, however old, and the newest of the others."""

    def question(read: Read) -> dict[str, object]:
        waiting, newest = read.all(bulk_actions.WAITING), read.all(bulk_actions.NEWEST)
        rest = [row for row in newest if row.state != BulkState.WAITING]
        return {"actions": _views(read, [*waiting, *rest])}

    return answered(await asked(edge_of(request), question))


@router.get("/bulk-actions/{action_id}", operation_id="get_bulk_action", response_model=BulkView)
async def get_bulk_action(request: Request, action_id: UUID, _: Lister) -> Response:
    """One bulk action. Refuses: bulk.unknown."""

    def question(read: Read) -> dict[str, object]:
        return _views(read, [bulk_actions.known(read, action_id)])[0]

    return answered(await asked(edge_of(request), question))


@router.get(
    "/bulk-actions/{action_id}/refused",
    operation_id="list_bulk_refused",
    response_model=RefusedPage,
)
async def list_bulk_refused(
    request: Request, action_id: UUID, actor: Lister, cursor: UUID = NOBODY
) -> Response:
    """To whom it was not done, and why. Refuses: bulk.unknown."""
    edge = edge_of(request)

    def question(read: Read) -> dict[str, object]:
        bulk_actions.known(read, action_id)
        rows = read.all(bulk_actions.REFUSED, this=action_id, after_id=cursor, rows=REFUSED_ROWS)
        why = {row.member_id: row.outcome for row in rows}
        listed = read.all(member_lists.THESE, members=list(why)) if why else []
        shown = [
            {
                "id": row.id,
                "name": told["name"],
                "masked_phone": told["masked_phone"],
                "outcome": why[row.id],
            }
            for row, told in zip(listed, shown_members(read, edge, listed, actor), strict=True)
        ]
        more = rows[-1].member_id if len(rows) == REFUSED_ROWS else None
        return {"members": shown, "next_cursor": more}

    return answered(await asked(edge, question))


@router.post(
    "/bulk-actions",
    operation_id="propose_bulk_action",
    status_code=201,
    response_model=BulkNow,
)
async def propose_bulk_action(request: Request, form: BulkForm, actor: Lister) -> Response:
    """Propose one act for many members; up to the shop's limit it begins at once."""
    act, chosen = form.act, form.chosen
    command = ProposeBulkAction(
        id=form.id,
        act=Act(
            kind=act.kind,
            tag=act.tag,
            coupon_type_id=act.coupon_type_id,
            store_id=act.store_id,
            cost_minor=act.cost_minor,
        ),
        chosen=Chosen(
            member_ids=tuple(chosen.member_ids),
            segment_id=chosen.segment_id,
            store_ids=tuple(chosen.store_ids),
        ),
        reason=form.reason,
    )
    return await run(request, command, actor, status=201)


@router.post(
    "/bulk-actions/{action_id}/approve",
    operation_id="approve_bulk_action",
    response_model=BulkNow,
)
async def approve_bulk_action(request: Request, action_id: UUID, actor: Approver) -> Response:
    """Agree as a second person: it begins."""
    return await run(request, ApproveBulkAction(id=action_id), actor)


@router.post(
    "/bulk-actions/{action_id}/end", operation_id="end_bulk_action", response_model=BulkNow
)
async def end_bulk_action(
    request: Request, action_id: UUID, form: ReasonForm, actor: Lister
) -> Response:
    """Withdraw, decline or stop it, with a reason; what was done stays done."""
    return await run(request, EndBulkAction(id=action_id, reason=form.reason), actor)


@router.post("/bulk-actions/{action_id}/file", operation_id="take_bulk_file")
async def take_bulk_file(
    request: Request,
    action_id: UUID,
    actor: Lister,
    language: Annotated[Literal["zh", "en"], Query()] = "zh",
) -> Response:
    """The list as CSV, to whoever asked for it; that it was handed out is audited."""
    edge = edge_of(request)
    command = TakeBulkFile(id=action_id)
    await edge.runner.run(command, actor=actor, command_id=command_id(request))
    reader = Reader(edge=edge, actor=actor, language=LANGUAGES[language])
    headers = {
        "Content-Disposition": f'attachment; filename="{FILE_NAME}-{action_id}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(
        sheet_of(reader, action_id), media_type="text/csv; charset=utf-8", headers=headers
    )


def _views(read: Read, rows: list[BulkRow]) -> list[dict[str, object]]:
    coupons = {one.id: one for one in read.all(offers.COUPON_TYPES)}
    named = {one.id: one for one in read.all(segments.ALL)}
    found = []
    for row in rows:
        act, chosen = rules.act_from(row.act), rules.chosen_from(row.chosen)
        shown = row._asdict()
        for hidden in ("act", "chosen", "upto_id", "after_id"):
            del shown[hidden]
        coupon = None if act.coupon_type_id is None else coupons.get(act.coupon_type_id)
        segment = None if chosen.segment_id is None else named.get(chosen.segment_id)
        found.append(
            {
                **shown,
                "kind": act.kind.value,
                "tag": act.tag,
                "coupon_type_id": act.coupon_type_id,
                "coupon_zh": "" if coupon is None else coupon.name_zh,
                "coupon_en": "" if coupon is None else coupon.name_en,
                "cost_each_minor": act.cost_minor,
                "is_ticked": bool(chosen.member_ids),
                "segment_id": chosen.segment_id,
                "segment_zh": "" if segment is None else segment.name_zh,
                "segment_en": "" if segment is None else segment.name_en,
                "store_ids": list(chosen.store_ids),
            }
        )
    return found
