"""The whole shop by SQL and each member by Python are one answer: random trees, members, clocks."""

import os
import random
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    as_data,
    leaves_of,
)
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.conditions import Needs, needs
from regulars.domain.segments.membership import Reading
from regulars.jobs import segments as job
from regulars.storage import segment_ground, segment_stays, segments
from regulars.storage.engine import Database, Read, Statement
from regulars.storage.segment_sql import members_of, size_of, sized_page, some_of
from regulars.storage.segments import NOBODY
from regulars.use_cases.segment_states import Look, states_of
from regulars.use_cases.segments import SaveSegment
from tests.segment_dice import Dice
from tests.segment_things import TAGS
from tests.segment_world import World
from tests.shops import ShopUnderTest, named, open_shop
from tests.workshops import run_out

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
TREES = 300 if THOROUGH else 40
SEGMENTS, ROUNDS = (60, 30) if THOROUGH else (12, 8)
CLOCKS_DAYS = (0, 1, 7, 29, 30, 45, 90, -3)


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """The shop with its members."""
    return World(open_shop(database, tmp_path), seed=11)


def look_at(world: World, read: Read, now: Instant) -> Look:
    return Look(now=now, ground=segment_ground.ground_of(read), vault=world.shop.vault)


def by_sql(read: Read, condition: Condition, look: Look) -> set[UUID]:
    return set(read.all(Statement(members_of(condition, look.circumstances))))


def by_python(read: Read, world: World, condition: Condition, look: Look) -> set[UUID]:
    states = states_of(read, world.members, needs(condition), look)
    readings = [Reading(state, look.ground, look.now) for state in states]
    return {one.state.id for one in readings if one.judge(condition).holds}


def clocks(world: World, dice: random.Random) -> Instant:
    back = timedelta(
        days=dice.choice(CLOCKS_DAYS),
        hours=dice.choice((0, 0, 5, 13)),
        microseconds=dice.choice((-1, 0, 0, 1)),
    )
    return Instant(world.now + back)


def test_random_segments_hold_for_the_same_members_by_sql_and_by_python(world: World) -> None:
    trees, dice, inside = Dice(3), random.Random(5), 0
    with world.shop.database.read() as read:
        for _ in range(TREES):
            condition, now = trees.condition(), clocks(world, dice)
            look = look_at(world, read, now)
            wanted = by_python(read, world, condition, look)
            found = by_sql(read, condition, look)
            assert found == wanted, (as_data(condition), now)
            assert read.one(size_of(condition, look.circumstances)) == len(wanted)
            page = read.all(some_of(condition, look.circumstances), after_id=NOBODY, rows=5)
            assert page == sorted(wanted)[:5]
            shown = sized_page(read, condition, look.circumstances, rows=5)
            assert shown == (len(wanted), page)
            inside += len(wanted)
    assert 0 < inside < TREES * len(world.members)


def test_each_leaf_alone_holds_for_the_same_members(world: World) -> None:
    trees, dice = Dice(17), random.Random(19)
    leaves = {leaf for _ in range(TREES) for leaf in leaves_of(trees.condition())}
    with world.shop.database.read() as read:
        for leaf in leaves:
            look = look_at(world, read, clocks(world, dice))
            assert by_sql(read, leaf, look) == by_python(read, world, leaf, look), leaf


def test_any_beside_all_means_the_same_on_both_engines(world: World) -> None:
    """`a UNION b INTERSECT c` means two things on two engines: here each operand stands alone."""
    first, second, third = (OneOf("tags", (tag,)) for tag in TAGS)
    anybody = Compare("everyone", Comparison.EQUAL, True)
    shapes: list[Condition] = [
        AnyOf((first, All((second, third)))),
        All((AnyOf((first, second)), third)),
        AnyOf((All((first, Not(second))), All((Not(AnyOf((third, first))), anybody)))),
        Not(AnyOf((first, All((second, Not(third)))))),
        All(()),
        AnyOf(()),
        Not(All((first, AnyOf(())))),
    ]
    with world.shop.database.read() as read:
        look = look_at(world, read, world.now)
        for shape in shapes:
            wanted = by_python(read, world, shape, look)
            assert by_sql(read, shape, look) == wanted, shape
            page = read.all(some_of(shape, look.circumstances), after_id=NOBODY, rows=99)
            assert page == sorted(wanted)


def test_a_tree_of_the_largest_size_is_answered(world: World) -> None:
    leaf = OneOf("tags", tuple(f"{number}" for number in range(190)))
    wide = AnyOf((*(OneOf("tags", (TAGS[number % 3],)) for number in range(198)), leaf))
    deep: Condition = leaf
    for number in range(7):
        deep = Not(deep) if number % 2 else AnyOf((deep, OneOf("tags", (TAGS[0],))))
    with world.shop.database.read() as read:
        look = look_at(world, read, world.now)
        for tree in (wide, deep):
            assert by_sql(read, tree, look) == by_python(read, world, tree, look)


def test_the_clock_alone_gives_the_membership_of_a_full_evaluation(world: World) -> None:
    """No fact happens: only rows that are due are touched, and nobody is missed."""
    shop, trees, dice = world.shop, Dice(23), random.Random(29)
    asked = {named(f"segment:random:{number}"): trees.condition(3) for number in range(SEGMENTS)}
    for segment_id, condition in asked.items():
        name = Label("随机", "Random")
        shop.run(SaveSegment(id=segment_id, seen=0, name=name, condition=as_data(condition)))
    caught_up(shop)
    for _ in range(ROUNDS):
        shop.pass_time(
            days=dice.choice((0, 1, 3, 7, 20)), seconds=dice.randrange(1, 90_000), microseconds=1
        )
        with shop.database.read() as read:
            due = set(read.all(segment_stays.DUE_MEMBERS, now=shop.now, rows=1_000))
        before = {one: inside(shop, one) for one in asked}
        caught_up(shop)
        for segment_id, condition in asked.items():
            found = inside(shop, segment_id)
            assert before[segment_id] ^ found <= due
            with shop.database.read() as read:
                wanted = by_sql(read, condition, look_at(world, read, shop.now))
            assert found == wanted, (as_data(condition), shop.now)


def inside(shop: ShopUnderTest, segment_id: UUID) -> set[UUID]:
    with shop.database.read() as read:
        nobody = UUID(int=0)
        return set(
            read.all(segment_stays.INSIDE_AFTER, segment_id=segment_id, after_id=nobody, rows=1_000)
        )


def caught_up(shop: ShopUnderTest) -> None:
    run_out(job.step, shop)
    with shop.database.read() as read:
        assert read.all(segments.FILLS) == []
        assert read.all(segment_stays.DUE_MEMBERS, now=shop.now, rows=1) == []


def test_nothing_is_loaded_that_no_segment_asks_for(world: World) -> None:
    with world.shop.database.read() as read:
        look = look_at(world, read, world.now)
        before = read.statements
        states_of(read, world.members, Needs(), look)
        assert read.statements == before + 1
