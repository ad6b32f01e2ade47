"""Who is invited: always the same answer, as many as promised, and no salt tied to another."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.insights.assignment import (
    BUCKETS,
    CONTROL,
    NO_HOLDOUT,
    Design,
    Holdout,
    Variant,
    assigned,
    bucket,
    design_data,
    design_from,
    even,
    everything_design,
    independence,
    is_held_out,
)
from regulars.domain.insights.sample_ratio import sample_ratio
from regulars.domain.kernel.refusal import Refusal

MEMBERS = [UUID(int=number * 7_919 + (1 << 100)) for number in range(20_000)]
DESIGN = Design(salt="老友归来", control=1_000, variants=even(["coupon", "points"]))


def test_the_same_member_always_has_the_same_number() -> None:
    # Written down once: a changed hash would move members between arms in a running programme.
    assert bucket(UUID(int=1), "spring") == 955
    assert [bucket(one, "spring") for one in MEMBERS[:50]] == [
        bucket(one, "spring") for one in MEMBERS[:50]
    ]


def test_each_arm_gets_its_share() -> None:
    counts = Counter(assigned(one, DESIGN).arm for one in MEMBERS)
    assert sample_ratio(counts, DESIGN.chances()).p_value > 0.001
    assert counts[CONTROL] == pytest.approx(2_000, abs=150)


def test_another_salt_holds_back_other_members() -> None:
    assert independence(MEMBERS, "老友归来", "生日") > 0.001
    assert independence(MEMBERS, "everything:2026", "everything:2027") > 0.001


def test_a_salt_that_is_tied_to_another_is_found() -> None:
    assert independence(MEMBERS, "老友归来", "老友归来") < 1e-9


def test_those_held_out_from_everything_are_the_control_of_all_marketing() -> None:
    holdout = Holdout(2026, 200)
    everything = everything_design(holdout)
    held = {one for one in MEMBERS if is_held_out(one, holdout)}
    assert held == {one for one in MEMBERS if assigned(one, everything).arm == CONTROL}
    assert len(held) == pytest.approx(400, abs=80)
    assert not any(is_held_out(one, NO_HOLDOUT) for one in MEMBERS)
    # The others are drawn by a programme as everybody would be.
    counts = Counter(assigned(one, DESIGN).arm for one in MEMBERS if one not in held)
    assert sample_ratio(counts, DESIGN.chances()).holds


def test_the_even_share_never_adapts() -> None:
    learned = replace(
        DESIGN, uniform=500, variants=(Variant("coupon", 9_900), Variant("points", 100))
    )
    drawn = [assigned(one, learned) for one in MEMBERS]
    evenly = Counter(one.arm for one in drawn if one.uniform)
    assert evenly["points"] == pytest.approx(evenly["coupon"], rel=0.2)
    assert sample_ratio(Counter(one.arm for one in drawn), learned.chances()).holds
    assert {one.propensity for one in drawn if one.arm == "points"} == {
        round(0.9 * (0.05 / 2 + 0.95 * 0.01) * BUCKETS)
    }


def test_control_does_not_move_when_the_weights_do() -> None:
    learned = replace(
        DESIGN, uniform=500, variants=(Variant("coupon", 9_000), Variant("points", 1_000))
    )
    before = {one for one in MEMBERS if assigned(one, DESIGN).arm == CONTROL}
    assert before == {one for one in MEMBERS if assigned(one, learned).arm == CONTROL}


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("salt", {"salt": ""}),
        ("control", {"control": BUCKETS}),
        ("variants", {"variants": ()}),
        ("variants", {"variants": (Variant("control", BUCKETS),)}),
        ("variants", {"variants": (Variant("a", 5_000), Variant("a", 5_000))}),
        ("weights", {"variants": (Variant("a", 9_999),)}),
        ("uniform", {"uniform": 499}),
        ("variants", {"variants": (Variant("held_out", BUCKETS),)}),
    ],
)
def test_a_design_that_cannot_be_measured_is_refused(part: str, change: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        replace(DESIGN, **change)  # type: ignore[arg-type]
    assert refused.value.code == "assignment.design_unfit"
    assert refused.value.parameters == {"part": part}


def test_a_design_is_read_back_as_it_was_written() -> None:
    design = replace(DESIGN, uniform=500)
    assert design_from(design.salt, design_data(design)) == design


@pytest.mark.parametrize("data", [{}, {"control": "1"}, {**design_data(DESIGN), "variants": [1]}])
def test_a_design_that_was_not_written_by_us_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        design_from("salt", data)
    assert refused.value.code == "assignment.design_unfit"
