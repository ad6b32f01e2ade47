"""Manners: jobs rest while tills of their process are busy, and only then."""

from dataclasses import dataclass

from regulars.jobs.courtesy import REST_SECONDS_MAX, Courtesy
from regulars.storage.engine import Database, Lane


@dataclass
class Noon:
    """A counter whose sales and time the test moves."""

    sold: int = 0
    seconds: float = 0.0
    effort: float = 0.0

    def courtesy(self) -> Courtesy:
        """The manners of a thread beside it."""
        return Courtesy(lambda: self.sold, clock=lambda: self.seconds, effort=lambda: self.effort)

    def step(
        self, courtesy: Courtesy, *, lasting: float, waiting: float = 0.0, sold: int = 0
    ) -> float:
        """One step of a job, and how long to rest after it."""
        courtesy.begin()
        self.seconds += lasting + waiting
        self.effort += lasting
        self.sold += sold
        return courtesy.rest()


def test_nobody_rests_beside_a_quiet_counter() -> None:
    noon = Noon()
    courtesy = noon.courtesy()
    assert [noon.step(courtesy, lasting=0.5, sold=2) for _ in range(6)] == [0.0] * 6


def test_a_step_beside_a_rush_is_followed_by_a_rest_of_twice_its_length() -> None:
    noon = Noon()
    courtesy = noon.courtesy()
    noon.step(courtesy, lasting=1.0, sold=60)
    assert noon.step(courtesy, lasting=0.25) == 0.5


def test_what_a_step_waited_for_its_turn_needs_no_rest() -> None:
    noon = Noon()
    courtesy = noon.courtesy()
    noon.step(courtesy, lasting=1.0, sold=60)
    assert noon.step(courtesy, lasting=0.25, waiting=0.5) == 0.5


def test_a_long_step_does_not_put_the_jobs_to_sleep() -> None:
    noon = Noon()
    courtesy = noon.courtesy()
    assert noon.step(courtesy, lasting=60.0, sold=6_000) == REST_SECONDS_MAX


def test_work_goes_on_at_full_speed_after_the_rush() -> None:
    noon = Noon()
    courtesy = noon.courtesy()
    assert noon.step(courtesy, lasting=1.0, sold=60) > 0
    assert noon.step(courtesy, lasting=1.0, sold=3) == 0.0


def test_only_what_a_till_waits_for_counts(database: Database) -> None:
    before = database.totals.tills
    for lane in (Lane.TILL, Lane.JOB, Lane.TILL):
        database.write(lambda _: None, lane=lane).result()
    assert database.totals.tills - before == 2
