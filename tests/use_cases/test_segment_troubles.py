"""What happens to segments when something comes between: others, other shops' facts, other servers."""

from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.segments.filling import Phase
from regulars.jobs import segments as job
from regulars.jobs.segment_looks import look_at
from regulars.storage import fact_cursors, segment_stays, segments
from regulars.storage.columns import Bytes, Id
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.stores import store_known, tag_of
from regulars.storage.tables.members import member
from regulars.storage.tables.segments import segment_version
from regulars.use_cases.expiring import ExpireLots
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.journeys import EndJourney
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.offers import SaveCouponType
from regulars.use_cases.segment_filling import AdvanceFill
from regulars.use_cases.segment_judging import Found, judged, plan_of
from regulars.use_cases.segment_writing import CURSOR, Seen, WriteJudgements
from regulars.use_cases.segments import SaveSegment, StopSegment
from regulars.use_cases.stores import ChangeStore
from regulars.use_cases.value_transfers import TransferValue
from regulars.use_cases.wallet import TransferCoupon
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
from tests.journeys import Walk
from tests.messaging import PostUnderTest
from tests.shops import ShopUnderTest, named, open_shop
from tests.workshops import Lines, workshop_of

WRAPPED: Statement[object] = Statement(
    update(member)
    .where(member.c.id == bindparam("who", type_=Id()))
    .values(wrapped_key=bindparam("key", type_=Bytes()))
)
KEY: Statement[bytes | None] = Statement(
    select(member.c.wrapped_key).where(member.c.id == bindparam("who", type_=Id()))
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop, whose points are good for a month."""
    return open_shop(database, tmp_path, terms={"earning.expiry_months": 1})


def due_of(shop: ShopUnderTest, member_id: UUID) -> Instant:
    with shop.database.read() as read:
        (row,) = read.all(segment_stays.DUES_OF, members=[member_id])
    return row.due_at


def health_of(shop: ShopUnderTest, segment_id: UUID) -> segments.HealthRow:
    with shop.database.read() as read:
        (row,) = read.all(segments.HEALTH_OF, segments=[segment_id])
    return row


def found_of(shop: ShopUnderTest, *members: UUID) -> tuple[Found, Seen]:
    """What a server finds that has read all facts, and what it went by."""
    with shop.database.read() as read:
        plan = plan_of(read)
        position = fact_cursors.cursor_of(read, CURSOR).position
        found = judged(read, sorted(members), plan, look_at(workshop_of(shop), read))
    return found, Seen(position=position, revision=plan.revision)


def written(shop: ShopUnderTest, found: Found, seen: Seen) -> dict[str, object]:
    command = WriteJudgements(
        seen=seen, crossings=found.crossings, dues=found.dues, worn=found.worn
    )
    return shop.run(command)


def one_of(field: str, *values: str) -> Asked:
    return {"kind": "one_of", "field": field, "values": list(values)}


def test_points_that_ended_at_midnight_are_counted_no_more(shop: ShopUnderTest) -> None:
    """One fact tells of the end of hundreds of lots, and names none of their owners."""
    wang = shop.join("13800138000")
    rich = save(shop, compare("points", "at_least", 50))
    assert inside(shop, rich) == [wang]
    shop.pass_time(days=62)
    assert shop.run(ExpireLots(store_id=shop.store_id, lots_max=100))["lots"] == 1
    settle(shop)
    assert inside(shop, rich) == []


def test_who_hands_a_coupon_on_has_one_less(shop: ShopUnderTest) -> None:
    kind = SaveCouponType(
        id=named("coupon_type:GIFT"),
        code="GIFT",
        name=Label("立减3元", "3 off"),
        definition={"kind": "amount", "effect": {"amount_minor": 300, "per": "order"}},
        valid_days=30,
        issue_max=None,
        rules={"transferable": True},
    )
    shop.run(kind)
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    holding = save(shop, compare(f"holds_coupon(type={kind.id})", "at_least", 1))
    coupon_id = shop.coupon(wang, "GIFT")
    settle(shop)
    assert inside(shop, holding) == [wang]
    shop.run(TransferCoupon(coupon_id=coupon_id, from_member_id=wang, to_member_id=li))
    settle(shop)
    assert inside(shop, holding) == [li]


def test_who_is_given_stored_value_by_another_enters(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    holding = save(shop, compare("principal", "at_least", 10_000))
    shop.top_up(wang, 10_000)
    settle(shop)
    assert inside(shop, holding) == [wang]
    transfer = TransferValue(
        id=shop.new_id(),
        from_member_id=wang,
        to_member_id=li,
        store_id=shop.store_id,
        amount_minor=None,
        reason="转给妹妹",
    )
    shop.run(transfer)
    settle(shop)
    assert inside(shop, holding) == [li]


def test_a_new_name_between_judging_and_writing_loses_nobody(shop: ShopUnderTest) -> None:
    """It is the same definition under another number: what was judged by the old one is judged anew."""
    segment_id, wang = save(shop, LATELY), shop.join("13800138000")
    settle(shop)
    drink(shop, wang)
    drink(shop, wang)
    found, seen = found_of(shop, wang)
    assert [one.enters for one in found.crossings] == [True]
    renamed = SaveSegment(id=segment_id, seen=1, name=Label("常来", "Often"), condition=LATELY)
    shop.run(renamed)
    assert written(shop, found, seen) == {"entered": 0, "left": 0, "taken": False}
    settle(shop)
    assert inside(shop, segment_id) == [wang]


def test_a_server_that_writes_late_undoes_nothing(shop: ShopUnderTest) -> None:
    """It judged before the sale, lost its lease, and writes when another has judged behind it."""
    segment_id, wang = save(shop, AWAY), shop.join("13800138000")
    drink(shop, wang)
    settle(shop)
    shop.pass_time(days=31)
    late, seen = found_of(shop, wang)
    assert [one.enters for one in late.crossings] == [True]
    drink(shop, wang)
    settle(shop)
    assert inside(shop, segment_id) == []
    assert written(shop, late, seen)["taken"] is False
    assert inside(shop, segment_id) == []
    assert told(shop) == []


def test_a_word_of_staff_stays_for_the_segments_that_ask_for_it(shop: ShopUnderTest) -> None:
    """Nobody enters or leaves by a word that a segment would take off and may not."""
    li = shop.join("13800138001")
    shop.run(SetMemberTags(member_id=li, tags=("常客",)))
    save(shop, LATELY, name="tagging", tag="常客")
    asking = save(shop, one_of("tags", "常客"), name="asking")
    drink(shop, li)
    drink(shop, li)
    settle(shop)
    shop.pass_time(days=31)
    settle(shop)
    assert inside(shop, asking) == [li]
    assert [stay.left_at for stay in stays(shop, li) if stay.segment_id == asking] == [None]
    assert told(shop) == ["segment.entered", "segment.left"]  # of the one that tags


def test_a_circle_between_two_switches_holds_nothing_up(shop: ShopUnderTest) -> None:
    """An old definition and a new one ask about each other for a moment."""
    wang = shop.join("13800138000")
    first = save(shop, LATELY, name="first")
    second = save(shop, one_of("segments", str(first)), name="second")

    def circle(tx: Write) -> None:
        row = {"segment_id": first, "version": 2, "condition": one_of("segments", str(second))}
        names = {"hash": "x", "name_zh": "x", "name_en": "x", "state": "active"}
        tx.add(segment_version, [{**row, **names, "recorded_at": shop.now, "recorded_by": "test"}])
        segments.serve(tx, first, 2)

    shop.database.write(circle).result()
    plain = save(shop, compare("visits", "at_least", 1), name="plain")
    drink(shop, wang)
    settle(shop)
    assert inside(shop, plain) == [wang]
    assert inside(shop, second) == []


def test_a_segment_that_stops_and_one_that_asked_for_its_word_change_at_once(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    asking = save(shop, LATELY, name="asking")
    tagging = save(shop, one_of("segments", str(asking)), name="tagging", tag="常来")
    drink(shop, wang)
    drink(shop, wang)
    settle(shop)
    assert inside(shop, tagging) == [wang]
    shop.run(StopSegment(id=tagging, seen=1))
    by_word = one_of("tags", "常来")
    shop.run(SaveSegment(id=asking, seen=1, name=Label("有标签", "Tagged"), condition=by_word))
    settle(shop)
    assert (inside(shop, asking), inside(shop, tagging)) == ([], [])
    assert health_of(shop, asking).error is None


def test_a_segment_that_lets_members_into_a_journey_is_not_stopped(shop: ShopUnderTest) -> None:
    """Its members would leave without a word, and the journey would let in nobody for ever."""
    walk = Walk(PostUnderTest(shop, []))
    away = walk.segment("away", AWAY)
    trigger = {"kind": "segment", "segment_id": str(away), "moves": "enters"}
    journey_id = walk.live("back", walk.drawing({"end": {"kind": "exit"}}, [trigger]))
    stop = StopSegment(id=away, seen=1)
    with pytest.raises(Refusal) as refusal:
        shop.run(stop)
    assert refusal.value.code == "segment.in_use"
    shop.run(EndJourney(id=journey_id))
    assert shop.run(stop)["state"] == "stopped"


def test_a_member_whose_key_is_damaged_holds_up_nobody(shop: ShopUnderTest) -> None:
    wang, li = _born(shop, "13800138000"), _born(shop, "13800138001")
    born = save(shop, compare("birthday_this_month", "equal", True))
    assert inside(shop, born) == sorted((wang, li))
    with shop.database.read() as read:
        key = read.one(KEY, who=wang)
    shop.database.write(partial(_set_key, who=wang, key=bytes(40))).result()
    shop.pass_time(days=30)  # into June: both leave
    log = Lines()
    settle(shop, log)
    assert inside(shop, born) == [wang]
    assert {line["event"] for line in log.lines} == {"segment_members_unjudged"}
    assert str(wang) not in str(log.lines)
    shop.database.write(partial(_set_key, who=wang, key=key)).result()
    shop.pass_time(hours=1, seconds=1)
    settle(shop)
    assert inside(shop, born) == []


def _born(shop: ShopUnderTest, phone: str) -> UUID:
    command = JoinMember(
        member_id=shop.new_id(),
        store_id=shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        profile=(ProfileText(field=ProfileField.BIRTHDAY, text="--05-10"),),
    )
    shop.run(command)
    return command.member_id


def _set_key(tx: Write, who: UUID, key: bytes | None) -> None:
    tx.run(WRAPPED, who=who, key=key)


def test_a_definition_that_cannot_be_filled_says_so_and_holds_up_no_other(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    broken, fine = named("segment:test:broken"), named("segment:test:fine")
    drink(shop, wang)

    def spoil(tx: Write) -> None:
        row = {"segment_id": broken, "version": 7, "condition": {"kind": "unheard of"}}
        names = {"hash": "x", "name_zh": "x", "name_en": "x", "state": "active"}
        tx.add(segment_version, [{**row, **names, "recorded_at": shop.now, "recorded_by": "test"}])
        fill = segments.FillRow(broken, 7, Phase.STAGING.value, segments.NOBODY, 0, shop.now)
        segments.put_fill(tx, fill)

    for one in (broken, fine):
        command = SaveSegment(
            id=one, seen=0, name=Label("来过", "Came"), condition=compare("visits", "at_least", 1)
        )
        shop.run(command)
    shop.database.write(spoil).result()
    log = Lines()
    settle(shop, log)
    assert inside(shop, fine) == [wang]
    assert health_of(shop, broken).error == "condition.malformed"
    assert [line["event"] for line in log.lines] == ["segment_fill_failed"]

    li = shop.join("13800138001")
    drink(shop, li)
    settle(shop)
    assert inside(shop, fine) == sorted((wang, li))
    assert health_of(shop, broken).error == "condition.malformed"  # a sale does not hide it

    again = SaveSegment(
        id=broken, seen=1, name=Label("来过", "Came"), condition=compare("visits", "at_least", 1)
    )
    shop.run(again)
    shop.pass_time(seconds=20)
    settle(shop)
    assert inside(shop, broken) == sorted((wang, li))
    assert health_of(shop, broken).error is None


def test_when_a_store_moves_to_another_zone_its_members_flip_by_the_new_one(
    shop: ShopUnderTest,
) -> None:
    wang = _born(shop, "13800138000")
    tenth = save(shop, compare("birthday", "equal", True))
    assert due_of(shop, wang) == instant_from_iso("2026-05-10T04:00:00+08:00")
    with shop.database.read() as read:
        row = store_known(read, shop.store_id)
    change = ChangeStore(
        id=shop.store_id,
        expected=tag_of(row),
        name_zh=row.name_zh,
        name_en=row.name_en,
        zone="Pacific/Auckland",
        cut_off_minutes=0,
        open=True,
    )
    shop.run(change)
    settle(shop)
    begins = instant_from_iso("2026-05-10T00:00:00+12:00")
    assert due_of(shop, wang) == begins
    shop.now = begins
    settle(shop)
    assert inside(shop, tenth) == [wang]


def test_in_a_switch_of_several_steps_nobody_crosses_by_the_old_definition(
    shop: ShopUnderTest,
) -> None:
    members = [shop.join(f"1380013800{number}") for number in range(4)]
    segment_id = save(shop, LATELY)
    once = compare("visits", "at_least", 1)
    for one in members:
        drink(shop, one)
    settle(shop)
    shop.run(SaveSegment(id=segment_id, seen=1, name=Label("来过", "Came"), condition=once))
    workshop = workshop_of(shop)
    switch = AdvanceFill(segment_id=segment_id, version=2, phase=Phase.SWITCHING, switched=2)
    while True:
        with shop.database.read() as read:
            (fill,) = read.all(segments.FILLS)
        if fill.phase == Phase.SWITCHING.value:
            break
        assert job.step(workshop)
    shop.run(switch)
    half = inside(shop, segment_id)
    assert half == sorted(members)[:2]
    # By the old definition she would leave now, and by a sale others would hear of it.
    drink(shop, half[0])
    drink(shop, sorted(members)[3])
    settle(shop)
    assert inside(shop, segment_id) == sorted(members)
    assert told(shop) == []
    assert {stay.version for one in members for stay in stays(shop, one)} == {2}
    assert health_of(shop, segment_id).size == 4


def test_an_edit_in_the_midst_of_a_switch_begins_again_from_what_there_is(
    shop: ShopUnderTest,
) -> None:
    members = sorted(shop.join(f"1380013800{number}") for number in range(3))
    segment_id = save(shop, LATELY)
    for one in members:
        drink(shop, one)
    settle(shop)
    once, never = compare("visits", "at_least", 1), compare("visits", "at_least", 9)
    shop.run(SaveSegment(id=segment_id, seen=1, name=Label("来过", "Came"), condition=once))
    workshop = workshop_of(shop)
    switch = AdvanceFill(segment_id=segment_id, version=2, phase=Phase.SWITCHING, switched=1)
    while shop.run(switch)["phase"] != Phase.SWITCHING.value:
        assert job.step(workshop)
    assert inside(shop, segment_id) == members[:1]
    shop.run(SaveSegment(id=segment_id, seen=2, name=Label("常来", "Often"), condition=never))
    settle(shop)
    assert inside(shop, segment_id) == []
    assert told(shop) == []
    assert [stay.left_why for stay in stays(shop, members[0])] == [{"reason": "definition_changed"}]


def test_a_sale_that_moves_an_instant_into_the_future_writes_none(shop: ShopUnderTest) -> None:
    segment_id, wang = save(shop, AWAY), shop.join("13800138000")
    first = shop.now
    drink(shop, wang)
    settle(shop)
    written_at = due_of(shop, wang)
    shop.pass_time(days=10)
    last = shop.now
    drink(shop, wang)
    settle(shop)
    assert due_of(shop, wang) == written_at
    shop.now = written_at
    settle(shop)
    assert inside(shop, segment_id) == []
    assert due_of(shop, wang) == Instant(last + (written_at - first))
    shop.now = due_of(shop, wang)
    settle(shop)
    assert inside(shop, segment_id) == [wang]
    assert told(shop) == ["segment.entered"]


def test_it_is_told_once_a_minute_that_segments_were_evaluated(shop: ShopUnderTest) -> None:
    segment_id, wang = save(shop, LATELY), shop.join("13800138000")
    settle(shop)
    before = health_of(shop, segment_id)
    shop.pass_time(minutes=2)
    drink(shop, wang)
    settle(shop)
    after = health_of(shop, segment_id)
    assert after.evaluated_at > before.evaluated_at
    assert after.position > before.position
    drink(shop, wang)
    drink(shop, wang)
    settle(shop)
    assert inside(shop, segment_id) == [wang]
    assert health_of(shop, segment_id).evaluated_at == after.evaluated_at
    assert health_of(shop, segment_id).size == 1
