"""Replays the paid orders of a shop with draft offers: each as its till would have priced it.

June's orders of two stores, with 第二杯半价 added and 会员日 taken away: day by day, store by store, in
the order in which they were opened, through the same `quote` as every sale. Nothing is written.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.priced_with import PricedWith, priced_with_from
from regulars.domain.orders.rebuilt import rebuilt
from regulars.domain.orders.shop import Promises, Shop
from regulars.domain.pricing.backtest import Backtest
from regulars.domain.pricing.backtest_limits import Burned
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.limits import Taker
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer
from regulars.domain.pricing.set_rules import Placed
from regulars.storage import backtests
from regulars.storage.backtests import Page, PastCoupon, PastLine, PastOrder, PastSaving
from regulars.storage.engine import Database, Read
from regulars.storage.shops import Shops
from regulars.use_cases.past_orders import (
    asked_anew,
    costs_of,
    coupons_used,
    given_of,
    occurred,
    old_order,
    sold_goods,
)

BEFORE_ALL = UUID(int=0)
LIST_DIFFERS = "list_differs"
# Asked of the member by a draft, and not kept with an order unless an offer asked for it then.
SELDOM_KNOWN = frozenset({"birthday_offset", "first_purchase"})
TAGS = "member_tags"


class OffersOf(StrEnum):
    """Which of the shop's own offers stand beside the drafts: of that day, or today's."""

    THEN = "then"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is replayed, and with what. Business days from `since` until before `until`."""

    since: date
    until: date
    store_ids: tuple[UUID, ...]
    drafts: tuple[Placed, ...]
    without: frozenset[UUID]
    offers: OffersOf
    now: Instant

    @property
    def draft_ids(self) -> frozenset[UUID]:
        """The drafts by id."""
        return frozenset(one.offer.id for one in self.drafts)

    @property
    def asked(self) -> frozenset[str]:
        """What the drafts' conditions ask about."""
        return frozenset[str]().union(*[one.offer.asks for one in self.drafts])

    @property
    def in_order(self) -> bool:
        """Whether an order's bill depends on the orders before it."""
        limited = any(one.offer.limits for one in self.drafts)
        return limited or self.offers is OffersOf.NOW

    def parts(self, count: int) -> list["Plan"]:
        """The same plan cut into stretches of days."""
        days = (self.until - self.since).days
        edges = [self.since + timedelta(days=days * at // count) for at in range(count + 1)]
        return [
            replace(self, since=edges[at], until=edges[at + 1])
            for at in range(count)
            if edges[at] < edges[at + 1]
        ]


class Setting(NamedTuple):
    """What one store sold by for a stretch of time, with the drafts among it."""

    promises: Promises
    limited: Mapping[UUID, Offer]
    limited_drafts: Mapping[UUID, Offer]


class Known(NamedTuple):
    """What one page of orders is replayed with, read beside it."""

    shop: Shop
    settings: list[Setting]
    coupons: Mapping[UUID, PastCoupon]
    tags: Mapping[UUID, frozenset[str]]


class Replay:
    """One replay; `found` grows with every order that `orders` yields."""

    def __init__(self, database: Database, shops: Shops, plan: Plan) -> None:
        self._database = database
        self._shops = shops
        self._plan = plan
        self._burned = Burned()
        self._visits: dict[UUID, int] = {}
        self._settings: dict[UUID, tuple[int, Setting]] = {}
        self._names: dict[UUID, Label] = {}
        self.found = Backtest(plan.draft_ids)
        with database.read() as read:
            changes = read.all(backtests.CHANGES)
        self._changes = sorted(at for at in changes if at is not None)

    def total(self) -> int:
        """How many orders there are."""
        plan = self._plan
        with self._database.read() as read:
            counts = [
                read.all(backtests.COUNT, store_id=store_id, since=plan.since, until=plan.until)
                for store_id in plan.store_ids
            ]
        return sum([count for found in counts for count in found])

    def orders(self) -> Iterator[UUID]:
        """Replay one order after the other, day by day; says which one it was."""
        day = self._plan.since
        while day < self._plan.until:
            for store_id in self._plan.store_ids:
                yield from self._of_day(store_id, day)
            day += timedelta(days=1)
        self.found.call(self._names)

    def _of_day(self, store_id: UUID, day: date) -> Iterator[UUID]:
        after = BEFORE_ALL
        while True:
            with self._database.read() as read:
                page = backtests.page_of(read, store_id, day, after=after)
                if not page.orders:
                    return
                known = self._known(read, store_id, page, day)
            for order, setting in zip(page.orders, known.settings, strict=True):
                self._replay(order, page, known, setting)
                yield order.id
            after = page.orders[-1].id
            if len(page.orders) < backtests.PAGE_ORDERS:
                return

    def _known(self, read: Read, store_id: UUID, page: Page, day: date) -> Known:
        plan = self._plan
        shop = self._shops.in_force(read, store_id, at=plan.now)
        settings = [self._setting(read, store_id, order.settled_at) for order in page.orders]
        members = {order.member_id for order in page.orders if order.member_id is not None}
        old = [order for order in page.orders if order.priced_with is None]
        strangers = {order.member_id for order in old if order.member_id} - self._visits.keys()
        if strangers:
            before = read.all(backtests.VISITS_BEFORE, member_ids=sorted(strangers), day=day)
            self._visits |= {**dict.fromkeys(strangers, 0), **dict(before)}
        used = {
            part.coupon_id for order in old for part in page.savings[order.id] if part.coupon_id
        }
        coupons = read.all(backtests.COUPONS, coupon_ids=sorted(used)) if used else []
        tags: dict[UUID, frozenset[str]] = {}
        if TAGS in plan.asked and members:
            for member_id, tag in read.all(backtests.TAGS, member_ids=sorted(members)):
                tags[member_id] = tags.get(member_id, frozenset()) | {tag}
        return Known(shop, settings, {one.id: one for one in coupons}, tags)

    def _setting(self, read: Read, store_id: UUID, at: Instant) -> Setting:
        """What the store sold by at a moment; between two changes it is the same."""
        now = self._plan.offers is OffersOf.NOW
        number = 0 if now else bisect_right(self._changes, at)
        kept = self._settings.get(store_id)
        if kept is not None and kept[0] == number:
            return kept[1]
        promises = self._shops.as_of(read, store_id, at=self._plan.now if now else at)
        setting = self._with_drafts(promises, store_id)
        self._settings[store_id] = (number, setting)
        return setting

    def _with_drafts(self, promises: Promises, store_id: UUID) -> Setting:
        plan = self._plan
        drafts = [
            replace(one.offer, period=ALWAYS_VALID)
            for one in plan.drafts
            if one.stores is None or store_id in one.stores
        ]
        own = [one for one in promises.offers.offers if one.id not in plan.draft_ids]
        types = [one.offer for one in promises.coupon_types.values()]
        self._names |= {one.id: one.name for one in (*promises.offers.offers, *types)}
        if plan.offers is OffersOf.NOW:
            own = [replace(one, period=ALWAYS_VALID) for one in own]
        return Setting(
            promises=replace(promises, offers=OfferBook([*own, *drafts])),
            limited={one.id: one for one in (*own, *drafts, *types) if one.limits},
            limited_drafts={one.id: one for one in drafts if one.limits},
        )

    def _replay(self, order: PastOrder, page: Page, known: Known, setting: Setting) -> None:
        lines, savings = page.lines[order.id], page.savings[order.id]
        priced = self._priced_with(order, lines, savings, known, setting)
        plan = self._plan
        kept = order.priced_with is not None and plan.offers is OffersOf.THEN
        limited = setting.limited_drafts if kept else setting.limited
        taker = Taker(
            store_id=known.shop.store.id,
            member_id=order.member_id,
            day=BusinessDay(order.business_day),
        )
        left = self._burned.left(limited, taker)
        if kept:
            left = {**priced.basket.left, **left}
        priced = replace(priced, basket=replace(priced.basket, left=left))
        if plan.without:
            without = priced.choices.without | plan.without
            priced = replace(priced, choices=replace(priced.choices, without=without))
        try:
            bill = asked_anew(priced, setting.promises, order.settled_at)
        except Refusal as refusal:
            self.found.leave_out(refusal.code)
            return
        if bill.totals.list_minor != order.list_minor:
            self.found.leave_out(LIST_DIFFERS)
            return
        self._burned.take(bill, setting.limited, taker)
        chosen = priced.basket.lines
        given = given_of(order, page, chosen, costs_of(chosen, lines, known.shop.catalogue))
        self.found.add(occurred(order, known.shop, priced), given, bill)

    def _priced_with(
        self,
        order: PastOrder,
        lines: Sequence[PastLine],
        savings: Sequence[PastSaving],
        known: Known,
        setting: Setting,
    ) -> PricedWith:
        """What the order was priced with: as it was frozen, or worked out from its rows."""
        member_id = order.member_id
        if order.priced_with is not None:
            sold = [sold_goods(line) for line in lines]
            priced = priced_with_from(
                order.priced_with, sold, setting.promises, member_id=member_id
            )
            visits = None
        else:
            visits = self._visits.get(member_id, 0) if member_id is not None else 0
            old = old_order(
                order,
                lines,
                savings,
                coupons_used(savings, known.coupons, setting.promises),
                visits,
            )
            shop = known.shop
            priced = rebuilt(old, shop.store, shop.terms.ladder, shop.catalogue)
        if member_id is not None and member_id in self._visits:
            self._visits[member_id] += 1
        member = priced.member
        if member is not None and not member.tags and member.id in known.tags:
            priced = replace(priced, member=replace(member, tags=known.tags[member.id]))
        return priced
