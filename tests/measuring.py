"""Builders for measuring: declare and assign as a campaign would, and a past made of plain rows."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from regulars.domain.insights.assignment import Assigned, Design, even
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.catalog import variant
from regulars.storage.tables.members import member, member_stats
from regulars.storage.tables.messaging import message
from regulars.storage.tables.orders import order_line, orders
from regulars.use_cases.assigning import Declared, Eligible, assign, declare
from regulars.use_cases.moment import Moment
from regulars.use_cases.terms import SetTerm
from tests.shops import ShopUnderTest, named

PROGRAMME = named("programme:spring")
PLAN = Plan(window_days=28, members=400)


def halves(*variants: str, salt: str = "spring", control: int = 5_000) -> Design:
    """Half held back, the others spread evenly over the variants."""
    return Design(salt=salt, control=control, variants=even(variants or ("coupon",)))


def moment_of(shop: ShopUnderTest) -> Moment:
    """The surroundings of a command that runs now."""
    return Moment(
        now=shop.now,
        actor=shop.actor,
        command_id=shop.new_id(),
        new_id=shop.new_id,
        vault=shop.vault,
        shops=shop.shops,
    )


def declared(
    shop: ShopUnderTest, design: Design, plan: Plan = PLAN, *, programme: UUID = PROGRAMME
) -> int:
    """Write down how a programme draws."""
    how = Declared(design=design, plan=plan)
    return shop.database.write(lambda tx: declare(tx, moment_of(shop), programme, how)).result()


def assigned(
    shop: ShopUnderTest, members: Sequence[UUID], *, programme: UUID = PROGRAMME
) -> Mapping[UUID, Assigned]:
    """Assign members of this store who stand in the lowest tier and would get an SMS."""
    eligible = [Eligible(one, shop.store_id, "leaf", "sms") for one in members]
    return shop.database.write(
        lambda tx: assign(tx, moment_of(shop), programme, eligible, eligible_set="segment:test:1")
    ).result()


def costed(shop: ShopUnderTest, minor: int | None) -> None:
    """Say what every product costs the shop."""
    change: Statement[object] = Statement(update(variant).values(cost_minor=minor))

    def work(tx: Write) -> None:
        tx.send(change)
        raise_revision(tx, "catalog")

    shop.database.write(work).result()


def past_members(shop: ShopUnderTest, count: int) -> list[UUID]:
    """So many members who joined long ago, as rows."""
    ids = [shop.new_id() for _ in range(count)]
    rows = [
        {
            "id": one,
            "joined_at": Instant(shop.now - timedelta(days=400)),
            "joined_store_id": shop.store_id,
            "joined_via": "till",
            "state": "active",
            "language": "zh-CN",
            "revision": 1,
        }
        for one in ids
    ]
    stats = [
        {
            "member_id": row["id"],
            "tier": "leaf",
            "tier_since": row["joined_at"],
            "visits": 0,
            "spent_minor": 0,
        }
        for row in rows
    ]

    def work(tx: Write) -> None:
        tx.add(member, rows)
        tx.add(member_stats, stats)

    shop.database.write(work).result()
    return ids


def bought(
    shop: ShopUnderTest, bills: Sequence[tuple[UUID, Instant, int]], *, cost: int | None = 0
) -> None:
    """Paid orders of members at instants, of one line without tax each, as rows."""
    heads, lines = [], []
    for member_id, at, due in bills:
        order_id = shop.new_id()
        heads.append(
            {
                "id": order_id,
                "store_id": shop.store_id,
                "terminal_id": shop.terminal_id,
                "business_day": at.date(),
                "number": order_id.hex,
                "source": "counter",
                "member_id": member_id,
                "opened_by": "test",
                "settled_by": "test",
                "state": "paid",
                "revision": 1,
                "opened_at": at,
                "settled_at": at,
                "list_minor": due,
                "discount_minor": 0,
                "tax_minor": 0,
                "rounding_minor": 0,
                "due_minor": due,
                "refunded_minor": 0,
                "points_earned": 0,
                "points_spent": 0,
                "growth_earned": 0,
            }
        )
        lines.append(
            {
                "order_id": order_id,
                "position": 1,
                "id": shop.new_id(),
                "product_id": named("product:milk_tea"),
                "variant_id": named("variant:milk_tea"),
                "name_zh": "奶茶",
                "name_en": "Milk tea",
                "quantity": 1,
                "options": [],
                "unit_list_minor": due,
                "net_minor": due,
                "tax_code": "food",
                "tax_minor": 0,
                "units": [[due, due, 0, due, 0]],
                "state": "sold",
                "cost_minor": cost,
            }
        )

    def work(tx: Write) -> None:
        tx.add(orders, heads)
        tx.add(order_line, lines)

    shop.database.write(work).result()


def habits(count: int, *, seed: int) -> list[int]:
    """What so many guests usually leave, in minor units."""
    chance = random.Random(seed)
    return [int(1_000 + 4_000 * chance.random()) for _ in range(count)]


def sent(shop: ShopUnderTest, member_id: UUID, **given: object) -> UUID:
    """A message of the programme that was handed over, as a row."""
    message_id = shop.new_id()
    row: dict[str, object] = {
        "id": message_id,
        "effect_key": message_id.hex,
        "member_id": member_id,
        "store_id": shop.store_id,
        "template_id": named("template"),
        "template_version": 1,
        "purpose": "marketing",
        "category": "offers",
        "channel": "sms",
        "other_channels": [],
        "state": "delivered",
        "planned_at": shop.now,
        "due_at": shop.now,
        "valid_until": Instant(shop.now + timedelta(days=1)),
        "handed_at": shop.now,
        "attempts": 1,
        "refused_by": [],
        "campaign_id": PROGRAMME,
        "held_out": False,
        "expected_value_minor": 0,
        "priority": 0,
        "given": {},
        "parts": 1,
        "reserved_micro": 50_000,
        "cost_micro": 45_000,
        **given,
    }
    shop.database.write(lambda tx: tx.add(message, [row])).result()
    return message_id


def keep_out(shop: ShopUnderTest, share: int) -> None:
    """Head office holds so many of 10,000 out from everything."""
    shop.run(
        SetTerm(
            id=shop.new_id(),
            field="marketing.held_out",
            level=Level.ORGANISATION,
            place_id=None,
            value=share,
            effective_at=None,
            locked=False,
            low=None,
            high=None,
            reason="衡量全部营销",
        )
    )
