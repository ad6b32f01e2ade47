"""What the shop knows of a member, and what it would suggest: to her, or beside a basket."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.insights import rfm, stage_words
from regulars.domain.insights.affinity import Daypart, Suggestion, Why
from regulars.domain.insights.lifecycle import Rule, Stage
from regulars.domain.insights.rfm import RfmClass
from regulars.domain.kernel.ids import ProductId
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered
from regulars.http.edge import Edge, edge_of
from regulars.http.liability import asked_aside
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import insights
from regulars.storage.engine import Read
from regulars.use_cases.judging import Standing
from regulars.use_cases.member_insight import Known, known_of
from regulars.use_cases.recommending import (
    BasedOn,
    Popularities,
    Recommended,
    Wanted,
    reason_of,
    recommended,
    similar_to,
)

router = APIRouter(prefix="/api/v1", tags=["insights"])
Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
Quoting = Annotated[Actor, requires(Permission.ORDER_QUOTE)]
Managing = Annotated[Actor, requires(Permission.SEGMENT_READ)]
BASKET_MAX = 100


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


class SuggestionView(Answer):
    """A dish to offer, and why."""

    product_id: UUID
    name_zh: str
    name_en: str
    why: Why
    reason_zh: str
    reason_en: str


class RecommendationView(Answer):
    """Dishes to offer, best first, and what they were made of."""

    based_on: BasedOn
    daypart: Daypart
    suggestions: list[SuggestionView]


class BasketForm(Body):
    """What is in a basket, for whom, and where."""

    store_id: UUID
    member_id: UUID | None = None
    product_ids: Annotated[tuple[UUID, ...], Field(max_length=BASKET_MAX)] = ()


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


@router.get(
    "/members/{member_id}/recommendations",
    operation_id="recommend_to_member",
    response_model=RecommendationView,
)
async def recommend_to_member(
    request: Request, member_id: UUID, store_id: UUID, actor: Reading
) -> Response:
    """What to suggest to a member at a store now."""
    actor.scope.check(store_id)
    return await _recommended(request, store_id, member_id=member_id, basket=())


@router.post(
    "/recommendations",
    operation_id="recommend_beside_basket",
    response_model=RecommendationView,
    openapi_extra=ASKS,
)
async def recommend_beside_basket(request: Request, form: BasketForm, actor: Quoting) -> Response:
    """What goes with a basket, and with its guest."""
    actor.scope.check(form.store_id)
    return await _recommended(
        request, form.store_id, member_id=form.member_id, basket=form.product_ids
    )


@router.get(
    "/products/{product_id}/similar",
    operation_id="list_similar_products",
    response_model=list[SuggestionView],
)
async def list_similar_products(
    request: Request, product_id: UUID, store_id: UUID, actor: Quoting
) -> Response:
    """What to offer instead of a dish that has run out."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> object:
        shop = edge.shops.in_force(read, store_id, at=now)
        found = similar_to(read, shop, product_id, at=now)
        return [_suggestion(one, shop, Daypart.MORNING) for one in found]

    return answered(await asked_aside(edge, question))


async def _recommended(
    request: Request, store_id: UUID, *, member_id: UUID | None, basket: tuple[UUID, ...]
) -> Response:
    edge = edge_of(request)
    wanted = Wanted(member_id=member_id, basket=basket, at=edge.clock())
    popular: Popularities = request.app.state.popular
    return answered(
        await asked_aside(edge, lambda read: _shown(read, edge, store_id, wanted, popular))
    )


def _shown(
    read: Read, edge: Edge, store_id: UUID, wanted: Wanted, popular: Popularities
) -> dict[str, object]:
    shop = edge.shops.in_force(read, store_id, at=wanted.at)
    found: Recommended = recommended(read, edge.vault, shop, wanted, popular=popular)
    return {
        "based_on": found.based_on,
        "daypart": found.daypart,
        "suggestions": [_suggestion(one, shop, found.daypart) for one in found.found],
    }


def _suggestion(one: Suggestion, shop: Shop, daypart: Daypart) -> dict[str, object]:
    name = shop.catalogue.products[ProductId(one.product_id)].name
    reason = reason_of(one, shop, daypart)
    return {
        "product_id": one.product_id,
        "name_zh": name.zh,
        "name_en": name.in_language("en"),
        "why": one.why,
        "reason_zh": reason.zh,
        "reason_en": reason.en,
    }


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
