"""Offers: what is promised, from when, where."""

from itertools import groupby
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, instant
from regulars.domain.kernel.terms import Level
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.recipes import RECIPES
from regulars.domain.pricing.sentence import Names, sentence_at
from regulars.domain.pricing.standing import Stand, standing
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.problem import tell
from regulars.http.schemas import Answer, Body, Name, NameOrNone, When
from regulars.storage import offers
from regulars.storage.engine import Read
from regulars.storage.offer_shelf import names_of, offer_of
from regulars.storage.offers import OfferRow
from regulars.storage.places import check_place, places_seen
from regulars.use_cases.offer_checks import Checked, Draft, checked
from regulars.use_cases.offers import (
    OFFER_UNKNOWN,
    Saved,
    SavedOffer,
    SaveOffer,
    StopOffer,
)

router = APIRouter(prefix="/api/v1", tags=["offers"])
# A template or a new draft is nobody's offer yet.
NOBODY = UUID(int=0)

Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]


class OfferForm(Body):
    """An offer: its name, where and when, and its definition (Condition and Effect)."""

    name_zh: Name
    name_en: NameOrNone = ""
    level: Level = Level.ORGANISATION
    place_id: UUID | None = None
    definition: dict[str, JsonValue]
    effective_at: When | None = None
    ends_at: When | None = None


class OfferView(Answer):
    """A version of an offer."""

    id: UUID
    version: int
    name_zh: str
    name_en: str
    level: Level
    place_id: UUID | None
    definition: dict[str, JsonValue]
    effective_at: AwareDatetime
    ends_at: AwareDatetime | None
    state: str
    sentence_zh: str
    sentence_en: str


class StandingOfferView(OfferView):
    """The newest version of an offer; `stand`: whether it is given now, by its version `current`;
    `next`: the version that follows, when it does."""

    stand: Stand
    current: OfferView | None
    next: OfferView | None


class OfferVersionView(OfferView):
    """One version of an offer, and who saved it when."""

    recorded_at: AwareDatetime
    recorded_by: str


class DraftForm(OfferForm):
    """An offer that somebody is writing; `offer_id` is the offer that it would change."""

    offer_id: UUID | None = None


class ToldView(Answer):
    """A warning or a refusal, in both languages."""

    code: str
    zh: str
    en: str


class DraftView(Answer):
    """How a draft reads, what to think about, and everything that forbids it."""

    sentence_zh: str
    sentence_en: str
    warnings: list[ToldView]
    refusals: list[ToldView]


class TemplateView(Answer):
    """An offer of the trade to start from; `choose` names the parts whose goods are examples."""

    code: str
    name_zh: str
    name_en: str
    as_coupon: bool
    definition: dict[str, JsonValue]
    choose: list[str]
    sentence_zh: str
    sentence_en: str


@router.get("/offers", operation_id="list_offers", response_model=list[StandingOfferView])
async def list_offers(request: Request, actor: Reader) -> Response:
    """Every offer that concerns the caller's stores: its newest version, what of it is in force now,
    and what follows."""

    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        seen = places_seen(read, actor.scope)
        names = names_of(read, now)
        rows = read.all(offers.NOW_AND_LATER, now=now)
        found = (_standing(list(kept), names, now) for _, kept in groupby(rows, _id_of))
        return [one for one in found if one["place_id"] in seen]

    return answered(await asked(edge, question))


def _id_of(row: OfferRow) -> UUID:
    return row.id


def _standing(rows: list[OfferRow], names: Names, now: Instant) -> dict[str, object]:
    """An offer by its newest version, the last of these rows, and how it stands."""
    stands = standing(rows, now)
    return {
        **_told(rows[-1], names, now),
        "stand": stands.stand,
        "current": None if stands.current is None else _told(stands.current, names, now),
        "next": None if stands.next is None else _told(stands.next, names, now),
    }


def _told(row: OfferRow, names: Names, now: Instant) -> dict[str, object]:
    shown = {name: value for name, value in row._asdict().items() if "recorded" not in name}
    return {**shown, **_sentence(offer_of(row), names, now)}


@router.get(
    "/offer-templates", operation_id="list_offer_templates", response_model=list[TemplateView]
)
async def list_offer_templates(request: Request, actor: Reader) -> Response:
    """Offers of the trade to start from: 会员日, 第二杯半价, 满减, 套餐价 and many more."""
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        names = names_of(read, now)
        return [
            {
                "code": one.code,
                "name_zh": one.label.zh,
                "name_en": one.label.en,
                "as_coupon": one.as_coupon,
                "definition": one.definition,
                "choose": one.choose,
                **_sentence(
                    offer_from(OfferHead(NOBODY, 0, one.label), one.definition), names, now
                ),
            }
            for one in RECIPES
        ]

    return answered(await asked(edge, question))


@router.get(
    "/offers/{offer_id}/versions",
    operation_id="list_offer_versions",
    response_model=list[OfferVersionView],
)
async def list_offer_versions(request: Request, offer_id: UUID, actor: Reader) -> Response:
    """Every version of an offer that concerns the caller's stores, the newest first."""
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        seen = places_seen(read, actor.scope)
        rows = [row for row in read.all(offers.VERSIONS, offer_id=offer_id) if row.place_id in seen]
        if not rows:
            raise OFFER_UNKNOWN.because()
        names = names_of(read, now)
        return [{**row._asdict(), **_sentence(offer_of(row), names, now)} for row in rows]

    return answered(await asked(edge, question))


def _sentence(offer: Offer, names: Names, now: Instant) -> dict[str, object]:
    sentence = sentence_at(offer, names, now)
    return {"sentence_zh": sentence.zh, "sentence_en": sentence.en}


@router.post(
    "/offers/check", operation_id="check_offer", openapi_extra=ASKS, response_model=DraftView
)
async def check_offer(request: Request, form: DraftForm, actor: Reader) -> Response:
    """How an offer reads, and whether it could be saved; nothing is stored."""
    edge = edge_of(request)
    now = edge.clock()
    draft = Draft(
        id=form.offer_id or NOBODY,
        name=Label(form.name_zh, form.name_en),
        level=form.level.value,
        place_id=form.place_id,
        definition=form.definition,
        begins_at=now if form.effective_at is None else instant(form.effective_at),
        ends_at=None if form.ends_at is None else instant(form.ends_at),
    )

    def question(read: Read) -> Checked:
        check_place(read, actor.scope, level=form.level, place_id=form.place_id)
        return checked(read, draft, now)

    found = await asked(edge, question)
    scale: int = request.scope.get("regulars.currency_scale", 2)
    refusals = [
        {
            "code": one.code,
            "zh": tell(one, "zh-CN", scale=scale),
            "en": tell(one, "en", scale=scale),
        }
        for one in found.refusals
    ]
    return answered(
        {
            "sentence_zh": found.sentence.zh,
            "sentence_en": found.sentence.en,
            "warnings": found.warnings,
            "refusals": refusals,
        }
    )


@router.put("/offers/{offer_id}", operation_id="save_offer", response_model=SavedOffer)
async def save_offer(request: Request, offer_id: UUID, form: OfferForm, actor: Writer) -> Response:
    """Save an offer as a new version (If-Match: the version seen, 0 for a new offer)."""
    command = SaveOffer(
        id=offer_id,
        seen=revision_expected(request),
        name=Label(form.name_zh, form.name_en),
        level=form.level,
        place_id=form.place_id,
        definition=form.definition,
        effective_at=None if form.effective_at is None else instant(form.effective_at),
        ends_at=None if form.ends_at is None else instant(form.ends_at),
    )
    return await run(request, command, actor)


@router.post("/offers/{offer_id}/stop", operation_id="stop_offer", response_model=Saved)
async def stop_offer(request: Request, offer_id: UUID, actor: Writer) -> Response:
    """End an offer now (If-Match)."""
    command = StopOffer(id=offer_id, seen=revision_expected(request))
    return await run(request, command, actor)
