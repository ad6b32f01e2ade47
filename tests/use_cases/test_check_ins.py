"""Signing in at a store, on both engines."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.storage.engine import Database
from regulars.use_cases.check_ins import CheckInMember
from regulars.use_cases.members import FreezeMember
from tests.domain.loyalty.definitions import CHECK_IN
from tests.rewards import differences, refused, sign_in, started, stopped
from tests.shops import ShopUnderTest, open_shop

JOINING_POINTS = 50


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


@pytest.fixture
def programme(shop: ShopUnderTest) -> UUID:
    return started(shop, ProgrammeKind.CHECK_IN, CHECK_IN)


def test_days_in_a_row_bring_more_and_a_round_begins_again(
    shop: ShopUnderTest, programme: UUID
) -> None:
    wang = shop.join("13800138000")
    streaks = []
    for _ in range(4):
        streaks.append(sign_in(shop, programme, wang)["streak"])
        shop.pass_time(days=1)
    assert streaks == [1, 2, 3, 4]
    assert shop.balances(wang).points == JOINING_POINTS + 4 * 2 + 10
    shop.pass_time(days=1)
    assert sign_in(shop, programme, wang)["streak"] == 1
    assert differences(shop) == []


def test_a_second_time_a_day_she_is_told_what_she_got(shop: ShopUnderTest, programme: UUID) -> None:
    wang = shop.join("13800138000")
    sign_in(shop, programme, wang)
    with pytest.raises(Refusal) as again:
        sign_in(shop, programme, wang)
    assert again.value.code == "check_in.done_today"
    assert again.value.parameters == {"day": "2026-05-04", "streak": 1, "points": 2}
    elsewhere = CheckInMember(programme_id=programme, member_id=wang, store_id=shop.other_store_id)
    assert refused(lambda: shop.run(elsewhere)) == "check_in.done_today"
    assert shop.balances(wang).points == JOINING_POINTS + 2


def test_the_day_is_the_business_day_of_the_server_clock(
    shop: ShopUnderTest, programme: UUID
) -> None:
    wang = shop.join("13800138000")
    shop.pass_time(hours=13)
    assert sign_in(shop, programme, wang)["day"] == "2026-05-04"
    shop.pass_time(hours=3)
    assert refused(lambda: sign_in(shop, programme, wang)) == "check_in.done_today"
    shop.pass_time(hours=3)
    assert sign_in(shop, programme, wang)["streak"] == 2


def test_who_may_not_sign_in_is_told_why(shop: ShopUnderTest, programme: UUID) -> None:
    wang = shop.join("13800138000")
    assert refused(lambda: sign_in(shop, shop.new_id(), wang)) == "programme.unknown"
    assert refused(lambda: sign_in(shop, programme, shop.new_id())) == "order.member_unknown"
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    assert refused(lambda: sign_in(shop, programme, wang)) == "order.member_frozen"
    li = shop.join("13800138001")
    stopped(shop, programme)
    assert refused(lambda: sign_in(shop, programme, li)) == "programme.not_in_force"
