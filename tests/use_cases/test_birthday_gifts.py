"""Birthday gifts: once a year, after a standstill too, without opening anybody's birthday."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.birthdays import BIRTHDAYS
from regulars.storage.birthdays import blind_index
from regulars.storage.engine import Database, Statement
from regulars.storage.tables.rewards import gift
from regulars.storage.tables.tiers import birthday_index, member_walk
from regulars.storage.verify import verify
from regulars.use_cases.birthdays import kept_on
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import ChangeProfile, FreezeMember, UnfreezeMember
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out

OCCASIONS = Statement(select(gift.c.occasion).order_by(gift.c.at), lambda occasion: occasion)
INDEXED = Statement(
    select(birthday_index.c.member_id, birthday_index.c.blind_index),
    lambda member_id, blind: (member_id, blind),
)


def gift_shop(database: Database, home: Path, **terms: object) -> ShopUnderTest:
    """The small shop, where a birthday is worth 50 points."""
    settings = {
        "joining.points": 0,
        "joining.coupon_types": [],
        "earning.expiry_months": 0,
        "birthday.gift": {"points": 50, "coupon_types": ["TEN"]},
    }
    named_terms = {f"birthday.{name}": value for name, value in terms.items()}
    return open_shop(database, home, terms={**settings, **named_terms})


def go_to(shop: ShopUnderTest, day: str, clock: str = "10:00:00") -> None:
    """A moment of a day, in the shop's zone."""
    shop.now = instant_from_iso(f"{day}T{clock}+08:00")


def born(shop: ShopUnderTest, birthday: str, phone: str = "13800138000") -> UUID:
    """A member with a birthday."""
    member_id = shop.new_id()
    command = JoinMember(
        member_id=member_id,
        store_id=shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        profile=(ProfileText(field=ProfileField.BIRTHDAY, text=birthday),),
    )
    shop.run(command)
    return member_id


def given(shop: ShopUnderTest) -> list[str]:
    """The occasions of all gifts, in the order in which they were given."""
    run_out(BIRTHDAYS.step, shop)
    with shop.database.read() as read:
        return read.all(OCCASIONS)


def change(shop: ShopUnderTest, member: UUID, birthday: str, revision: int) -> None:
    """The birthday told anew."""
    told = (ProfileText(field=ProfileField.BIRTHDAY, text=birthday),)
    shop.run(ChangeProfile(member_id=member, revision=revision, told=told))


def test_a_birthday_brings_its_gift_once_however_often_the_job_runs(
    database: Database, tmp_path: Path
) -> None:
    shop = gift_shop(database, tmp_path)
    wang = born(shop, "1990-05-10")
    born(shop, "1990-08-10", "13800138001")
    assert given(shop) == []
    go_to(shop, "2026-05-10")
    assert given(shop) == ["birthday:2026"]
    assert given(shop) == ["birthday:2026"]
    assert shop.balances(wang).points == 50
    go_to(shop, "2027-05-11")
    assert given(shop) == ["birthday:2026", "birthday:2027"]
    with database.read() as read:
        assert verify(read, lambda progress: None).differences == 0


def test_no_key_is_opened_to_find_whose_birthday_it_is(database: Database, tmp_path: Path) -> None:
    shop = gift_shop(database, tmp_path)
    born(shop, "1990-05-10")
    go_to(shop, "2026-05-10")
    before = shop.vault.unwraps
    assert given(shop) == ["birthday:2026"]
    assert shop.vault.unwraps == before


@pytest.mark.parametrize(
    ("until", "found"), [("2026-05-17", ["birthday:2026"]), ("2026-05-18", [])]
)
def test_a_week_of_standstill_costs_nobody_her_gift(
    database: Database, tmp_path: Path, until: str, found: list[str]
) -> None:
    shop = gift_shop(database, tmp_path)
    born(shop, "--05-10")
    go_to(shop, until)
    assert given(shop) == found


def test_the_gift_comes_before_the_day_where_the_shop_says_so(
    database: Database, tmp_path: Path
) -> None:
    shop = gift_shop(database, tmp_path, days_before=3)
    born(shop, "--01-02")
    go_to(shop, "2026-12-29")
    assert given(shop) == []
    go_to(shop, "2026-12-30")
    assert given(shop) == ["birthday:2027"]
    go_to(shop, "2027-01-02")
    assert given(shop) == ["birthday:2027"]


def test_a_29_february_is_kept_on_the_28_in_other_years(database: Database, tmp_path: Path) -> None:
    shop = gift_shop(database, tmp_path)
    born(shop, "2000-02-29")
    go_to(shop, "2027-02-27")
    assert given(shop) == []
    go_to(shop, "2027-02-28")
    assert given(shop) == ["birthday:2027"]
    go_to(shop, "2028-02-28")
    assert given(shop) == ["birthday:2027"]
    go_to(shop, "2028-02-29")
    assert given(shop) == ["birthday:2027", "birthday:2028"]


def test_a_lunar_birthday_is_kept_by_its_calendar(database: Database, tmp_path: Path) -> None:
    shop = gift_shop(database, tmp_path)
    born(shop, "lunar:1990-08-15")
    go_to(shop, "2026-09-24")
    assert given(shop) == []
    go_to(shop, "2026-09-25")
    assert given(shop) == ["birthday:2026"]
    go_to(shop, "2027-09-15")
    assert given(shop) == ["birthday:2026", "birthday:2027"]


def test_the_days_of_the_lunar_calendar_are_those_that_a_birthday_offset_knows() -> None:
    assert ("lunar:--08-15", 2026) in list(kept_on(date(2026, 9, 25)))
    # The twelfth month of the year of the snake has 29 days: the 30th is kept on its last one.
    kept = list(kept_on(date(2026, 2, 16)))
    assert kept[1:] == [("lunar:--12-29", 2025), ("lunar:--12-30", 2025)]
    # The second sixth month of 2025 is nobody's: the first one counts.
    assert list(kept_on(date(2025, 8, 1))) == [("--08-01", 2025)]
    assert list(kept_on(date(2120, 8, 1))) == [("--08-01", 2120)]


def test_whoever_moves_her_birthday_about_has_one_gift_a_year(
    database: Database, tmp_path: Path
) -> None:
    shop = gift_shop(database, tmp_path)
    wang = born(shop, "--05-10")
    go_to(shop, "2026-05-10")
    given(shop)
    change(shop, wang, "--06-10", 1)
    go_to(shop, "2026-06-10")
    assert given(shop) == ["birthday:2026"]
    change(shop, wang, "lunar:--12-20", 2)
    go_to(shop, "2027-01-27")
    assert given(shop) == ["birthday:2026"]
    go_to(shop, "2028-01-16")
    assert given(shop) == ["birthday:2026", "birthday:2027"]


def test_a_clock_that_jumps_gives_nothing_twice(database: Database, tmp_path: Path) -> None:
    shop = gift_shop(database, tmp_path)
    born(shop, "--05-10")
    for moment in ("2026-05-11", "2026-05-09", "2026-05-10", "2026-05-16", "2026-05-10"):
        go_to(shop, moment)
        assert given(shop) == ["birthday:2026"]
    go_to(shop, "2027-05-10", "03:59:00")
    assert given(shop) == ["birthday:2026"]
    go_to(shop, "2027-05-10", "04:00:00")
    assert given(shop) == ["birthday:2026", "birthday:2027"]


def test_a_birthday_that_is_taken_back_brings_nothing_and_leaves_no_trace(
    database: Database, tmp_path: Path
) -> None:
    shop = gift_shop(database, tmp_path)
    wang = born(shop, "--05-10")
    with database.read() as read:
        assert read.all(INDEXED) == [(wang, blind_index(shop.vault, "1990-05-10"))]
    change(shop, wang, "", 1)
    with database.read() as read:
        assert read.all(INDEXED) == []
    go_to(shop, "2026-05-10")
    assert given(shop) == []


def test_a_frozen_member_waits_until_she_is_active_again(
    database: Database, tmp_path: Path
) -> None:
    shop = gift_shop(database, tmp_path)
    wang = born(shop, "--05-10")
    shop.run(FreezeMember(member_id=wang, reason="挂失"))
    go_to(shop, "2026-05-10")
    assert given(shop) == []
    shop.run(UnfreezeMember(member_id=wang, reason="找到了"))
    assert given(shop) == ["birthday:2026"]


def test_birthdays_told_before_there_was_an_index_are_found_too(
    database: Database, tmp_path: Path
) -> None:
    shop = gift_shop(database, tmp_path)
    for number in range(130):
        born(shop, "1990-05-10", f"1380013{number:04}")
    clear: Statement[object] = Statement(delete(birthday_index))
    again: Statement[object] = Statement(delete(member_walk))
    database.write(lambda tx: (tx.run(clear), tx.run(again))).result()
    go_to(shop, "2026-05-10")
    assert len(given(shop)) == 130


def test_a_tier_may_have_a_gift_of_its_own_and_nobody_else_one(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(
        database,
        tmp_path,
        terms={
            "joining.points": 0,
            "joining.coupon_types": [],
            "earning.expiry_months": 0,
            "tiers.gifts": [{"tier": "gold", "birthday_gift": {"bonus_minor": 800}}],
        },
    )
    wang = born(shop, "--05-10")
    born(shop, "--05-10", "13800138001")
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    go_to(shop, "2026-05-10")
    assert given(shop) == ["birthday:2026"]
    assert shop.balances(wang).bonus_minor == 800
