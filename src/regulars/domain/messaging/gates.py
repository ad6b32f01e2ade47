"""The last look before a message leaves: every rule, in order, each with its reason.

Planned on Monday, due on Friday: by then 林小雨 has withdrawn, or it is eleven at night, or she had
two messages yesterday. Whatever was true on Monday does not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.caps import Cap, free_at
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.hours import Hours, next_open
from regulars.domain.messaging.message import MessageState, Reason

NO_SENDER_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """What a message is worth beside another one for the same member.

    The highest expected profit wins, then the priority, then the newer plan, then the id.
    """

    expected_value_minor: int
    priority: int
    planned_at: Instant
    id: UUID

    @property
    def key(self) -> tuple[int, int, Instant, int]:
        """Greater is better; no two are equal."""
        return (self.expected_value_minor, self.priority, self.planned_at, self.id.int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A message that is due, as it was planned."""

    rank: Rank
    purpose: Purpose
    channels: tuple[Channel, ...]
    valid_until: Instant
    held_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a member is reached on one channel, by what holds now."""

    address: bool
    allowed: bool
    sender: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What whoever planned a message says against it now: the member bought, the offer ended."""

    reason: Reason
    until: Instant | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that is true of a message's member, shop and campaign at this moment.

    `taken` are the instants at which places of each cap's key were taken. `rivals` are other
    marketing messages for her that wait or have just left. `room_micro` None is no budget.
    """

    contactable: bool
    reach: Mapping[Channel, Reach]
    objection: Objection | None
    zone: str
    hours: Hours
    caps: Mapping[Channel, Sequence[Cap]]
    taken: Mapping[bytes, Sequence[Instant]]
    rivals: Sequence[Rank]
    just_sent: UUID | None
    rivals_wait: timedelta
    room_micro: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """It may leave now, on this channel."""

    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Not now: it is due again later."""

    reason: Reason
    until: Instant
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """It never leaves: suppressed, or expired because the time it needed had passed."""

    state: MessageState
    reason: Reason
    detail: str | None = None


Outcome = Passed | Held | Ended


def judged(candidate: Candidate, standing: Standing, *, now: Instant, cost_micro: int) -> Outcome:
    """Whether a message leaves now, and if not, why and until when.

    Service messages pass hours, caps, budget and rivals by, and never the member's withdrawal.
    Units: cost in millionths of the currency's main unit.
    """
    channel = _channel(candidate, standing)
    if isinstance(channel, Reason) and channel is not Reason.NO_SENDER:
        return _dropped(channel)
    if candidate.held_out:
        return _dropped(Reason.HELD_OUT)
    if standing.objection is not None:
        return _objected(standing.objection, candidate, now)
    if candidate.valid_until <= now:
        return Ended(state=MessageState.EXPIRED, reason=Reason.TOO_LATE)
    if isinstance(channel, Reason):
        return _later(candidate, channel, Instant(now + NO_SENDER_WAIT))
    if candidate.purpose is Purpose.SERVICE:
        return Passed(channel=channel)
    return _of_marketing(candidate, standing, channel, now=now, cost_micro=cost_micro)


def _of_marketing(
    candidate: Candidate, standing: Standing, channel: Channel, *, now: Instant, cost_micro: int
) -> Outcome:
    opens = now
    if channel is not Channel.TILL:  # shown in the shop, to somebody who stands there
        opens = next_open(now, standing.hours, zone=standing.zone)
    if opens > now:
        return _later(candidate, Reason.QUIET_HOURS, opens)
    free = _free(standing, channel, now)
    if free is None:
        return Ended(state=MessageState.EXPIRED, reason=Reason.CAPPED)
    if free > now:
        return _later(candidate, Reason.CAPPED, free)
    if standing.room_micro is not None and cost_micro > standing.room_micro:
        return _dropped(Reason.BUDGET_SPENT)
    better = max(
        (rival for rival in standing.rivals if rival.key > candidate.rank.key),
        key=lambda rival: rival.key,
        default=None,
    )
    winner = standing.just_sent if better is None else better.id
    if winner is not None:
        # A wait of nothing would ask again at once, for ever.
        wait = max(standing.rivals_wait, timedelta(minutes=1))
        return _later(candidate, Reason.LOST_TO, Instant(now + wait), detail=str(winner))
    return Passed(channel=channel)


def _channel(candidate: Candidate, standing: Standing) -> Channel | Reason:
    """The first channel on which she may be reached, or what stands against all of them."""
    if not standing.contactable:
        return Reason.NO_RECIPIENT
    known = [
        (channel, reach)
        for channel in candidate.channels
        if (reach := standing.reach.get(channel)) is not None and reach.address
    ]
    if not known:
        return Reason.NO_RECIPIENT
    allowed = [(channel, reach) for channel, reach in known if reach.allowed]
    if not allowed:
        return Reason.NO_CONSENT
    return next((channel for channel, reach in allowed if reach.sender), Reason.NO_SENDER)


def first_channel(candidate: Candidate, standing: Standing) -> Channel:
    """On which channel it leaves, or would have left: its words are those of that channel."""
    found = _channel(candidate, standing)
    return candidate.channels[0] if isinstance(found, Reason) else found


def _free(standing: Standing, channel: Channel, now: Instant) -> Instant | None:
    """When all caps have room: now, later, or never."""
    latest = now
    for cap in standing.caps[channel]:
        free = free_at(cap, standing.taken.get(cap.key, ()), now=now)
        if free is None:
            return None
        latest = max(latest, free)
    return latest


def _objected(objection: Objection, candidate: Candidate, now: Instant) -> Outcome:
    if objection.until is None or objection.until <= now:
        return _dropped(objection.reason, detail=objection.detail)
    return _later(candidate, objection.reason, objection.until, detail=objection.detail)


def _dropped(reason: Reason, *, detail: str | None = None) -> Ended:
    return Ended(state=MessageState.SUPPRESSED, reason=reason, detail=detail)


def _later(
    candidate: Candidate, reason: Reason, until: Instant, *, detail: str | None = None
) -> Outcome:
    if until >= candidate.valid_until:
        return Ended(state=MessageState.EXPIRED, reason=reason, detail=detail)
    return Held(reason=reason, until=until, detail=detail)
