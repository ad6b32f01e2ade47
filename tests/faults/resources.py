"""Everything of which there is only so much, each as one entry: what 50 tills may try to take.

A new way of taking something scarce is one more `Resource` in `RESOURCES`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import bindparam, update

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.columns import Whole, Words
from regulars.storage.engine import Statement, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables.offers import coupon_type
from regulars.use_cases.coupons import IssueCoupon
from regulars.use_cases.draws import DrawOnce
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.mall import OrderFromMall
from regulars.use_cases.pass_uses import UsePass
from regulars.use_cases.passes import SellPass
from regulars.use_cases.top_up import TopUp
from tests.domain.loyalty.definitions import DRAW
from tests.inviting import TEN_CUPS, THREE_TOGETHER
from tests.rewards import started
from tests.shops import ShopUnderTest, named

TILLS = 50
DONE = "done"
BUSY = "server.overloaded"
TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rush:
    """One round: so many may have it; each till calls its own `takes` once."""

    capacity: int
    takes: Sequence[Callable[[], str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something scarce. `beaten`: what those hear who came too late."""

    name: str
    rush: Callable[[ShopUnderTest, int], Rush]
    beaten: frozenset[str]
    terms: Mapping[str, object] = field(default_factory=dict)


def said(shop: ShopUnderTest, command: object) -> str:
    """What a till hears in the end: that it was done, or why not. A busy shop is asked again."""
    command_id = shop.new_id()
    for _ in range(TRIES):
        try:
            shop.run(command, command_id=command_id)
        except Refusal as refusal:
            if refusal.code != BUSY:
                return refusal.code
        else:
            return DONE
    return BUSY


def rushed(shop: ShopUnderTest, capacity: int, commands: Sequence[object]) -> Rush:
    """Each till runs one of these commands."""

    def take_of(command: object) -> Callable[[], str]:
        return lambda: said(shop, command)

    return Rush(capacity=capacity, takes=[take_of(command) for command in commands])


def _member(shop: ShopUnderTest, number: int) -> UUID:
    return shop.join(str(13_000_000_000 + number))


def _one_coupon(shop: ShopUnderTest, number: int) -> Rush:
    """One coupon in a member's wallet, shown at fifty tills."""
    member = _member(shop, number)
    choices = Choices(coupons=(shop.coupon(member, "TEN"),))
    sales = [
        shop.sale([shop.line("mango_ice")], member=member, cash=2_200 - 1_000, choices=choices)
        for _ in range(TILLS)
    ]
    return rushed(shop, 1, sales)


SET_ISSUE_MAX = Statement(
    update(coupon_type)
    .where(coupon_type.c.code == bindparam("which", type_=Words()))
    .values(issue_max=coupon_type.c.issued + bindparam("more", type_=Whole()))
)


def _coupons_of_a_type(shop: ShopUnderTest, number: int) -> Rush:
    """Seven coupons of a type are left, and fifty managers hand one out."""
    member = _member(shop, number)

    def limit(tx: Write) -> None:
        tx.run(SET_ISSUE_MAX, expect=1, which="TEN", more=7)
        raise_revision(tx, "offers")

    shop.database.write(limit).result()
    gifts = [
        IssueCoupon(
            coupon_id=shop.new_id(),
            member_id=member,
            coupon_type_id=named("coupon_type:TEN"),
            store_id=shop.store_id,
            reason="test",
        )
        for _ in range(TILLS)
    ]
    return rushed(shop, 7, gifts)


def _balance(shop: ShopUnderTest, number: int) -> Rush:
    """110.00 of stored value, and fifty bills of 15.00: seven are paid."""
    member = _member(shop, number)
    shop.top_up(member, 10_000)
    sales = [shop.sale([shop.line("lemon_tea")], member=member, stored=1_500) for _ in range(TILLS)]
    return rushed(shop, 7, sales)


def _points(shop: ShopUnderTest, number: int) -> Rush:
    """350 points, and fifty bills that each want to use 100: three do."""
    member = _member(shop, number)
    choices = Choices(coupons=(), points=100)
    sales = [
        shop.sale([shop.line("mango_ice")], member=member, cash=2_100, choices=choices)
        for _ in range(TILLS)
    ]
    return rushed(shop, 3, sales)


def _card_limit(shop: ShopUnderTest, number: int) -> Rush:
    """A card may hold 5,000.00: of fifty top-ups of 1,000.00 five fit."""
    member = _member(shop, number)
    top_ups = [
        TopUp(
            id=shop.new_id(),
            member_id=member,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            principal_minor=100_000,
            tender="cash",
        )
        for _ in range(TILLS)
    ]
    return rushed(shop, 5, top_ups)


def _mall_stock(shop: ShopUnderTest, number: int) -> Rush:
    """Seven mugs are left in the points mall."""
    mug = {"points": 1, "gives": {"item_zh": "马克杯", "item_en": "Mug"}, "stock": 7}
    programme = started(shop, ProgrammeKind.MALL_ITEM, mug)
    member = _member(shop, number)
    orders = [
        OrderFromMall(
            id=shop.new_id(), programme_id=programme, member_id=member, store_id=shop.store_id
        )
        for _ in range(TILLS)
    ]
    return rushed(shop, 7, orders)


def _draw_tickets(shop: ShopUnderTest, number: int) -> Rush:
    """Three free draws a day."""
    daily = {**DRAW, "price_points": 0, "tickets": {"kind": "daily", "free": 3}}
    programme = started(shop, ProgrammeKind.DRAW, daily)
    member = _member(shop, number)
    draws = [
        DrawOnce(id=shop.new_id(), programme_id=programme, member_id=member, store_id=shop.store_id)
        for _ in range(TILLS)
    ]
    return rushed(shop, 3, draws)


def _group_seats(shop: ShopUnderTest, number: int) -> Rush:
    """A group of eight of which one is there; fifty others want to join."""
    programme = started(shop, ProgrammeKind.GROUP_BUY, {**THREE_TOGETHER, "seats": 8})
    members = [_member(shop, number * (TILLS + 1) + seat) for seat in range(TILLS + 1)]
    group_id = shop.new_id()
    store, terminal = shop.store_id, shop.terminal_id
    shop.run(
        OpenGroup(
            id=group_id,
            seat_id=shop.new_id(),
            programme_id=programme,
            member_id=members[0],
            tender="cash",
            store_id=store,
            terminal_id=terminal,
        )
    )
    seats = [
        JoinGroup(
            seat_id=shop.new_id(),
            group_id=group_id,
            member_id=member,
            tender="cash",
            store_id=store,
            terminal_id=terminal,
        )
        for member in members[1:]
    ]
    return rushed(shop, 7, seats)


def _pass_uses(shop: ShopUnderTest, number: int) -> Rush:
    """A pass of ten cups, shown at fifty tills."""
    kind = {**TEN_CUPS, "code": f"TEA{number}"}
    programme = started(shop, ProgrammeKind.PASS, kind)
    pass_id = shop.new_id()
    store, terminal = shop.store_id, shop.terminal_id
    member = _member(shop, number)
    sold = SellPass(
        id=pass_id,
        member_id=member,
        programme_id=programme,
        tender="cash",
        store_id=store,
        terminal_id=terminal,
    )
    shop.run(sold)
    uses = [
        UsePass(id=shop.new_id(), pass_id=pass_id, count=1, store_id=store, terminal_id=terminal)
        for _ in range(TILLS)
    ]
    return rushed(shop, 10, uses)


NO_COUPONS: Mapping[str, object] = {"joining.coupon_types": []}
RESOURCES = (
    Resource(
        name="a coupon",
        rush=_one_coupon,
        beaten=frozenset({"coupon.gone", "coupon.not_usable"}),
    ),
    Resource(
        name="coupons of a type",
        rush=_coupons_of_a_type,
        beaten=frozenset({"coupon.type_exhausted"}),
        terms=NO_COUPONS,
    ),
    Resource(name="stored value", rush=_balance, beaten=frozenset({"ledger.balance_short"})),
    Resource(
        name="points",
        rush=_points,
        beaten=frozenset({"points.too_many", "points.short", "ledger.points_short"}),
        terms={"joining.points": 350, "earning.points_per_hundred_minor": 0},
    ),
    Resource(
        name="what a card may hold",
        rush=_card_limit,
        beaten=frozenset({"top_up.balance_over_limit"}),
        terms={"law.region": "none"},
    ),
    Resource(name="things of the mall", rush=_mall_stock, beaten=frozenset({"mall.sold_out"})),
    Resource(name="draws of a day", rush=_draw_tickets, beaten=frozenset({"draw.no_ticket"})),
    Resource(
        name="seats of a group",
        rush=_group_seats,
        beaten=frozenset({"group.full"}),
        terms=NO_COUPONS,
    ),
    Resource(name="uses of a pass", rush=_pass_uses, beaten=frozenset({"pass.used_up"})),
)
