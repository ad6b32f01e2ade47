"""The measurement tried on shops made by chance, where the truth is known.

The guests are wild on purpose: most buy nothing, a few very much. Owners look every morning.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from regulars.domain.insights.lift import Arms, lift_of
from regulars.domain.insights.moments import NOTHING, Tally, total_of
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.power import Look, Noise, detectable
from regulars.domain.insights.sample_ratio import ALARMS, sample_ratio
from regulars.domain.insights.sequence import MEMBERS_TO_TELL
from regulars.domain.insights.verdict import Evidence, Finding, always_valid, verdict_of

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
CAMPAIGNS = 1_000
DAYS = 30
A_DAY = 120 if THOROUGH else 30
PLAN = Plan(members=DAYS * A_DAY)
EVERY_TENTH = {"control": 0.1, "offer": 0.9}


@dataclass
class Shop:
    """Guests one after the other, each with a habit that shows before and during a programme."""

    chance: random.Random
    control_share: float
    gain_minor: int = 0

    def mornings(self) -> Iterator[Arms]:
        """What is known on each of thirty mornings."""
        arms = (Tally(), Tally())
        number = self.chance.random
        for _ in range(DAYS):
            for _ in range(A_DAY):
                habit = number()
                before = int(9_000 * habit * number()) if number() < habit else 0
                value = int(9_000 * habit * number()) if number() < habit else 0
                if value and number() < 0.02:
                    value *= 5
                invited = number() >= self.control_share
                arms[invited].add(value + self.gain_minor * invited, 1, before, 1)
            yield Arms(arms[0].moments(), arms[1].moments())


def told(arms: Arms) -> bool:
    return min(arms.control.count, arms.treated.count) >= MEMBERS_TO_TELL


def shops(seed: int, campaigns: int, *, gain_minor: int = 0) -> Iterator[Shop]:
    chance = random.Random(seed)
    for number in range(campaigns):
        yield Shop(chance, (0.5, 0.25)[number % 2], gain_minor)


def test_nothing_done_is_almost_never_found_at_any_morning() -> None:
    alarms = at_one_look = naive = 0
    for shop in shops(2026, CAMPAIGNS):
        crossed = crossed_naively = False
        last = None
        for arms in shop.mornings():
            if not told(arms):
                continue
            last = lift_of(arms)
            seen = always_valid(last.adjusted, arms.both.count, PLAN)
            crossed |= not seen.low <= 0 <= seen.high
            crossed_naively |= abs(last.adjusted.difference) > 1.96 * last.adjusted.standard_error
        assert last is not None
        alarms += crossed
        naive += crossed_naively
        at_one_look += last.plain.p_value < 0.05
    print(f"{alarms} of {CAMPAIGNS} found at any look, {naive} by the usual interval")
    assert alarms <= CAMPAIGNS * 0.05
    assert CAMPAIGNS * 0.03 <= at_one_look <= CAMPAIGNS * 0.07
    # Why the interval is needed: the usual one, looked at daily, fails this shop.
    assert naive > CAMPAIGNS * 0.15


def test_a_planted_gain_is_found_and_lies_in_its_interval() -> None:
    gain, campaigns = 1_200, 200
    found = covered = covered_always = 0
    for shop in shops(11, campaigns, gain_minor=gain):
        always = True
        lift, last = None, Arms(NOTHING, NOTHING)
        for arms in shop.mornings():
            if not told(arms):
                continue
            lift = lift_of(arms)
            seen = always_valid(lift.adjusted, arms.both.count, PLAN)
            always &= seen.low <= gain <= seen.high
            last = arms
        assert lift is not None
        low, high = lift.adjusted.interval(0.95)
        covered += low <= gain <= high
        covered_always += always
        verdict = verdict_of(
            Evidence(
                arms=last,
                ratio=sample_ratio({"a": 1}, {"a": 1}),
                plan=PLAN,
                a_week=7 * A_DAY,
                has_control=True,
            )
        )
        found += verdict.finding is Finding.WORKS
    print(f"of {campaigns}: {found} found, {covered} covered, {covered_always} at every look")
    assert found >= campaigns * 0.95
    assert covered >= campaigns * 0.93
    assert covered_always >= campaigns * 0.95


def test_a_gain_of_the_printed_size_is_found_four_times_in_five() -> None:
    share, campaigns = 0.5, 300
    chance = random.Random(5)
    past = [list(Shop(chance, share).mornings())[-1] for _ in range(50)]
    arms = Arms(total_of(one.control for one in past), total_of(one.treated for one in past))
    left = 1 - lift_of(arms).explained
    noise = Noise(
        control_variance=left * arms.control.covariance(0, 0),
        treated_variance=left * arms.treated.covariance(0, 0),
        control_share=share,
    )
    size = round(detectable(noise, PLAN.members, Look(alpha=0.05, planned=PLAN.members)))
    found = 0
    for _ in range(campaigns):
        *_, arms = Shop(chance, share, gain_minor=size).mornings()
        seen = always_valid(lift_of(arms).adjusted, arms.both.count, PLAN)
        found += seen.low > 0
    assert found == pytest.approx(campaigns * 0.8, abs=campaigns * 0.1)


def test_what_was_before_makes_the_answer_surer() -> None:
    *_, arms = Shop(random.Random(1), 0.5).mornings()
    lift = lift_of(arms)
    assert lift.explained > 0.05
    assert lift.adjusted.standard_error < lift.plain.standard_error


def rare_mornings(chance: random.Random, *, buyers: float) -> Iterator[Arms]:
    """A shop whose guests hardly ever come, a few of them for a feast; a tenth is held back."""
    arms = (Tally(), Tally())
    for _ in range(DAYS):
        for _ in range(A_DAY):
            value = int(chance.lognormvariate(7, 1.5)) if chance.random() < buyers else 0
            arms[chance.random() >= 0.1].add(min(value, 20_000), 1, 0, 1)
        yield Arms(arms[0].moments(), arms[1].moments())


def test_a_handful_held_back_of_whom_nobody_came_proves_nothing() -> None:
    campaigns, alarms, as_if_calm = 600, 0, 0
    chance = random.Random(2027)
    for number in range(campaigns):
        crossed = crossed_calm = False
        for arms in rare_mornings(chance, buyers=(0.02, 0.04, 0.08)[number % 3]):
            if not told(arms):
                continue
            found = lift_of(arms).adjusted
            seen = always_valid(found, arms.both.count, PLAN)
            crossed |= not seen.low <= 0 <= seen.high
            calm = found.standard_error / found.careful_error if found.careful_error else 1.0
            half = (seen.high - seen.low) / 2 * calm
            crossed_calm |= abs(found.difference) > half
        alarms += crossed
        as_if_calm += crossed_calm
    assert alarms <= campaigns * 0.05
    # Why no arm is taken to be calmer than both together are.
    assert as_if_calm > 2 * alarms


def test_arms_that_are_sound_are_almost_never_stopped_however_often_one_looks() -> None:
    programmes, looks, at_a_look = 1_000, 100, 20
    chance = random.Random(31)
    stopped = stopped_by_the_usual = 0
    for _ in range(programmes):
        held = members = 0
        wrong = wrong_usually = False
        for _ in range(looks):
            held += sum(chance.random() < 0.1 for _ in range(at_a_look))
            members += at_a_look
            found = sample_ratio({"control": held, "offer": members - held}, EVERY_TENTH)
            wrong |= not found.holds
            wrong_usually |= found.p_value < 0.01
        stopped += wrong
        stopped_by_the_usual += wrong_usually
    assert stopped <= programmes * ALARMS
    assert stopped_by_the_usual > programmes * 3 * ALARMS


def test_members_lost_on_the_way_are_found() -> None:
    chance = random.Random(7)
    found = 0
    for _ in range(200):
        held = sum(chance.random() < 0.1 for _ in range(10_000))
        # Every fifth of those held back was left away.
        kept = sum(chance.random() < 0.8 for _ in range(held))
        found += not sample_ratio({"control": kept, "offer": 10_000 - held}, EVERY_TENTH).holds
    assert found > 195
