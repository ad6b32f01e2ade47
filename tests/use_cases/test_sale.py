"""A sale to a member, end to end below the web edge, on both engines."""

from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from tests.shops import open_shop


def test_a_guest_pays_cash_and_gets_change(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    sale = shop.sale([shop.line("milk_tea", quantity=2, pearls=1)])
    sale = type(sale)(
        **{
            name: getattr(sale, name)
            for name in sale.__dataclass_fields__
            if name not in ("tenders",)
        },
        tenders=(shop.tender(TenderKind.CASH, 4_200, 5_000),),
    )
    receipt = shop.run(sale)
    assert receipt["totals"]["due_minor"] == 4_200
    assert receipt["totals"]["change_minor"] == 800
    assert receipt["order"]["number"] == "A001"
    assert receipt["member"] is None


def test_a_member_pays_with_points_coupon_stored_value_and_cash(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    coupon = shop.coupon(wang, "TEN")
    lines = [shop.line("milk_tea", quantity=2), shop.line("lemon_tea", quantity=2)]
    sale = shop.sale(
        lines, member=wang, stored=1_100, cash=3_750 - 1_100 + 1_100 - 0, choices=Choices(coupons=(coupon,))
    )
    with pytest.raises(Refusal, match="payment.sum_wrong") as refused:
        shop.run(sale)
    due = refused.value.parameters["due_minor"]
    assert due == 3_600 + 2_250 - 1_000
    sale = shop.sale(
        lines, member=wang, stored=1_100, cash=due - 1_100, choices=Choices(coupons=(coupon,))
    )
    receipt = shop.run(sale)
    balances = shop.balances(wang)
    assert (balances.principal_minor, balances.bonus_minor) == (9_000, 900)
    assert receipt["member"]["points_earned"] == (due - 100) // 100
    assert balances.points == 50 + (due - 100) // 100
    assert receipt["coupons_used"][0]["id"] == str(coupon)
