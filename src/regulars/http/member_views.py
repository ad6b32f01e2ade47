"""What a till sees of a member: the card, the profile, consents. Masked unless revealed.

王芳, 138****5678, 茶客, 2 % off, 220 growth value to 茶王, 800 points, 120.00 stored, two coupons.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.expiry import DuePoints, points_standing
from regulars.domain.members.consent import Channel, Consent, Purpose
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.masking import masked, short_name
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.profile import ProfileField, without_year
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.scope import Scope
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.terms import Measure
from regulars.http.edge import Edge
from regulars.storage import consents, coupons, identities, ledger, member_tags, members, point_lots
from regulars.storage.coupons import CardCouponRow
from regulars.storage.engine import Read
from regulars.storage.identities import IdentityRow
from regulars.storage.ledger import Balances
from regulars.storage.members import CardRow, SealedProfile
from regulars.storage.tiers import StandingRow
from regulars.storage.vault import MemberKey, Vault
from regulars.use_cases.gifts import Given
from regulars.use_cases.standing import figure_today, row_of

HIDDEN = "****"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """A tier and what it gives. Units: basis points. `queue_skip`: served first."""

    code: str
    name_zh: str
    name_en: str
    discount_basis_points: int
    queue_skip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTierView:
    """The tier above, and what is missing. Units: the ladder's measure."""

    code: str
    name_zh: str
    name_en: str
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponView:
    """A coupon that the member holds."""

    id: UUID
    name_zh: str
    name_en: str
    valid_from: Instant
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """A member as a till shows her; `gift` is what she got for joining just now.

    Units: minor units, points, growth value. `points` may be spent now; those that are pending
    are told apart, `points_expiring` are the next to end, `points_debt` is repaid by what she
    earns next.
    """

    id: UUID
    name: str
    masked_phone: str
    tier: TierView
    next_tier: NextTierView | None
    points: int
    points_pending: int
    points_expiring: DuePoints | None
    points_debt: int
    growth_value: int
    principal_minor: int
    bonus_minor: int
    visits: int
    last_visit_at: Instant | None
    joined_at: Instant
    coupons: list[CouponView]
    state: str
    tags: list[str]
    gift: Given | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityView:
    """One identity, masked unless revealed."""

    kind: IdentityKind
    shown: str
    added_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """What a member told about herself."""

    id: UUID
    revision: int
    revealed: bool
    language: str
    name: str | None
    gender: str | None
    birthday: str | None
    address: str | None
    likes: str | None
    taboos: str | None
    identities: list[IdentityView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """One choice as it was recorded; `evidence`: where an old list says that she made it."""

    channel: Channel
    purpose: Purpose
    granted: bool
    wording_version: str
    language: str
    source: str
    at: Instant
    by: str
    evidence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingView:
    """The words with which one purpose is asked."""

    version: str
    purpose: Purpose
    text_zh: str
    text_en: str
    since: date


def member_card(read: Read, edge: Edge, member_id: UUID, *, scope: Scope) -> MemberCard:
    """A member's card with her tier as the caller's store has it. Refuses: member.unknown."""
    now = edge.clock()
    cards, known_by, held, tags, points = read.group(
        members.CARD.ask(member_id=member_id),
        identities.IDENTITIES.ask(member_id=member_id),
        coupons.COUPONS_OF_MEMBER.ask(member_id=member_id, at=now),
        member_tags.TAGS.ask(member_id=member_id),
        point_lots.HELD_POINTS.ask(member=member_id),
    )
    if not cards:
        raise MEMBER_UNKNOWN.because()
    row = cards[0]
    balances = ledger.balances_of(read, member_id)
    shop = edge.shops.in_force(read, store_for(row, scope), at=now)
    ladder = shop.terms.ladder
    standing = points_standing(points, shop.terms.earning.expiry, on=shop.store.business_day(now))
    name, shown = _shown(edge.vault, row, known_by)
    return MemberCard(
        id=row.id,
        name=name,
        masked_phone=shown,
        tier=_tier_view(ladder.named(row.tier)),
        next_tier=_next_tier(ladder, row.tier, _measured(read, row, balances, shop, now)),
        points=standing.available,
        points_pending=standing.points_pending,
        points_expiring=next(iter(standing.expiring), None),
        points_debt=balances.points_debt,
        growth_value=balances.growth_value,
        principal_minor=balances.principal_minor,
        bonus_minor=balances.bonus_minor,
        visits=row.visits,
        last_visit_at=row.last_visit_at,
        joined_at=row.joined_at,
        coupons=[_coupon_view(one) for one in held],
        state=row.state,
        tags=list(tags),
    )


def profile_view(read: Read, vault: Vault, member_id: UUID, *, reveal: bool) -> ProfileView:
    """A member's profile, masked unless it is revealed. Refuses: member.unknown."""
    rows, known_by = read.group(
        members.PROFILE.ask(member_id=member_id), identities.IDENTITIES.ask(member_id=member_id)
    )
    if not rows or rows[0].wrapped_key is None:
        raise MEMBER_UNKNOWN.because()
    row = rows[0]
    key = vault.unlock(rows[0].wrapped_key, member_id)
    birthday = _told(key, row, ProfileField.BIRTHDAY)
    address = _told(key, row, ProfileField.ADDRESS)
    return ProfileView(
        id=row.id,
        revision=row.revision,
        revealed=reveal,
        language=row.language,
        name=_told(key, row, ProfileField.NAME),
        gender=_told(key, row, ProfileField.GENDER),
        birthday=birthday if reveal or birthday is None else without_year(birthday),
        address=address if reveal or address is None else HIDDEN,
        likes=_told(key, row, ProfileField.LIKES),
        taboos=_told(key, row, ProfileField.TABOOS),
        identities=[_identity_view(key, one, reveal=reveal) for one in known_by],
    )


def newest_card_code(read: Read, vault: Vault, member_id: UUID) -> str | None:
    """The code of the card that a member got last, to be printed."""
    rows, known_by = read.group(
        members.PROFILE.ask(member_id=member_id), identities.IDENTITIES.ask(member_id=member_id)
    )
    cards = [one for one in known_by if one.kind == IdentityKind.CARD]
    if not cards or not rows or rows[0].wrapped_key is None:
        return None
    key = vault.unlock(rows[0].wrapped_key, member_id)
    return identities.opened(key, cards[-1]).normal


def consents_seen(read: Read, vault: Vault, member_id: UUID) -> list[ConsentView]:
    """Everything a member ever chose, oldest first; of an erased one no evidence opens any more."""
    chosen = consents.of_member(read, member_id)
    key: MemberKey | None = None
    if any(one.evidence is not None for one in chosen):
        row = read.one(members.PROFILE, member_id=member_id)
        if row is not None and row.wrapped_key is not None:
            key = vault.unlock(row.wrapped_key, member_id)
    return [_consent_view(one, key) for one in chosen]


def _consent_view(consent: Consent, key: MemberKey | None) -> ConsentView:
    evidence = None
    if key is not None and consent.evidence is not None:
        evidence = consents.opened_evidence(key, consent.evidence)
    return ConsentView(
        channel=consent.choice.channel,
        purpose=consent.choice.purpose,
        granted=consent.choice.granted,
        wording_version=consent.choice.wording_version,
        language=consent.language,
        source=consent.source,
        at=consent.at,
        by=consent.by,
        evidence=evidence,
    )


def store_for(row: CardRow | StandingRow, scope: Scope) -> UUID:
    """Her own store where the caller sees it; else one of the caller's, whose Terms he knows."""
    if not scope.stores or row.joined_store_id in scope.stores:
        return row.joined_store_id
    return min(scope.stores)


def _shown(vault: Vault, row: CardRow, known_by: list[IdentityRow]) -> tuple[str, str]:
    if row.wrapped_key is None:
        return ("", "")
    key = vault.unlock(row.wrapped_key, row.id)
    name = members.opened(key, ProfileField.NAME, row.name) or ""
    phones = [one for one in known_by if one.kind == IdentityKind.PHONE] or known_by
    shown = masked(identities.opened(key, phones[0])) if phones else ""
    return (short_name(name), shown)


def _told(key: MemberKey, row: SealedProfile, field: ProfileField) -> str | None:
    return members.opened(key, field, members.ciphertext_of(row, field))


def _identity_view(key: MemberKey, row: IdentityRow, *, reveal: bool) -> IdentityView:
    identity = identities.opened(key, row)
    return IdentityView(
        kind=identity.kind,
        shown=identity.normal if reveal else masked(identity),
        added_at=row.added_at,
    )


def _tier_view(tier: Tier) -> TierView:
    return TierView(
        code=tier.code,
        name_zh=tier.label.zh,
        name_en=tier.label.en,
        discount_basis_points=tier.discount_basis_points,
        queue_skip=tier.queue_skip,
    )


def _measured(read: Read, row: CardRow, balances: Balances, shop: Shop, now: Instant) -> int:
    terms = shop.terms.tiers
    if terms.measure is Measure.GROWTH and not terms.reads_days:
        return balances.growth_value
    return figure_today(read, row_of(read, row.id), shop, now)[0]


def _next_tier(ladder: Ladder, code: str, measured: int) -> NextTierView | None:
    above = ladder.above(code)
    if above is None:
        return None
    return NextTierView(
        code=above.code,
        name_zh=above.label.zh,
        name_en=above.label.en,
        missing=max(above.growth_from - measured, 0),
    )


def _coupon_view(row: CardCouponRow) -> CouponView:
    return CouponView(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
