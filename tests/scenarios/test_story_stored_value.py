"""储值 (V3): 充300送30, two bills, a refund of one, the rest given back on day five, a lost card."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import IdentityKind, offered
from regulars.storage import identities, ledger, top_ups
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.card_loss import ReissueCard, ReportCardLost
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.members import AddIdentity
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.top_up import TopUp
from regulars.use_cases.top_up_refunds import RefundTopUp, planned
from tests.shops import ShopUnderTest, open_shop

TERMS = {
    "top_up.offers": [{"principal_minor": 30_000, "bonus_minor": 3_000}],
    "top_up.refundable": "seven_days",
    "earning.points_per_hundred_minor": 0,
    "earning.growth_per_hundred_minor": 0,
    "joining.points": 0,
    "joining.coupon_types": [],
}
CARD = "OLD00123"


def money(shop: ShopUnderTest, member: UUID) -> tuple[int, int]:
    balances = shop.balances(member)
    return (balances.principal_minor, balances.bonus_minor)


def found_by(shop: ShopUnderTest, text: str) -> UUID | None:
    with shop.database.read() as read:
        return identities.found(read, shop.vault, offered(text, country="CN"))


def cards_of(shop: ShopUnderTest, member: UUID) -> list[str]:
    with shop.database.read() as read:
        known = read.all(identities.IDENTITIES, member_id=member)
    return [one.kind for one in known if one.kind == "card"]


def test_three_hundred_paid_in_and_every_fen_of_it_explained(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = shop.join("13800138000")
    card = IdentityText(kind=IdentityKind.CARD, text=CARD)
    shop.run(AddIdentity(member_id=wang, identity=card))
    paid_in = TopUp(
        id=shop.new_id(),
        member_id=wang,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        principal_minor=30_000,
        tender="cash",
    )
    # Nobody takes nothing, and nobody takes what the law forbids.
    for minor, code in ((0, "top_up.amount_out_of_range"), (100_001, "law.forbids")):
        with pytest.raises(Refusal) as refused:
            shop.run(
                TopUp(
                    id=shop.new_id(),
                    member_id=wang,
                    store_id=shop.store_id,
                    terminal_id=shop.terminal_id,
                    principal_minor=minor,
                    tender="cash",
                )
            )
        assert refused.value.code == code
    shop.run(paid_in)
    assert money(shop, wang) == (30_000, 3_000)

    shop.pass_time(minutes=1)

    # Two bills: of each 11.00 ten are hers and one was given.
    boxes = shop.line("gift_box", quantity=2)
    first = shop.sale([boxes], member=wang, stored=12_000)
    shop.run(first)
    assert money(shop, wang) == (19_091, 1_909)
    shop.pass_time(days=1)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    assert money(shop, wang) == (13_636, 1_364)

    # One of the boxes comes back: its share goes to the same lots.
    shop.pass_time(days=1)
    back = (UnitsBack(boxes.id, 1),)
    shop.run(RefundOrder(id=shop.new_id(), order_id=first.order_id, units=back, reason="破了"))
    assert money(shop, wang) == (19_090, 1_910)

    # Her card is gone: it stops at once, her value does not, a new one takes its place.
    shop.run(ReportCardLost(member_id=wang, reason="挂失"))
    assert found_by(shop, CARD) is None
    assert found_by(shop, "13800138000") == wang
    assert cards_of(shop, wang) == []
    shop.run(ReissueCard(member_id=wang, reason="补卡"))
    assert cards_of(shop, wang) == ["card"]
    with shop.database.read() as read:
        kinds = [event.kind for event in read.all(top_ups.CARD_EVENTS, member=wang)]
    assert kinds == ["lost", "reissued"]
    assert money(shop, wang) == (19_090, 1_910)

    # Day five: what is unspent goes back to where it came from, and she reads why.
    shop.pass_time(days=3)
    wanted = RefundTopUp(
        id=shop.new_id(), top_up_id=paid_in.id, principal_minor=None, reason="七天内退款"
    )
    with shop.database.read() as read:
        plan = planned(read, wanted, shops=shop.shops, now=shop.now).plan
    assert {line.kind.value: line.amount for line in plan.lines} == {
        "paid": 30_000,
        "used": 10_910,
        "left": 19_090,
        "back": 19_090,
        "bonus_forfeited": 1_910,
        "bonus_kept": 1_090,
    }
    assert plan.rule is not None
    assert (plan.rule.code, plan.tender) == ("cn.refund_within", "cash")
    shop.run(wanted)
    assert money(shop, wang) == (0, 0)

    with shop.database.read() as read:
        told = [
            (row.kind, row.account, row.amount, row.after)
            for row in reversed(ledger.statement_of(read, wang).rows)
        ]
        report = verify(read, lambda _: None)
    assert sorted(told[:2]) == [
        ("top_up", "bonus", 3_000, 3_000),
        ("top_up", "principal", 30_000, 30_000),
    ]
    assert sorted(told[-2:]) == [
        ("top_up_refund", "bonus", -1_910, 0),
        ("top_up_refund", "principal", -19_090, 0),
    ]
    assert len(told) == 10
    assert report.differences == 0
