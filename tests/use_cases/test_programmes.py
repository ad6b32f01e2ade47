"""Programmes: saved by version, in force where and while they are, stopped."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.mall import mall_item_from
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.stores.scope import Scope
from regulars.storage import programmes
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.system import audit
from regulars.use_cases.offers import StopCouponType
from regulars.use_cases.programmes import SaveProgramme
from regulars.use_cases.terms import SetTerm
from tests.domain.loyalty.definitions import COUPON, DRAW, MUG, TEN_POINTS, THREE_ORDERS
from tests.inviting import FRIENDS, TEN_CUPS, THREE_TOGETHER
from tests.rewards import refused, saved, started, stopped
from tests.shops import ShopUnderTest, named, open_shop

ACTIONS = Statement[str](select(audit.c.action).order_by(audit.c.id))
ITEM = ProgrammeKind.MALL_ITEM


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def an_item(shop: ShopUnderTest) -> SaveProgramme:
    return SaveProgramme(
        id=shop.new_id(),
        seen=0,
        kind=ITEM.value,
        name=Label("马克杯", "Mug"),
        level=Level.ORGANISATION,
        place_id=None,
        definition=MUG,
        effective_at=None,
        ends_at=None,
    )


def running(
    shop: ShopUnderTest, *, at: Instant | None = None, elsewhere: bool = False
) -> list[int]:
    """The versions of what a store has for points."""
    store_id = shop.other_store_id if elsewhere else shop.store_id
    with shop.database.read() as read:
        store = shop.shops.in_force(read, store_id, at=shop.now).store
        found = programmes.in_force(read, ITEM, store, at=at or shop.now)
    return [one.version for one in found]


def test_a_change_is_a_new_version_and_the_old_one_stays_readable(shop: ShopUnderTest) -> None:
    item = started(shop, ITEM, MUG)
    shop.pass_time(minutes=1)
    assert saved(shop, item, "mall_item", {**MUG, "points": 5}, seen=1)["version"] == 2
    assert running(shop) == [2]
    with shop.database.read() as read:
        promised = [programmes.version_of(read, item, version).definition for version in (1, 2)]
    assert promised == [mall_item_from(MUG), mall_item_from({**MUG, "points": 5})]
    assert refused(lambda: saved(shop, item, "mall_item", MUG, seen=1)) == "precondition.failed"


def test_a_programme_runs_from_its_beginning_to_its_end(shop: ShopUnderTest) -> None:
    tomorrow, later = (Instant(shop.now + timedelta(days=days)) for days in (1, 2))
    shop.run(replace(an_item(shop), effective_at=tomorrow, ends_at=later))
    assert running(shop) == []
    assert running(shop, at=tomorrow) == [1]
    assert running(shop, at=Instant(later - timedelta(microseconds=1))) == [1]
    assert running(shop, at=later) == []


def test_a_programme_that_was_stopped_runs_nowhere(shop: ShopUnderTest) -> None:
    item = started(shop, ITEM, MUG)
    shop.pass_time(minutes=1)
    stopped(shop, item)
    assert running(shop) == []
    with shop.database.read() as read:
        assert read.all(ACTIONS)[-2:] == ["programme.saved", "programme.stopped"]


def test_a_programme_of_one_store_runs_there_alone(shop: ShopUnderTest) -> None:
    here = replace(an_item(shop), level=Level.STORE, place_id=shop.store_id)
    region = replace(an_item(shop), level=Level.REGION, place_id=named("region"))
    shop.run(here)
    assert (running(shop), running(shop, elsewhere=True)) == ([1], [])
    shop.run(region)
    assert (running(shop), running(shop, elsewhere=True)) == ([1, 1], [1])
    manager = replace(SYSTEM, scope=Scope(frozenset({shop.other_store_id})))
    assert refused(lambda: shop.run(replace(here, id=shop.new_id()), actor=manager)) == (
        "scope.outside"
    )
    assert refused(lambda: shop.run(replace(here, seen=1), actor=manager)) == "scope.outside"


def test_nonsense_is_refused_before_anything_is_saved(shop: ShopUnderTest) -> None:
    item = an_item(shop)
    for code, wrong in {
        "programme.kind_unknown": replace(item, kind="raffle"),
        "programme.malformed": replace(item, definition=[]),
        "terms.malformed": replace(item, definition={**MUG, "points": 0}),
        "programme.begins_in_the_past": replace(
            item, effective_at=Instant(shop.now - timedelta(seconds=1))
        ),
        "period.reversed": replace(item, ends_at=shop.now),
        "precondition.failed": replace(item, seen=1),
        "store.unknown": replace(item, level=Level.STORE, place_id=shop.new_id()),
    }.items():
        assert refused(partial(shop.run, wrong)) == code
    assert running(shop) == []
    shop.run(item)
    shop.pass_time(minutes=1)
    other_kind = replace(item, seen=1, kind="draw")
    assert refused(lambda: shop.run(other_kind)) == "programme.kind_fixed"
    assert refused(lambda: stopped(shop, shop.new_id())) == "programme.unknown"


MISSPELT: Mapping[ProgrammeKind, Mapping[str, object]] = {
    ProgrammeKind.CHECK_IN: {
        "daily": {"points": 1},
        "streak": [{"days": 7, "gift": {"coupon_types": ["TEN", "TNE"]}}],
    },
    ProgrammeKind.TASK: {**THREE_ORDERS, "gift": {"coupon_types": ["TNE"]}},
    ProgrammeKind.DRAW: {**DRAW, "prizes": [{**TEN_POINTS, "gift": {"coupon_types": ["TNE"]}}]},
    ProgrammeKind.MALL_ITEM: {**COUPON, "gives": {"coupon_types": ["TNE"]}},
    ProgrammeKind.REFERRAL: {**FRIENDS, "invited": {"coupon_types": ["TNE"]}},
    ProgrammeKind.GROUP_BUY: {**THREE_TOGETHER, "coupon_type": "TNE"},
    ProgrammeKind.PASS: {**TEN_CUPS, "coupon_type": "TNE"},
    ProgrammeKind.SURVEY: {
        "questions": [{"code": "nps", "kind": "nps", "text_zh": "推荐吗？", "text_en": "Well?"}],
        "thanks": {"coupon_types": ["TNE"]},
    },
}


def test_a_gift_of_a_coupon_that_nobody_knows_is_not_saved(shop: ShopUnderTest) -> None:
    for kind, definition in MISSPELT.items():
        with pytest.raises(Refusal) as told:
            started(shop, kind, definition)
        assert told.value.code == "gift.coupon_type_unknown"
        assert told.value.parameters == {"coupon_types": ["TNE"]}


def test_a_gift_of_a_coupon_that_is_not_handed_out_any_more_is_not_saved(
    shop: ShopUnderTest,
) -> None:
    item = started(shop, ITEM, COUPON)
    shop.run(StopCouponType(id=named("coupon_type:TEN")))
    shop.pass_time(minutes=1)
    with pytest.raises(Refusal) as told:
        saved(shop, item, "mall_item", {**COUPON, "points": 5}, seen=1)
    assert told.value.code == "gift.coupon_type_unknown"
    assert told.value.parameters == {"coupon_types": ["TEN"]}
    # It can still be ended.
    stopped(shop, item)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("joining.coupon_types", ["NEW5", "TNE"]),
        ("birthday.gift", {"coupon_types": ["TNE"]}),
        ("tiers.gifts", [{"tier": "gold", "upgrade_gift": {"coupon_types": ["TNE"]}}]),
        ("top_up.offers", [{"principal_minor": 100, "bonus_minor": 1, "coupon_types": ["TNE"]}]),
    ],
)
def test_a_gift_in_the_terms_names_a_coupon_that_there_is(
    shop: ShopUnderTest, field: str, value: object
) -> None:
    term = SetTerm(
        id=shop.new_id(),
        field=field,
        level=Level.ORGANISATION,
        place_id=None,
        value=value,
        effective_at=None,
        locked=False,
        low=None,
        high=None,
        reason="新的礼物",
    )
    assert refused(lambda: shop.run(term)) == "gift.coupon_type_unknown"
    known = json.loads(json.dumps(value).replace("TNE", "TEN"))
    assert shop.run(replace(term, value=known))["field"] == field


def test_what_is_stored_is_what_the_kind_writes(shop: ShopUnderTest) -> None:
    item = started(shop, ITEM, COUPON)
    with shop.database.read() as read:
        row = read.one(programmes.NEWEST, programme_id=item)
    assert row is not None
    assert row.definition == {
        "points": 30,
        "gives": {"coupon_types": ["TEN"]},
        "stock": None,
        "per_member": None,
        "tiers": [],
        "image": None,
        "fetch_days": None,
        "unfetched": "give_back",
    }
