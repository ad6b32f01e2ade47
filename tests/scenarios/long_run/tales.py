"""What should have been written to whom, and at which look: each ready journey's story told once more, in
plain words over what happened, knowing nothing of segments, graphs and steps.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from regulars.domain.kernel.period import Instant
from tests.scenarios.long_run import campaign
from tests.scenarios.long_run.happened import Ends, Happened
from tests.scenarios.long_run.looks import DAY, Journey, Looks, Planned, Story, wall
from tests.scenarios.long_run.opened import FIRST, SHANGHAI

BIG_BILL_MINOR = 30_000
LOW_MARK = 6


def planned_for(happened: Happened, *, early: bool) -> list[Planned]:
    """Every text that should have been planned, by one of the clocks."""
    looks = Looks(happened, early)
    found: list[Planned] = []
    for life in happened.lives.values():
        story = Story(life, looks)
        for tale in TALES:
            found += tale(story)
    return found


def welcome(story: Story) -> Iterator[Planned]:
    """Ten minutes after joining, a word of welcome."""
    look = story.looks.told(story.life.joined_at)
    if look >= story.looks.last:
        return
    then = story.looks.after(look, timedelta(minutes=10))
    if story.stays(look, then):
        yield story.planned("welcome", then)


def birthday(story: Story) -> Iterator[Planned]:
    """At ten, three days before a birthday."""
    for day in story.life.birthdays:
        yield from _yearly(story, "birthday", day - 3 * DAY)


def joined(story: Story) -> Iterator[Planned]:
    """At ten on the yearly day of joining."""
    day = story.life.joined_at.astimezone(ZoneInfo(SHANGHAI)).date()
    yield from _yearly(story, "joined", day.replace(year=day.year + 1))


def _yearly(story: Story, text: str, day: date) -> Iterator[Planned]:
    at = wall(day, SHANGHAI)
    look = story.looks.due(at)
    begun = story.looks.happened.looks[0].begun
    if at >= begun and look < story.looks.last and story.here(look):
        yield story.planned(text, look)


def come_back(story: Story) -> Iterator[Planned]:
    """45 days away: invited at ten, and once more if she has not come in a week."""

    def away(look: int) -> bool:
        bought = story.orders(look)
        return len(bought) >= 2 and story.looks.clock[look] - bought[-1].at >= 45 * DAY

    journey = Journey()
    at = [one.at for one in story.life.orders]
    for look in story.enters([*at, *(Instant(one + 45 * DAY) for one in at)], away):
        now = story.looks.clock[look]
        if not journey.may(look, now):
            continue
        then = story.looks.at_ten(look, story.zone(look))
        ended = _ends(story, look, then)
        if ended is not None:
            journey.entered(now, until=ended)
            continue
        yield story.planned("come_back", then)
        again = story.looks.after(then, 7 * DAY)
        ended = _ends(story, then, again)
        journey.entered(now, until=again if ended is None else ended)
        if ended is None:
            yield story.planned("last_call", again)


def _ends(story: Story, look: int, then: int) -> int | None:
    """The look at which it was over for her before its next word: she came, or left the list."""
    for one in range(look + 1, min(then, story.looks.last - 1) + 1):
        if not story.here(one) or story.came(look, one):
            return one
    return None if then < story.looks.last else story.looks.last


def big_bill(story: Story) -> Iterator[Planned]:
    """Two hours after a bill of 300 or more, a week apart at least."""
    journey = Journey(again_after=7 * DAY)
    for one in story.life.orders:
        look = story.looks.told(one.at)
        if one.due_minor < BIG_BILL_MINOR or look >= story.looks.last or not story.here(look):
            continue
        now = story.looks.clock[look]
        if not journey.may(look, now):
            continue
        then = story.looks.after(look, timedelta(hours=2))
        journey.entered(one.at, until=then)
        if story.stays(look, then):
            yield story.planned("big_bill_gift", then)


def tier_up(story: Story) -> Iterator[Planned]:
    """Told at once what a new tier brings."""
    for look, _ in story.facts("member.tier_changed", lambda body: _part(body, "cause") == "up"):
        yield story.planned("tier_up", look)


def more_often(story: Story) -> Iterator[Planned]:
    """Four visits in 30 days: thanked at ten next day, sixty days apart at least."""

    def often(look: int) -> bool:
        now = story.looks.clock[look]
        return sum(now - 30 * DAY <= one.at < now for one in story.orders(look)) >= 4

    at = [one.at for one in story.life.orders]
    edges = [*at, *(Instant(one + 30 * DAY) for one in at)]
    yield from _thanked(
        story, "more_often", story.enters(edges, often), Journey(again_after=60 * DAY)
    )


def first_taste(story: Story) -> Iterator[Planned]:
    """At ten, the day after she first tried something new."""
    first = next((one.at for one in story.life.orders if one.new_goods), None)
    if first is None:
        return

    def tried(look: int) -> bool:
        return first < story.looks.clock[look] <= first + 2 * DAY

    edges = [first, Instant(first + 2 * DAY)]
    yield from _thanked(
        story, "first_taste", story.enters(edges, tried), Journey(again_after=30 * DAY)
    )


def _thanked(
    story: Story, text: str, entries: Iterator[int], journey: Journey
) -> Iterator[Planned]:
    for look in entries:
        now = story.looks.clock[look]
        if not journey.may(look, now):
            continue
        then = story.looks.at_ten(look, story.zone(look), days=1)
        journey.entered(now, until=then)
        if story.stays(look, then):
            yield story.planned(text, then)


def points_end(story: Story) -> Iterator[Planned]:
    """At ten, a week before points end."""
    return _lots_end(story, "points_end", "points")


def bonus_end(story: Story) -> Iterator[Planned]:
    """At ten, a week before bonus money ends."""
    return _lots_end(story, "bonus_end", "bonus")


def _lots_end(story: Story, text: str, kind: str) -> Iterator[Planned]:
    lots = story.life.lots[kind]

    def ending(look: int) -> bool:
        today, now = story.day(look), story.looks.happened.looks[look].begun
        return any(_left(one, now) for one in lots if today < one.on <= today + 7 * DAY)

    edges = [change.at for one in lots for change in one.changes]
    return _reminded(story, text, [*edges, *_days(story, [one.on for one in lots], 7)], ending)


def _left(one: Ends, now: Instant) -> bool:
    return sum(change.amount for change in one.changes if change.at <= now) > 0


def coupon_end(story: Story) -> Iterator[Planned]:
    """At ten, three days before a coupon ends."""
    held = story.life.coupons

    def ending(look: int) -> bool:
        now = story.looks.clock[look]
        return any(
            one.since <= now
            and one.valid_from <= now < one.valid_until <= now + 3 * DAY
            and (one.used_at is None or now < one.used_at)
            for one in held
        )

    edges = [
        edge
        for one in held
        for edge in (
            one.since,
            one.valid_from,
            Instant(one.valid_until - 3 * DAY),
            one.valid_until,
            one.used_at,
        )
        if edge is not None
    ]
    return _reminded(story, "coupon_end", edges, ending)


def pass_end(story: Story) -> Iterator[Planned]:
    """At ten, two weeks before a pass ends."""
    passes = story.life.passes

    def ending(look: int) -> bool:
        today, now = story.day(look), story.looks.clock[look]
        return any(sold <= now and today < on <= today + 14 * DAY for sold, on in passes)

    edges = [*(sold for sold, _ in passes), *_days(story, [on for _, on in passes], 14)]
    return _reminded(story, "pass_end", edges, ending)


def _days(story: Story, days: Sequence[date], ahead: int) -> list[Instant]:
    """When days begin at her shop, wherever it was, and so many days before them."""
    zones = {zone for _, zone in story.looks.happened.zones[story.life.home]}
    return [
        wall(day - back * DAY, zone, time(4))
        for day in set(days)
        for back in (0, ahead)
        for zone in zones
    ]


def _reminded(
    story: Story, text: str, edges: Sequence[Instant], holds: Callable[[int], bool]
) -> Iterator[Planned]:
    journey = Journey()
    for look in story.enters(edges, holds):
        now = story.looks.clock[look]
        if not journey.may(look, now):
            continue
        then = story.looks.at_ten(look, story.zone(look))
        journey.entered(now, until=then)
        if story.stays(look, then):
            yield story.planned(text, then)


def second_visit(story: Story) -> Iterator[Planned]:
    """At ten, ten days after the first visit, if there was no second."""
    if not story.life.orders:
        return
    look = story.looks.told(story.life.orders[0].at)
    if look >= story.looks.last or not story.here(look) or len(story.orders(look)) != 1:
        return
    later = story.looks.after(look, 10 * DAY)
    if later >= story.looks.last:
        return
    then = story.looks.at_ten(later, story.zone(later))
    if _ends(story, look, then) is None:
        yield story.planned("second_visit", then)


def low_mark(story: Story) -> Iterator[Planned]:
    """At once when she gave six or less."""

    def low(body: object) -> bool:
        score = _part(body, "score")
        return isinstance(score, int) and score <= LOW_MARK

    for look, _ in story.facts("survey.answered", low):
        yield story.planned("low_mark", look)


def member_day(story: Story) -> Iterator[Planned]:
    """At ten on the 18th of every month, who came in the last 180 days; once after a standstill."""
    looks = story.looks
    day = looks.happened.looks[0].begun.astimezone(ZoneInfo(SHANGHAI)).date().replace(day=18)
    while (look := looks.due(wall(day, SHANGHAI))) < looks.last:
        now = looks.clock[look]
        if story.here(look) and any(now - 180 * DAY <= one.at < now for one in story.orders(look)):
            yield story.planned("member_day", look)
        day = (day.replace(day=1) + 31 * DAY).replace(day=18)


def at_risk(story: Story) -> Iterator[Planned]:
    """At ten after a regular became one who is about to be lost, unless she came; 60 days apart."""
    journey = Journey(again_after=60 * DAY)

    def hers(body: object) -> bool:
        # Where the shop measures itself anew she does not come less often than before.
        return _part(body, "now") == "at_risk" and _part(body, "cause") != "judged_anew"

    for look, at in story.facts("member.stage_changed", hers):
        now = story.looks.clock[look]
        if not journey.may(look, now):
            continue
        then = story.looks.at_ten(look, story.zone(look))
        ended = _ends(story, look, then)
        journey.entered(at, until=then if ended is None else ended)
        if ended is None:
            yield story.planned("at_risk", then)


def topped_up(story: Story) -> Iterator[Planned]:
    """Told of the balance after a top-up."""
    for look, _ in story.facts("value.topped_up", lambda _: True):
        yield story.planned("topped_up", look)


def early_summer(story: Story) -> Iterator[Planned]:
    """The campaign: at ten of its day, who came in the last 180 days, but for the control group."""
    looks = story.looks
    look = looks.due(wall(FIRST + campaign.ON_DAY * DAY, SHANGHAI))
    if look < looks.last and story.here(look) and story.life.id not in looks.happened.control:
        now = looks.clock[look]
        if any(now - 180 * DAY <= one.at < now for one in story.orders(look)):
            yield Planned(campaign.CODE, story.life.id, look)


def _part(body: object, name: str) -> object:
    assert isinstance(body, dict)
    return body.get(name)


TALES: tuple[Callable[[Story], Iterator[Planned]], ...] = (
    welcome,
    birthday,
    joined,
    come_back,
    big_bill,
    tier_up,
    more_often,
    points_end,
    bonus_end,
    coupon_end,
    pass_end,
    second_visit,
    low_mark,
    first_taste,
    member_day,
    at_risk,
    topped_up,
    early_summer,
)
