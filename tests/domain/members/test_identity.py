"""Identities: whatever way they are written, one person is found once."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.card import card_code
from regulars.domain.members.identity import (
    IDENTITIES_MAX,
    Identity,
    IdentityKind,
    distinct,
    identity_of,
    offered,
)

CARD = card_code(b"12345678")


def refused(code: str, kind: IdentityKind, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        identity_of(kind, text, country="CN")
    assert caught.value.code == code
    assert caught.value.parameters == {"kind": kind.value}


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
        "１３８１２３４５６７８",
        "008613812345678",
    ],
)
def test_one_phone_number_has_one_normal_form(text: str) -> None:
    assert identity_of(IdentityKind.PHONE, text, country="CN").normal == "+8613812345678"


def test_a_phone_number_without_country_is_of_the_organisations_country() -> None:
    assert identity_of(IdentityKind.PHONE, "9123 4567", country="HK").normal == "+85291234567"


@pytest.mark.parametrize(
    "text", ["", "138", "1381234567890123", "abc", "+", "138\n12345678x", "13812345"]
)
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    refused("member.identity_malformed", IdentityKind.PHONE, text)


@pytest.mark.parametrize("text", ["Li.Min@QQ.com", " li.min@qq.com ", "ｌｉ.min@qq.com"])
def test_one_email_has_one_normal_form(text: str) -> None:
    assert identity_of(IdentityKind.EMAIL, text, country="CN").normal == "li.min@qq.com"


@pytest.mark.parametrize(
    "text",
    ["li.min", "@qq.com", "a@b", "a b@qq.com", "a@qq..com", "a@qq.com\r\nBcc: x@y.zz", "a@-q.com"],
)
def test_what_is_no_email_is_refused(text: str) -> None:
    refused("member.identity_malformed", IdentityKind.EMAIL, text)


def test_a_card_code_is_read_with_or_without_separators() -> None:
    written = f"{CARD[:4]}-{CARD[4:8]} {CARD[8:]}".lower()
    assert identity_of(IdentityKind.CARD, written, country="CN").normal == CARD


def test_a_payment_card_is_no_member_card() -> None:
    refused("member.identity_malformed", IdentityKind.CARD, "4111 1111 1111 1111")


def test_the_one_field_takes_phone_email_and_card() -> None:
    assert offered("13812345678", country="CN")[0] == Identity(IdentityKind.PHONE, "+8613812345678")
    assert offered("a@qq.com", country="CN") == (Identity(IdentityKind.EMAIL, "a@qq.com"),)
    assert offered(CARD, country="CN") == (Identity(IdentityKind.CARD, CARD),)


def test_a_mobile_range_that_no_list_knows_yet_is_taken() -> None:
    assert identity_of(IdentityKind.PHONE, "12012345678", country="CN").normal == "+8612012345678"


def test_a_number_that_may_be_a_phone_or_an_older_card_is_tried_as_both() -> None:
    kinds = [one.kind for one in offered("02112345678", country="CN")]
    assert kinds == [IdentityKind.PHONE, IdentityKind.CARD]


@pytest.mark.parametrize("text", ["", "王小明", "%", "*", "' OR 1=1", "138%"])
def test_a_name_or_a_wildcard_finds_nobody(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        offered(text, country="CN")
    assert caught.value.code == "member.lookup_malformed"


def test_nobody_joins_without_any_identity_or_with_one_twice_or_with_too_many() -> None:
    phone = Identity(IdentityKind.PHONE, "+8613812345678")
    cards = [Identity(IdentityKind.CARD, f"CARD{n}") for n in range(IDENTITIES_MAX + 1)]
    for identities, code in (
        ([], "member.identities_missing"),
        ([phone, phone], "member.identity_repeated"),
        (cards, "member.identities_too_many"),
    ):
        with pytest.raises(Refusal) as caught:
            distinct(identities)
        assert caught.value.code == code
    assert distinct([phone, cards[0]]) == (phone, cards[0])
