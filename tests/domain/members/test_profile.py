"""Profile: what is kept of what people write, and what of it a till may see."""

from datetime import date

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import Identity, IdentityKind
from regulars.domain.members.masking import masked, short_name
from regulars.domain.members.profile import ProfileField, ProfileText, kept, without_year

TODAY = date(2026, 5, 1)


def told(field: ProfileField, text: str) -> str | None:
    return kept(ProfileText(field=field, text=text), today=TODAY)


def refusal_of(field: ProfileField, text: str) -> str:
    with pytest.raises(Refusal) as caught:
        told(field, text)
    return caught.value.code


def test_a_name_is_kept_as_it_was_told() -> None:
    assert told(ProfileField.NAME, "  李 敏 ") == "李 敏"
    assert told(ProfileField.NAME, "   ") is None
    assert told(ProfileField.NAME, "Zoë O'Neil 👩‍👧") == "Zoë O'Neil 👩‍👧"


@pytest.mark.parametrize(
    "text", ["李\n敏", "a\x00b", "a\u202eb", "a\x1b[31m", "a\u2028b", "a\u200bb"]
)
def test_line_breaks_and_invisible_characters_never_get_into_a_name(text: str) -> None:
    assert refusal_of(ProfileField.NAME, text) == "member.text_malformed"


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1111", "卡 6228480402564890018", "５５５５-５５５５-５５５５-４４４４"]
)
def test_a_payment_card_number_is_never_kept(text: str) -> None:
    assert refusal_of(ProfileField.LIKES, text) == "member.payment_card_refused"


def test_an_ordinary_long_number_is_kept() -> None:
    assert told(ProfileField.ADDRESS, "订单 8888000012345671") == "订单 8888000012345671"


def test_a_text_that_is_too_long_is_refused() -> None:
    assert refusal_of(ProfileField.NAME, "长" * 61) == "member.text_too_long"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1990-5-1", "1990-05-01"),
        ("1990/05/01", "1990-05-01"),
        ("--05-01", "--05-01"),
        ("--02-29", "--02-29"),
        ("lunar:1990-4-30", "lunar:1990-04-30"),
        ("lunar:--08-15", "lunar:--08-15"),
        ("2012-05-01", "2012-05-01"),
    ],
)
def test_a_birthday_may_lack_its_year_and_may_be_lunar(text: str, written: str) -> None:
    assert told(ProfileField.BIRTHDAY, text) == written


@pytest.mark.parametrize(
    "text",
    [
        "1990-13-01",
        "1990-02-30",
        "31-12-1990",
        "1880-01-01",
        "2027-01-01",
        "lunar:--01-31",
        "x",
        "19900501",
    ],
)
def test_what_is_no_birthday_is_refused(text: str) -> None:
    assert refusal_of(ProfileField.BIRTHDAY, text) == "member.birthday_malformed"


@pytest.mark.parametrize("text", ["2012-05-02", "2020-01-01", "lunar:2012-04-01"])
def test_under_fourteen_a_guardian_is_needed(text: str) -> None:
    assert refusal_of(ProfileField.BIRTHDAY, text) == "member.guardian_needed"


def test_a_till_sees_no_year() -> None:
    assert without_year("1990-05-01") == "--05-01"
    assert without_year("--05-01") == "--05-01"
    assert without_year("lunar:1990-04-30") == "lunar:--04-30"


def test_gender_is_one_of_three() -> None:
    assert told(ProfileField.GENDER, "female") == "female"
    assert refusal_of(ProfileField.GENDER, "girl") == "member.gender_unknown"


@pytest.mark.parametrize(
    ("kind", "normal", "shown"),
    [
        (IdentityKind.PHONE, "+8613812345678", "138****5678"),
        (IdentityKind.PHONE, "+85291234567", "9****4567"),
        (IdentityKind.EMAIL, "li.min@qq.com", "li***@qq.com"),
        (IdentityKind.EMAIL, "a@qq.com", "a***@qq.com"),
        (IdentityKind.CARD, "M0123456789A", "****789A"),
    ],
)
def test_a_mask_shows_the_ends_only(kind: IdentityKind, normal: str, shown: str) -> None:
    assert masked(Identity(kind, normal)) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王小明"),
        ("Mary Anne Jones", "Mary J."),
        ("李 敏", "李 敏"),
        ("一" * 20, "一" * 11 + "…"),
    ],
)
def test_a_member_is_greeted_by_a_short_name(name: str, shown: str) -> None:
    assert short_name(name) == shown
