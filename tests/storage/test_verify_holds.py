"""What somebody plants in the books of stored value is named: holds, refunds, transfers, lapses."""

from pathlib import Path
from uuid import UUID

from regulars.domain.ledger.holds import HoldPurpose
from regulars.jobs.expiry import ExpiringLots
from regulars.jobs.pace import Pace
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.storage.verify.holds import QUESTIONS
from regulars.use_cases.held_value import HoldValue, PostHold
from regulars.use_cases.value_moves import ReactivateValue
from tests.prepaid import a_shop, a_transfer, given_back, money_lots, paid_in
from tests.shops import ShopUnderTest
from tests.storage.forger import forger
from tests.workshops import run_out

OPEN_HOLD = "(SELECT hold_id FROM value_hold_open)"
PLANTED = {
    ("held_value", "held_balance"): (
        "UPDATE account SET balance = balance + 1 WHERE kind = 'bonus.held'"
    ),
    ("held_value", "held_nowhere"): "UPDATE value_hold SET member_id = id",
    ("holds", "hold_of_no_entry"): "UPDATE value_hold SET entry_id = id",
    ("holds", "end_of_no_entry"): "UPDATE value_hold_end SET entry_id = hold_id",
    ("holds", "posted"): "UPDATE value_hold_end SET posted_points = 1000",
    ("holds", "entry_of_no_hold"): "UPDATE entry SET kind = 'hold' WHERE kind = 'top_up'",
    ("holds", "not_listed_open"): "DELETE FROM value_hold_open",
    ("holds", "listed_open"): (
        "INSERT INTO value_hold_end (hold_id, entry_id, outcome, posted_principal_minor,"
        " posted_bonus_minor, posted_points, at, by)"
        f" SELECT id, entry_id, 'voided', 0, 0, 0, 0, 'x' FROM value_hold WHERE id IN {OPEN_HOLD}"
    ),
    ("holds", "overdue"): "UPDATE value_hold_open SET expires_at = 1",
    ("top_up_refunds", "refunded"): (
        "UPDATE top_up SET principal_minor = 1 WHERE id IN (SELECT top_up_id FROM top_up_refund)"
    ),
    ("top_up_refunds", "refund_entry"): (
        "UPDATE top_up_refund SET principal_minor = principal_minor - 1"
    ),
    ("top_up_refunds", "entry_of_no_refund"): "DELETE FROM top_up_refund",
    ("moved_value", "transfer"): (
        "UPDATE value_transfer SET principal_minor = principal_minor + 1"
    ),
    ("moved_value", "reactivated"): (
        "UPDATE value_reactivation SET principal_minor = principal_minor + 1"
    ),
    ("moved_value", "reactivated_by_no_entry"): "UPDATE value_reactivation SET entry_id = lot_id",
}


def a_hold(shop: ShopUnderTest, member: UUID) -> HoldValue:
    return HoldValue(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        amount_minor=1_100,
        points=10,
        purpose=HoldPurpose.ORDER,
        subject_id=None,
        minutes=60,
    )


def lived(database: Database, home: Path) -> ShopUnderTest:
    """A shop in which all of it happened: lapse and return, hold, refund, transfer."""
    shop = a_shop(database, home, law__region="none", top_up__principal_expiry_months=1)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang, 5_000)
    lapsing = money_lots(shop, wang)[0].id
    shop.pass_time(days=40)
    run_out(ExpiringLots(Pace()).step, shop)
    shop.run(ReactivateValue(lot_id=lapsing, reason="老顾客"))
    top_up = paid_in(shop, wang)
    given_back(shop, top_up, 10_000)
    shop.run(a_transfer(shop, wang, li, 3_300))
    ended, still_open = a_hold(shop, wang), a_hold(shop, wang)
    shop.run(ended)
    shop.run(still_open)
    shop.run(PostHold(hold_id=ended.id, amount_minor=550))
    return shop


def test_every_difference_that_was_planted_is_named(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = lived(database, tmp_path)
    with shop.database.read() as read:
        assert verify(read, lambda _: None).differences == 0
    questions = {question.name: question for question in QUESTIONS}
    missed = []
    with forger(database_url) as hand:
        for (name, what), statement in PLANTED.items():
            with hand.planted(statement) as read:
                found = {one.what for one in questions[name].asked(read).differences}
            if what not in found:
                missed.append((name, what))
    assert missed == []


def test_every_kind_of_difference_is_planted() -> None:
    assert {(one.name, what) for one in QUESTIONS for what in one.whats} == set(PLANTED)
