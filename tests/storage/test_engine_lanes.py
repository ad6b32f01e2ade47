"""Whose turn it is: tills before jobs, and no job waits for ever."""

from dataclasses import dataclass

from regulars.storage.engine import Lane, Write
from regulars.storage.lanes import JOB_EVERY_SECONDS, Lanes, Ticket


@dataclass
class Clock:
    """A clock that a test moves."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


def nothing(_tx: Write) -> None:
    """A command of no interest."""


def waiting(lanes: Lanes, *, tills: int, jobs: int) -> None:
    """Put so many into each lane."""
    for lane, count in ((Lane.TILL, tills), (Lane.JOB, jobs)):
        for _ in range(count):
            lanes.put(Ticket(nothing, lane))


def chosen(lanes: Lanes, *, group_age_seconds: float = 0.0) -> Lane | None:
    """The lane of whoever is next."""
    ticket = lanes.choose(group_age_seconds=group_age_seconds)
    return None if ticket is None else ticket.lane


def test_tills_pass_jobs() -> None:
    lanes = Lanes(jobs_at_once=8, clock=Clock())
    waiting(lanes, tills=2, jobs=2)
    order = [chosen(lanes) for _ in range(5)]
    assert order == [Lane.TILL, Lane.TILL, Lane.JOB, Lane.JOB, None]


def test_a_job_gets_its_turn_every_fifty_milliseconds() -> None:
    clock = Clock()
    lanes = Lanes(jobs_at_once=8, clock=clock)
    waiting(lanes, tills=3, jobs=2)
    assert chosen(lanes) is Lane.TILL
    clock.at += JOB_EVERY_SECONDS * 1.01
    assert [chosen(lanes), chosen(lanes)] == [Lane.JOB, Lane.TILL]
    clock.at += JOB_EVERY_SECONDS * 1.01
    assert [chosen(lanes), chosen(lanes)] == [Lane.JOB, Lane.TILL]


def test_after_a_long_job_of_the_one_writer_the_tills_have_as_long() -> None:
    clock = Clock()
    lanes = Lanes(jobs_at_once=8, lengths=2, clock=clock)
    waiting(lanes, tills=3, jobs=2)
    clock.at += JOB_EVERY_SECONDS * 1.01
    job = lanes.choose()
    assert job is not None
    assert job.lane is Lane.JOB
    clock.at += 0.2
    job.seconds = 0.2
    lanes.finish(job)
    assert chosen(lanes) is Lane.TILL
    clock.at += 0.19
    assert chosen(lanes) is Lane.TILL
    clock.at += 0.02
    assert chosen(lanes) is Lane.JOB


def test_a_job_joins_only_a_young_group() -> None:
    lanes = Lanes(jobs_at_once=8, clock=Clock())
    waiting(lanes, tills=0, jobs=1)
    assert chosen(lanes, group_age_seconds=0.003) is None
    assert chosen(lanes, group_age_seconds=0.001) is Lane.JOB


def test_jobs_never_take_every_thread() -> None:
    lanes = Lanes(jobs_at_once=1, clock=Clock())
    waiting(lanes, tills=0, jobs=2)
    running = lanes.choose()
    assert running is not None
    assert lanes.choose() is None
    lanes.finish(running)
    assert chosen(lanes) is Lane.JOB
