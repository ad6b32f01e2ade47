"""Segments from saving to leaving: by a sale, by the clock alone, by a new definition."""

from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs import segments as job
from regulars.jobs.segment_looks import look_at
from regulars.storage import fact_cursors, segment_filling, segment_stays, segments
from regulars.storage.columns import Document, Id, Words
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.segment_filling import Changed, Switch
from regulars.storage.segments import NOBODY
from regulars.storage.shops import raise_revision
from regulars.storage.tables.catalog import product
from regulars.storage.tables.members import member_tag
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.segment_judging import judged, plan_of
from regulars.use_cases.segment_writing import CURSOR, Crossing, Seen, WriteJudgements
from regulars.use_cases.segments import SaveSegment, StopSegment
from tests.following import (
    AWAY,
    LATELY,
    Asked,
    compare,
    drink,
    inside,
    save,
    settle,
    stays,
    told,
)
from tests.shops import ShopUnderTest, named, open_shop
from tests.workshops import workshop_of

HERE = UUID(int=1)
RETAG: Statement[object] = Statement(
    update(product)
    .where(product.c.id == bindparam("what", type_=Id()))
    .values(tags=bindparam("words", type_=Document()))
)
BEARS: Statement[str] = Statement(
    select(member_tag.c.by).where(member_tag.c.tag == bindparam("word", type_=Words()))
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def refused(shop: ShopUnderTest, command: object) -> str:
    with pytest.raises(Refusal) as refusal:
        shop.run(command)
    return refusal.value.code


def test_a_member_enters_by_her_sales_and_leaves_when_they_are_old(shop: ShopUnderTest) -> None:
    segment_id, wang = save(shop, LATELY), shop.join("13800138000")
    drink(shop, wang)
    settle(shop)
    assert inside(shop, segment_id) == []

    shop.pass_time(days=3)
    drink(shop, wang)
    settle(shop)
    assert inside(shop, segment_id) == [wang]
    assert told(shop) == ["segment.entered"]

    shop.pass_time(days=26)
    settle(shop)
    assert inside(shop, segment_id) == [wang]
    shop.pass_time(days=1, seconds=1)
    settle(shop)
    assert inside(shop, segment_id) == []
    assert told(shop) == ["segment.entered", "segment.left"]
    (stay,) = stays(shop, wang)
    assert stay.left_at == shop.now
    assert stay.left_why == {
        "field": "visits_in(days=30)",
        "is": "at_least",
        "wanted": 2,
        "actual": 1,
        "holds": False,
    }


def test_nobody_for_thirty_days_is_seen_at_the_very_instant(shop: ShopUnderTest) -> None:
    segment_id, wang = save(shop, AWAY), shop.join("13800138000")
    command = shop.sale([shop.line("milk_tea")], member=wang, cash=1_800)
    shop.run(command)
    settle(shop)
    shop.pass_time(days=30, microseconds=-1)
    settle(shop)
    assert inside(shop, segment_id) == []
    shop.pass_time(microseconds=1)
    settle(shop)
    assert inside(shop, segment_id) == [wang]


def test_a_visit_that_is_given_back_whole_is_no_visit(shop: ShopUnderTest) -> None:
    segment_id, wang = save(shop, LATELY), shop.join("13800138000")
    drink(shop, wang)
    order_id = drink(shop, wang)
    settle(shop)
    assert inside(shop, segment_id) == [wang]
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="退货"))
    settle(shop)
    assert inside(shop, segment_id) == []


def test_a_new_segment_finds_who_is_in_it_already(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    drink(shop, wang)
    drink(shop, wang)
    drink(shop, li)
    segment_id = save(shop, LATELY)
    assert inside(shop, segment_id) == [wang]
    assert told(shop) == []  # nobody's journey begins because somebody saved a form
    (stay,) = stays(shop, wang)
    assert stay.why == {"reason": "definition_changed"}
    with shop.database.read() as read:
        (health,) = read.all(segments.HEALTH)
        assert (health.size, health.error) == (1, None)
        assert read.all(segments.FILLS) == []


def test_the_old_definition_serves_until_the_new_one_is_ready(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    for _ in range(2):
        drink(shop, wang)
    for _ in range(3):
        drink(shop, li)
    segment_id = save(shop, LATELY)
    assert inside(shop, segment_id) == sorted((wang, li))

    thrice = compare("visits_in(days=30)", "at_least", 3)
    shop.run(SaveSegment(id=segment_id, seen=1, name=Label("常来", "Often"), condition=thrice))
    workshop, seen = workshop_of(shop), []
    while job.step(workshop):
        seen.append(inside(shop, segment_id))
    assert seen[0] == sorted((wang, li))
    assert seen[-1] == [li]
    assert told(shop) == []
    assert stays(shop, wang)[0].left_why == {"reason": "definition_changed"}
    assert len(stays(shop, li)) == 1


def test_a_sale_during_the_change_is_not_missed(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    drink(shop, wang)
    for asked, name in ((LATELY, "timed"), (compare("visits", "at_least", 2), "plain")):
        segment_id = named(f"segment:test:{name}")
        command = SaveSegment(id=segment_id, seen=0, name=Label("测试", "Test"), condition=asked)
        shop.run(command)
    workshop = workshop_of(shop)
    while True:
        with shop.database.read() as read:
            phases = {row.phase for row in read.all(segments.FILLS)}
        if "switching" in phases:
            break
        assert job.step(workshop)
    drink(shop, wang)
    settle(shop)
    assert inside(shop, named("segment:test:timed")) == [wang]
    assert inside(shop, named("segment:test:plain")) == [wang]


def test_a_step_that_is_repeated_after_a_crash_changes_nothing_twice(shop: ShopUnderTest) -> None:
    segment_id, wang = save(shop, LATELY), shop.join("13800138000")
    drink(shop, wang)
    drink(shop, wang)
    settle(shop)
    with shop.database.read() as read:
        plan = plan_of(read)
        look = look_at(workshop_of(shop), read)
        again = judged(read, [wang], plan, look)
        position = fact_cursors.cursor_of(read, CURSOR).position
    assert again.empty
    crossing = WriteJudgements(
        crossings=(
            Crossing(segment_id=segment_id, member_id=wang, version=1, enters=True, why={}),
        ),
        seen=Seen(position=position, revision=plan.revision),
    )
    assert shop.run(crossing) == {"entered": 0, "left": 0, "taken": True}
    assert inside(shop, segment_id) == [wang]
    assert told(shop) == ["segment.entered"]


def test_a_segment_of_a_segment_follows_it_in_the_same_step(shop: ShopUnderTest) -> None:
    child = save(shop, LATELY, name="child")
    asked = {"kind": "one_of", "field": "segments", "values": [str(child)]}
    parent = save(shop, asked, name="parent")
    outside = save(shop, {"kind": "not", "part": asked}, name="outside")
    wang = shop.join("13800138000")
    settle(shop)
    assert inside(shop, outside) == [wang]
    drink(shop, wang)
    drink(shop, wang)
    settle(shop)
    assert (inside(shop, child), inside(shop, parent)) == ([wang], [wang])
    assert inside(shop, outside) == []
    never = compare("visits", "at_least", 99)
    save(shop, never, name="child", seen=1)
    assert (inside(shop, child), inside(shop, parent)) == ([], [])
    assert inside(shop, outside) == [wang]


def test_a_segment_puts_its_word_on_and_takes_it_off(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    shop.run(SetMemberTags(member_id=li, tags=("常客",)))
    drink(shop, wang)
    drink(shop, wang)
    segment_id = save(shop, LATELY, tag="常客")
    asked = {"kind": "one_of", "field": "tags", "values": ["常客"]}
    tagged = save(shop, asked, name="tagged")
    assert inside(shop, tagged) == sorted((wang, li))
    drink(shop, li)
    drink(shop, li)
    settle(shop)
    assert inside(shop, segment_id) == sorted((wang, li))
    shop.pass_time(days=31)
    settle(shop)
    assert inside(shop, segment_id) == []
    with shop.database.read() as read:
        assert [by for by in read.all(BEARS, word="常客") if by.startswith("segment")] == []
        assert len(read.all(BEARS, word="常客")) == 1
    assert inside(shop, tagged) == [li]


def test_nobody_is_in_a_segment_that_was_stopped(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    drink(shop, wang)
    drink(shop, wang)
    segment_id = save(shop, LATELY, tag="常来")
    shop.run(StopSegment(id=segment_id, seen=1))
    settle(shop)
    assert inside(shop, segment_id) == []
    assert stays(shop, wang)[0].left_why == {"reason": "stopped"}
    with shop.database.read() as read:
        assert read.all(BEARS, word="常来") == []
    drink(shop, wang)
    shop.pass_time(days=40)
    settle(shop)
    assert inside(shop, segment_id) == []
    with shop.database.read() as read:
        assert read.all(segment_stays.DUES_OF, members=[wang]) == []
    again = SaveSegment(id=segment_id, seen=2, name=Label("x", "x"), condition=LATELY)
    assert refused(shop, again) == "segment.stopped"


def test_a_draft_holds_nobody_until_it_is_made_active(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    drink(shop, wang)
    segment_id = named("segment:test:s")
    asked = compare("visits", "at_least", 1)
    draft = SaveSegment(
        id=segment_id, seen=0, name=Label("草稿", "Draft"), condition=asked, draft=True
    )
    shop.run(draft)
    settle(shop)
    assert inside(shop, segment_id) == []
    save(shop, asked, seen=1)
    assert inside(shop, segment_id) == [wang]
    again = SaveSegment(
        id=segment_id, seen=2, name=Label("草稿", "Draft"), condition=asked, draft=True
    )
    assert refused(shop, again) == "segment.not_a_draft"


def test_bad_segments_are_refused_with_a_clear_code(shop: ShopUnderTest) -> None:
    child = save(shop, LATELY, name="child")
    asked: Asked = {"kind": "one_of", "field": "segments", "values": [str(child)]}
    parent = save(shop, asked, name="parent")
    name = Label("x", "x")
    circle = {"kind": "one_of", "field": "segments", "values": [str(parent)]}
    unknown = {"kind": "one_of", "field": "segments", "values": [str(UUID(int=2))]}
    own_tag = {"kind": "not", "part": {"kind": "one_of", "field": "tags", "values": ["x"]}}
    deep: Asked = LATELY
    for _ in range(9):
        deep = {"kind": "not", "part": deep}

    def code(condition: object, *, tag: str | None = None, of: UUID = HERE, seen: int = 0) -> str:
        command = SaveSegment(id=of, seen=seen, name=name, condition=condition, tag=tag)
        return refused(shop, command)

    assert code(circle, of=child, seen=1) == "segment.cycle"
    assert code(own_tag, tag="x") == "segment.cycle"
    assert code(unknown) == "segment.child_not_active"
    assert code(deep) == "condition.too_large"
    assert code(compare("visits; DROP TABLE member", "at_least", 1)) == "segment.measure_malformed"
    assert code(compare("secrets", "at_least", 1)) == "segment.measure_unknown"
    assert code(compare("visits_in", "at_least", 1)) == "segment.measure_malformed"
    assert code(compare("visits", "at_least", "1")) == "segment.leaf_unfit"
    assert code(compare("visits", "at_least", 10**15)) == "segment.value_out_of_range"
    assert code(LATELY, of=child, seen=1, tag="x") == "segment.tag_fixed"
    assert refused(shop, StopSegment(id=child, seen=1)) == "segment.in_use"
    assert refused(shop, StopSegment(id=HERE, seen=1)) == "segment.unknown"
    assert refused(shop, StopSegment(id=child, seen=7)) == "precondition.failed"


def test_a_switch_of_many_takes_several_steps_and_ends_exact(shop: ShopUnderTest) -> None:
    wang, li, zhao = sorted(shop.join(f"1380013800{number}") for number in range(3))
    segment_id = save(shop, compare("visits", "at_least", 1))

    def switched(*staged: UUID) -> list[Changed]:
        def step(tx: Write, after_id: UUID) -> tuple[segment_filling.Stretch, Changed]:
            this = Switch(segment_id, 2, 0, shop.now, {"reason": "definition_changed"})
            stretch = segment_filling.stretch_to_switch(tx, segment_id, after_id=after_id, most=2)
            return stretch, segment_filling.switch(tx, this, stretch)

        def begin(tx: Write) -> None:
            segment_filling.clear(tx, segment_id, most=99)
            segment_filling.stage(tx, segment_id, tuple(sorted(staged)))

        shop.database.write(begin).result()
        found, after_id, last = list[Changed](), NOBODY, False
        while not last:
            stretch, changed = shop.database.write(partial(step, after_id=after_id)).result()
            found.append(changed)
            after_id, last = stretch.upto_id, stretch.last
        return found

    assert switched(wang, li, zhao) == [(0, 2), (0, 1)]
    assert inside(shop, segment_id) == sorted((wang, li, zhao))
    assert switched(li) == [(1, 0), (1, 0)]
    assert inside(shop, segment_id) == [li]
    assert switched(wang) == [(1, 1)]
    assert inside(shop, segment_id) == [wang]


def test_a_product_that_becomes_spicy_changes_who_likes_spicy(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    drink(shop, wang)
    segment_id = save(shop, compare("bought(tag=辣,days=30)", "at_least", 1))
    assert inside(shop, segment_id) == []

    def retagged(tx: Write) -> None:
        tx.run(RETAG, what=named("product:milk_tea"), words=["辣"])
        raise_revision(tx, "catalog")

    shop.database.write(retagged).result()
    settle(shop)
    assert inside(shop, segment_id) == [wang]
    assert stays(shop, wang)[0].why == {"reason": "definition_changed"}
    assert told(shop) == []
