"""The promises of silence and of keeping word, each checked from rows and logs alone.

Every check answers with what it found wrong, one line each; nothing is right.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from regulars.domain.kernel.period import Instant
from tests.scenarios.long_run import campaign
from tests.scenarios.long_run.happened import Happened, Message
from tests.scenarios.long_run.looks import Planned
from tests.scenarios.long_run.provider import MAY_HAVE_LEFT, Call
from tests.scenarios.long_run.tales import planned_for

OPENS, CLOSES = time(9), time(20, 30)
# By the Terms of the shop: so many within so long, of all marketing, of one kind, to one address.
A_DAY, A_WEEK = timedelta(hours=24), timedelta(days=7)
MOST_A_DAY, MOST_A_WEEK, MOST_OF_A_KIND, MOST_TO_AN_ADDRESS = 1, 3, 2, 1
# A withdrawal works within so long.
TAKES_EFFECT = timedelta(seconds=60)
CONSENT_OF: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sms": ("sms", {"marketing": "marketing", "service": "membership"}),
    "till": ("profile", {"marketing": "personalisation", "service": "membership"}),
}
REACHED = frozenset({"handed", "accepted", "delivered", "unknown"})
OVER = frozenset(
    {"accepted", "delivered", "failed", "unknown", "suppressed", "expired", "cancelled"}
)


class Sent(NamedTuple):
    """A message that left the house or was shown in it, and when."""

    message: Message
    at: Instant
    call: Call | None


def sent(happened: Happened) -> Iterator[Sent]:
    """Every hand-over: each call of a provider, and what the till was given."""
    messages = {one.id: one for one in happened.messages}
    for call in happened.calls:
        yield Sent(messages[call.message_id], call.at, call)
    for one in happened.messages:
        if one.channel == "till" and one.handed_at is not None:
            yield Sent(one, one.handed_at, None)


def without_consent(happened: Happened) -> list[str]:
    """Messages that their member did not allow at the moment at which they left."""
    choices: dict[tuple[UUID, str, str], list[tuple[Instant, bool]]] = defaultdict(list)
    for one in happened.choices:
        choices[one.member_id, one.channel, one.purpose].append((one.at, one.granted))
    found = []
    for message, at, _ in sent(happened):
        way, purposes = CONSENT_OF[message.channel]
        said = choices[message.member_id, way, purposes[message.purpose]]
        before = [granted for when, granted in said if when <= at]
        # Service is part of membership until somebody says no; marketing needs a yes.
        allowed = before[-1] if before else message.purpose == "service"
        if not allowed:
            found.append(f"{message.text} to {message.member_id} at {at} without consent")
    return found


def after_a_stop(happened: Happened) -> list[str]:
    """Marketing to an address that wanted no more, and had not said yes again."""
    found = []
    for message, at, _ in sent(happened):
        if message.purpose != "marketing" or message.channel != "sms":
            continue
        stops = [
            one.at
            for one in happened.stops
            if one.address_index == message.address_index
            and (one.channel, one.purpose) == ("sms", "marketing")
            and one.at <= at
        ]
        again = [
            one.at
            for one in happened.choices
            if one.member_id == message.member_id
            and (one.channel, one.purpose, one.granted) == ("sms", "marketing", True)
            and one.at <= at
        ]
        if stops and (not again or max(again) <= max(stops)):
            found.append(f"{message.text} to {message.member_id} at {at} after her stop")
    return found


def slow_to_stop(happened: Happened, said: Sequence[tuple[str, Instant]]) -> list[str]:
    """Replies that asked for no more and were not kept within a minute."""
    messages = {one.id: one for one in happened.messages}
    found = []
    for address, at in said:
        hers = {
            messages[call.message_id].address_index
            for call in happened.calls
            if call.address == address
        }
        kept = [
            one.at
            for one in happened.stops
            if one.address_index in hers and at <= one.at <= at + TAKES_EFFECT
        ]
        if not kept:
            found.append(f"{address} said stop at {at}, and nothing was kept within a minute")
    return found


def in_quiet_hours(happened: Happened) -> list[str]:
    """Marketing that left the house at an hour at which her shop sleeps."""
    found = []
    for message, at, call in sent(happened):
        if call is None or message.purpose != "marketing":
            continue
        home = happened.lives[message.member_id].home
        local = at.astimezone(ZoneInfo(happened.zone(home, at))).time()
        if not OPENS <= local < CLOSES:
            found.append(f"{message.text} to {message.member_id} at {local}")
    return found


def over_a_cap(happened: Happened) -> list[str]:
    """Marketing beyond what a member, an address or a kind of text bears, over all journeys."""
    of_member: dict[object, list[Instant]] = defaultdict(list)
    of_kind: dict[object, list[Instant]] = defaultdict(list)
    of_address: dict[object, list[Instant]] = defaultdict(list)
    for one in happened.messages:
        if one.purpose == "marketing" and one.state in REACHED and one.handed_at is not None:
            of_member[one.member_id].append(one.handed_at)
            of_kind[one.member_id, one.category].append(one.handed_at)
            of_address[one.channel, one.address_index].append(one.handed_at)
    rules = (
        ("a member a day", of_member, A_DAY, MOST_A_DAY),
        ("a member a week", of_member, A_WEEK, MOST_A_WEEK),
        ("a kind a week", of_kind, A_WEEK, MOST_OF_A_KIND),
        ("an address a day", of_address, A_DAY, MOST_TO_AN_ADDRESS),
    )
    return [
        f"more than {most} to {whom}: {at}"
        for whom, groups, window, most in rules
        for moments in groups.values()
        for at in _crowded(sorted(moments), window, most)
    ]


def _crowded(moments: Sequence[Instant], window: timedelta, most: int) -> Iterator[Instant]:
    for number, at in enumerate(moments[most:], start=most):
        if at - moments[number - most] < window:
            yield at


def sent_twice(happened: Happened) -> list[str]:
    """Messages that may have reached their member more than once, and effects done twice."""
    left = Counter(call.message_id for call in happened.calls if call.fate in MAY_HAVE_LEFT)
    keys = Counter(one.effect_key for one in happened.messages)
    done = Counter(one.key for one in happened.effects)
    gifts = Counter(one for one in happened.gifts if one in done)
    return [
        *(f"message {one} left {number} times" for one, number in left.items() if number > 1),
        *(f"message {one} planned {number} times" for one, number in keys.items() if number > 1),
        *(f"effect {one} {number} times" for one, number in done.items() if number > 1),
        *(f"gift {one} {number} times" for one, number in gifts.items() if number > 1),
    ]


def not_as_drawn(happened: Happened) -> list[str]:
    """Members of the control group who heard of the campaign or got its gift, and others who got it
    more or less than once."""
    told = {one.member_id for one in happened.messages if one.text == campaign.CODE}
    gifts = Counter(
        one.member_id
        for one in happened.effects
        if one.campaign_id is not None and one.kind == "gift" and one.done
    )
    return [
        *(f"{one} of the control group was told" for one in sorted(told & happened.control)),
        *(f"{one} of the control group got a gift" for one in happened.control if gifts[one]),
        *(f"{one} got {gifts[one]} gifts" for one in sorted(told) if gifts[one] != 1),
        *(f"{one} got a gift and no word" for one in gifts if one not in told),
    ]


def lost(happened: Happened) -> list[str]:
    """Messages that neither went nor were held back for a reason, and steps that were given up."""
    found = [
        f"{one.text} to {one.member_id} is {one.state}"
        for one in happened.messages
        if one.valid_until < happened.until and one.state not in OVER
    ]
    found += [
        f"{one.text} to {one.member_id} is {one.state} and nobody says why"
        for one in happened.messages
        if one.state in {"suppressed", "expired", "cancelled", "failed"} and one.reason is None
    ]
    if happened.dead_runs:
        found.append(f"{happened.dead_runs} members were given up on")
    called = {call.message_id for call in happened.calls}
    return found + [
        f"{one.text} to {one.member_id} is {one.state} and was never handed over"
        for one in happened.messages
        if one.channel == "sms" and one.state in REACHED and one.id not in called
    ]


def untold(happened: Happened) -> list[str]:
    """Where what was planned is not what the stories say: too many, missing, or at another time."""
    early = _by_text(planned_for(happened, early=True))
    late = _by_text(planned_for(happened, early=False))
    real: dict[tuple[str, UUID], list[Instant]] = defaultdict(list)
    for one in happened.messages:
        real[one.text, one.member_id].append(one.planned_at)
    found = []
    for key in sorted({*early, *late, *real}, key=str):
        text, member_id = key
        told = [_fits(happened, looks.get(key, []), real[key]) for looks in (early, late)]
        if not any(told):
            looks = [str(happened.looks[one].begun) for one in late.get(key, [])]
            planned = [str(one) for one in real[key]]
            found.append(f"{text} to {member_id}: planned {planned}, its story says {looks}")
    return found


def _by_text(planned: Sequence[Planned]) -> dict[tuple[str, UUID], list[int]]:
    found: dict[tuple[str, UUID], list[int]] = defaultdict(list)
    for one in planned:
        found[one.text, one.member_id].append(one.look)
    return found


def _fits(happened: Happened, looks: Sequence[int], planned: Sequence[Instant]) -> bool:
    """Whether each message was planned within the look that its story names."""
    spans = [happened.looks[one] for one in sorted(looks)]
    return len(spans) == len(planned) and all(
        one.begun <= at <= one.ended for one, at in zip(spans, sorted(planned), strict=True)
    )


PROMISES: Mapping[str, Callable[[Happened], list[str]]] = {
    "without consent": without_consent,
    "after a stop": after_a_stop,
    "in quiet hours": in_quiet_hours,
    "over a cap": over_a_cap,
    "twice": sent_twice,
    "as drawn": not_as_drawn,
    "lost": lost,
    "not as the story says": untold,
}
