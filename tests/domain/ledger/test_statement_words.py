"""A member's statement in words: every kind of movement has its sentence, in both languages."""

from datetime import date

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.ledger.accounts import OWNED_KINDS, AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.ledger.statement_words import ACTS, OCCASIONS, LotTold, Movement, words_of

SQUARE = Label("人民广场店", "People's Square")


def words(
    kind: EntryKind,
    account: AccountKind,
    amount: int,
    *,
    bill: str | None = None,
    worth: int = 0,
    occasion: str | None = None,
    lots: tuple[LotTold, ...] = (),
) -> Label:
    moved = Movement(
        kind=kind,
        account=account,
        amount=amount,
        store=SQUARE,
        bill=bill,
        occasion=occasion,
        worth_minor=worth,
        lots=lots,
    )
    return words_of(moved, scale=2)


def test_one_point_is_a_point() -> None:
    told = words(EntryKind.GIFT, AccountKind.POINTS, 1, occasion="check_in:1")
    assert ": 1 point given" in told.en
    assert ": 2 points given" in words(EntryKind.GIFT, AccountKind.POINTS, 2).en


def test_points_on_a_bill_say_what_they_took_off() -> None:
    told = words(EntryKind.SETTLE, AccountKind.POINTS, -600, bill="A017", worth=600)
    assert told.zh == "在人民广场店买单（单号 A017），用了 600 积分，抵 6.00"
    assert told.en == "Bill at People's Square (A017): 600 points used, worth 6.00"


def test_money_paid_in_is_told_with_its_point() -> None:
    told = words(EntryKind.TOP_UP, AccountKind.PRINCIPAL, 123_450)
    assert told.zh == "在人民广场店充值，存入储值本金 1,234.50"
    assert told.en == "Top-up at People's Square: 1,234.50 of stored value added"


def test_what_was_given_says_how_long_it_lasts() -> None:
    lot = LotTold(50, date(2027, 5, 4), date(2026, 5, 11))
    told = words(EntryKind.GIFT, AccountKind.POINTS, 50, occasion="birthday:2026", lots=(lot,))
    assert told.zh == (
        "人民广场店生日礼，得到 50 积分（2026 年 5 月 11 日起可用，可用到 2027 年 5 月 3 日）"
    )
    assert told.en.endswith("(usable from 2026-05-11, good until 2027-05-03)")


def test_what_was_spent_says_which_lots_went_first() -> None:
    lots = (LotTold(-40, date(2026, 6, 1)), LotTold(-10, date(2026, 12, 1)))
    told = words(EntryKind.SETTLE, AccountKind.POINTS, -50, lots=lots)
    assert "40 原本可用到 2026 年 5 月 31 日，10 原本可用到 2026 年 11 月 30 日" in told.zh
    assert "40 was good until 2026-05-31" in told.en


def test_points_end_in_no_store() -> None:
    told = words(EntryKind.EXPIRE, AccountKind.POINTS, -30)
    assert (told.zh, told.en) == ("到期，过期 30 积分", "Expiry: 30 points ended")


@pytest.mark.parametrize("kind", list(EntryKind))
@pytest.mark.parametrize("account", sorted(OWNED_KINDS))
def test_every_movement_has_a_sentence(kind: EntryKind, account: AccountKind) -> None:
    for amount in (100, -100):
        told = words(kind, account, amount)
        assert ACTS[kind].zh in told.zh
        assert ACTS[kind].en in told.en
        assert "_" not in told.en


@pytest.mark.parametrize("first", sorted(OCCASIONS))
def test_a_gift_is_named_by_its_occasion(first: str) -> None:
    told = words(EntryKind.GIFT, AccountKind.POINTS, 5, occasion=f"{first}:019:2026")
    assert OCCASIONS[first].zh in told.zh
    assert "019" not in told.zh + told.en


def test_of_a_top_up_that_goes_back_only_what_was_paid_in_is_paid_out() -> None:
    paid = words(EntryKind.TOP_UP_REFUND, AccountKind.PRINCIPAL, -20_000)
    bonus = words(EntryKind.TOP_UP_REFUND, AccountKind.BONUS, -2_000)
    assert paid.zh == "在人民广场店储值退款，退出储值本金 200.00"
    assert paid.en.endswith("200.00 of stored value paid back to you")
    assert bonus.zh == "在人民广场店储值退款，收回储值赠金 20.00"
    assert bonus.en.endswith("20.00 of bonus money taken back")
