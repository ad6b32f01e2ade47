"""Referral 老带新: both sides get something once the friend's first order is there to stay.

王芳 tells 李敏 her code, `K4W7-PR2TH`. 李敏 joins with it and orders for 36.00. Fourteen days later
nobody has sent the order back: 王芳 gets 200 points, 李敏 a coupon. What looks like somebody
inviting herself is held back with the evidence, and a manager decides.

A code is a keyed permutation of the number under which the member's account is kept, with a check
character: it is stored nowhere and tells nothing of her. Source: a Feistel network of 8 rounds, as
for coupon codes.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import check_parts, number, one_of
from regulars.domain.kernel.terms import TERMS_MALFORMED
from regulars.domain.loyalty.gift import Gift, gift_data, gift_from
from regulars.domain.loyalty.programme import Definition

REFERRAL_SELF = refusal_code("referral.self")
REFERRAL_TOO_LATE = refusal_code("referral.too_late", "days")

# No vowels, so that no words appear, and nothing that looks like something else.
ALPHABET = "23456789CDFHJKMNPRTVWXY"
CODE_LENGTH = 8
TYPED_LENGTH_MAX = 40
DAYS_MAX = 366
SPANS = ("ever", "day", "week", "month")
_BASE = 23
_HALF: int = _BASE ** (CODE_LENGTH // 2)
_ROUNDS = 8
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_DASHES = frozenset("-\u2010\u2013\u2014\u2212")
_FIELD = "referral"
_PARTS = (
    "inviter",
    "invited",
    "min_due_minor",
    "window_days",
    "cap_per_inviter",
    "join_days",
    "order_days",
    "rush_max",
)


class Cap(NamedTuple):
    """For how many friends one member is rewarded within a span of business days."""

    span: str
    uses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPromise:
    """What bringing a friend promises. Units: minor units, days.

    `window_days`: so long after the first order it may come back; `join_days`: so long after
    joining a code may still be told; `order_days`: so long a first order is waited for.
    `rush_max`: more friends than this joining at one till within an hour are looked at.
    """

    inviter: Gift
    invited: Gift
    min_due_minor: int = 1
    window_days: int = 14
    cap: Cap | None = None
    join_days: int = 7
    order_days: int = 90
    rush_max: int = 5

    def check_joined(self, days_ago: int) -> None:
        """Whether somebody who joined so many days ago may still name who brought her.

        Units: whole days. Refuses: referral.too_late.
        """
        if days_ago >= self.join_days:
            raise REFERRAL_TOO_LATE.because(days=self.join_days)


class ReferralState(StrEnum):
    """Where a referral stands."""

    WAITING = "waiting"
    DUE = "due"
    HELD = "held"
    REWARDED = "rewarded"
    ENDED = "ended"
    REJECTED = "rejected"


class EndedBecause(StrEnum):
    """Why nobody was rewarded."""

    NO_ORDER = "no_order"
    REFUNDED = "refunded"
    MEMBER_GONE = "member_gone"


class EvidenceKind(StrEnum):
    """What makes a referral look like somebody inviting herself."""

    SHARED_IDENTITY = "shared_identity"
    SHARED_PAYMENT = "shared_payment"
    RING = "ring"
    RUSH = "rush"


class Evidence(NamedTuple):
    """One reason to look: how often it was found, and the other referral that tells."""

    kind: EvidenceKind
    found: int
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What is known of two members beyond their ids.

    `shared_identities`: phone numbers, e-mails, cards or open ids that both were ever known by;
    `shared_payments`: payments from outside that both of them named as their own;
    `ring_through`: the referral by which the friend brought, in the end, who brought her;
    `joined_together`: other friends who joined at the same till within an hour of her.
    """

    shared_identities: int
    shared_payments: int
    ring_through: UUID | None
    joined_together: int


def evidence_of(traces: Traces, promise: ReferralPromise) -> tuple[Evidence, ...]:
    """Every reason to hold a referral back; none means that both sides are rewarded."""
    found: list[Evidence] = []
    if traces.shared_identities:
        found.append(Evidence(EvidenceKind.SHARED_IDENTITY, traces.shared_identities))
    if traces.shared_payments:
        found.append(Evidence(EvidenceKind.SHARED_PAYMENT, traces.shared_payments))
    if traces.ring_through is not None:
        found.append(Evidence(EvidenceKind.RING, 1, traces.ring_through))
    if traces.joined_together >= promise.rush_max:
        found.append(Evidence(EvidenceKind.RUSH, traces.joined_together + 1))
    return tuple(found)


def counts(due_minor: int, refunded_minor: int, *, min_due_minor: int) -> bool:
    """Whether what is left of an order is enough for a reward. Units: minor units."""
    return due_minor - refunded_minor >= max(min_due_minor, 1)


def referral_from(data: Mapping[str, object]) -> ReferralPromise:
    """The promise that a definition spells. Refuses: terms.malformed."""
    check_parts(_FIELD, data, *_PARTS)
    promise = ReferralPromise(
        inviter=gift_from(f"{_FIELD}.inviter", data.get("inviter", {})),
        invited=gift_from(f"{_FIELD}.invited", data.get("invited", {})),
        min_due_minor=number(_FIELD, data, "min_due_minor", 1),
        window_days=_days(data, "window_days", 14),
        cap=_cap(data.get("cap_per_inviter")),
        join_days=_days(data, "join_days", 7),
        order_days=_days(data, "order_days", 90),
        rush_max=number(_FIELD, data, "rush_max", 5),
    )
    if promise.inviter.empty and promise.invited.empty:
        raise TERMS_MALFORMED.because(field=_FIELD, part="inviter")
    if not promise.rush_max:
        raise TERMS_MALFORMED.because(field=_FIELD, part="rush_max")
    return promise


def referral_data(promise: Definition) -> dict[str, object]:
    """A promise as its definition spells it."""
    assert isinstance(promise, ReferralPromise)
    told: dict[str, object] = {
        "inviter": gift_data(promise.inviter),
        "invited": gift_data(promise.invited),
        "min_due_minor": promise.min_due_minor,
        "window_days": promise.window_days,
        "join_days": promise.join_days,
        "order_days": promise.order_days,
        "rush_max": promise.rush_max,
    }
    if promise.cap is not None:
        told["cap_per_inviter"] = promise.cap._asdict()
    return told


def _days(data: Mapping[str, object], part: str, default: int) -> int:
    value = number(_FIELD, data, part, default)
    if value > DAYS_MAX:
        raise TERMS_MALFORMED.because(field=f"{_FIELD}.{part}", part=f"0..{DAYS_MAX}")
    return value


def _cap(value: object) -> Cap | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TERMS_MALFORMED.because(field=_FIELD, part="cap_per_inviter")
    check_parts(_FIELD, value, "span", "uses")
    span = one_of(*SPANS)("referral.cap_per_inviter", value.get("span"))
    return Cap(span, number(_FIELD, value, "uses"))


@dataclass(frozen=True, slots=True)
class ReferralCipher:
    """The key under which account numbers become codes. Units: 32 bytes."""

    key: bytes

    def code_of(self, account_number: int) -> str:
        """The code of one member, in two groups."""
        if not 0 <= account_number < _HALF * _HALF:
            raise ValueError("an account number has a code of 8 letters")
        left, right = divmod(account_number, _HALF)
        for turn in range(_ROUNDS):
            left, right = right, (left + self._mixed(turn, right)) % _HALF
        values = [*_digits(left), *_digits(right)]
        plain = "".join(ALPHABET[value] for value in [*values, _check(values)])
        return f"{plain[:4]}-{plain[4:]}"

    def account_of(self, typed: str) -> int | None:
        """The account number that a code says, however it was typed; None where it is no code."""
        values = _values_of(typed)
        if values is None or values[-1] != _check(values[:-1]):
            return None
        half = CODE_LENGTH // 2
        left, right = _whole(values[:half]), _whole(values[half:-1])
        for turn in reversed(range(_ROUNDS)):
            left, right = (right - self._mixed(turn, left)) % _HALF, left
        return left * _HALF + right

    def _mixed(self, turn: int, half: int) -> int:
        value = bytes((turn,)) + half.to_bytes(8, "big")
        return int.from_bytes(blake2b(value, digest_size=12, key=self.key).digest(), "big")


def _digits(half: int) -> list[int]:
    values: list[int] = []
    for _ in range(CODE_LENGTH // 2):
        half, value = divmod(half, _BASE)
        values.insert(0, value)
    return values


def _whole(values: list[int]) -> int:
    whole = 0
    for value in values:
        whole = whole * _BASE + value
    return whole


def _check(values: list[int]) -> int:
    return sum(place * value for place, value in enumerate(values, 1)) % _BASE


def _values_of(typed: str) -> list[int] | None:
    if len(typed) > TYPED_LENGTH_MAX:
        return None
    # A Chinese keyboard types full-width letters, digits and dashes.
    letters = unicodedata.normalize("NFKC", typed).upper()
    told = [one for one in letters if one not in _DASHES and not one.isspace()]
    values = [_VALUES.get(letter, -1) for letter in told]
    return None if -1 in values or len(values) != CODE_LENGTH + 1 else values
