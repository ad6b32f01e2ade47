"""What comes by the calendar comes once for each period, also after days of standstill."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.birthdays import BIRTHDAYS
from regulars.storage.engine import Database
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.journey_fires import BeginFires, FireSome
from tests.journeys import EXIT, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import open_shop
from tests.workshops import run_out

EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}
AGAIN = {"again": "every_occasion"}


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop on Monday, 4 May, at ten."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider()])
    post.template()
    return Walk(post)


def born(walk: Walk, phone: str, birthday: str) -> UUID:
    member_id = walk.shop.new_id()
    command = JoinMember(
        member_id=member_id,
        store_id=walk.shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        profile=(ProfileText(field=ProfileField.BIRTHDAY, text=birthday),),
    )
    walk.shop.run(command)
    run_out(BIRTHDAYS.step, walk.shop)
    return member_id


def occasions(walk: Walk) -> list[str]:
    return [row.occurrence for row in walk.runs()]


def test_three_days_before_a_birthday_and_not_twice(walk: Walk) -> None:
    born(walk, "13800138000", "1990-05-08")
    born(walk, "13800138001", "--05-09")
    trigger = {"kind": "day", "of": "birthday", "days": -3, "minute": 600}
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("birthday", walk.drawing(nodes, [trigger], reentry=AGAIN))
    walk.later(hours=23, minutes=59)
    assert occasions(walk) == []
    walk.later(minutes=1)
    assert occasions(walk) == ["birthday:2026"]
    walk.later(hours=1)
    assert len(occasions(walk)) == 1
    walk.later(days=1)
    assert len(occasions(walk)) == 2


def test_yearly_days_that_fell_into_a_standstill_are_kept(walk: Walk) -> None:
    for day in range(8, 12):
        born(walk, f"13800138{day:03}", f"1990-05-{day:02}")
    trigger = {"kind": "day", "of": "birthday", "days": -3, "minute": 600}
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("birthday", walk.drawing(nodes, [trigger], reentry=AGAIN))
    walk.later(days=4, hours=1)
    assert occasions(walk) == ["birthday:2026"] * 4


def test_the_day_of_joining_comes_back(walk: Walk) -> None:
    walk.post.member("13800138000")
    trigger = {"kind": "day", "of": "joined", "days": 0, "minute": 540}
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("joined", walk.drawing(nodes, [trigger], reentry=AGAIN))
    walk.later(days=364)
    assert occasions(walk) == []
    walk.later(days=1)
    assert occasions(walk) == ["joined:2027"]


def test_a_member_day_comes_once_after_days_of_standstill(walk: Walk) -> None:
    walk.post.member("13800138000")
    everybody = walk.segment("everybody", EVERYBODY)
    trigger = {
        "kind": "schedule",
        "every": "day",
        "minute": 660,
        "segment_id": str(everybody),
    }
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("daily", walk.drawing(nodes, [trigger], reentry=AGAIN))
    walk.later(hours=2)
    assert occasions(walk) == ["schedule:2026-05-04:0"]
    walk.later(days=5)
    assert occasions(walk) == ["schedule:2026-05-04:0", "schedule:2026-05-09:0"]


def test_what_the_calendar_began_goes_on_after_a_crash(walk: Walk) -> None:
    members = [walk.post.member(f"1380013{8_000 + number}") for number in range(3)]
    everybody = walk.segment("everybody", EVERYBODY)
    trigger = {
        "kind": "schedule",
        "every": "once",
        "on": "2026-05-04",
        "minute": 600,
        "segment_id": str(everybody),
    }
    nodes = {"write": walk.message("end"), "end": EXIT}
    journey = walk.save("once", walk.drawing(nodes, [trigger], reentry=AGAIN))
    walk.publish(journey, 1)
    walk.approve(journey, 1)
    period = "2026-05-04:0"
    walk.shop.run(BeginFires(fires=((journey, period),)))
    walk.shop.run(BeginFires(fires=((journey, period),)))
    walk.on()
    assert len(occasions(walk)) == len(members)
    assert walk.shop.run(FireSome(journey_id=journey, period=period)) == {
        "entered": 0,
        "finished": True,
    }
    walk.shop.now = Instant(walk.shop.now - timedelta(hours=1))
    walk.on()
    assert len(occasions(walk)) == len(members)
