"""Stored value at the till: what a top-up gives, the top-up, and what a member holds of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.law import law_in_force, region_of
from regulars.domain.loyalty.law_rules import LAW_RULES
from regulars.domain.loyalty.top_up import TopUpOffer
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.order_answers import TopUpOfferView
from regulars.http.order_forms import TopUpForm
from regulars.http.policy import requires
from regulars.http.schemas import Answer
from regulars.http.value_views import StoredValueView, stored_value
from regulars.use_cases.top_up import ToppedUp

router = APIRouter(prefix="/api/v1", tags=["value"])
Reader = Annotated[Actor, requires(Permission.VALUE_READ)]


class LawRuleView(Answer):
    """One rule of the law on prepaid value, and whether it binds this store today."""

    code: str
    matter: str
    value: int
    name_zh: str
    name_en: str
    source: str
    from_on: str
    in_force: bool


@router.get(
    "/stores/{store_id}/top-up-offers",
    operation_id="list_top_up_offers",
    response_model=list[TopUpOfferView],
)
async def list_top_up_offers(request: Request, store_id: UUID, actor: Reader) -> Response:
    """The steps of top-up that this store offers, smallest first."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()
    shop = await asked(edge, lambda read: edge.shops.in_force(read, store_id, at=now))
    return answered([_offer(one) for one in shop.terms.top_up.offers])


def _offer(offer: TopUpOffer) -> dict[str, object]:
    item = offer.gift.item
    return {
        "principal_minor": offer.principal_minor,
        "bonus_minor": offer.bonus_minor,
        "points": offer.gift.points,
        "coupon_types": list(offer.gift.coupon_types),
        "item_zh": item.zh if item else None,
        "item_en": item.en if item else None,
    }


@router.post(
    "/members/{member_id}/top-ups", operation_id="top_up", status_code=201, response_model=ToppedUp
)
async def top_up(
    request: Request,
    member_id: UUID,
    form: TopUpForm,
    actor: Annotated[Actor, requires(Permission.VALUE_TOP_UP)],
) -> Response:
    """Take money for stored value and add what its step gives."""
    return await run(request, form.command(member_id), actor, status=201)


@router.get(
    "/members/{member_id}/stored-value",
    operation_id="get_stored_value",
    response_model=StoredValueView,
)
async def get_stored_value(request: Request, member_id: UUID, _: Reader) -> Response:
    """What a member holds, top-up by top-up: what is left, until when, and what may go back."""
    edge = edge_of(request)
    now = edge.clock()
    return answered(
        await asked(edge, lambda read: stored_value(read, member_id, shops=edge.shops, now=now))
    )


@router.get(
    "/stores/{store_id}/law-rules",
    operation_id="list_law_rules",
    response_model=list[LawRuleView],
)
async def list_law_rules(request: Request, store_id: UUID, actor: Reader) -> Response:
    """The rules of the store's country on prepaid value, and which of them bind it today."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()
    shop = await asked(edge, lambda read: edge.shops.in_force(read, store_id, at=now))
    terms, currency = shop.terms.law, shop.store.currency
    law = law_in_force(terms, currency=currency, on=shop.store.business_day(now))
    binding = {rule.code for rule in law.rules.values()}
    region = region_of(terms, currency=currency)
    shown = [
        {
            "code": rule.code,
            "matter": rule.matter.value,
            "value": rule.value,
            "name_zh": rule.label.zh,
            "name_en": rule.label.en,
            "source": rule.source,
            "from_on": rule.from_on.isoformat(),
            "in_force": rule.code in binding,
        }
        for rule in LAW_RULES
        if rule.region == region.value
    ]
    return answered(shown)
