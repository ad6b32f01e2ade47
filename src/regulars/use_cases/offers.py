"""Saving what a merchant promises: offers by version, and kinds of coupon.

第二杯半价 on lemon tea from Monday, for the stores of region East: the definition is checked when it
is saved, so a bill never meets an offer that nobody can read. A change is a new version; old
versions stay, since paid orders name them.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import check_revision
from regulars.domain.kernel.terms import Level
from regulars.domain.pricing.coupon_rules import coupon_rules_data, coupon_rules_from
from regulars.domain.pricing.stored import OfferHead, check_for_coupon, offer_data, offer_from
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, coupons, offers
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.offers import OfferRow
from regulars.storage.places import check_place
from regulars.storage.shops import raise_revision
from regulars.use_cases.moment import Moment
from regulars.use_cases.offer_checks import Warned, check_offer, must_hold
from regulars.use_cases.runner import use_case

OFFER_UNKNOWN = refusal_code("offer.unknown")
OFFER_BEGINS_IN_THE_PAST = refusal_code("offer.begins_in_the_past")
VALID_DAYS_WRONG = refusal_code("coupon_type.valid_days_wrong", "maximum")
CODE_TAKEN = refusal_code("coupon_type.code_taken")

VALID_DAYS_MAX = 3_660


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOffer:
    """An offer, new (`seen` 0) or changed from the version that its author saw."""

    id: UUID
    seen: int
    name: Label
    level: Level
    place_id: UUID | None
    definition: object
    effective_at: Instant | None
    ends_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOffer:
    """End an offer now."""

    id: UUID
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCouponType:
    """A new kind of coupon. Units: days; `issue_max=None` has no limit.

    `rules`: how long copies last and what their holders may do; None is plain, by `valid_days`.
    """

    id: UUID
    code: str
    name: Label
    definition: object
    valid_days: int
    issue_max: int | None
    rules: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCouponType:
    """Hand out no more of a kind of coupon; those that are out keep their promise."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was saved, and its version."""

    id: UUID
    version: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedOffer:
    """The same of an offer, with the sentence that it reads as and what to think about."""

    id: UUID
    version: int
    state: str
    sentence_zh: str
    sentence_en: str
    warnings: tuple[Warned, ...]


@use_case
def save_offer(tx: Write, command: SaveOffer, moment: Moment) -> SavedOffer:
    """Save an offer as a new version, in force from its date on.

    Refuses: scope.outside, precondition.failed, offer.*, condition.*, period.reversed,
    offer.begins_in_the_past.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    known = tx.one(offers.NEWEST, offer_id=command.id)
    if known is not None:
        check_place(tx, moment.actor.scope, level=Level(known.level), place_id=known.place_id)
    check_revision(known.version if known else 0, expected=command.seen)
    begins = command.effective_at or moment.now
    if begins < moment.now:
        raise OFFER_BEGINS_IN_THE_PAST.because()
    head = OfferHead(
        id=command.id,
        version=command.seen + 1,
        name=command.name,
        period=Period(begins, command.ends_at),
    )
    offer = offer_from(head, command.definition)
    found = check_offer(tx, offer, moment.now, level=command.level.value, place_id=command.place_id)
    must_hold(found)
    row = OfferRow(
        id=command.id,
        version=head.version,
        name_zh=command.name.zh,
        name_en=command.name.en,
        level=command.level.value,
        place_id=command.place_id,
        definition=offer_data(offer),
        effective_at=begins,
        ends_at=command.ends_at,
        state="active",
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    saved = _recorded(tx, row, known, moment)
    return SavedOffer(
        id=saved.id,
        version=saved.version,
        state=saved.state,
        sentence_zh=found.sentence.in_language("zh-CN"),
        sentence_en=found.sentence.in_language("en"),
        warnings=found.warnings,
    )


@use_case
def stop_offer(tx: Write, command: StopOffer, moment: Moment) -> Saved:
    """End an offer now; orders that used it keep what they got.

    Refuses: offer.unknown, scope.outside, precondition.failed.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    known = tx.one(offers.NEWEST, offer_id=command.id)
    if known is None:
        raise OFFER_UNKNOWN.because()
    check_place(tx, moment.actor.scope, level=Level(known.level), place_id=known.place_id)
    check_revision(known.version, expected=command.seen)
    row = known._replace(
        version=known.version + 1,
        state="stopped",
        effective_at=moment.now,
        ends_at=None,
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    return _recorded(tx, row, known, moment)


@use_case
def save_coupon_type(tx: Write, command: SaveCouponType, moment: Moment) -> Saved:
    """Save a kind of coupon. It is never changed: coupons handed out keep their promise.

    Refuses: offer.*, condition.*, coupon_type.valid_days_wrong, coupon_type.rules_malformed,
    coupon_type.code_taken.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    check_place(tx, moment.actor.scope, level=Level.ORGANISATION, place_id=None)
    if not 1 <= command.valid_days <= VALID_DAYS_MAX:
        raise VALID_DAYS_WRONG.because(maximum=VALID_DAYS_MAX)
    head = OfferHead(id=command.id, version=1, name=command.name)
    offer = offer_from(head, command.definition)
    check_for_coupon(offer)
    must_hold(check_offer(tx, offer, moment.now, level=Level.ORGANISATION.value, place_id=None))
    definition = offer_data(offer)
    rules = None
    if command.rules is not None:
        rules = coupon_rules_data(coupon_rules_from(command.rules))
    tx.run(
        offers.ADD_COUPON_TYPE,
        expect=1,
        refusal=CODE_TAKEN.because(),
        id=command.id,
        code=command.code,
        name_zh=command.name.zh,
        name_en=command.name.en,
        definition=definition,
        valid_days=command.valid_days,
        issue_max=command.issue_max,
        rules=rules,
    )
    after = {"code": command.code, **definition, "rules": rules}
    _told(tx, moment, "coupon_type", command.id, after=after)
    return Saved(id=command.id, version=1, state="active")


@use_case
def stop_coupon_type(tx: Write, command: StopCouponType, moment: Moment) -> Saved:
    """Hand out no more of a kind of coupon.

    Refuses: scope.outside, coupon.type_unknown, coupon.type_stopped.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    check_place(tx, moment.actor.scope, level=Level.ORGANISATION, place_id=None)
    if tx.one(coupons.TYPE, type_id=command.id) is None:
        raise coupons.COUPON_TYPE_UNKNOWN.because()
    stopped = coupons.COUPON_TYPE_STOPPED.because()
    tx.run(coupons.STOP_TYPE, expect=1, refusal=stopped, type_id=command.id)
    before: dict[str, object] = {"state": "active"}
    _told(tx, moment, "coupon_type", command.id, before=before, after={"state": "stopped"})
    return Saved(id=command.id, version=1, state="stopped")


def _recorded(tx: Write, row: OfferRow, known: OfferRow | None, moment: Moment) -> Saved:
    offers.add(tx, row)
    before = None if known is None else {"version": known.version, "state": known.state}
    after = {"version": row.version, "state": row.state, "definition": row.definition}
    _told(tx, moment, "offer", row.id, before=before, after=after)
    return Saved(id=row.id, version=row.version, state=row.state)


def _told(
    tx: Write,
    moment: Moment,
    what: str,
    subject_id: UUID,
    *,
    after: dict[str, object],
    before: dict[str, object] | None = None,
) -> None:
    audit.record(
        tx,
        moment,
        action=f"{what}.saved",
        subject=f"{what}:{subject_id}",
        before=before,
        after=after,
    )
    append(tx, Fact(kind=f"{what}.saved", at=moment.now, subject_id=subject_id), id=moment.new_id())
    raise_revision(tx, "offers")
