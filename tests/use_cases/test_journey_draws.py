"""How journeys draw: ways that learn by themselves, and those left alone for a year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.insights.assignment import Holdout, even, is_held_out
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.learning import LEARNING
from regulars.storage import assignments
from regulars.storage.engine import Database
from tests.journeys import EXIT, Walk
from tests.measuring import bought, keep_out, past_members
from tests.messaging import PostUnderTest
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out

WAYS = ("thanks", "coupon", "points")


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


@pytest.fixture
def walk(shop: ShopUnderTest) -> Walk:
    return Walk(PostUnderTest(shop, []))


def split(*names: str, following: str = "end", learns: str | None = None) -> dict[str, object]:
    """A split over ways that lead on alike."""
    ways = [
        {"name": one.name, "weight": one.weight, "next": following} for one in even(names or WAYS)
    ]
    return {"kind": "split", "ways": ways, "learns": learns}


def three_ways(*, learns: str) -> dict[str, object]:
    """A journey that is such a split and its end."""
    return {"split": split(learns=learns), "end": EXIT}


def weights(shop: ShopUnderTest, journey: UUID) -> list[dict[str, int]]:
    """The chances of every version."""
    with shop.database.read() as read:
        policies = assignments.policies_of(read, journey)
    return [{one.name: one.weight for one in each.design.variants} for each in policies]


def arms(shop: ShopUnderTest, journey: UUID, members: Sequence[UUID]) -> Mapping[UUID, str]:
    """What members were drawn."""
    with shop.database.read() as read:
        found = assignments.assigned_among(read, journey, members)
    return {one: row.arm for one, row in found.items()}


def test_a_journey_learns_by_itself_which_way_is_the_best(walk: Walk, shop: ShopUnderTest) -> None:
    drawing = walk.drawing(three_ways(learns="profit"), control=1_000)
    journey = walk.live("learns", drawing)
    members = past_members(shop, 600)
    walk.enter(journey, *members[:500])
    walk.enter(journey, *members[500:])
    walk.on()
    drawn = arms(shop, journey, members)
    went = {row.member_id: walk.log(row)[0].detail for row in walk.runs() if row.why == "exit"}
    assert went == {one: arm for one, arm in drawn.items() if arm != "control"}
    later = Instant(shop.now + timedelta(days=3))
    bought(shop, [(one, later, 2_000 + n % 7) for n, one in enumerate(members)])
    best = [one for one in members if drawn[one] == "coupon"]
    bought(shop, [(one, later, 900) for one in best])
    run_out(LEARNING.step, shop)
    assert len(weights(shop, journey)) == 1, "nobody's four weeks are over"

    shop.pass_time(days=28)
    run_out(LEARNING.step, shop)
    assert weights(shop, journey)[-1] == {"thanks": 0, "coupon": 10_000, "points": 0}
    shop.pass_time(days=1)
    run_out(LEARNING.step, shop)
    assert len(weights(shop, journey)) == 2, "nothing new was to be learned"

    # Other words are another version; what was learned of the ways stays.
    walk.save("learns", {**drawing, "valid_days": 30}, seen=3)
    walk.publish(journey, 4)
    walk.approve(journey, 2)
    assert len(weights(shop, journey)) == 2
    others = past_members(shop, 400)
    walk.enter(journey, *others)
    now = Counter(arms(shop, journey, others).values())
    assert now["coupon"] > 300
    assert now["thanks"] + now["points"] < 60
    assert 15 < now["control"] < 75
    assert arms(shop, journey, members) == drawn, "a member keeps her arm"


def test_what_cannot_be_learned_is_refused_when_it_is_drawn(walk: Walk) -> None:
    for nodes in (
        {"a": split("x", "y", learns="profit"), "end": EXIT},
        {"a": split("control", "x", "y", learns="profit"), "end": EXIT},
        {"a": split(learns="fame"), "end": EXIT},
        {"a": split(following="b", learns="visits"), "b": split(learns="profit"), "end": EXIT},
    ):
        with pytest.raises(Refusal) as refused:
            walk.save("odd", walk.drawing(nodes))
        assert refused.value.parameters["part"] == "learns"


def test_who_is_held_out_this_year_hears_of_no_marketing_and_of_everything_else(
    walk: Walk, shop: ShopUnderTest
) -> None:
    keep_out(shop, 200)
    members = past_members(shop, 300)
    held = {one for one in members if is_held_out(one, Holdout(2026, 200))}
    assert held
    offers = walk.live("offers", walk.drawing({"end": EXIT}))
    drawn = walk.live("drawn", walk.drawing({"end": EXIT}, control=2_000))
    service = walk.live("service", walk.drawing({"end": EXIT}, purpose="service"))
    for journey in (offers, drawn, service):
        walk.enter(journey, *members)
    walk.on()
    runs = walk.runs()
    told = {one: Counter[str]() for one in (offers, drawn, service)}
    for row in runs:
        told[row.journey_id][row.why] += 1
    left_alone = {
        row.member_id for row in runs if (row.journey_id, row.why) == (offers, "held_out")
    }
    assert left_alone == held
    assert told[service] == Counter({"exit": 300})
    # In the comparison of one journey only those are who could hear of it.
    assert set(arms(shop, drawn, members)) == set(members) - held
    assert held <= {
        row.member_id for row in runs if (row.journey_id, row.why) == (drawn, "held_out")
    }


def test_the_weights_that_were_declared_stay_until_there_is_something_to_learn(
    walk: Walk, shop: ShopUnderTest
) -> None:
    journey = walk.live("young", walk.drawing(three_ways(learns="visits")))
    walk.enter(journey, *past_members(shop, 60))
    shop.pass_time(days=29)
    run_out(LEARNING.step, shop)
    with shop.database.read() as read:
        (only,) = assignments.policies_of(read, journey)
    assert only.design.variants == even(WAYS)
    assert only.design.control == 0
