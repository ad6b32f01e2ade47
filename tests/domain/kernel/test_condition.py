"""Conditions answer with their reason, and survive being stored."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.condition import (
    ALWAYS,
    DEPTH_MAX,
    NODES_MAX,
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Failed,
    Known,
    Not,
    OneOf,
    Within,
    as_data,
    condition_from,
    fields_of,
    verdict,
)
from regulars.domain.kernel.refusal import Refusal

FIELDS = frozenset({"spend", "weekday", "tier", "tags", "member"})
NAMES = st.sampled_from(sorted(FIELDS))
SCALARS: st.SearchStrategy[str | int | bool] = (
    st.integers(-5, 5) | st.sampled_from(["gold", "tea", ""]) | st.booleans()
)


@st.composite
def within(draw: st.DrawFn) -> Within:
    low = draw(st.none() | st.integers(-5, 5))
    high = draw(st.none() | st.integers(-5, 10))
    if low is not None and high is not None and high <= low:
        high = low + 1
    return Within(draw(NAMES), low, high)


LEAVES: st.SearchStrategy[Condition] = (
    st.builds(Compare, NAMES, st.sampled_from(Comparison), SCALARS)
    | st.builds(OneOf, NAMES, st.lists(SCALARS, min_size=1, max_size=4).map(tuple))
    | within()
)


def _combined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.builds(All, several) | st.builds(AnyOf, several) | st.builds(Not, parts)


CONDITIONS = st.recursive(LEAVES, _combined, max_leaves=8).filter(
    lambda condition: _depth(condition) <= DEPTH_MAX
)
VIEWS = st.dictionaries(
    NAMES,
    st.none() | SCALARS | st.frozensets(st.sampled_from(["tea", "cake"])),
)


def _depth(condition: Condition) -> int:
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            return 1 + max((_depth(part) for part in parts), default=0)
        case Not(part=part):
            return 1 + _depth(part)
        case _:
            return 1


@given(CONDITIONS)
def test_a_stored_condition_reads_back_as_it_was(condition: Condition) -> None:
    stored = json.loads(json.dumps(as_data(condition)))
    assert condition_from(stored, fields=FIELDS) == condition


@given(CONDITIONS, VIEWS)
def test_a_condition_that_does_not_hold_says_why(
    condition: Condition, view: dict[str, Known]
) -> None:
    answer = verdict(condition, view)
    assert answer.holds == (answer.failed is None)
    assert answer == verdict(condition, view)


@given(CONDITIONS, VIEWS)
def test_not_turns_an_answer_round(condition: Condition, view: dict[str, Known]) -> None:
    assert verdict(Not(condition), view).holds != verdict(condition, view).holds


@given(st.lists(CONDITIONS, max_size=4), VIEWS)
def test_all_and_any_are_what_their_names_say(
    parts: list[Condition], view: dict[str, Known]
) -> None:
    answers = [verdict(part, view).holds for part in parts]
    assert verdict(All(tuple(parts)), view).holds == all(answers)
    assert verdict(AnyOf(tuple(parts)), view).holds == any(answers)


@given(LEAVES)
def test_a_field_nobody_knows_never_holds(leaf: Condition) -> None:
    assert not verdict(leaf, {}).holds


def test_the_first_part_that_failed_is_the_reason() -> None:
    weekday_tea = All((Compare("spend", Comparison.AT_LEAST, 4000), OneOf("weekday", (1, 2))))
    assert verdict(weekday_tea, {"spend": 2500, "weekday": 1}).failed == Failed(
        field="spend", comparison="at_least", wanted=4000, actual=2500
    )
    assert verdict(weekday_tea, {"spend": 4000, "weekday": 2}).holds
    assert verdict(ALWAYS, {}).holds


def test_a_range_holds_its_low_end_and_not_its_high_end() -> None:
    happy_hour = Within("spend", 2, 4)
    held = [verdict(happy_hour, {"spend": spend}).holds for spend in range(6)]
    assert held == [False, False, True, True, False, False]
    assert verdict(happy_hour, {"spend": 4}).failed == Failed("spend", "less", 4, 4)


def test_a_set_shares_at_least_one_value() -> None:
    tea = OneOf("tags", ("tea", "juice"))
    assert verdict(tea, {"tags": frozenset({"tea", "cold"})}).holds
    assert not verdict(tea, {"tags": frozenset({"cake"})}).holds


def test_yes_is_not_the_number_one() -> None:
    member = Compare("member", Comparison.EQUAL, True)
    assert verdict(member, {"member": True}).holds
    assert not verdict(member, {"member": 1}).holds


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ("all", "condition"),
        ({}, "kind"),
        ({"kind": "some"}, "kind"),
        ({"kind": "all"}, "parts"),
        ({"kind": "all", "parts": [1]}, "condition"),
        ({"kind": "compare", "field": "spend", "is": "about", "value": 1}, "is"),
        ({"kind": "compare", "field": "phone", "is": "equal", "value": 1}, "field"),
        ({"kind": "compare", "field": "spend", "is": "equal", "value": 1.5}, "value"),
        ({"kind": "compare", "field": "spend", "is": "equal", "value": None}, "value"),
        ({"kind": "one_of", "field": "tier", "values": []}, "values"),
        ({"kind": "one_of", "field": "tier", "values": [None]}, "values"),
        ({"kind": "one_of", "field": "tier", "values": "gold"}, "values"),
        ({"kind": "within", "field": "spend", "low": "1", "high": None}, "low"),
        ({"kind": "within", "field": "spend", "low": 2, "high": 2}, "high"),
        ({"kind": "not"}, "condition"),
    ],
)
def test_a_condition_written_wrong_is_refused_with_the_part(data: object, part: str) -> None:
    with pytest.raises(Refusal) as refused:
        condition_from(data, fields=FIELDS)
    assert refused.value.code == "condition.malformed"
    assert refused.value.parameters == {"part": part}


def test_a_condition_too_large_or_too_deep_is_refused() -> None:
    leaf: dict[str, object] = {"kind": "compare", "field": "spend", "is": "less", "value": 1}
    deep = leaf
    for _ in range(DEPTH_MAX - 1):
        deep = {"kind": "not", "part": deep}
    assert as_data(condition_from(deep, fields=FIELDS)) == deep
    wide = {"kind": "all", "parts": [leaf] * (NODES_MAX - 1)}
    assert as_data(condition_from(wide, fields=FIELDS)) == wide
    for data in ({"kind": "not", "part": deep}, {"kind": "all", "parts": [leaf] * NODES_MAX}):
        with pytest.raises(Refusal) as refused:
            condition_from(data, fields=FIELDS)
        assert refused.value.code == "condition.too_large"


def test_a_condition_names_every_field_that_it_asks_about() -> None:
    tea = Not(AnyOf((OneOf("tier", ("gold",)), Within("spend", 1, None))))
    asked = All((tea, Compare("weekday", Comparison.EQUAL, 1), ALWAYS))
    assert fields_of(asked) == {"tier", "spend", "weekday"}
    assert fields_of(ALWAYS) == frozenset()
