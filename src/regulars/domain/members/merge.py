"""Two records of one person: how they are recognised, and what the one that stays keeps.

王芳 joined by phone in May and by card in August. Name and birthday agree, and her old number is the
other record's new one: a manager sees why they look like one person, what would move, and merges
them. What either record refused stays refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, whole
from regulars.domain.members.consent import Channel, Choice, Consent, Purpose, standing
from regulars.domain.members.identity import Identity, IdentityKind
from regulars.domain.members.profile import ProfileField

MERGE_WITH_SELF = refusal_code("merge.with_self")
MERGE_NOT_ACTIVE = refusal_code("merge.not_active")
MERGE_UNFINISHED = refusal_code("merge.unfinished")
MERGE_UNKNOWN = refusal_code("merge.unknown")
MERGE_UNDONE = refusal_code("merge.undone_already")
MERGE_TOO_LATE = refusal_code("merge.too_late")
MERGE_BURIED = refusal_code("merge.merged_again")

# Until when a merge may be undone; asked of head office alone. Units: days.
UNDO_DAYS = Field("members.merge_undo_days", 30, whole(1, 365))
FIELDS = (UNDO_DAYS,)

_NATIONAL_DIGITS = 11


class Evidence(StrEnum):
    """Why two records look like one person."""

    NAME_AND_BIRTHDAY = "name_and_birthday"
    OLD_IDENTITY = "old_identity"
    NUMBER_AS_CARD = "number_as_card"
    SAME_MAILBOX = "same_mailbox"


class Part(StrEnum):
    """What moves to the record that stays, besides value."""

    IDENTITY = "identity"
    CONTACT = "contact"
    COUPON = "coupon"
    PASS = "pass"  # noqa: S105 - a pass of ten visits, not a password
    ORDER = "order"
    TAG = "tag"
    JOURNEY_RUN = "journey_run"
    CONSENT = "consent"


class Keep(StrEnum):
    """Whose text of a field the record that stays shows afterwards."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"


@dataclass(frozen=True, slots=True)
class FieldKept:
    """Whose text of one field stays, and whether the two differ."""

    field: ProfileField
    keep: Keep
    differs: bool


def sureness(found: Iterable[Evidence]) -> int:
    """How sure evidence makes us, so that the surest pairs come first. Units: of 100."""
    doubt = 1.0
    for one in frozenset(found):
        doubt *= 1 - _WEIGHT[one]
    return round((1 - doubt) * 100)


_WEIGHT: Mapping[Evidence, float] = {
    Evidence.NAME_AND_BIRTHDAY: 0.8,
    Evidence.OLD_IDENTITY: 0.9,
    Evidence.NUMBER_AS_CARD: 0.9,
    Evidence.SAME_MAILBOX: 0.9,
}


def plain_name(name: str) -> str:
    """A name as it is compared: without blanks and points, in one case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def other_spellings(identity: Identity) -> tuple[tuple[Identity, Evidence], ...]:
    """Under which other identities the same person may be known.

    A shop's old card often bears the phone number; a mailbox takes mail under `name+word` too.

    >>> other_spellings(Identity(IdentityKind.PHONE, "+8613812345678"))[0][0].normal
    '13812345678'
    """
    match identity.kind:
        case IdentityKind.PHONE:
            digits = identity.normal.removeprefix("+86")
            cards = (digits, identity.normal.removeprefix("+"))
            return tuple(
                (Identity(IdentityKind.CARD, card), Evidence.NUMBER_AS_CARD)
                for card in dict.fromkeys(cards)
                if card.isdigit()
            )
        case IdentityKind.CARD:
            if len(identity.normal) != _NATIONAL_DIGITS or not identity.normal.isdigit():
                return ()
            phone = Identity(IdentityKind.PHONE, f"+86{identity.normal}")
            return ((phone, Evidence.NUMBER_AS_CARD),)
        case IdentityKind.EMAIL:
            mailbox, _, host = identity.normal.partition("@")
            plain = f"{mailbox.partition('+')[0]}@{host}"
            if plain == identity.normal:
                return ()
            return ((Identity(IdentityKind.EMAIL, plain), Evidence.SAME_MAILBOX),)
        case _:
            assert_never(identity.kind)


def fields_kept(
    survivor: Mapping[ProfileField, str],
    absorbed: Mapping[ProfileField, str],
    chosen: Mapping[ProfileField, Keep],
) -> tuple[FieldKept, ...]:
    """Whose text of each field stays: what was chosen, else what the one that stays tells."""
    kept: list[FieldKept] = []
    for field in ProfileField:
        ours, theirs = survivor.get(field), absorbed.get(field)
        if ours is None and theirs is None:
            continue
        default = Keep.ABSORBED if ours is None else Keep.SURVIVOR
        keep = chosen.get(field, default)
        if keep is Keep.ABSORBED and theirs is None:
            keep = Keep.SURVIVOR
        kept.append(FieldKept(field, keep, differs=ours != theirs))
    return tuple(kept)


def withdrawn_by(survivor: Iterable[Consent], absorbed: Iterable[Consent]) -> tuple[Choice, ...]:
    """What the record that stays must refuse from now on: whatever either of the two refused.

    What only the other one allowed is not taken over: never asked counts as no.
    """
    ours, theirs = standing(survivor), standing(absorbed)
    refused: list[Choice] = []
    for key, consent in theirs.items():
        known = ours.get(key)
        if not consent.choice.granted and (known is None or known.choice.granted):
            refused.append(consent.choice)
    return tuple(refused)


def before_merge(
    consents: Iterable[Consent], *, until: Instant, keys: Iterable[tuple[Channel, Purpose]]
) -> tuple[Choice, ...]:
    """The choices that stood before a merge withdrew them, to be given back when it is undone."""
    stood = standing(one for one in consents if one.at < until)
    return tuple(stood[key].choice for key in keys if key in stood)


def undo_until(merged_at: Instant, days: int) -> Instant:
    """Until when a merge may be undone."""
    return Instant(merged_at + timedelta(days=days))
