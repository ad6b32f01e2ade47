"""A member's statement says of each movement what became of it, and which lots it was."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.statement_rows import member_statement
from tests.shops import open_shop


def test_points_that_come_back_after_their_end_are_told_with_their_new_end_alone(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms={"earning.expiry_months": 1})
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    shop.pass_time(days=1)
    spending = shop.sale([shop.line("mango_ice")], member=wang, cash=1_990)
    shop.run(replace(spending, choices=Choices(coupons=(), points=100)))
    shop.pass_time(days=60)
    shop.run(RefundOrder(id=shop.new_id(), order_id=spending.order_id, units=None, reason="退"))
    with shop.database.read() as read:
        told = member_statement(read, wang, date(2026, 7, 1), date(2026, 8, 1))
    (back,) = [words for row, words in told.movements if row.amount == 100]
    assert back.zh.count("可用到") == 1
    assert "可用到 2026 年 7 月" in back.zh
