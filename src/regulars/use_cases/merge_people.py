"""What moves from one record of a person to another besides value, and back when that is undone.

Her card and phone number, her coupons, her pass of ten teas with seven left, the bills of three
years, the words that staff put on her and the journey that she is on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.ledger.units import Unit
from regulars.domain.loyalty.passes import PassState
from regulars.domain.members.member import MEMBER_CLOSED, MEMBER_UNKNOWN
from regulars.domain.members.merge import Part
from regulars.storage import (
    identities,
    member_tags,
    members,
    merge_moves,
    message_people,
    pass_accounts,
    passes,
)
from regulars.storage.engine import Read, Write
from regulars.storage.identities import Owner
from regulars.storage.members import SealedProfile
from regulars.storage.message_people import Point
from regulars.storage.vault import MemberKey, Vault
from regulars.use_cases.moment import Moment
from regulars.use_cases.pass_times import TransferPass, passed_on
from regulars.use_cases.passes import at_hand

Moved = tuple[Part, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One record of a person, its key open."""

    id: UUID
    key: MemberKey
    profile: SealedProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """From which record to which, and why."""

    giver: Person
    taker: Person
    reason: str


def person_of(read: Read, vault: Vault, member_id: UUID) -> Person:
    """A record with its key. Refuses: member.unknown, member.closed."""
    profile = read.one(members.PROFILE, member_id=member_id)
    if profile is None:
        raise MEMBER_UNKNOWN.because()
    if profile.wrapped_key is None:
        raise MEMBER_CLOSED.because()
    key = vault.unlock(profile.wrapped_key, member_id)
    return Person(id=member_id, key=key, profile=profile)


def move_identities(
    tx: Write, between: Between, moment: Moment, *, only: Collection[str] | None = None
) -> list[Moved]:
    """Know the taker by what the giver was known by; `only` those, by their index."""
    giver, taker = between.giver, between.taker
    moved: list[Moved] = []
    for row in tx.all(identities.IDENTITIES, member_id=giver.id):
        key = row.blind_index.hex()
        if only is not None and key not in only:
            continue
        identity = identities.opened(giver.key, row)
        tx.send(identities.REMOVE, of_member=giver.id, gone=row.blind_index)
        owner = Owner(taker.id, taker.key)
        identities.add(tx, moment.vault, owner, [identity], at=row.added_at)
        moved.append((Part.IDENTITY, key))
    return moved


def move_contacts(
    tx: Write, between: Between, moment: Moment, *, only: Collection[str] | None = None
) -> list[Moved]:
    """Reach the taker where the giver was reached; `only` there, by its index."""
    giver, taker = between.giver, between.taker
    moved: list[Moved] = []
    for row in tx.all(message_people.POINTS, member_ids=[giver.id]):
        key = row.blind_index.hex()
        if only is not None and key not in only:
            continue
        address = giver.key.open(
            row.value, table="contact_point", column="value", row=row.blind_index
        )
        point = Point(row.kind, address)
        owner = Owner(taker.id, taker.key)
        message_people.add_point(tx, moment.vault, owner, point, at=moment.now)
        moved.append((Part.CONTACT, key))
    return moved


def move_passes(
    tx: Write, between: Between, moment: Moment, *, only: Collection[UUID] | None = None
) -> list[Moved]:
    """Give what is left of each pass to the taker; one that is used up stays where it was used."""
    moved: list[Moved] = []
    for row in tx.all(passes.OF_MEMBER, member_id=between.giver.id):
        runs = row.state in {PassState.ACTIVE, PassState.FROZEN} and row.now.left
        if not runs or (only is not None and row.id not in only):
            continue
        both = [between.giver.id, between.taker.id]
        pass_accounts.lock_accounts(tx, both, Unit(row.unit))
        hand = at_hand(tx, row.id, None, moment)
        command = TransferPass(
            id=moment.new_id(),
            pass_id=row.id,
            to_member_id=between.taker.id,
            reason=between.reason,
        )
        passed_on(tx, hand, command, moment, reason=between.reason)
        moved.append((Part.PASS, str(row.id)))
    return moved


def move_coupons(tx: Write, between: Between, ids: Sequence[UUID]) -> list[Moved]:
    """Hand coupons over; an invitation to take one of them over is withdrawn."""
    tx.send(merge_moves.WITHDRAW_SHARES, member=between.giver.id)
    tx.send(
        merge_moves.MOVE_COUPONS,
        from_member=between.giver.id,
        to_member=between.taker.id,
        ids=list(ids),
    )
    return [(Part.COUPON, str(one)) for one in ids]


def move_orders(tx: Write, between: Between, ids: Sequence[UUID]) -> list[Moved]:
    """Count bills as the taker's."""
    tx.send(
        merge_moves.MOVE_ORDERS,
        from_member=between.giver.id,
        to_member=between.taker.id,
        ids=list(ids),
    )
    return [(Part.ORDER, str(one)) for one in ids]


def move_runs(tx: Write, between: Between, ids: Sequence[UUID]) -> list[Moved]:
    """Let the taker go on in the journeys that the giver is on, where she is not in them already."""
    giver, taker = between.giver.id, between.taker.id
    tx.send(merge_moves.MOVE_RUNS, from_member=giver, to_member=taker, ids=list(ids))
    moved = tx.all(merge_moves.MOVED_RUNS, to_member=taker, ids=list(ids))
    tx.send(merge_moves.MOVE_WAITS, from_member=giver, to_member=taker, ids=moved)
    return [(Part.JOURNEY_RUN, str(one)) for one in moved]


def copy_tags(tx: Write, between: Between, moment: Moment) -> list[Moved]:
    """Put on the taker the words that only the giver bears."""
    known = set(tx.all(merge_moves.TAGS, member=between.taker.id))
    new = [tag for tag in tx.all(merge_moves.TAGS, member=between.giver.id) if tag not in known]
    for tag in new:
        member_tags.put_tag(tx, between.taker.id, tag, at=moment.now, by=moment.actor.name)
    return [(Part.TAG, tag_key(tag, moment)) for tag in new]


def take_tags(tx: Write, member_id: UUID, keys: Collection[str], moment: Moment) -> None:
    """Take off the words that a merge put on."""
    for tag in tx.all(merge_moves.TAGS, member=member_id):
        if tag_key(tag, moment) in keys:
            tx.send(member_tags.TAKE_TAG, member=member_id, gone=tag)


def tag_key(tag: str, moment: Moment) -> str:
    """What a word is recognised by: a word may say much about a person, and this row stays."""
    return moment.vault.keyed_digest("merge.tag", tag.encode()).hex()


def run_ids(tx: Write, member_id: UUID) -> list[UUID]:
    """The journeys that a member is on, locked as a step of theirs locks them."""
    return [row.id for row in tx.all(merge_moves.RUNS, member=member_id)]
