"""400 days of the demonstration's chain with all ready journeys on, a provider that is as providers are,
and the server's own loop: each journey fires as its story says, and silence is kept.

What is expected is told once more in `long_run/tales.py`, from what guests and tills did alone; what
was sent is read from the rows and from the provider's own log.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regulars.domain.campaigns.ready import READY
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.gift import Gift
from regulars.domain.messaging.channels import Purpose
from regulars.storage.engine import open_database
from regulars.storage.verify import verify
from tests.scenarios.long_run import campaign
from tests.scenarios.long_run.diary import on
from tests.scenarios.long_run.happened import Choice, Happened, Message, Stop, happened_in
from tests.scenarios.long_run.opened import DESSERT, FIRST, SHANGHAI
from tests.scenarios.long_run.promises import PROMISES, REACHED, slow_to_stop
from tests.scenarios.long_run.provider import Call, Fate
from tests.scenarios.long_run.run import Run, run_through
from tests.scenarios.long_run.stories import OPTED_OUT

DAYS, MEMBERS, ORDERS = 400, 30, 1_100
SHORT_DAYS, SHORT_MEMBERS, SHORT_ORDERS = 60, 16, 220
TEXTS = {campaign.CODE} | {
    code
    for ready in READY.values()
    for code in ready.template_codes(DESSERT if ready.code == "big_bill" else Gift()).values()
}
# What needs more than two months to happen.
OF_THE_LONG_RUN = {"ready_joined", "ready_points_end", "ready_pass_end"}


@pytest.fixture(scope="module")
def run(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The whole run, once."""
    home = tmp_path_factory.mktemp("days")
    for part in sqlite_template.parent.glob(f"{sqlite_template.name}*"):
        shutil.copyfile(part, home / part.name.replace("template", "shop"))
    database = open_database(f"sqlite:///{home / 'shop.sqlite3'}")
    yield run_through(database, home, days=DAYS, members=MEMBERS, orders=ORDERS)
    database.close()


@pytest.fixture(scope="module")
def happened(run: Run) -> Happened:
    """What happened in it."""
    return happened_in(run)


@pytest.mark.parametrize("promise", PROMISES)
def test_in_400_days_every_promise_is_kept(happened: Happened, promise: str) -> None:
    assert PROMISES[promise](happened) == []


def test_every_ready_journey_had_its_story_and_was_heard(happened: Happened) -> None:
    planned = Counter(one.text for one in happened.messages)
    assert set(planned) == TEXTS
    heard = Counter(one.text for one in happened.messages if one.state in REACHED)
    assert set(heard) == TEXTS
    assert set(Counter(one.state for one in happened.messages)) >= {
        "delivered",
        "unknown",
        "failed",
        "suppressed",
        "expired",
    }
    reasons = {one.reason for one in happened.messages}
    assert reasons >= {
        "no_consent",
        "capped",
        "no_recipient",
        "called_off",
        "in_doubt",
        "given_up",
    }
    assert {call.fate for call in happened.calls} == set(Fate)


def test_a_reply_that_says_stop_works_within_a_minute(run: Run, happened: Happened) -> None:
    address = run.diary.guests[OPTED_OUT].address
    said = [(address, on(day, 15, 40)) for day in (12, 260)]
    assert slow_to_stop(happened, said) == []
    assert slow_to_stop(happened, [(address, on(200))]) != []


def test_each_big_bill_brought_one_dessert_and_each_low_mark_one_task(happened: Happened) -> None:
    told = Counter(one.text for one in happened.messages)
    given = Counter(one for one in happened.gifts if one.startswith("run:"))
    due = {one.key for one in happened.effects if one.kind == "gift" and one.done}
    assert given == Counter(due)
    bills = [one for one in happened.effects if one.kind == "gift" and one.campaign_id is None]
    assert len(bills) == told["ready_big_bill_gift"] > 0
    assert happened.control
    assert happened.tasks == told["ready_low_mark"] > 0


def test_the_jobs_had_no_trouble_and_the_books_are_right(run: Run) -> None:
    failed = [line for line in run.log.lines if line.get("level") == "error"]
    assert failed == []
    with run.shop.database.read() as read:
        assert verify(read, lambda *_: None).differences == 0


def test_two_months_are_the_same_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    database = open_database(postgresql_url)
    try:
        run = run_through(
            database, tmp_path, days=SHORT_DAYS, members=SHORT_MEMBERS, orders=SHORT_ORDERS
        )
        happened = happened_in(run)
        with database.read() as read:
            report = verify(read, lambda *_: None)
    finally:
        database.close()
    assert {name: found for name, check in PROMISES.items() if (found := check(happened))} == {}
    assert {one.text for one in happened.messages} >= TEXTS - OF_THE_LONG_RUN
    assert report.differences == 0


def _day(day: date) -> int:
    """Which day of the run a date is; the first is 0."""
    return (day - FIRST).days


# Of some guests, on which days of the run each text was written for them.
WRITTEN_ON = {
    ("wang", "ready_come_back"): [50, 129, 180],
    ("wang", "ready_last_call"): [57, 187],
    ("early", "ready_come_back"): [94],
    ("late", "ready_come_back"): [96],
    ("li", "ready_second_visit"): [12],
    ("zhao", "ready_second_visit"): [],
    ("mei", "ready_more_often"): [9, 207],
    ("feast", "ready_big_bill_gift"): [20, 40],
    ("taster", "ready_first_taste"): [6],
    ("critic", "ready_low_mark"): [10],
    ("stern", "ready_low_mark"): [12, 40],
    ("holder", "ready_pass_end"): [91],
    # Paid in while the worker stood still.
    ("saver", "ready_topped_up"): [3, 102],
    ("leap", "ready_birthday"): [_day(date(2027, 2, 25))],
    ("mid_autumn", "ready_birthday"): [_day(date(2026, 9, 22))],
    ("eve", "ready_birthday"): [_day(date(2027, 2, 2))],
    ("dragon_boat", "ready_birthday"): [_day(date(2026, 6, 16)), _day(date(2027, 6, 6))],
    ("chilled", "ready_birthday"): [],
    ("erased", "ready_birthday"): [],
    ("li", "ready_joined"): [_day(date(2027, 5, 5))],
}


def test_the_written_stories_come_on_their_days(run: Run, happened: Happened) -> None:
    names = {guest.id: name for name, guest in run.diary.guests.items()}
    found: dict[tuple[str, str], list[int]] = {key: [] for key in WRITTEN_ON}
    for one in happened.messages:
        key = (names.get(one.member_id, ""), one.text)
        if key in found:
            found[key].append(_day(one.planned_at.astimezone(ZoneInfo(SHANGHAI)).date()))
    assert found == WRITTEN_ON


# Each check is shown a run in which its promise was broken once.


def _heard(happened: Happened, channel: str = "sms") -> Message:
    """A marketing message that reached somebody."""
    called = {call.message_id for call in happened.calls}
    return next(
        one
        for one in happened.messages
        if one.purpose == "marketing"
        and one.state == "delivered"
        and one.channel == channel
        and one.id in called
        and one.handed_at is not None
    )


def _moved(happened: Happened, by: timedelta) -> Sequence[Call]:
    """The same calls, but one of them at another time."""
    one = _heard(happened)
    return [
        call._replace(at=Instant(call.at + by)) if call.message_id == one.id else call
        for call in happened.calls
    ]


def _never_asked(happened: Happened) -> Happened:
    one = _heard(happened)
    left = [choice for choice in happened.choices if choice.member_id != one.member_id]
    return replace(happened, choices=left)


def _refused_before(happened: Happened) -> Happened:
    one = _heard(happened)
    assert one.handed_at is not None
    at = Instant(one.handed_at - timedelta(seconds=1))
    said = Choice(one.member_id, "sms", "marketing", granted=False, at=at)
    return replace(happened, choices=sorted([*happened.choices, said], key=lambda each: each.at))


def _stopped_before(happened: Happened) -> Happened:
    one = _heard(happened)
    assert one.handed_at is not None
    assert one.address_index is not None
    at = Instant(one.handed_at - timedelta(seconds=1))
    stop = Stop(one.address_index, "sms", "marketing", at)
    return replace(happened, stops=[*happened.stops, stop])


def _at_night(happened: Happened) -> Happened:
    return replace(happened, calls=_moved(happened, timedelta(hours=12)))


def _once_more_that_day(happened: Happened) -> Happened:
    one = _heard(happened)
    assert one.handed_at is not None
    at = Instant(one.handed_at + timedelta(hours=23, minutes=59))
    again = one._replace(effect_key=f"{one.effect_key}:again", handed_at=at)
    return replace(happened, messages=[*happened.messages, again])


def _called_twice(happened: Happened) -> Happened:
    one = _heard(happened)
    call = next(
        call
        for call in happened.calls
        if call.message_id == one.id and call.fate in {Fate.TAKEN, Fate.TAKEN_SLOWLY}
    )
    return replace(happened, calls=[*happened.calls, call._replace(purpose=Purpose.MARKETING)])


def _done_twice(happened: Happened) -> Happened:
    return replace(happened, effects=[*happened.effects, happened.effects[0]])


def _drawn_otherwise(happened: Happened) -> Happened:
    told = next(one for one in happened.messages if one.text == campaign.CODE)
    return replace(happened, control=happened.control | {told.member_id})


def _forgotten(happened: Happened) -> Happened:
    waiting = _heard(happened)._replace(state="queued")
    others = [one for one in happened.messages if one.id != waiting.id]
    return replace(happened, messages=[*others, waiting])


def _missing(happened: Happened) -> Happened:
    return replace(happened, messages=happened.messages[1:])


def _one_too_many(happened: Happened) -> Happened:
    one = _heard(happened)
    at = Instant(one.planned_at + timedelta(days=1))
    more = one._replace(effect_key=f"{one.effect_key}:more", planned_at=at)
    return replace(happened, messages=[*happened.messages, more])


def _a_day_late(happened: Happened) -> Happened:
    one = _heard(happened)
    late = one._replace(planned_at=Instant(one.planned_at + timedelta(days=1)))
    others = [each for each in happened.messages if each.id != one.id]
    return replace(happened, messages=[*others, late])


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        ("without consent", _never_asked),
        ("without consent", _refused_before),
        ("after a stop", _stopped_before),
        ("in quiet hours", _at_night),
        ("over a cap", _once_more_that_day),
        ("twice", _called_twice),
        ("twice", _done_twice),
        ("as drawn", _drawn_otherwise),
        ("lost", _forgotten),
        ("not as the story says", _missing),
        ("not as the story says", _one_too_many),
        ("not as the story says", _a_day_late),
    ],
)
def test_a_promise_that_was_broken_once_is_found(
    happened: Happened, promise: str, broken: Callable[[Happened], Happened]
) -> None:
    assert PROMISES[promise](happened) == []
    assert PROMISES[promise](broken(happened)) != []
