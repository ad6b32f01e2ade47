"""What the shop knows of a member: her stage, her class, her habits and what she said last."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.insights import rfm, stage_words
from regulars.domain.insights.affinity import Daypart
from regulars.domain.insights.lifecycle import Rule, Stage
from regulars.domain.insights.rfm import RfmClass
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.edge import edge_of
from regulars.http.liability import asked_aside
from regulars.http.policy import requires
from regulars.http.schemas import Answer
from regulars.storage import insights
from regulars.storage.engine import Read
from regulars.use_cases.judging import Standing
from regulars.use_cases.member_insight import Known, known_of

router = APIRouter(prefix="/api/v1", tags=["insights"])
Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
Managing = Annotated[Actor, requires(Permission.SEGMENT_READ)]


class StageView(Answer):
    """Where a member stands, since which day, by which rule. Units: days.

    `changes_on`: the day on which it changes unless she does something.
    """

    stage: Stage
    name_zh: str
    name_en: str
    rule: Rule
    reason_zh: str
    reason_en: str
    since_on: date
    changes_on: date | None
    visits: int
    last_on: date | None
    own_gap_days: int | None
    gap_days: int
    at_risk_after_days: int
    lost_after_days: int


class ClassView(Answer):
    """A member's class with her marks, her figures and the edges. Units: days, visits, minor units."""

    rfm: RfmClass
    name_zh: str
    name_en: str
    recency: int
    frequency: int
    monetary: int
    silent_days: int
    visits: int
    spent_minor: int
    recency_edges: list[int]
    visit_edges: list[int]
    spent_edges: list[int]


class FavouriteView(Answer):
    """A dish that she often has: in so many of her last visits."""

    product_id: UUID
    visits: int
    of_visits: int


class StageChange(Answer):
    """A stage that she entered."""

    stage: Stage
    since_on: date
    at: AwareDatetime
    cause: str


class MemberInsights(Answer):
    """What the shop knows of a member. Units: minor units.

    Her favourites are read only while she allows it.
    """

    member_id: UUID
    stage: StageView
    rfm: ClassView | None
    ticket_minor: int | None
    daypart: Daypart | None
    store_id: UUID | None
    favourites: list[FavouriteView]
    allows_personal: bool
    last_score: int | None
    last_score_at: AwareDatetime | None
    history: list[StageChange]


class StageCountView(Answer):
    """How many members have a stage and a class."""

    stage: Stage
    rfm: RfmClass | None
    members: int


@router.get(
    "/members/{member_id}/insights",
    operation_id="get_member_insights",
    response_model=MemberInsights,
)
async def get_member_insights(request: Request, member_id: UUID, _: Reading) -> Response:
    """A member's stage and class with their reasons, her habits, and what she said last."""
    edge = edge_of(request)
    now = edge.clock()
    known = await asked_aside(edge, lambda read: known_of(read, member_id, at=now))
    return answered(_insights(member_id, known))


@router.get("/insights/stages", operation_id="count_stages", response_model=list[StageCountView])
async def count_stages(request: Request, actor: Managing) -> Response:
    """How many members have each stage and class, of the caller's stores."""

    def question(read: Read) -> object:
        stores = actor.scope.stores
        if stores is None:
            return read.all(insights.COUNTS)
        return read.all(insights.COUNTS_OF_STORES, stores=sorted(stores))

    return answered(await asked_aside(edge_of(request), question))


def _insights(member_id: UUID, known: Known) -> dict[str, object]:
    habits, last = known.habits, known.last_score
    return {
        "member_id": member_id,
        "stage": _stage(known.standing),
        "rfm": _class(known.standing),
        "ticket_minor": habits.ticket_minor,
        "daypart": habits.daypart,
        "store_id": habits.store_id,
        "favourites": [
            {"product_id": dish, "visits": liked.visits, "of_visits": liked.of_visits}
            for dish, liked in habits.liked
        ],
        "allows_personal": known.allows_personal,
        "last_score": last.score if last else None,
        "last_score_at": last.at if last else None,
        "history": [
            {"stage": row.stage, "since_on": row.since, "at": row.at, "cause": row.cause}
            for row in known.history
        ],
    }


def _stage(standing: Standing) -> dict[str, object]:
    staged = standing.staged
    name, reason = stage_words.NAMES[staged.stage], stage_words.sentence_of(staged, on=standing.on)
    return {
        "stage": staged.stage,
        "name_zh": name.zh,
        "name_en": name.en,
        "rule": staged.rule,
        "reason_zh": reason.zh,
        "reason_en": reason.en,
        "since_on": staged.since_on,
        "changes_on": staged.flips_on,
        "visits": staged.visits,
        "last_on": staged.last_on,
        "own_gap_days": staged.rhythm.own_gap_days,
        "gap_days": staged.rhythm.gap_days,
        "at_risk_after_days": staged.rhythm.at_risk_after_days,
        "lost_after_days": staged.rhythm.lost_after_days,
    }


def _class(standing: Standing) -> dict[str, object] | None:
    scored, cuts = standing.scored, standing.measure.cuts
    if scored is None or cuts is None:
        return None
    name = rfm.NAMES[scored.name]
    return {
        "rfm": scored.name,
        "name_zh": name.zh,
        "name_en": name.en,
        "recency": scored.recency,
        "frequency": scored.frequency,
        "monetary": scored.monetary,
        "silent_days": scored.silent_days,
        "visits": scored.visits,
        "spent_minor": scored.spent_minor,
        "recency_edges": list(cuts.recency_days),
        "visit_edges": list(cuts.visits),
        "spent_edges": list(cuts.spent_minor),
    }
