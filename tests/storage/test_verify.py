"""`verify` finds nothing in honest books, and every difference that somebody planted."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.cli.verify_texts import check_label, what_label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import lot
from regulars.storage.tables.orders import orders
from regulars.storage.verify import QUESTIONS, Progress, limits, traces, trade, value, verify
from regulars.storage.verify.duties import DUTIES
from regulars.storage.verify.report import LISTED_MAX
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from tests.limited_offers import limited
from tests.shops import ShopUnderTest, open_shop
from tests.storage.forger import forger

PART_REFUNDED = Statement(select(orders.c.id).where(orders.c.state == "part_refunded"))
TOPPED_UP = Statement(select(lot.c.id).where(lot.c.origin == "top_up"))

# What was planted, and the check that must name it.
PLANTED = {
    ("balances", "balance"): "UPDATE account SET balance = balance + 1 WHERE kind = 'points'",
    ("balances", "house_balance"): "UPDATE account SET balance = 1 WHERE kind = 'sales'",
    ("versions", "version"): "UPDATE posting SET to_version = 900 WHERE to_version = 1",
    ("versions", "after"): "UPDATE posting SET to_after = to_after + 1 WHERE to_version = 1",
    ("versions", "last_version"): "UPDATE account SET version = version + 1 WHERE kind = 'bonus'",
    ("entries", "postings"): "UPDATE entry SET postings = postings + 1 WHERE kind = 'top_up'",
    ("entries", "unsealed"): "DELETE FROM entry WHERE kind = 'gift'",
    ("units", "from_unit"): "UPDATE posting SET unit = 'GV' WHERE unit = 'PT'",
    ("units", "to_unit"): "UPDATE account SET unit = 'GV' WHERE kind = 'points.spent'",
    ("floors", "floor"): "UPDATE account SET balance = -5 WHERE kind = 'growth'",
    ("lots", "remaining"): "UPDATE lot SET remaining = remaining - 1 WHERE remaining > 1",
    ("lots", "not_lotted"): (
        "UPDATE lot SET account_id = (SELECT min(id) FROM account WHERE kind = 'growth')"
    ),
    ("lot_uses", "used"): "DELETE FROM lot_use WHERE kind = 'spend'",
    ("lot_uses", "in_range"): "UPDATE lot SET remaining = amount + 1",
    ("lot_uses", "use_of_no_entry"): "UPDATE lot_use SET entry_id = lot_id",
    ("lot_uses", "lot_of_no_entry"): "UPDATE lot SET entry_id = id",
    ("lot_postings", "lots_of_entry"): (
        "UPDATE lot SET amount = amount + 1, remaining = remaining + 1 WHERE origin = 'top_up'"
    ),
    ("reversals", "reverses"): "UPDATE entry SET reverses = id WHERE reverses IS NOT NULL",
    ("top_ups", "principal"): "UPDATE top_up SET principal_minor = principal_minor + 1",
    ("top_ups", "bonus"): "UPDATE top_up SET bonus_minor = bonus_minor + 1",
    ("top_ups", "no_top_up"): "DELETE FROM top_up",
    ("tenders", "paid"): "UPDATE payment SET amount_minor = 1 WHERE refund_id IS NULL",
    ("tenders", "paid_back"): "UPDATE payment SET amount_minor = -1 WHERE refund_id IS NOT NULL",
    ("tenders", "stored_value"): (
        "UPDATE payment SET principal_minor = principal_minor + 1 WHERE kind = 'stored_value'"
    ),
    ("orders_posted", "settle_entries"): "UPDATE entry SET kind = 'gift' WHERE kind = 'settle'",
    ("orders_posted", "earn_entries"): "UPDATE entry SET kind = 'earn' WHERE kind = 'settle'",
    ("orders_posted", "money"): "UPDATE orders SET due_minor = due_minor + 1 WHERE state = 'paid'",
    ("orders_posted", "points_spent"): "UPDATE orders SET points_spent = points_spent + 1",
    ("orders_posted", "points_earned"): "UPDATE orders SET points_earned = points_earned + 1",
    ("orders_posted", "growth_earned"): "UPDATE orders SET growth_earned = growth_earned + 1",
    ("orders_posted", "no_order"): "DELETE FROM orders",
    ("refunds_posted", "money_back"): (
        "UPDATE orders SET refunded_minor = refunded_minor + 1 WHERE state = 'part_refunded'"
    ),
    (
        "refunds_posted",
        "points_back",
    ): "UPDATE refund SET points_taken_back = points_taken_back + 1",
    (
        "refunds_posted",
        "growth_back",
    ): "UPDATE refund SET growth_taken_back = growth_taken_back + 1",
    ("refunds_posted", "no_order"): "DELETE FROM orders",
    ("refunds", "refunded"): "UPDATE refund SET amount_minor = amount_minor + 1",
    ("refunds", "more_than_paid"): "UPDATE orders SET refunded_minor = due_minor + 1",
    ("refunds", "units"): "UPDATE refund_unit SET amount_minor = amount_minor + 1",
    ("refunds", "kept_shares"): (
        "INSERT INTO order_share (order_id, version, position, unit, net_minor, tax_minor,"
        " due_minor, points_minor) SELECT id, 2, 1, 1, 1, 0, 1, 0 FROM orders"
        " WHERE state = 'part_refunded'"
    ),
    ("refunds", "unit_unknown"): "UPDATE refund_unit SET unit = unit + 90",
    ("refunds", "points_returned"): "UPDATE refund SET points_returned = 90000",
    ("refunds", "points_taken_back"): "UPDATE refund SET points_taken_back = 90000",
    ("refunds", "growth_taken_back"): "UPDATE refund SET growth_taken_back = 90000",
    ("refunds", "state"): "UPDATE orders SET state = 'paid' WHERE state = 'refunded'",
    ("coupons", "used_without_sale"): "UPDATE coupon SET order_id = id WHERE state = 'used'",
    ("coupons", "saving_without_coupon"): (
        "UPDATE coupon SET state = 'issued', order_id = NULL WHERE state = 'used'"
    ),
    ("coupons", "issued"): "UPDATE coupon_type SET issued = issued + 1",
    ("members", "visits"): "UPDATE member_stats SET visits = visits + 1",
    ("members", "spent"): "UPDATE member_stats SET spent_minor = spent_minor - 1",
    ("members", "last_visit"): "UPDATE member_stats SET last_visit_at = last_visit_at + 1",
    ("members", "no_figures"): "DELETE FROM member_stats",
    ("limits", "limit_uses"): "UPDATE limit_use SET used = used + 1",
    ("limits", "limit_money"): "UPDATE limit_use SET used_minor = used_minor + 1",
    ("limits", "limit_not_counted"): "DELETE FROM limit_use",
    ("limits", "kept_without_hold"): "UPDATE limit_take SET state = 'held'",
    ("limits", "taken_without_sale"): "UPDATE orders SET state = 'cancelled'",
    ("tiers", "tier"): "UPDATE member_stats SET tier = 'nobody'",
    ("tiers", "later_tier"): "UPDATE tier_period SET since = since + 1",
    ("orphans", "lot_of_no_account"): "UPDATE lot SET account_id = -1",
    ("orphans", "use_of_no_lot"): "DELETE FROM lot",
    ("orphans", "gift_of_no_member"): "DELETE FROM member",
    ("orphans", "coupon_of_no_member"): "UPDATE coupon SET member_id = id",
    ("gifts", "gift_points"): "UPDATE gift SET points = points + 1",
    ("gifts", "gift_growth"): "UPDATE gift SET growth_value = 7",
    ("gifts", "gift_bonus"): "UPDATE gift SET bonus_minor = 7",
    ("mirrors", "more_than_origin"): (
        "UPDATE posting SET amount = amount + 100000 WHERE entry_id IN"
        " (SELECT id FROM entry WHERE reverses IS NOT NULL)"
    ),
}

# Forty days later: what the shop's own jobs should have ended long ago.
OVERDUE = {
    "lot_not_ended": "UPDATE lot SET expires_on = '2026-05-20' WHERE origin = 'gift'",
    "bill_not_let_go": (
        "INSERT INTO order_hold (order_id, made_at, expires_at, fingerprint, choices, state)"
        " SELECT id, 0, 1, '', '{}', 'held' FROM orders LIMIT 1"
    ),
}


def sold(
    shop: ShopUnderTest,
    products: dict[str, int],
    *,
    member: UUID,
    choices: Choices,
    stored: int = 0,
) -> SellAtCounter:
    """A sale whose rest is paid in cash."""
    lines = [shop.line(product, quantity=count) for product, count in products.items()]
    sale = shop.sale(lines, member=member, stored=stored, cash=1, choices=choices)
    with pytest.raises(Refusal) as refused:
        shop.run(sale)
    due = refused.value.parameters["due_minor"]
    assert isinstance(due, int)
    kept = [tender for tender in sale.tenders if tender.kind is not TenderKind.CASH]
    paid = replace(sale, tenders=(*kept, shop.tender(TenderKind.CASH, due - stored)))
    shop.run(paid)
    return paid


def trade_of(shop: ShopUnderTest) -> None:
    """Top-up, coupons, points, stored value, a change of tier, refunds in part and whole."""
    member = shop.join("13800138000")
    shop.top_up(member, 10_000)
    coupon = shop.coupon(member, "TEN")
    first = sold(
        shop,
        {"milk_tea": 2, "gift_box": 2},
        member=member,
        choices=Choices(coupons=(coupon,)),
        stored=3_300,
    )
    shop.pass_time(days=1)
    second = sold(shop, {"mango_ice": 3}, member=member, choices=Choices(coupons=(), points=100))
    shop.pass_time(days=1)
    for order_id, units in (
        (first.order_id, (UnitsBack(first.lines[0].id, 1),)),
        (second.order_id, None),
    ):
        shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=units, reason="洒了"))
    shop.pass_time(hours=1)
    limited(shop, "egg_tart", 300, [{"whose": "all", "span": "day", "uses": 2}])
    shop.run(shop.sale([shop.line("egg_tart")], cash=500))


def test_honest_books_have_no_difference(database: Database, tmp_path: Path) -> None:
    trade_of(open_shop(database, tmp_path))
    heard: list[Progress] = []
    with database.read() as read:
        report = verify(read, heard.append)

    assert report.differences == 0
    assert (report.orders, report.entries) == (3, 11)
    names = [question.name for question in QUESTIONS]
    assert list(dict.fromkeys(progress.name for progress in heard)) == [*names, "chain"]
    done = [progress.done for progress in heard]
    assert (done[0], done) == (0, sorted(done))
    assert done[-1] <= heard[-1].total
    unused = {check.name for check in report.checks if not check.rows_checked}
    assert unused.isdisjoint({name for name, _ in PLANTED})


def test_every_planted_difference_is_named(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    trade_of(open_shop(database, tmp_path))
    questions = {question.name: question for question in QUESTIONS}
    missed = []
    with forger(database_url) as hand:
        for (name, what), statement in PLANTED.items():
            with hand.planted(statement) as read:
                check = questions[name].asked(read)
            if what not in {difference.what for difference in check.differences}:
                missed.append((name, what))

    assert missed == []


def test_a_difference_names_its_row_and_both_figures(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = open_shop(database, tmp_path)
    trade_of(shop)
    statement = "UPDATE orders SET points_earned = points_earned + 7 WHERE state = 'part_refunded'"
    with forger(database_url) as hand, hand.planted(statement) as read:
        report = verify(read, lambda _progress: None)
        changed = read.all(PART_REFUNDED)

    (found,) = [one for check in report.checks for one in check.differences]
    assert report.differences == 1
    assert (found.what, found.subject, found.account) == ("points_earned", changed[0], None)
    assert found.wanted is not None
    assert found.found == found.wanted - 7


def test_a_long_list_of_differences_is_cut(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = open_shop(database, tmp_path)
    for number in range(LISTED_MAX + 1):
        shop.join(f"139{number:08d}")
    with forger(database_url) as hand, hand.planted("UPDATE member_stats SET visits = 1") as read:
        report = verify(read, lambda _progress: None)

    (check,) = [check for check in report.checks if check.differences]
    assert (len(check.differences), check.more) == (LISTED_MAX, True)


def test_every_kind_of_difference_of_the_ledger_and_of_trade_is_planted() -> None:
    whats = {
        (question.name, what)
        for question in (*value.QUESTIONS, *trade.QUESTIONS, *limits.QUESTIONS, *traces.QUESTIONS)
        for what in question.whats
    }
    assert whats == set(PLANTED)


def test_every_kind_of_difference_has_words() -> None:
    for question in QUESTIONS:
        labels = [check_label(question.name)]
        labels += [what_label(question.name, what) for what in question.whats]
        assert all(label.zh and label.en for label in labels)


def test_what_is_due_is_not_left_lying(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = open_shop(database, tmp_path)
    trade_of(shop)
    with database.read() as read:
        assert DUTIES.asked(read, shop.now).differences == ()
    shop.pass_time(days=40)
    for what, statement in OVERDUE.items():
        with forger(database_url) as hand, hand.planted(statement) as read:
            found = {one.what for one in DUTIES.asked(read, shop.now).differences}
        assert found == {what}
        assert what_label("duties", what).zh


def test_money_that_lapsed_is_not_left_lying_either(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = open_shop(database, tmp_path)
    shop.top_up(shop.join("13800138000"), 10_000)
    shop.pass_time(days=40)
    lapsed = "UPDATE lot SET expires_on = '2026-05-20' WHERE origin = 'top_up'"
    with forger(database_url) as hand, hand.planted(lapsed) as read:
        found = DUTIES.asked(read, shop.now).differences
        kept = read.all(TOPPED_UP)
    assert {one.subject for one in found} == set(kept)
    assert len(kept) == 2
