"""What marketers and cashiers ask of segments: how many, who for example, and why her.

"为什么李敏在这个人群里？" Three visits in thirty days, wanted were two; without another visit she leaves
on 3 June at 12:31.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.kernel.condition import All, Condition, OneOf, leaves_of
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.profile import ProfileField
from regulars.domain.messaging.channels import Channel, offers_allowed_by
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.segments.membership import Reading
from regulars.domain.segments.sentence import sentence_of
from regulars.storage import members, segment_stays, segments
from regulars.storage import segment_names as stored
from regulars.storage.engine import Read
from regulars.storage.offer_shelf import names_of
from regulars.storage.segment_sql import sized_page
from regulars.storage.vault import Vault
from regulars.use_cases.segment_judging import needed_by, serving_of, told
from regulars.use_cases.segment_states import Look, states_of

SAMPLE = 100
PREVIEW_SECONDS = 10.0
STAYS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMember:
    """A member with as much of her name as an example needs."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many members a condition holds for at present, how it reads, and some of them."""

    size: int
    sentence_zh: str
    sentence_en: str
    sample: tuple[SampleMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReach:
    """How many agreed to offers by one way."""

    channel: Channel
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Of a segment's members those who agreed to offers by any of some ways, and by each of them."""

    members: int
    allowed: int
    by_channel: tuple[ChannelReach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideMember:
    """A member who is in a segment, since when and why."""

    id: UUID
    name: str
    entered_at: Instant
    why: object
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafTold:
    """One part of a condition as it is for a member now."""

    sentence_zh: str
    sentence_en: str
    reason: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """How a member stands with one segment; `flips_at`: until then only a fact can change it."""

    segment_id: UUID
    name_zh: str
    name_en: str
    inside: bool
    since: Instant | None
    why: object
    flips_at: Instant | None
    leaves: tuple[LeafTold, ...]


def segment_names(read: Read, at: Instant) -> Names:
    """What sentences about segments call things: goods, stores, coupons, passes, segments."""
    names = names_of(read, at)
    rows = [row for statement in stored.CALLED for row in read.all(statement)]
    called = {row.id: Label(row.name_zh, row.name_en) for row in rows}
    return replace(names, things={**called, **names.things})


def preview(read: Read, condition: Condition, look: Look) -> Preview:
    """How many a condition holds for, and a hundred of them."""
    size, found = sized_page(read, condition, look.circumstances, rows=SAMPLE)
    shown = shown_names(read, found, look.vault)
    sentence = sentence_of(condition, segment_names(read, look.now))
    return Preview(
        size=size,
        sentence_zh=sentence.zh,
        sentence_en=sentence.en,
        sample=tuple(SampleMember(id=one, name=shown.get(one, "")) for one in found),
    )


def reach_of(read: Read, segment_id: UUID, channels: Sequence[Channel], look: Look) -> Reach:
    """How many of a segment's members agreed to offers by these ways. Refuses: segment.unknown."""
    segments.known(read, segment_id)
    inside = OneOf("segments", (str(segment_id),))

    def count(*ways: Channel) -> int:
        agreed = OneOf("consents", tuple(dict.fromkeys(offers_allowed_by(one) for one in ways)))
        return _count(read, All((inside, agreed)), look)

    return Reach(
        members=_count(read, inside, look),
        allowed=count(*channels),
        by_channel=tuple(ChannelReach(channel=one, allowed=count(one)) for one in channels),
    )


def _count(read: Read, condition: Condition, look: Look) -> int:
    size, _ = sized_page(read, condition, look.circumstances, rows=1)
    return size


def shown_names(read: Read, who: Sequence[UUID], vault: Vault) -> Mapping[UUID, str]:
    """The names of members, all but their first letter hidden."""
    shown: dict[UUID, str] = {}
    for row in read.all(stored.NAMES, members=list(who)):
        if row.wrapped_key is not None and row.name is not None:
            key = vault.unlock(row.wrapped_key, row.id)
            name = members.opened(key, ProfileField.NAME, row.name) or ""
            shown[row.id] = f"{name[:1]}**" if name else ""
    return shown


def inside(
    read: Read, segment_id: UUID, vault: Vault, *, after_id: UUID, rows: int
) -> list[InsideMember]:
    """The next members of a segment, by id. Refuses: segment.unknown."""
    segments.known(read, segment_id)
    found = read.all(stored.INSIDE, segment_id=segment_id, after_id=after_id, rows=rows)
    shown = shown_names(read, [row.member_id for row in found], vault)
    return [
        InsideMember(
            id=row.member_id,
            name=shown.get(row.member_id, ""),
            entered_at=row.entered_at,
            why=row.why,
            version=row.version,
        )
        for row in found
    ]


def why_of(read: Read, member_id: UUID, look: Look) -> list[Why]:
    """How a member stands with each segment that serves, and why. Refuses: member.unknown."""
    serving = serving_of(read)
    states = states_of(read, [member_id], needed_by(serving), look)
    if not states:
        raise MEMBER_UNKNOWN.because()
    reading = Reading(states[0], look.ground, look.now)
    stays = {
        row.segment_id: row
        for row in read.all(segment_stays.STAYS, member_id=member_id, rows=STAYS_MAX)
        if row.left_at is None
    }
    named = {row.id: row for row in read.all(segments.ALL)}
    names = segment_names(read, look.now)
    found: list[Why] = []
    for one in serving:
        judgement, stay = reading.judge(one.condition), stays.get(one.id)
        found.append(
            Why(
                segment_id=one.id,
                name_zh=named[one.id].name_zh,
                name_en=named[one.id].name_en,
                inside=stay is not None,
                since=stay.entered_at if stay else None,
                why=stay.why if stay else None,
                flips_at=judgement.flips_at,
                leaves=tuple(_leaves(reading, one.condition, names)),
            )
        )
    return found


def _leaves(reading: Reading, condition: Condition, names: Names) -> list[LeafTold]:
    found: list[LeafTold] = []
    for leaf in dict.fromkeys(leaves_of(condition)):
        sentence = sentence_of(leaf, names)
        reason = told(reading.told(leaf).reason)
        found.append(LeafTold(sentence_zh=sentence.zh, sentence_en=sentence.en, reason=reason))
    return found
