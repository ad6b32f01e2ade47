"""The loop: of many processes one works, a job that fails stops no other, nothing is missed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.basket import Choices
from regulars.jobs.bill_holds import BILL_HOLDS
from regulars.jobs.daily import daily
from regulars.jobs.job import Job, Workshop
from regulars.jobs.loop import ASK_SECONDS, LEASE_SECONDS, Loop
from regulars.jobs.plan import JOBS
from regulars.storage.engine import OVERLOADED, Database
from regulars.storage.jobs import lease_of
from regulars.use_cases.holds import HoldOrder
from tests.limited_offers import limited, states, waiting
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import Lines, workshop_of


@dataclass
class Bench:
    """A shop and the loops that could work for it."""

    shop: ShopUnderTest
    log: Lines = field(default_factory=Lines)

    @property
    def workshop(self) -> Workshop:
        """What the jobs work with."""
        return workshop_of(self.shop, self.log)

    def loop(self, *jobs: Job, holder: str = "one") -> Loop:
        """One process's loop."""
        return Loop(self.workshop, jobs, holder)

    def rounds(self, loop: Loop, count: int, *, seconds: float = 1.0) -> None:
        """So many rounds, and so long between them."""
        for _ in range(count):
            loop.round()
            self.shop.pass_time(seconds=seconds)


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """A shop without any job yet."""
    return Bench(open_shop(database, tmp_path))


def counting(name: str, calls: list[str], *, every: float = 5.0, more: Sequence[bool] = ()) -> Job:
    """A job that notes its name; `more` are its first answers."""
    answers = iter(more)

    def step(_: Workshop) -> bool:
        calls.append(name)
        return next(answers, False)

    return Job(name=name, every_seconds=every, step=step)


def failing(times: int, calls: list[str], error: Callable[[], Exception] = OSError) -> Job:
    """A job that fails so many times, and then works."""

    def step(_: Workshop) -> bool:
        calls.append("failing")
        if len(calls) <= times:
            raise error()
        return False

    return Job(name="failing", every_seconds=1.0, step=step)


def test_jobs_that_have_more_to_do_take_turns(bench: Bench) -> None:
    calls: list[str] = []
    loop = bench.loop(
        counting("a", calls, more=[True, True, False]), counting("b", calls, more=[True, False])
    )
    assert loop.round() == 0.0
    assert loop.round() == 0.0
    assert loop.round() == 5.0
    assert calls == ["a", "b", "a", "b", "a"]


def test_a_job_comes_again_after_its_time(bench: Bench) -> None:
    calls: list[str] = []
    loop = bench.loop(counting("a", calls, every=5.0))
    bench.rounds(loop, 11)
    assert len(calls) == 3


def test_of_two_processes_one_works(bench: Bench) -> None:
    calls: list[str] = []
    one = bench.loop(counting("one", calls), holder="one")
    other = bench.loop(counting("other", calls), holder="other")
    for _ in range(20):
        one.round()
        assert other.round() == ASK_SECONDS
        bench.shop.pass_time(seconds=5)
    assert set(calls) == {"one"}
    assert len(calls) == 20


def test_what_can_be_shared_is_done_by_every_process_of_a_server(bench: Bench) -> None:
    calls: list[str] = []
    one, other = (
        bench.loop(
            replace(counting(f"steps of {holder}", calls), shared=True),
            counting(f"rest of {holder}", calls),
            holder=holder,
        )
        for holder in ("one", "other")
    )
    for _ in range(3):
        one.round()
        other.round()
        bench.shop.pass_time(seconds=5)
    shared = {"steps of other"} if bench.shop.database.engine == "postgresql" else set()
    assert set(calls) == {"steps of one", "rest of one"} | shared


def test_the_lease_of_a_dead_process_ends(bench: Bench) -> None:
    calls: list[str] = []
    one = bench.loop(counting("one", calls), holder="one")
    other = bench.loop(counting("other", calls), holder="other")
    one.round()
    bench.rounds(other, int(LEASE_SECONDS), seconds=1.0)
    assert calls == ["one"]
    other.round()
    assert calls == ["one", "other"]
    with bench.shop.database.read() as read:
        row = lease_of(read)
    assert row is not None
    assert (row.holder, row.token) == ("other", 2)


def test_a_process_whose_lease_was_stolen_stops(bench: Bench) -> None:
    calls: list[str] = []
    one = bench.loop(counting("one", calls), holder="one")
    other = bench.loop(counting("other", calls), holder="other")
    one.round()
    # It slept through its term, as a machine does whose lid is closed.
    bench.shop.pass_time(seconds=LEASE_SECONDS + 1)
    other.round()
    assert one.round() == ASK_SECONDS
    assert calls == ["one", "other"]


def test_a_closed_loop_lets_go_of_its_lease(bench: Bench) -> None:
    calls: list[str] = []
    began = Event()

    def step(_: Workshop) -> bool:
        began.set()
        return True

    one = bench.loop(Job(name="busy", every_seconds=1.0, step=step), holder="one")
    one.start()
    assert began.wait(30)
    one.close()
    bench.loop(counting("other", calls), holder="other").round()
    assert calls == ["other"]


def test_a_job_that_fails_is_told_and_stops_no_other(bench: Bench) -> None:
    calls: list[str] = []
    others: list[str] = []
    loop = bench.loop(failing(2, calls), counting("b", others, every=1.0))
    bench.rounds(loop, 30)
    assert len(others) == 30
    told = [line for line in bench.log.lines if line["event"] == "job_failed"]
    assert [line["failures"] for line in told] == [1, 2]
    assert {line["error"] for line in told} == {"OSError"}
    assert len(calls) > 3


def test_a_job_that_keeps_failing_is_tried_ever_less(bench: Bench) -> None:
    calls: list[str] = []
    loop = bench.loop(failing(1_000, calls, lambda: OVERLOADED.because(retry_after_seconds=1)))
    bench.rounds(loop, 600)
    assert 5 < len(calls) < 20
    assert {line["error"] for line in bench.log.lines if line["event"] == "job_failed"} == {
        "server.overloaded"
    }


def test_what_the_jobs_did_is_told_with_the_lease(bench: Bench) -> None:
    calls: list[str] = []
    loop = bench.loop(failing(1, calls), counting("b", []))
    bench.rounds(loop, 1)
    bench.rounds(loop, 1, seconds=11)
    loop.round()
    with bench.shop.database.read() as read:
        row = lease_of(read)
    assert row is not None
    jobs = row.told["jobs"]
    assert isinstance(jobs, list)
    assert [one["name"] for one in jobs] == ["failing", "b"]
    assert jobs[0]["failures"] == 1
    assert jobs[1]["steps"] == 1


def test_a_clock_that_is_set_back_stops_nothing(bench: Bench) -> None:
    calls: list[str] = []
    loop = bench.loop(counting("a", calls))
    loop.round()
    bench.shop.pass_time(days=-1)
    loop.round()
    other = bench.loop(counting("other", calls), holder="other")
    bench.shop.pass_time(days=-1)
    other.round()
    assert calls == ["a", "a", "other"]


def test_a_day_that_was_missed_is_caught_up_within_bounds(bench: Bench) -> None:
    days: list[date] = []

    def step(_: Workshop, day: date) -> str | None:
        days.append(day)
        return None

    job = daily("probe", hour=4, catch_up_days=2, step=step)
    bench.rounds(bench.loop(job), 3, seconds=60)
    assert days == [date(2026, 5, 4)]
    bench.shop.pass_time(days=5)
    loop = bench.loop(job, holder="after the standstill")
    bench.rounds(loop, 5, seconds=60)
    assert days == [date(2026, 5, 4), date(2026, 5, 8), date(2026, 5, 9)]


def test_a_day_that_was_done_by_a_clock_that_ran_ahead_stops_no_day_before_it(
    bench: Bench,
) -> None:
    days: list[date] = []

    def step(_: Workshop, day: date) -> str | None:
        days.append(day)
        return None

    job = daily("probe", hour=4, catch_up_days=1, step=step)
    bench.shop.pass_time(days=365)
    job.step(bench.workshop)
    bench.shop.pass_time(days=-365)
    for _ in range(2):
        job.step(bench.workshop)
        bench.shop.pass_time(days=1)
    assert days == [date(2027, 5, 4), date(2026, 5, 4), date(2026, 5, 5)]


def test_a_day_is_done_once_by_two_who_both_believe_to_hold_the_lease(bench: Bench) -> None:
    days: list[date] = []

    def step(_: Workshop, day: date) -> str | None:
        days.append(day)
        return None

    job = daily("probe", hour=4, catch_up_days=1, step=step)
    for _ in range(3):
        job.step(bench.workshop)
        job.step(bench.workshop)
        bench.shop.pass_time(days=1)
    assert days == [date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)]


def test_a_day_that_failed_is_tried_again_and_not_for_ever(bench: Bench) -> None:
    days: list[date] = []

    def step(_: Workshop, day: date) -> str | None:
        days.append(day)
        raise OSError

    job = daily("probe", hour=4, catch_up_days=1, step=step)
    loop = bench.loop(job)
    bench.rounds(loop, 200, seconds=60)
    assert days == [date(2026, 5, 4)] * 3


def test_a_day_whose_server_died_is_done_by_the_next(bench: Bench) -> None:
    days: list[date] = []

    class KilledError(BaseException):
        """The process is gone."""

    def step(_: Workshop, day: date) -> str | None:
        days.append(day)
        if len(days) == 1:
            raise KilledError
        return "done"

    job = daily("probe", hour=4, catch_up_days=1, step=step)
    with pytest.raises(KilledError):
        job.step(bench.workshop)
    assert job.step(bench.workshop) is False
    bench.shop.now = Instant(bench.shop.now + timedelta(hours=2))
    job.step(bench.workshop)
    job.step(bench.workshop)
    assert days == [date(2026, 5, 4)] * 2


def test_every_job_has_a_name_of_its_own() -> None:
    names = [job.name for job in JOBS]
    assert len(set(names)) == len(names)


def test_bills_that_nobody_came_to_pay_are_let_go(bench: Bench) -> None:
    shop = bench.shop
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 1}])
    order_id = waiting(shop, "egg_tart")
    shop.run(HoldOrder(order_id=order_id, seen=1, choices=Choices(coupons=())))
    loop = bench.loop(BILL_HOLDS)
    loop.round()
    assert states(shop, offer_id) == ["held"]
    shop.pass_time(minutes=16)
    loop.round()
    assert states(shop, offer_id) == ["returned"]
