"""What the shop's own figures make of a member changes only who is in segments that ask about it."""

from pathlib import Path

import pytest

from regulars.domain.segments.kinds import Part
from regulars.storage.engine import Database
from regulars.use_cases.segment_judging import plan_of
from tests.following import LATELY, Asked, compare, drink, inside, save, settle, stays
from tests.insights import settle_jobs
from tests.shops import ShopUnderTest, named, open_shop

NEW = compare("stage", "equal", "first_timer")


def within(name: str) -> Asked:
    return {"kind": "one_of", "field": "segments", "values": [str(named(f"segment:test:{name}"))]}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """A shop with three stores."""
    return open_shop(database, tmp_path)


def test_a_new_stage_is_taken_up_by_all_that_ask_about_it(shop: ShopUnderTest) -> None:
    new = save(shop, NEW, name="new", tag="新客")
    parent = save(shop, within("new"), name="parent")
    outside = save(shop, {"kind": "not", "part": within("parent")}, name="outside")
    worn = save(shop, {"kind": "one_of", "field": "tags", "values": ["新客"]}, name="worn")
    wang = shop.join("13800138000")
    settle(shop)
    drink(shop, wang)
    settle(shop)
    assert (inside(shop, new), inside(shop, parent), inside(shop, worn)) == ([], [], [])
    assert inside(shop, outside) == [wang]
    settle_jobs(shop)
    settle(shop)
    assert (inside(shop, new), inside(shop, parent)) == ([wang], [wang])
    assert (inside(shop, worn), inside(shop, outside)) == ([wang], [])


def test_a_new_stage_asks_no_segment_that_knows_nothing_of_it(shop: ShopUnderTest) -> None:
    new = save(shop, NEW, name="new")
    parent = save(shop, within("new"), name="parent")
    often = save(shop, LATELY, name="often")
    both = save(shop, {"kind": "any", "parts": [within("often"), NEW]}, name="both")
    with shop.database.read() as read:
        plan = plan_of(read)
        about = plan.about(Part.INSIGHT)
    assert {one.id for one in plan.serving} == {new, parent, often, both}
    assert {one.id for one in about.serving} == {new, parent, both}
    # Of the others only those are looked up that one of these asks about.
    assert about.among == frozenset({new, parent, both, often})


def test_a_visit_and_the_stage_that_follows_it_are_taken_up_together(shop: ShopUnderTest) -> None:
    new, often = save(shop, NEW, name="new"), save(shop, LATELY, name="often")
    both = save(shop, {"kind": "any", "parts": [within("often"), NEW]}, name="both")
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    settle(shop)
    drink(shop, wang)
    settle(shop)
    settle_jobs(shop)
    drink(shop, li)
    drink(shop, li)
    settle(shop)
    assert (inside(shop, new), inside(shop, often)) == ([wang], [li])
    assert inside(shop, both) == sorted((wang, li))
    assert {stay.left_at for stay in stays(shop, wang)} == {None}
