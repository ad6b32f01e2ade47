"""Lucky draws on both engines: tickets, prizes in stock, and an audit that anybody can repeat."""

from collections import Counter
from concurrent.futures import Future, wait
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.draw_rolls import Audit, audited, commitment_of
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.members.profile import ProfileField
from regulars.storage import draws, members
from regulars.storage.columns import Bytes, Id
from regulars.storage.engine import Database, Lane, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon_type
from regulars.storage.tables.rewards_done import draw_seed
from regulars.use_cases.draw_ends import CloseDraw
from regulars.use_cases.draws import seed_of
from regulars.use_cases.members import FreezeMember
from regulars.use_cases.programmes import StopProgramme
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.runner import Answer
from tests.domain.loyalty.definitions import DRAW, FLASK, TEN_POINTS
from tests.rewards import (
    differences,
    draw,
    handed_out,
    refused,
    saved,
    started,
    stopped,
    with_points,
)
from tests.shops import ShopUnderTest, named, open_shop

SEEDS = Statement[bytes](select(draw_seed.c.commitment))
BORN = Statement[object](
    update(member)
    .where(member.c.id == bindparam("changed", type_=Id()))
    .values(birthday=bindparam("told", type_=Bytes()))
)
NONE_LEFT = Statement[object](update(coupon_type).values(issue_max=coupon_type.c.issued))
ALWAYS = {**DRAW, "prizes": [{**FLASK, "stock": 1}, TEN_POINTS], "blank_weight": 0}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def audit(shop: ShopUnderTest, programme_id: UUID) -> Audit:
    with shop.database.read() as read:
        promised = draws.promised(read, programme_id)
        seed = seed_of(shop.vault, programme_id)
        return audited(seed, programme_id, promised, draws.all_drawn(read, programme_id))


def test_draws_are_numbered_paid_and_recomputed(shop: ShopUnderTest) -> None:
    programme = started(shop, ProgrammeKind.DRAW, DRAW)
    wang = with_points(shop, "13800138000", 450)
    drawn = [draw(shop, programme, wang) for _ in range(25)]
    assert [one["number"] for one in drawn] == list(range(1, 26))
    won = Counter(one["prize"] for one in drawn)
    assert won["flask"] == len(handed_out(shop)) <= 2
    assert shop.balances(wang).points == 500 - 25 * 20 + won["ten"] * 10
    found = audit(shop, programme)
    assert (found.draws, found.differences) == (25, 0)
    assert differences(shop) == []


def test_the_seed_is_in_no_table_and_its_hash_is_there_before_the_first_draw(
    shop: ShopUnderTest,
) -> None:
    programme = started(shop, ProgrammeKind.DRAW, DRAW)
    seed = seed_of(shop.vault, programme)
    with shop.database.read() as read:
        assert read.all(SEEDS) == [sha256(seed).digest()] == [commitment_of(seed)]
    assert seed_of(shop.vault, shop.new_id()) != seed
    saved(shop, programme, "draw", ALWAYS, seen=1)
    with shop.database.read() as read:
        assert len(read.all(SEEDS)) == 1


def test_a_prize_that_is_gone_becomes_what_was_said(shop: ShopUnderTest) -> None:
    flask_first = {**ALWAYS, "prizes": [{**FLASK, "stock": 1, "weight": 9}, TEN_POINTS]}
    programme = started(shop, ProgrammeKind.DRAW, flask_first)
    wang = with_points(shop, "13800138000", 450)
    prizes = [draw(shop, programme, wang)["prize"] for _ in range(12)]
    assert Counter(prizes) == {"flask": 1, "ten": 11}
    assert audit(shop, programme).differences == 0


def test_a_member_wins_no_more_of_a_prize_than_was_said(shop: ShopUnderTest) -> None:
    each_once = {**ALWAYS, "prizes": [{**TEN_POINTS, "per_member_max": 1}]}
    programme = started(shop, ProgrammeKind.DRAW, each_once)
    wang, li = with_points(shop, "13800138000", 50), with_points(shop, "13800138001", 50)
    prizes = [draw(shop, programme, member)["prize"] for member in (wang, li, wang, li)]
    assert prizes == ["ten", "ten", "blank", "blank"]
    assert audit(shop, programme).differences == 0


def test_without_points_there_is_no_draw_and_no_number_is_lost(shop: ShopUnderTest) -> None:
    programme = started(shop, ProgrammeKind.DRAW, {**DRAW, "price_points": 50})
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    assert draw(shop, programme, wang)["number"] == 1
    shop.pass_time(minutes=1)
    saved(shop, programme, "draw", {**DRAW, "price_points": 70}, seen=1)
    assert refused(lambda: draw(shop, programme, li)) == "ledger.points_short"
    li_now = with_points(shop, "13800138002", 50)
    assert draw(shop, programme, li_now)["number"] == 2
    assert audit(shop, programme).differences == 0
    assert differences(shop) == []


def test_free_draws_of_a_day_come_before_those_that_cost_points(shop: ShopUnderTest) -> None:
    daily = {**DRAW, "price_points": 20, "tickets": {"kind": "daily", "free": 2}}
    programme = started(shop, ProgrammeKind.DRAW, daily)
    wang = shop.join("13800138000")
    paid = [draw(shop, programme, wang)["points"] for _ in range(3)]
    assert paid == [0, 0, 20]
    shop.pass_time(days=1)
    assert draw(shop, programme, wang)["points"] == 0
    free_alone = {**daily, "price_points": 0}
    other = started(shop, ProgrammeKind.DRAW, free_alone)
    for _ in range(2):
        draw(shop, other, wang)
    assert refused(lambda: draw(shop, other, wang)) == "draw.no_ticket"
    assert differences(shop) == []


def test_an_order_that_stands_is_a_ticket_for_one_draw(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("mango_ice")], member=wang, cash=2_200))
    shop.pass_time(minutes=1)
    by_order = {
        **DRAW,
        "price_points": 0,
        "tickets": {"kind": "order", "min_due_minor": 1_000},
    }
    programme = started(shop, ProgrammeKind.DRAW, by_order)
    assert refused(lambda: draw(shop, programme, wang)) == "draw.no_ticket"
    sale, small = (
        shop.sale([shop.line("mango_ice")], member=wang, cash=2_200),
        shop.sale([shop.line("egg_tart")], member=wang, cash=800),
    )
    shop.run(sale)
    shop.run(small)
    assert draw(shop, programme, wang)["ticket"] == "order"
    assert refused(lambda: draw(shop, programme, wang)) == "draw.no_ticket"
    refunded = shop.sale([shop.line("mango_ice")], member=wang, cash=2_200)
    shop.run(refunded)
    back = RefundOrder(id=shop.new_id(), order_id=refunded.order_id, units=None, reason="洒了")
    shop.run(back)
    assert refused(lambda: draw(shop, programme, wang)) == "draw.no_ticket"
    assert differences(shop) == []


def test_a_member_who_is_known_to_be_too_young_does_not_draw(shop: ShopUnderTest) -> None:
    programme = started(shop, ProgrammeKind.DRAW, DRAW)
    wang = shop.join("13800138000")
    born(shop, wang, "2015-01-01")
    assert refused(lambda: draw(shop, programme, wang)) == "draw.too_young"
    allowed = started(shop, ProgrammeKind.DRAW, {**DRAW, "minors": "allowed"})
    assert draw(shop, allowed, wang)["number"] == 1
    born(shop, wang, "1990-01-01")
    assert draw(shop, programme, wang)["number"] == 1


def born(shop: ShopUnderTest, member_id: UUID, text: str) -> None:
    """Write a birthday that no form would take today."""
    with shop.database.read() as read:
        profile = read.one(members.PROFILE, member_id=member_id)
    assert profile is not None
    assert profile.wrapped_key is not None
    key = shop.vault.unlock(profile.wrapped_key, member_id)
    birthday = members.sealed(key, ProfileField.BIRTHDAY, text)

    def write(tx: Write) -> None:
        tx.run(BORN, changed=member_id, told=birthday)

    shop.database.write(write).result()


def test_a_frozen_member_and_an_unknown_programme_are_refused(shop: ShopUnderTest) -> None:
    programme = started(shop, ProgrammeKind.DRAW, DRAW)
    wang = shop.join("13800138000")
    assert refused(lambda: draw(shop, shop.new_id(), wang)) == "programme.unknown"
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    assert refused(lambda: draw(shop, programme, wang)) == "order.member_frozen"


def test_a_draw_that_is_over_never_runs_again(shop: ShopUnderTest) -> None:
    programme = started(shop, ProgrammeKind.DRAW, DRAW, days=2)
    later = Instant(shop.now + timedelta(days=3))
    sooner = Instant(shop.now + timedelta(days=1))
    shop.pass_time(minutes=1)
    for ends_at in (later, None):
        change = partial(saved, shop, programme, "draw", DRAW, seen=1, ends_at=ends_at)
        assert refused(change) == "draw.end_fixed"
    saved(shop, programme, "draw", DRAW, seen=1, ends_at=sooner)
    shop.pass_time(days=1)
    assert refused(lambda: saved(shop, programme, "draw", DRAW, seen=2)) == "draw.over"
    endless = started(shop, ProgrammeKind.DRAW, DRAW)
    stopped(shop, endless)
    assert refused(lambda: saved(shop, endless, "draw", DRAW, seen=2)) == "draw.over"


def closed(shop: ShopUnderTest, programme_id: UUID) -> object:
    return shop.run(CloseDraw(programme_id=programme_id))["closed"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_who_ends_a_draw_waits_for_the_very_first_one_too(
    shop: ShopUnderTest, *, by_hand: bool
) -> None:
    programme = started(shop, ProgrammeKind.DRAW, DRAW, days=2)
    shop.pass_time(days=1 if by_hand else 3)
    end = StopProgramme(id=programme, seen=1) if by_hand else CloseDraw(programme_id=programme)
    ending: list[Future[Answer]] = []

    def drawing(tx: Write) -> bool:
        draws.next_number(tx, programme)
        ending.append(
            shop.runner.submit(end, actor=shop.actor, command_id=shop.new_id(), lane=Lane.JOB)
        )
        return bool(wait(ending, timeout=0.5).done)

    assert shop.database.write(drawing).result() is False
    assert not ending[0].result().replayed


def test_a_clock_that_is_set_back_opens_no_draw_that_is_closed(shop: ShopUnderTest) -> None:
    ended = started(shop, ProgrammeKind.DRAW, DRAW, days=2)
    endless = started(shop, ProgrammeKind.DRAW, DRAW)
    wang = with_points(shop, "13800138000", 450)
    assert draw(shop, ended, wang)["number"] == 1
    assert closed(shop, ended) is False
    shop.pass_time(days=1)
    stopped(shop, endless)
    shop.pass_time(days=2)
    # Its end has come: it is closed once, and then its seed is shown.
    assert (closed(shop, ended), closed(shop, ended), closed(shop, endless)) == (True, True, True)
    shop.pass_time(days=-2, hours=-1)
    for programme in (ended, endless):
        assert refused(partial(draw, shop, programme, wang)) == "draw.over"
        change = partial(saved, shop, programme, "draw", DRAW, seen=2)
        assert refused(change) == "draw.over"
    assert audit(shop, ended).draws == 1
    assert differences(shop) == []


def test_nobody_draws_a_coupon_that_does_not_come(shop: ShopUnderTest) -> None:
    coupon = {**TEN_POINTS, "code": "coupon", "gift": {"coupon_types": ["TEN"]}}
    programme = started(shop, ProgrammeKind.DRAW, {**ALWAYS, "prizes": [coupon]})
    wang = with_points(shop, "13800138000", 50)
    assert draw(shop, programme, wang)["prize"] == "coupon"
    shop.database.write(lambda tx: tx.run(NONE_LEFT)).result()
    assert refused(lambda: draw(shop, programme, wang)) == "coupon.type_exhausted"
    assert shop.balances(wang).points == 80
    assert audit(shop, programme).draws == 1
    assert differences(shop) == []


def test_an_order_of_another_store_is_no_ticket_of_a_draw_of_this_one(shop: ShopUnderTest) -> None:
    programme = shop.new_id()
    by_order = {**DRAW, "price_points": 0, "tickets": {"kind": "order"}}
    saved(shop, programme, "draw", by_order, store_id=shop.store_id)
    wang = shop.join("13800138000")
    there = shop.at(named("store:S2"), "terminal:S2:A")
    there.run(there.sale([there.line("egg_tart")], member=wang, cash=800))
    assert refused(lambda: draw(shop, programme, wang)) == "draw.no_ticket"
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    assert draw(shop, programme, wang)["ticket"] == "order"
