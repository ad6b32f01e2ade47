"""Journeys as their versions say, and members as their steps see them, both read for many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import UUID

import orjson

from regulars.domain.campaigns.advance import Sight
from regulars.domain.campaigns.journey import Journey, journey_from
from regulars.domain.campaigns.nodes import Wait, WaitSent, asked_by
from regulars.domain.campaigns.waits import Clock, OnYearly
from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import local
from regulars.domain.segments.conditions import Needs, needs
from regulars.domain.segments.kinds import Part
from regulars.domain.segments.member_state import MemberState
from regulars.domain.segments.membership import Reading
from regulars.storage import journeys
from regulars.storage.engine import Read
from regulars.storage.segment_ground import ground_of
from regulars.use_cases.moment import Moment
from regulars.use_cases.segment_states import Look, states_of

OFFERS = "/marketing"
UTC = "UTC"


Versions = Mapping[tuple[UUID, int], tuple[Journey, UUID | None]]


def journey_of(stored: object) -> Journey:
    """A stored version as the domain knows it."""
    return journey_of_text(orjson.dumps(stored, option=orjson.OPT_SORT_KEYS).decode())


@lru_cache(maxsize=512)
def journey_of_text(text: str) -> Journey:
    """The same from its letters; read once, since a version never changes."""
    return journey_from(orjson.loads(text))


def asks_of_messages(journey: Journey) -> bool:
    """Whether a journey waits to hear what became of its messages."""
    return any(isinstance(one, WaitSent) for one in journey.graph.nodes.values())


def versions_of(read: Read, asked: Iterable[tuple[UUID, int]]) -> Versions:
    """Versions of journeys, each with the campaign that it runs for."""
    wanted = set(asked)
    if not wanted:
        return {}
    rows = read.all(
        journeys.DEFINITIONS,
        journeys=sorted({one for one, _ in wanted}),
        versions=sorted({version for _, version in wanted}),
    )
    return {
        (row.journey_id, row.version): (journey_of_text(row.definition), row.campaign_id)
        for row in rows
        if (row.journey_id, row.version) in wanted
    }


def needed_by(found: Iterable[Journey]) -> Needs:
    """What has to be loaded of members for the steps of some journeys."""
    total = Needs()
    for journey in found:
        total = total.and_of(needed_to_enter(journey))
        for condition in asked_by(journey.graph):
            total = total.and_of(needs(condition))
        parts = set()
        if journey.exits.left_segment is not None:
            parts.add(Part.SEGMENTS)
        if journey.exits.without_consent:
            parts.add(Part.CONSENTS)
        waits = (one.until for one in journey.graph.nodes.values() if isinstance(one, Wait))
        if any(isinstance(until, OnYearly) for until in waits):
            parts.add(Part.BIRTHDAY)
        total = total.and_of(Needs(frozenset(parts)))
    return total


def needed_to_enter(journey: Journey) -> Needs:
    """What has to be loaded of members who would come in."""
    return needs(journey.who)


class Members:
    """Some members as the steps of journeys see them at one moment."""

    def __init__(
        self, read: Read, moment: Moment, member_ids: Iterable[UUID], wanted: Needs
    ) -> None:
        """Load what is wanted of them."""
        # A shop has thousands of products, and few steps ask about any.
        ground = ground_of(read, orders=False, goods=Part.LINES in wanted.parts)
        self._look = look = Look(now=moment.now, ground=ground, vault=moment.vault)
        asked: Sequence[UUID] = sorted(set(member_ids))
        self.states: Mapping[UUID, MemberState] = {
            state.id: state for state in states_of(read, asked, wanted, look)
        }

    def judge_of(self, member_id: UUID) -> Callable[[Condition], bool]:
        """What answers whether a condition holds for a member now; never for one who is gone."""
        state = self.states.get(member_id)
        if state is None:
            return lambda _: False
        reading = Reading(state, self._look.ground, self._look.now)
        return lambda condition: reading.judge(condition).holds

    def language_of(self, member_id: UUID) -> Language:
        """In which language a member is spoken to."""
        state = self.states.get(member_id)
        return "en" if state is not None and state.language == "en" else "zh-CN"

    def sight_of(self, member_id: UUID, journey: Journey) -> Sight:
        """What a step of a journey sees of a member."""
        state = self.states.get(member_id)
        holds = self.judge_of(member_id)
        now = self._look.now
        if state is None:
            clock = Clock(zone=UTC, joined_on=now.date())
            return Sight(now=now, clock=clock, holds=holds, active=False)
        store = self._look.ground.stores[state.home_store_id]
        clock = Clock(
            zone=store.zone,
            joined_on=local(state.joined_at, store.zone).date(),
            birthdays=state.birthdays,
        )
        left = journey.exits.left_segment
        return Sight(
            now=now,
            clock=clock,
            holds=holds,
            active=state.active,
            in_segment=left is None or str(left) in state.segments,
            allowed=any(one.endswith(OFFERS) for one in state.consents),
        )
