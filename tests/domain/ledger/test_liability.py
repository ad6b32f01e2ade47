"""What is owed to members: every movement has its place, and they sum to the closing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, LotOrigin, UseKind
from regulars.domain.ledger.liability import (
    PARTS,
    Flow,
    LiabilityKey,
    LotMove,
    flow_of,
    lines_of,
    part_of,
    points_cost,
)
from regulars.domain.ledger.units import POINTS

KEY = LiabilityKey(UUID(int=1), AccountKind.POINTS, POINTS, 0)
causes = st.sampled_from([*LotOrigin, *UseKind])


def moved(
    cause: LotOrigin | UseKind,
    amount: int,
    *,
    before: bool = False,
    pending: bool = False,
    entry: EntryKind = EntryKind.SETTLE,
) -> LotMove:
    return LotMove(key=KEY, before=before, pending=pending, entry=entry, cause=cause, amount=amount)


@pytest.mark.parametrize("cause", [*LotOrigin, *UseKind])
@pytest.mark.parametrize("entry", list(EntryKind))
def test_every_movement_has_its_place(cause: LotOrigin | UseKind, entry: EntryKind) -> None:
    assert part_of(entry, cause) in PARTS


@given(st.lists(st.tuples(causes, st.integers(-1_000, 1_000), st.booleans()), max_size=30))
def test_movements_sum_to_the_closing(
    happened: list[tuple[LotOrigin | UseKind, int, bool]],
) -> None:
    lines = lines_of(moved(cause, amount, before=before) for cause, amount, before in happened)
    assert flow_of(lines.values()).closing == sum(amount for _, amount, _ in happened)


def test_what_is_held_is_owed_besides() -> None:
    lines = lines_of([moved(LotOrigin.ORDER, 100, before=True), moved(UseKind.HOLD, -40)])
    assert lines[KEY] == Flow(opening=100, held=-40, kept=40)
    assert lines[KEY].closing == 60


def test_a_refunded_top_up_was_paid_back_and_a_pass_too() -> None:
    assert part_of(EntryKind.TOP_UP_REFUND, UseKind.PAY_OUT) == "paid_back"
    assert part_of(EntryKind.TOP_UP_REFUND, UseKind.FORFEIT) == "taken_back"
    assert part_of(EntryKind.PASS_BACK, UseKind.FORFEIT) == "paid_back"


def test_pending_points_are_told_apart() -> None:
    lines = lines_of([moved(LotOrigin.ORDER, 30, pending=True), moved(LotOrigin.ORDER, 20)])
    assert (lines[KEY].closing, lines[KEY].pending) == (50, 30)


def test_points_cost_half_a_minor_unit_away_from_nothing() -> None:
    assert [points_cost(points, 50) for points in (0, 1, 3, -1, 100)] == [0, 1, 2, -1, 50]
