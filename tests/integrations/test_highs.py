"""HiGHS behind its port: the same answers as our own sweep, the same answer every time."""

from random import Random

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.kinds.acts import Bundle, Group, Pattern, Single, Slot, Taking
from regulars.domain.pricing.search.automaton import Automaton, ItemOffer, automaton_of
from regulars.domain.pricing.search.components import (
    Component,
    Tolls,
    coupon_toll,
    gains_alone,
    minor_of,
)
from regulars.domain.pricing.search.items import ItemStage
from regulars.domain.pricing.search.milp import Optimum, Program, solved, value_of
from regulars.domain.pricing.search.sweep import Sweep
from regulars.integrations.highs.engine import HighsEngine
from regulars.integrations.highs.solver import kept
from regulars.main import engine_of
from regulars.settings import Settings, Solver

COMPONENTS = 200
COUPONS_MAX = 2
HARD_SEED = 11


def a_pattern(dice: Random, prices: list[int]) -> Pattern:
    """Groups, a bundle, or each unit by itself, over some of the units."""
    units = sorted(dice.sample(range(len(prices)), dice.randint(2, len(prices))))
    savings = {unit: prices[unit] * dice.choice((3, 5, 10)) // 10 for unit in units}
    match dice.randrange(4):
        case 0 | 1:
            n = dice.randint(2, min(4, len(units)))
            return Group(savings, n, dice.randint(1, n - 1))
        case 2:
            half = len(units) // 2
            bought, got = dict.fromkeys(units[:half], 0), {u: savings[u] for u in units[half:]}
            return Bundle((Slot(bought, 1), Slot(got, 1)))
        case _:
            return Single(savings)


def a_component(dice: Random, *, units: int, offers: int) -> tuple[Component, Tolls]:
    """Some offers that compete for some units; every third is a coupon."""
    prices = sorted((100 * dice.randint(8, 40) for _ in range(units)), reverse=True)
    machines: list[Automaton] = []
    for number in range(offers):
        copies = dice.randint(1, 2) if number % 3 == 2 else 0
        uses_max = 1 if copies else dice.choice((0, 0, 2))
        taking = Taking((a_pattern(dice, prices),), uses_max)
        machine = automaton_of(number, taking, copies)
        assert machine is not None
        machines.append(machine)
    tolls = Tolls(list(range(offers + 1)), [coupon_toll(number) for number in range(offers + 1)])
    savings = {unit: price // 10 for unit, price in enumerate(prices) if dice.random() < 0.5}
    alone = gains_alone([(offers, 0, savings)], tolls)
    return Component(tuple(range(units)), tuple(machines), alone), tolls


def swept_minor(component: Component, tolls: Tolls) -> int:
    """What our own search saves, all states kept."""
    found = Sweep(component, tolls, COUPONS_MAX).run()
    assert found is not None
    assert found.exhausted
    return minor_of(max(end[0] for end in found.best if end is not None))


def test_it_saves_what_the_sweep_saves_and_proves_it() -> None:
    engine = HighsEngine()
    for seed in range(COMPONENTS):
        dice = Random(seed)
        component, tolls = a_component(dice, units=dice.randint(3, 9), offers=dice.randint(2, 4))
        answer = solved(component, engine, COUPONS_MAX)
        assert answer is not None, seed
        worth = value_of(component, answer.steps, tolls)
        assert worth is not None, seed
        assert worth[1] <= COUPONS_MAX, seed
        assert minor_of(worth[0]) == swept_minor(component, tolls) == answer.bound_minor, seed
        assert answer.proved, seed


def test_the_same_program_has_the_same_answer_whoever_asks() -> None:
    component, _ = a_component(Random(HARD_SEED), units=24, offers=9)
    first = solved(component, HighsEngine(), COUPONS_MAX)
    engine = HighsEngine()
    solved(a_component(Random(1), units=9, offers=3)[0], engine, COUPONS_MAX)
    assert solved(component, engine, COUPONS_MAX) == first
    assert first is not None
    assert first.engine.startswith("highs 1.")


def test_the_order_of_offers_changes_no_saving() -> None:
    component, tolls = a_component(Random(HARD_SEED), units=24, offers=9)
    turned = component._replace(machines=component.machines[::-1])
    answers = [solved(one, HighsEngine(), COUPONS_MAX) for one in (component, turned)]
    values = [
        value_of(one, answer.steps, tolls)
        for one, answer in zip((component, turned), answers, strict=True)
        if answer is not None
    ]
    assert [minor_of(value[0]) for value in values if value is not None] == [
        answer.bound_minor for answer in answers if answer is not None
    ]
    assert len({answer.bound_minor for answer in answers if answer is not None}) == 1


def test_a_program_that_nothing_keeps_has_no_answer() -> None:
    program = Program()
    column = program.column(5, 3)
    program.row(4, None, [(column, 1)])
    assert HighsEngine().solve(program, nodes_max=10) is None


def test_a_program_without_columns_saves_nothing() -> None:
    answer = HighsEngine().solve(Program(), nodes_max=10)
    assert answer is not None
    assert (answer.columns, answer.bound, answer.proved) == ((), 0, True)


def a_knapsack(dice: Random) -> Program:
    """Rows that no cut closes at the root: only nodes do."""
    program = Program()
    columns = [program.column(dice.randint(60, 100), 1) for _ in range(40)]
    for _ in range(5):
        weights = [dice.randint(40, 100) for _ in columns]
        program.row(None, sum(weights) // 3, list(zip(columns, weights, strict=True)))
    return program


def test_the_limit_of_nodes_leaves_a_plan_and_a_bound_above_it() -> None:
    program = a_knapsack(Random(5))
    limited, whole = (HighsEngine().solve(program, nodes_max=most) for most in (1, 100_000))
    assert limited is not None
    assert whole is not None
    assert limited.nodes <= 2 < whole.nodes
    assert not limited.proved
    assert worth(program, limited) <= worth(program, whole) == whole.bound <= limited.bound


def worth(program: Program, answer: Optimum) -> int:
    """What the columns of an answer bring."""
    return sum(map(int.__mul__, program.gains, answer.columns))


@pytest.mark.parametrize("columns", [(4, 0), (-1, 0), (1, 1), (0, 0)])
def test_columns_that_break_a_row_or_a_limit_are_not_kept(columns: tuple[int, int]) -> None:
    program = Program()
    first, second = program.column(1, 3), program.column(1, 1)
    program.row(1, 3, [(first, 2), (second, 3)])
    assert not kept(program, columns)
    assert kept(program, (1, 0))


def test_the_setting_chooses_the_engine() -> None:
    assert Settings.read({}).solver is Solver.HIGHS
    with pytest.raises(Refusal) as refused:
        Settings.read({"REGULARS_SOLVER": "guess"})
    assert refused.value.code == "settings.malformed"
    without = Settings.read({"REGULARS_SOLVER": "none"})
    assert engine_of(without.solver) is None
    assert isinstance(engine_of(Solver.HIGHS), HighsEngine)


class GivesUp:
    """An engine that knows a bound and finds nothing worth having."""

    def solve(self, program: Program, *, nodes_max: int) -> Optimum | None:
        """No unit to anybody."""
        return Optimum((0,) * len(program.gains), 1_000_000, False, nodes_max, "gives up")


def test_an_engine_that_gives_up_leaves_a_good_plan_with_its_gap() -> None:
    dice = Random(3)
    units = range(24)
    savings = [{unit: 100 * dice.randint(1, 9) for unit in units} for _ in range(11)]
    offers = [
        ItemOffer(number, Taking((Group(each, 4),)), 0) for number, each in enumerate(savings)
    ]
    tolls = Tolls([0] * len(offers), [0] * len(offers))
    stages = [
        ItemStage(offers, units, tolls, coupons_max=0, engine=engine)
        for engine in (GivesUp(), HighsEngine())
    ]
    given_up, proved = (stage.best(0) for stage in stages)
    assert proved.proved
    assert not given_up.proved
    assert 0 < given_up.saving_minor <= proved.saving_minor < given_up.bound_minor
