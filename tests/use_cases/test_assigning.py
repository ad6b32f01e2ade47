"""Assigning members: once for ever, with the chance written down, on both engines."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.insights.assignment import (
    CONTROL,
    Holdout,
    Variant,
    everything_of,
    is_held_out,
)
from regulars.domain.insights.assignment import assigned as drawn_by
from regulars.domain.kernel.refusal import Refusal
from regulars.storage import assignments
from regulars.storage.engine import Database, Write
from regulars.use_cases.assigning import (
    BATCH_MAX,
    Declared,
    Eligible,
    assign,
    declare,
    hold_out,
    this_years,
)
from tests.measuring import (
    PLAN,
    PROGRAMME,
    assigned,
    declared,
    halves,
    keep_out,
    moment_of,
    past_members,
)
from tests.shops import ShopUnderTest, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def rows_of(shop: ShopUnderTest, members: list[UUID]) -> list[assignments.AssignmentRow]:
    with shop.database.read() as read:
        found = assignments.assigned_among(read, PROGRAMME, members)
    return [found[one] for one in members if one in found]


def test_every_eligible_member_is_written_down_also_those_held_back(shop: ShopUnderTest) -> None:
    members = past_members(shop, 60)
    declared(shop, halves("coupon", "points"))
    arms = assigned(shop, members)
    rows = rows_of(shop, members)
    assert Counter(row.arm for row in rows) == Counter(one.arm for one in arms.values())
    assert {row.arm for row in rows} == {CONTROL, "coupon", "points"}
    assert {(row.arm, row.propensity) for row in rows} == {
        (CONTROL, 5_000),
        ("coupon", 2_500),
        ("points", 2_500),
    }
    assert {(row.at, row.store_id, row.tier, row.channel, row.eligible_set) for row in rows} == {
        (shop.now, shop.store_id, "leaf", "sms", "segment:test:1")
    }
    assert arms == {one: drawn_by(one, halves("coupon", "points")) for one in members}


def test_assigned_again_a_member_keeps_her_arm_and_her_day(shop: ShopUnderTest) -> None:
    members = past_members(shop, 30)
    design = halves("coupon", "points")
    declared(shop, design)
    first = assigned(shop, members[:20])
    before = rows_of(shop, members[:20])
    shop.pass_time(days=3)
    learned = replace(
        design, uniform=500, variants=(Variant("coupon", 10_000), Variant("points", 0))
    )
    with pytest.raises(Refusal) as refused:
        declared(shop, replace(learned, control=1_000))
    assert refused.value.code == "assignment.design_fixed"
    assert declared(shop, learned) == 2
    again = assigned(shop, members)
    assert {one: again[one] for one in members[:20]} == first
    assert rows_of(shop, members)[:20] == before
    assert {row.policy_version for row in rows_of(shop, members)[20:]} == {2}


def test_the_same_declared_again_is_the_same_version(shop: ShopUnderTest) -> None:
    assert declared(shop, halves()) == 1
    assert declared(shop, halves()) == 1
    for other in (halves(salt="autumn"), halves("other")):
        with pytest.raises(Refusal) as refused:
            declared(shop, other)
        assert refused.value.code == "assignment.design_fixed"
    with pytest.raises(Refusal) as refused:
        declared(shop, halves(), replace(PLAN, window_days=7))
    assert refused.value.code == "assignment.design_fixed"


def test_what_was_never_declared_assigns_nobody(shop: ShopUnderTest) -> None:
    with pytest.raises(Refusal) as refused:
        assigned(shop, past_members(shop, 1))
    assert refused.value.code == "assignment.programme_unknown"


def test_a_batch_has_an_end(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    eligible = [Eligible(shop.new_id(), shop.store_id, "leaf")] * (BATCH_MAX + 1)
    with pytest.raises(Refusal) as refused:
        shop.database.write(
            lambda tx: assign(tx, moment_of(shop), PROGRAMME, eligible, eligible_set="all")
        ).result()
    assert refused.value.code == "assignment.batch_too_large"


def held_out(shop: ShopUnderTest, members: list[UUID]) -> frozenset[UUID]:
    """Those who are held out now."""
    eligible = [Eligible(one, shop.store_id, "leaf") for one in members]

    def work(tx: Write) -> frozenset[UUID]:
        moment = moment_of(shop)
        year = this_years(tx, moment)
        return hold_out(tx, moment, year, eligible, eligible_set="all")

    return shop.database.write(work).result()


def test_those_held_out_from_everything_are_other_members_every_year(shop: ShopUnderTest) -> None:
    members = past_members(shop, 300)
    assert held_out(shop, members) == frozenset()
    keep_out(shop, 200)
    held = held_out(shop, members)
    assert held == held_out(shop, members)
    with shop.database.read() as read:
        everything = assignments.assigned_among(read, everything_of(2026), members)
    assert len(everything) == len(members)
    assert held == {one for one, row in everything.items() if row.arm == CONTROL}
    # The same all year: who was left alone in spring is not written to in summer.
    keep_out(shop, 100)
    assert held_out(shop, members) == held
    shop.pass_time(days=366)
    later = held_out(shop, members)
    assert later == {one for one in members if is_held_out(one, Holdout(2027, 100))}
    assert later != held
    keep_out(shop, 0)
    assert held_out(shop, members) == frozenset()


def test_two_workers_that_assign_the_same_members_agree(shop: ShopUnderTest) -> None:
    members = past_members(shop, 200)
    eligible = [Eligible(one, shop.store_id, "leaf") for one in members]
    how = Declared(design=halves("coupon", "points"), plan=PLAN)

    def work(_: int) -> object:
        shop.database.write(lambda tx: declare(tx, moment_of(shop), PROGRAMME, how)).result()
        return shop.database.write(
            lambda tx: assign(tx, moment_of(shop), PROGRAMME, eligible, eligible_set="all")
        ).result()

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(work, range(8))
    assert all(one == first for one in others)
    assert len(rows_of(shop, members)) == 200
    with shop.database.read() as read:
        assert len(assignments.policies_of(read, PROGRAMME)) == 1
