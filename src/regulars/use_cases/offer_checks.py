"""What is checked when an offer is saved, and what a merchant reads before she saves it.

"满100减20 按单品优惠后计", the third of its kind this summer: the sentence reads well, and the check
says that two such offers at once are the most. The same check runs when the offer is saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.sentence import sentence_at
from regulars.domain.pricing.set_rules import (
    Placed,
    check_after_item,
    check_bundle,
    check_goods,
    check_overlapping,
)
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.storage.engine import Read
from regulars.storage.offer_shelf import names_of, promised, shelf_of, stores_at
from regulars.storage.stores import STORES


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What is allowed, and better known before."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An offer in words, what to think about, and everything that forbids it."""

    sentence: Label
    warnings: tuple[Warned, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An offer as it would be saved: where, when and what."""

    id: UUID
    name: Label
    level: str
    place_id: UUID | None
    definition: object
    begins_at: Instant
    ends_at: Instant | None


def checked(read: Read, draft: Draft, at: Instant) -> Checked:
    """What is to be said about an offer that somebody is writing; nothing is stored."""
    try:
        period = Period(draft.begins_at, draft.ends_at)
        offer = offer_from(OfferHead(draft.id, 0, draft.name, period), draft.definition)
    except Refusal as refusal:
        return Checked(sentence=Label(""), warnings=(), refusals=(refusal,))
    return check_offer(read, offer, at, level=draft.level, place_id=draft.place_id)


def check_offer(
    read: Read, offer: Offer, at: Instant, *, level: str, place_id: UUID | None
) -> Checked:
    """An offer beside what is sold and beside the other offers of its stores."""
    shelf = shelf_of(read, at)
    new = Placed(offer, stores_at(read.all(STORES), level, place_id))
    others = promised(read, at, but=offer.id)
    refusals: list[Refusal] = []
    warnings: list[Warned] = []
    checks: tuple[Callable[[], None], ...] = (
        partial(check_goods, offer, shelf),
        partial(check_bundle, offer.effect, shelf),
        partial(check_after_item, new, others),
    )
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            refusals.append(refusal)
    try:
        cautions = check_overlapping(new, others, shelf)
    except Refusal as refusal:
        refusals.append(refusal)
    else:
        warnings += [
            Warned(code=one.code, zh=one.text.in_language("zh-CN"), en=one.text.in_language("en"))
            for one in cautions
        ]
    return Checked(
        sentence=sentence_at(offer, names_of(read, at), at),
        warnings=tuple(warnings),
        refusals=tuple(refusals),
    )


def must_hold(found: Checked) -> None:
    """Refuses: the first of what forbids the offer."""
    if found.refusals:
        raise found.refusals[0]
