"""The text of measures: one canonical form, and a clear no to everything else."""

from uuid import UUID

import pytest

from regulars.domain.kernel.condition import Not, OneOf, as_data
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.segments.conditions import condition_hash, segment_condition_from
from regulars.domain.segments.dependencies import Definition, in_order, parents_of
from regulars.domain.segments.measures import KINDS, canonical, measure_from, written
from tests.segment_dice import Dice

STORE = "0190c0de-0000-7000-8000-000000000001"


def test_equal_measures_have_equal_text() -> None:
    texts = (
        f"visits_in(days=30,store={STORE})",
        f" visits_in ( store={STORE.upper()} , days=030 ) ",
    )
    assert {canonical(text) for text in texts} == {texts[0]}
    assert canonical("birthday(from=-3,to=0)") == "birthday(from=-3)"
    assert canonical("birthday(from=0)") == "birthday"
    assert canonical("bought(tag=辣,days=0)") == "bought(tag=辣)"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "segment.measure_malformed"),
        ("secrets", "segment.measure_unknown"),
        ("__class__", "segment.measure_unknown"),
        ("visits()()", "segment.measure_malformed"),
        ("visits_in", "segment.measure_malformed"),
        ("visits_in(days=0)", "segment.measure_malformed"),
        ("visits_in(days=99999)", "segment.measure_malformed"),
        ("visits_in(days=x)", "segment.measure_malformed"),
        ("visits_in(days=7,days=8)", "segment.measure_malformed"),
        ("visits_in(days=7,store=here)", "segment.measure_malformed"),
        (f"visits_in(days=7,store={STORE},region={STORE})", "segment.measure_malformed"),
        ("visits_in(days=7,channel=post)", "segment.measure_malformed"),
        ("visits_in(days=7,)", "segment.measure_malformed"),
        ("visits(days=7)", "segment.measure_malformed"),
        ("bought(days=7)", "segment.measure_malformed"),
        (f"bought(tag=辣,product={STORE})", "segment.measure_malformed"),
        ("regularly(n=5,of=4)", "segment.measure_malformed"),
        ("stopped(range=30,recent=30)", "segment.measure_malformed"),
        ("sequence(first=visit,then=shop,gap=7,days=30)", "segment.measure_malformed"),
        ("birthday(from=3,to=1)", "segment.measure_malformed"),
        ("random(salt=x,from=5,to=5)", "segment.measure_malformed"),
        ("tags'; DROP TABLE member; --", "segment.measure_malformed"),
        ("x" * 5_000, "segment.measure_malformed"),
    ],
)
def test_a_measure_that_nobody_can_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        measure_from(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        ({"kind": "compare", "field": "visits", "is": "equal", "value": True}, "leaf_unfit"),
        ({"kind": "compare", "field": "visits", "is": "equal", "value": "3"}, "leaf_unfit"),
        ({"kind": "compare", "field": "tags", "is": "equal", "value": "x"}, "leaf_unfit"),
        ({"kind": "compare", "field": "everyone", "is": "equal", "value": 1}, "leaf_unfit"),
        ({"kind": "compare", "field": "everyone", "is": "more", "value": True}, "leaf_unfit"),
        ({"kind": "within", "field": "tier", "low": 1, "high": 2}, "leaf_unfit"),
        ({"kind": "one_of", "field": "segments", "values": ["x"]}, "leaf_unfit"),
        ({"kind": "one_of", "field": "home_store", "values": ["S1"]}, "leaf_unfit"),
        ({"kind": "one_of", "field": "tags", "values": [""]}, "leaf_unfit"),
        ({"kind": "one_of", "field": "visits", "values": [1, "2"]}, "leaf_unfit"),
        (
            {"kind": "compare", "field": "days_since_visit", "is": "more", "value": 99_999},
            "value_out_of_range",
        ),
        (
            {"kind": "compare", "field": "spent", "is": "more", "value": 10**30},
            "value_out_of_range",
        ),
    ],
)
def test_a_leaf_that_can_never_be_asked_is_refused(leaf: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        segment_condition_from({"kind": "not", "part": leaf})
    assert refusal.value.code == f"segment.{code}"


def test_stored_conditions_are_read_back_equal() -> None:
    trees = Dice(47)
    for _ in range(500):
        condition = trees.condition()
        again = segment_condition_from(as_data(condition))
        assert again == condition
        assert condition_hash(again) == condition_hash(condition)


def test_a_change_of_spelling_keeps_the_hash_and_a_change_of_meaning_does_not() -> None:
    def asked(field: str) -> str:
        leaf = {"kind": "compare", "field": field, "is": "at_least", "value": 1}
        return condition_hash(segment_condition_from(leaf))

    assert asked("visits_in(days=30)") == asked("visits_in( days=30 )")
    assert asked("visits_in(days=30)") != asked("visits_in(days=31)")


def test_every_measure_says_its_own_name_back() -> None:
    plain = [name for name, kind in KINDS.items() if not any(a.needed for a in kind.arguments)]
    named = [name for name in plain if not KINDS[name].alternative_needed]
    assert len(named) > 20
    for name in named:
        assert written(measure_from(name)) == name


def test_two_segments_that_ask_about_each_other_are_a_circle() -> None:
    a, b, c = UUID(int=1), UUID(int=2), UUID(int=3)
    asks_b = Definition(Not(OneOf("segments", (str(b),))))
    tagged = Definition(OneOf("tags", ("常客",)))
    tags = Definition(OneOf("contacts", ("phone",)), tag="常客")
    assert in_order({a: asks_b, b: tagged, c: tags}) == [c, b, a]
    assert parents_of(c, {a: asks_b, b: tagged, c: tags}) == [b]
    with pytest.raises(Refusal) as refusal:
        in_order({a: asks_b, b: Definition(OneOf("segments", (str(a),)))})
    assert refusal.value.code == "segment.cycle"
