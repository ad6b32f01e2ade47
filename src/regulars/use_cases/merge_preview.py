"""What a merge would do, shown before anybody confirms it; nothing is changed or locked.

李敏's manager reads: the name stays, the birthday comes from the other record, 100.00 and 320 points
move, offers by SMS stop because one of the two refused them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.loyalty.passes import PassState
from regulars.domain.members import merge as rules
from regulars.domain.members.consent import Channel, Purpose
from regulars.domain.members.member import MEMBER_UNKNOWN, MemberState
from regulars.domain.members.merge import Keep, Part
from regulars.domain.members.profile import ProfileField
from regulars.domain.orders.shop import Shop
from regulars.domain.tiers.terms import Measure
from regulars.storage import (
    consents,
    identities,
    ledger,
    members,
    merge_moves,
    message_people,
    passes,
)
from regulars.storage.engine import Read
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault
from regulars.use_cases.merge_checks import check_finished, check_room
from regulars.use_cases.merge_people import person_of
from regulars.use_cases.merge_profile import FieldChoice, told_of
from regulars.use_cases.merge_value import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """One field: whose text stays, and whether the two differ. The texts are the profiles' own."""

    field: ProfileField
    keep: Keep
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What is allowed no longer, since one of the two refused it."""

    channel: Channel
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What a merge would move and keep, and what stands in its way.

    Units: minor units, points, growth value; how many of each part.
    """

    survivor_id: UUID
    absorbed_id: UUID
    fields: tuple[FieldShown, ...]
    parts: Mapping[str, int]
    principal_minor: int
    bonus_minor: int
    points: int
    points_debt: int
    growth_value: int
    growth_after: int
    tier_after: str
    withdrawn: tuple[Withdrawn, ...]
    in_the_way: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMerge:
    """Which record would become part of which, seen from a store."""

    survivor_id: UUID
    absorbed_id: UUID
    store_id: UUID
    choices: Sequence[FieldChoice] = ()


def previewed(
    read: Read, ask: AskMerge, *, vault: Vault, shops: Shops, now: Instant
) -> MergePreview:
    """What a merge would do. Refuses: merge.with_self, member.unknown, member.closed."""
    if ask.survivor_id == ask.absorbed_id:
        raise rules.MERGE_WITH_SELF.because()
    ours = person_of(read, vault, ask.survivor_id)
    theirs = person_of(read, vault, ask.absorbed_id)
    shop = shops.in_force(read, ask.store_id, at=now)
    balances = ledger.balances_of(read, ask.absorbed_id)
    growth_after = ledger.balances_of(read, ask.survivor_id).growth_value + balances.growth_value
    kept = rules.fields_kept(
        told_of(ours), told_of(theirs), {one.field: one.keep for one in ask.choices}
    )
    refused = rules.withdrawn_by(
        consents.of_member(read, ask.survivor_id), consents.of_member(read, ask.absorbed_id)
    )
    return MergePreview(
        survivor_id=ask.survivor_id,
        absorbed_id=ask.absorbed_id,
        fields=tuple(
            FieldShown(field=one.field, keep=one.keep, differs=one.differs) for one in kept
        ),
        parts=_parts(read, ask, withdrawn=len(refused)),
        principal_minor=balances.principal_minor,
        bonus_minor=balances.bonus_minor,
        points=balances.points,
        points_debt=balances.points_debt,
        growth_value=balances.growth_value,
        growth_after=growth_after,
        tier_after=_tier_after(read, ask, growth_after, shop),
        withdrawn=tuple(Withdrawn(channel=one.channel, purpose=one.purpose) for one in refused),
        in_the_way=_in_the_way(read, ask, shop, now),
    )


def _parts(read: Read, ask: AskMerge, *, withdrawn: int) -> dict[str, int]:
    absorbed = ask.absorbed_id
    known = set(read.all(merge_moves.TAGS, member=ask.survivor_id))
    running = {PassState.ACTIVE, PassState.FROZEN}
    held = read.all(passes.OF_MEMBER, member_id=absorbed)
    return {
        Part.IDENTITY.value: len(read.all(identities.IDENTITIES, member_id=absorbed)),
        Part.CONTACT.value: len(read.all(message_people.POINTS, member_ids=[absorbed])),
        Part.COUPON.value: len(read.all(merge_moves.COUPONS, member=absorbed)),
        Part.PASS.value: sum(1 for one in held if one.state in running and one.now.left),
        Part.ORDER.value: len(read.all(merge_moves.ORDERS, member=absorbed)),
        Part.TAG.value: len(set(read.all(merge_moves.TAGS, member=absorbed)) - known),
        Part.JOURNEY_RUN.value: len(read.all(merge_moves.RUNS_SEEN, member=absorbed)),
        Part.CONSENT.value: withdrawn,
    }


def _tier_after(read: Read, ask: AskMerge, growth_after: int, shop: Shop) -> str:
    stats = read.one(merge_moves.STATS, members=[ask.survivor_id])
    if stats is None:
        raise MEMBER_UNKNOWN.because()
    ladder = shop.terms.ladder
    if shop.terms.tiers.reads_days or shop.terms.tiers.measure is not Measure.GROWTH:
        return stats.tier
    reached, now = ladder.reached_with(growth_after), ladder.named(stats.tier)
    return max(reached, now, key=lambda tier: tier.growth_from).code


def _in_the_way(read: Read, ask: AskMerge, shop: Shop, now: Instant) -> str | None:
    """The code of the refusal that a merge would meet now; None: it would go through."""
    both = [ask.survivor_id, ask.absorbed_id]
    states = [read.one(members.MEMBER, member_id=one) for one in both]
    if any(one is None or one.state is not MemberState.ACTIVE for one in states):
        return rules.MERGE_NOT_ACTIVE.code
    accounts = [
        account
        for one in both
        for account in read.all(ledger.ACCOUNTS_OF_MEMBER_SEEN, member=one)
        if account.kind is not AccountKind.PASS
    ]
    way = Way(giver=ask.absorbed_id, taker=ask.survivor_id, name="", subject_id=ask.absorbed_id)
    try:
        check_finished(read, both, ask.absorbed_id)
        check_room(read, way, accounts, shop=shop, now=now)
    except Refusal as refusal:
        return refusal.code
    return None
