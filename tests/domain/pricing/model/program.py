"""The whole bill as one integer program, solved by CBC in a process of its own.

Written from `docs/pricing.md`, not from the search: every unit chooses a numbered place in a queue of
each offer, dearest first; percentages are whole numbers squeezed by their rounding; thresholds are
yes-or-no. Another engine than the one that the till may use, so that both would have to be wrong in
the same way. Needs the extra `models`.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations

from regulars.domain.pricing.kinds import (
    BundlePrice,
    BuyGet,
    FeeWaiver,
    NthDiscount,
    Percent,
)
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendAndSave, SpendBase
from tests.domain.pricing.brute import Bill, Case, Promise
from tests.domain.pricing.brute_items import half_up, limit_of, places_of, uses_of

Term = tuple[int, int]

SOLVE = """
import json, sys, pulp
told = json.load(sys.stdin)
program = pulp.LpProblem("bill", pulp.LpMinimize)
columns = [pulp.LpVariable(f"x{at}", 0, high, "Integer") for at, high in enumerate(told["highs"])]
program += pulp.lpSum(many * columns[column] for column, many in told["costs"])
for low, terms in told["rows"]:
    program += pulp.lpSum(many * columns[column] for column, many in terms) >= low
program.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0, gapAbs=0.1, threads=1, timeLimit=60))
print(json.dumps([pulp.LpStatus[program.status], program.sol_status, pulp.value(program.objective)]))
"""


class UnsolvedError(Exception):
    """The engine did not end in time."""


class _Program:
    """Columns of whole numbers and rows of the form Σ ≥ low."""

    def __init__(self) -> None:
        self.highs: list[int] = []
        self.rows: list[tuple[int, list[Term]]] = []

    def column(self, high: int = 1) -> int:
        """A whole number from 0 up."""
        self.highs.append(high)
        return len(self.highs) - 1

    def at_least(self, low: int, terms: Sequence[Term]) -> None:
        """Σ terms ≥ low."""
        self.rows.append((low, list(terms)))

    def at_most(self, high: int, terms: Sequence[Term]) -> None:
        """Σ terms ≤ high."""
        self.at_least(-high, [(column, -many) for column, many in terms])

    def equal(self, value: int, terms: Sequence[Term]) -> None:
        """Σ terms = value."""
        self.at_least(value, terms)
        self.at_most(value, terms)

    def solved(self, costs: Sequence[Term]) -> int:
        """The least Σ costs."""
        told = json.dumps({"highs": self.highs, "costs": costs, "rows": self.rows})
        answer = subprocess.run(
            [sys.executable, "-c", SOLVE], input=told, capture_output=True, check=True, text=True
        ).stdout
        status, solution, value = json.loads(answer.splitlines()[-1])
        if status != "Optimal" or solution != 1:
            raise UnsolvedError(status)
        return round(float(value))


def least_by_program(case: Case) -> int:
    """The least sum of the open units and fees after all offers. Units: minor units."""
    return _Writer(Bill(case)).least()


class _Writer:
    """Writes the program of one shop in which all offers on the bill touch everything."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.cups = bill.cups
        self.program = _Program()
        self.order = sorted(
            range(len(self.cups)),
            key=lambda at: (
                -self.cups[at].base,
                -self.cups[at].bare,
                self.cups[at].line.product_id.int,
                at,
            ),
        )
        self.taken: dict[int, list[Term]] = {at: [] for at in self.order}
        self.saved: list[Term] = []
        self.coupons: list[Term] = []
        self.used: dict[int, int] = {}

    def least(self) -> int:
        """Write it all, and ask."""
        program, bill = self.program, self.bill
        for promise in bill.promises:
            self.used[promise.turn] = program.column()
        for promise in bill.items:
            self._item(promise)
        for terms in self.taken.values():
            program.at_most(1, terms)
        for one, other in combinations(bill.promises, 2):
            if not bill.together(one, other):
                program.at_most(1, [(self.used[one.turn], 1), (self.used[other.turn], 1)])
        total = sum(cup.base for cup in self.cups)
        after_item = program.column(total)
        program.equal(total, [(after_item, 1), *self.saved])
        left, fees = after_item, sum(fee for _, fee in bill.fees)
        paid: list[Term] = []
        turns = [one for one in bill.orders for _ in range(max(one.copies_max, 1))]
        for promise in sorted(turns, key=bill.turn_of):
            on = program.column()
            program.at_least(0, [(self.used[promise.turn], 1), (on, -1)])
            if promise.copies:
                self.coupons.append((on, 1))
            if isinstance(promise.offer.effect, FeeWaiver):
                waived = bill.off_of(promise)
                paid.append((on, -waived))
                continue
            left = self._order(promise, on, (after_item, left), total)
        program.at_most(bill.case.coupons_max, self.coupons)
        return fees + program.solved([(left, 1), *paid])

    def _order(self, promise: Promise, on: int, sums: tuple[int, int], total: int) -> int:
        """An offer on the bill; answers the column of what is then left."""
        program, effect = self.program, promise.offer.effect
        after_item, left = sums
        off, after = program.column(total), program.column(total)
        program.equal(0, [(after, 1), (off, 1), (left, -1)])
        program.at_most(0, [(off, 1), (on, -total)])
        if isinstance(effect, Percent) and not effect.on_top:
            # off ≤ the share, half a cent up: 20,000 · off ≤ 2 · points · left + 10,000.
            program.at_most(10_000, [(off, 20_000), (left, -2 * effect.basis_points)])
            if effect.cap_minor is not None:
                program.at_most(0, [(off, 1), (on, -effect.cap_minor)])
        elif isinstance(effect, SpendAndSave) and effect.base is SpendBase.AFTER_ITEM:
            gained: list[Term] = []
            before = 0
            steps = [(step.threshold_minor, step.off_minor) for step in effect.steps]
            if effect.repeat is Repeat.PER_STEP:
                first, each = steps[0]
                steps = [(first * at, each * at) for at in range(1, total // first + 1)]
            for threshold, amount in steps:
                reached = program.column()
                program.at_least(0, [(after_item, 1), (reached, -threshold)])
                gained.append((reached, before - amount))
                before = amount
            program.at_most(0, [(off, 1), *gained])
            if effect.cap_minor is not None:
                program.at_most(0, [(off, 1), (on, -effect.cap_minor)])
        else:
            program.at_most(0, [(off, 1), (on, -self.bill.off_of(promise))])
        return after

    def _item(self, promise: Promise) -> None:
        """The places of an item offer, and how many uses there may be."""
        program, effect = self.program, promise.offer.effect
        uses: list[Term] = []
        if isinstance(effect, NthDiscount):
            products = sorted({cup.line.product_id.int for cup in self.cups})
            groups = [{one} for one in products] if effect.same is Same.PRODUCT else [set(products)]
            for group in groups:
                uses += self._queue(promise, group)
        elif isinstance(effect, BundlePrice | BuyGet):
            times = program.column(len(self.cups))
            uses = [(times, 1)]
            self._slots(promise, times)
        else:
            for at in self.order:
                if places_of(promise.offer, self.cups[at]):
                    found = uses_of(promise.offer, self.cups, [(at, 0)])
                    if found is not None:
                        saving = sum(share for _, share in found.shares)
                        uses.append((self._given(promise, at, saving), 1))
        each = limit_of(promise.offer, self.cups)
        if not promise.copies:
            if each is not None:
                program.at_most(each, uses)
            return
        spent = program.column(promise.copies_max)
        self.coupons.append((spent, 1))
        most = len(self.cups) if each is None else each
        program.at_most(0, [*uses, (spent, -most)])

    def _given(self, promise: Promise, at: int, saving: int) -> int:
        """Whether a unit goes to an offer, for a saving."""
        given = self.program.column()
        self.program.at_most(0, [(given, 1), (self.used[promise.turn], -1)])
        self.taken[at].append((given, 1))
        if saving:
            self.saved.append((given, saving))
        return given

    def _queue(self, promise: Promise, products: set[int]) -> list[Term]:
        """Places in a row, filled dearest first: n for each group, the last m of them save."""
        program, effect = self.program, promise.offer.effect
        assert isinstance(effect, NthDiscount)
        units = [
            at
            for at in self.order
            if self.cups[at].line.product_id.int in products
            and places_of(promise.offer, self.cups[at])
        ]
        groups = [program.column() for _ in range(len(units) // effect.n)]
        before: list[list[Term]] | None = None
        for place in range(len(groups) * effect.n):
            filled: list[list[Term]] = []
            terms: list[Term] = []
            for at in units:
                cup = self.cups[at]
                price = cup.base if effect.with_extras else cup.bare
                saves = place % effect.n >= effect.n - effect.m
                saving = half_up(price, effect.basis_points) if saves else 0
                terms = [*terms, (self._given(promise, at, saving), 1)]
                filled.append(terms)
            if not filled:
                continue
            program.equal(0, [*filled[-1], (groups[place // effect.n], -1)])
            if before is not None:
                for at in range(len(units)):
                    # Up to no unit have more of this place been filled than of the place before.
                    earlier = before[at - 1] if at else []
                    program.at_least(0, [*earlier, *[(column, -1) for column, _ in filled[at]]])
            before = filled
        return [(one, 1) for one in groups]

    def _slots(self, promise: Promise, times: int) -> None:
        program, effect = self.program, promise.offer.effect
        if isinstance(effect, BundlePrice):
            quantities = [slot.quantity for slot in effect.slots]
            if effect.price_minor:
                self.saved.append((times, -effect.price_minor))
        else:
            assert isinstance(effect, BuyGet)
            quantities = [effect.n, effect.m]
        places: list[list[Term]] = [[] for _ in quantities]
        for at in self.order:
            cup = self.cups[at]
            for place in places_of(promise.offer, cup):
                saving = cup.bare
                if isinstance(effect, BuyGet):
                    price = cup.base if effect.with_extras else cup.bare
                    saving = half_up(price, effect.basis_points) if place == 1 else 0
                places[place].append((self._given(promise, at, saving), 1))
        for terms, many in zip(places, quantities, strict=True):
            program.equal(0, [*terms, (times, -many)])
