"""The quote 试算: what a basket costs and why, for anybody who may sell. Nothing is kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import instant
from regulars.domain.pricing.runner_up import RunnerUp, runners_up
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.guesses import Guess
from regulars.http.order_answers import QuoteView
from regulars.http.order_forms import QuoteForm
from regulars.http.policy import requires
from regulars.http.quote_view import quote_view
from regulars.storage.engine import Read
from regulars.use_cases import guest as guests
from regulars.use_cases.fees import charged
from regulars.use_cases.limits import left_for
from regulars.use_cases.manual_discounts import granted
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.presented import presented
from regulars.use_cases.sales import chosen_lines
from regulars.use_cases.settlement import priced

router = APIRouter(prefix="/api/v1", tags=["orders"])

# Whoever sells, and whoever makes offers and tries them out.
Asker = Annotated[Actor, requires(Permission.ORDER_QUOTE)]


@router.post("/quotes", operation_id="quote_basket", openapi_extra=ASKS, response_model=QuoteView)
async def quote_basket(request: Request, form: QuoteForm, actor: Asker) -> Response:
    """What a basket costs at a store, for a guest, and why."""
    actor.scope.check(form.store_id)
    if form.drafts or form.as_of is not None:
        # What is on trial is nothing for a till: under a margin floor it would tell costs.
        actor.need(Permission.OFFER_WRITE)
    edge = edge_of(request)
    now = edge.clock() if form.as_of is None else instant(form.as_of)

    def question(read: Read) -> dict[str, object]:
        shop = form.dry_run(edge.shops.in_force(read, form.store_id, at=edge.clock()))
        if form.as_of is not None:
            past = edge.shops.as_of(read, form.store_id, at=now)
            shop = form.dry_run(replace(shop, offers=past.offers, pricing=past.pricing))
        requests = tuple(line.request() for line in form.lines)
        goods = chosen_lines(requests, shop, source=form.source)
        lines = charged(goods, shop, source=form.source)
        choices = granted(form.choices(), lines, shop, actor)
        guest = guests.seen(read, form.member_id, shop, now) if form.member_id else None
        guest = with_facts(read, guest, lines, shop, vault=edge.vault)
        occasion = Occasion(
            source=form.source,
            now=now,
            left=left_for(read, shop, guest, now),
            presented=presented(read, form.codes, shop, now, vault=edge.vault),
            party=form.party,
            tender=form.tender,
        )
        bill = priced(lines, shop, guest, choices, occasion)
        others: Sequence[RunnerUp] = ()
        if form.explain == "full":
            # Without her points: as many may be too many for a bill that is less.
            plain = replace(choices, points=None)
            others = runners_up(
                bill if not choices.points else priced(lines, shop, guest, plain, occasion),
                lambda without: priced(
                    lines, shop, guest, replace(plain, without=without), occasion
                ),
                choices.without,
            )
        return quote_view(bill, shop, guest, others)

    guess = Guess.of(request, form.codes, form.member_id)
    return answered(await guess.counted(lambda: asked(edge, question)))
