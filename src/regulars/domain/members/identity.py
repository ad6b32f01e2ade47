"""What a member is known by: phone, e-mail, card. Several per member, each of one member only.

A guest says "138 1234 5678", another till scans "+8613812345678": both are one identity, since
only the normal form is ever compared. One field at the till takes whatever the guest offers.

    >>> identity_of(IdentityKind.PHONE, "138-1234-5678", country="CN").normal
    '+8613812345678'
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import phonenumbers

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members import card
from regulars.domain.members.writing import is_payment_card, unformatted

IDENTITY_MALFORMED = refusal_code("member.identity_malformed", "kind")
IDENTITY_REPEATED = refusal_code("member.identity_repeated", "kind")
IDENTITIES_MISSING = refusal_code("member.identities_missing")
IDENTITIES_TOO_MANY = refusal_code("member.identities_too_many", "maximum")
LOOKUP_MALFORMED = refusal_code("member.lookup_malformed")

IDENTITIES_MAX = 10
_EMAIL = re.compile(
    r"[^\s@\"(),:;<>\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_][\w-]{1,62}"
)
_DIALLED = re.compile(r"[+(]?[\d\s()./·-]{3,32}")
_SEPARATORS = re.compile(r"[\s.()/·-]+")


class IdentityKind(StrEnum):
    """What sort of identity it is."""

    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity in its normal form, which is what is compared, indexed and kept."""

    kind: IdentityKind
    normal: str


def identity_of(kind: IdentityKind, text: str, *, country: str) -> Identity:
    """The identity that a text spells. Units: country is ISO 3166, for numbers without +.

    Refuses: member.identity_malformed.
    """
    match kind:
        case IdentityKind.PHONE:
            normal = _phone(text, country)
        case IdentityKind.EMAIL:
            normal = _email(text)
        case IdentityKind.CARD:
            normal = _card(text)
        case _:
            assert_never(kind)
    if normal is None:
        raise IDENTITY_MALFORMED.because(kind=kind.value)
    return Identity(kind, normal)


def distinct(identities: Iterable[Identity]) -> tuple[Identity, ...]:
    """The identities with which somebody joins.

    Refuses: member.identities_missing, member.identities_too_many, member.identity_repeated.
    """
    known: dict[Identity, None] = {}
    for identity in identities:
        if identity in known:
            raise IDENTITY_REPEATED.because(kind=identity.kind.value)
        known[identity] = None
    if not known:
        raise IDENTITIES_MISSING.because()
    if len(known) > IDENTITIES_MAX:
        raise IDENTITIES_TOO_MANY.because(maximum=IDENTITIES_MAX)
    return tuple(known)


def offered(text: str, *, country: str) -> tuple[Identity, ...]:
    """What the text of the one look-up field may mean, the likeliest first.

    An older card's number may also be somebody's phone number: then both are tried.
    Refuses: member.lookup_malformed.
    """
    if "@" in unformatted(text):
        found = [(IdentityKind.EMAIL, _email(text))]
    else:
        found = [(IdentityKind.PHONE, _phone(text, country)), (IdentityKind.CARD, _card(text))]
    identities = tuple(Identity(kind, normal) for kind, normal in found if normal is not None)
    if not identities:
        raise LOOKUP_MALFORMED.because()
    return identities


def _phone(text: str, country: str) -> str | None:
    plain = unformatted(text)
    if not _DIALLED.fullmatch(plain):
        return None
    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException:
        return None
    if not (phonenumbers.is_valid_number(number) or _may_be_new(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _may_be_new(number: phonenumbers.PhoneNumber) -> bool:
    # Mobile ranges open before any list of them knows: one of the right length is taken.
    if number.country_code is None:
        return False
    region = phonenumbers.region_code_for_country_code(number.country_code)
    mobile = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if mobile is None or not phonenumbers.is_possible_number(number):
        return False
    return len(str(number.national_number)) == len(str(mobile.national_number))


def _email(text: str) -> str | None:
    plain = unformatted(text).casefold()
    return plain if len(plain) <= 254 and _EMAIL.fullmatch(plain) else None


def _card(text: str) -> str | None:
    plain = _SEPARATORS.sub("", unformatted(text)).upper()
    code = card.own_card(plain)
    if code is None and not is_payment_card(plain):
        code = card.foreign_card(plain)
    return code
