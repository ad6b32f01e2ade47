"""Joining: a guest becomes a member in one command, at the till, by API or from an old list.

李敏 tells her phone number at 人民广场店: member, key, identities, accounts, figures, the lowest
tier, her consents and the gift for joining are written together, or nothing is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.ids import MemberId, StoreId
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant, local
from regulars.domain.ledger.accounts import Account
from regulars.domain.members.consent import Choice, checked_choices
from regulars.domain.members.identity import Identity, IdentityKind, distinct, identity_of
from regulars.domain.members.member import JoinedVia, Member, MemberState
from regulars.domain.members.profile import ProfileField, ProfileText, kept
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import consents, facts, identities, ledger, members, visits
from regulars.storage.consents import Given
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.identities import Owner
from regulars.storage.tables.members import member_stats
from regulars.use_cases import gifts, referrals
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityText:
    """An identity as somebody typed or scanned it."""

    kind: IdentityKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinMember:
    """Make a guest a member."""

    member_id: UUID
    store_id: UUID
    identities: tuple[IdentityText, ...]
    profile: tuple[ProfileText, ...] = ()
    language: Language = "zh-CN"
    consents: tuple[Choice, ...] = ()
    via: JoinedVia = JoinedVia.TILL
    referral_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Who joined and what she got. It names nobody: this answer is kept."""

    member_id: UUID
    gift: gifts.Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A member about to be written, everything about her checked."""

    member: Member
    identities: tuple[Identity, ...]
    profile: Mapping[ProfileField, str]
    consents: tuple[Choice, ...]


@use_case
def join_member(tx: Write, command: JoinMember, moment: Moment) -> Joined:
    """Make a guest a member, with the gift that the Terms promise.

    Refuses: scope.outside, member.identities_missing, member.identity_malformed,
    member.identity_repeated, member.identity_taken (of two tills that race, one), member.exists,
    the refusals of profile and consent, and with a friend's code those of `referrals.refer`.
    """
    moment.actor.need(Permission.MEMBER_JOIN)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    newcomer = checked(tx, command, shop=shop, now=moment.now)
    written(tx, newcomer, shop=shop, moment=moment)
    if command.referral_code is not None:
        referrals.refer(tx, newcomer.member, command.referral_code, shop=shop, moment=moment)
    gift = gifts.give(
        tx,
        moment,
        member_id=newcomer.member.id,
        gift=shop.terms.joining,
        shop=shop,
        occasion="join",
    )
    return Joined(member_id=newcomer.member.id, gift=gift)


def checked(read: Read, command: JoinMember, *, shop: Shop, now: Instant) -> Newcomer:
    """The member whom a command describes.

    Refuses: member.identities_missing, member.identity_malformed, member.identity_repeated, the
    refusals of profile and consent.
    """
    country = members.country_of(read)
    today = local(now, shop.store.zone).date()
    return Newcomer(
        member=Member(
            id=MemberId(command.member_id),
            joined_at=now,
            joined_store_id=StoreId(command.store_id),
            joined_via=command.via,
            state=MemberState.ACTIVE,
            language=command.language,
            revision=1,
        ),
        identities=distinct(
            identity_of(one.kind, one.text, country=country) for one in command.identities
        ),
        profile=profile_of(command.profile, today=today),
        consents=checked_choices(command.consents, read.all(consents.WORDINGS), on=today),
    )


def profile_of(told: tuple[ProfileText, ...], *, today: date) -> dict[ProfileField, str]:
    """What is kept of a form.

    Refuses: member.text_malformed, member.text_too_long, member.payment_card_refused,
    member.gender_unknown, member.birthday_malformed, member.guardian_needed.
    """
    return {one.field: text for one in told if (text := kept(one, today=today)) is not None}


def written(tx: Write, newcomer: Newcomer, *, shop: Shop, moment: Moment) -> list[Account]:
    """Write a member, and answer with her empty accounts.

    Refuses: member.exists, member.identity_taken.
    """
    joining = newcomer.member
    key = members.add(tx, moment.vault, joining, newcomer.profile)
    owner = Owner(joining.id, key)
    identities.add(tx, moment.vault, owner, newcomer.identities, at=moment.now)
    lowest = shop.terms.ladder.tiers[0].code
    tx.add(
        member_stats,
        [
            {
                "member_id": joining.id,
                "tier": lowest,
                "tier_since": moment.now,
                "visits": 0,
                "spent_minor": 0,
            }
        ],
    )
    visits.add_tier_period(
        tx,
        visits.TierPeriodRow(
            id=moment.new_id(),
            member_id=joining.id,
            tier=lowest,
            since=moment.now,
            cause="joined",
            growth_value=0,
            terms_version=shop.terms.version,
            subject_id=None,
        ),
    )
    given = Given(
        member_id=joining.id,
        language=joining.language,
        source=joining.joined_via.value,
        at=moment.now,
        by=moment.actor.name,
    )
    consents.add(tx, given, newcomer.consents, new_id=moment.new_id)
    facts.append(
        tx,
        Fact(
            kind="member.joined",
            at=moment.now,
            store_id=shop.store.id,
            member_id=joining.id,
            body={
                "via": joining.joined_via.value,
                "identities": [one.kind.value for one in newcomer.identities],
            },
        ),
        id=moment.new_id(),
    )
    return ledger.open_member_accounts(tx, joining.id, currency=shop.store.currency)
