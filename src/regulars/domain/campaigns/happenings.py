"""What a journey can wait for: the facts of the shop that name a member, and what each one tells.

A bill of 328.00 is `order.settled` with `due_minor` 32,800: "one bill of 300 and more" is a filter
over that. Nothing else of a fact can be asked, so a filter that is saved can always be answered.
"""

from collections.abc import Mapping

from regulars.domain.kernel.condition import ALWAYS, Condition, Known, View, condition_from, verdict
from regulars.domain.kernel.refusal import refusal_code

FACT_UNKNOWN = refusal_code("journey.fact_unknown", "fact")

_ORDER = frozenset({"due_minor", "discount_minor", "points_spent", "points_earned", "coupons"})
_NONE: frozenset[str] = frozenset()
_MESSAGE = frozenset({"channel", "journey", "step"})
# What tells that a message did not arrive.
MESSAGE_ENDED = "message.ended"
_TOLD: Mapping[str, frozenset[str]] = {
    "order.settled": _ORDER,
    "order.refunded": frozenset({"amount_minor", "points_returned", "points_taken_back"}),
    "member.joined": frozenset({"via", "identities"}),
    "member.tier_changed": frozenset({"tier", "cause"}),
    "member.stage_changed": frozenset({"now", "before", "cause"}),
    "member.class_changed": frozenset({"now", "before", "cause"}),
    "member.checked_in": _NONE,
    "member.gifted": frozenset({"occasion", "points", "coupons"}),
    "member.tags_changed": _NONE,
    "value.topped_up": frozenset({"principal_minor", "bonus_minor", "points", "tender"}),
    "points.expiring": frozenset({"points", "expires_on"}),
    "coupon.issued": frozenset({"type"}),
    "coupon.voided": _NONE,
    "consent.granted": _NONE,
    "consent.withdrawn": _NONE,
    "survey.answered": frozenset({"score"}),
    "task.completed": _NONE,
    "draw.drawn": _NONE,
    MESSAGE_ENDED: _MESSAGE | {"state", "reason"},
    "message.clicked": _MESSAGE | {"link"},
}
# The store where it happened can be asked of every fact.
_EVERYWHERE = frozenset({"store"})
KINDS = frozenset(_TOLD)


def filter_from(fact: str, data: object) -> Condition:
    """The filter over what a fact tells; None or nothing holds for every one of its kind.

    Refuses: journey.fact_unknown, condition.malformed, condition.too_large.
    """
    if fact not in _TOLD:
        raise FACT_UNKNOWN.because(fact=fact[:60])
    return ALWAYS if data is None else condition_from(data, fields=_TOLD[fact] | _EVERYWHERE)


def met(where: Condition, body: Mapping[str, object], *, store: str | None) -> bool:
    """Whether a fact that told this passes a filter."""
    return verdict(where, _view(body, store)).holds


def _view(body: Mapping[str, object], store: str | None) -> View:
    told: dict[str, Known] = {"store": store}
    for name, value in body.items():
        if isinstance(value, str | int):
            told[name] = value
        elif isinstance(value, list):
            told[name] = frozenset(str(one) for one in value)
    return told
