"""What offers may ask of a member: tags, birthday, what she bought before; never without need."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.stores.permissions import Permission
from regulars.storage import orders
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables import offers
from regulars.storage.tables.members import member_tag
from regulars.use_cases import guest as guests
from regulars.use_cases.guest import Guest
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.members import ChangeProfile
from regulars.use_cases.refunds import RefundOrder
from tests.shops import OPENING, ShopUnderTest, named, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def asking(shop: ShopUnderTest, *conditions: dict[str, object]) -> None:
    """The shop has an offer that asks all of this."""
    definition = {
        "kind": "percent",
        "effect": {"basis_points": 1_000, "per": "order"},
        "condition": {"kind": "all", "parts": list(conditions)},
    }
    row = {"id": named("offer:asking"), "version": 1, "name_zh": "专享", "name_en": "For you"}
    where = {"level": "organisation", "definition": definition, "effective_at": OPENING}
    who = {"state": "active", "recorded_at": OPENING, "recorded_by": "test"}

    def write(tx: Write) -> None:
        tx.add(offers.offer, [{**row, **where, **who}])
        raise_revision(tx, "offers")

    shop.database.write(write).result()


TAGGED: dict[str, object] = {"kind": "one_of", "field": "member_tags", "values": ["常客"]}
BIRTHDAY: dict[str, object] = {"kind": "within", "field": "birthday_offset", "low": -3, "high": 4}
FIRST: dict[str, object] = {
    "kind": "compare",
    "field": "first_purchase",
    "is": "equal",
    "value": True,
}


def seen(shop: ShopUnderTest, member: UUID, *products: str) -> Guest:
    with shop.database.read() as read:
        snapshot = shop.shops.in_force(read, shop.store_id, at=shop.now)
        lines = snapshot.catalogue.lines([shop.line(one) for one in products or ("lemon_tea",)])
        guest = guests.seen(read, member, snapshot, shop.now)
        told = with_facts(read, guest, lines, snapshot, vault=shop.vault)
    assert told is not None
    return told


def known_well(shop: ShopUnderTest, birthday: str = "1990-06-03") -> UUID:
    wang = shop.join("13800138000")
    told = (ProfileText(field=ProfileField.BIRTHDAY, text=birthday),)
    shop.run(ChangeProfile(member_id=wang, revision=1, told=told))
    shop.run(SetMemberTags(member_id=wang, tags=("常客", " 素食 ", "常客")))
    return wang


def test_a_shop_that_asks_nothing_is_told_nothing(shop: ShopUnderTest) -> None:
    view = seen(shop, known_well(shop)).view
    assert (view.tags, view.birthday_offset, view.bought) == (frozenset(), None, None)


def test_an_offer_learns_tags_birthday_and_earlier_goods(shop: ShopUnderTest) -> None:
    asking(shop, TAGGED, BIRTHDAY, FIRST)
    wang = known_well(shop)
    shop.run(shop.sale([shop.line("lemon_tea"), shop.line("milk_tea")], member=wang, cash=3_300))
    gone = shop.sale([shop.line("mango_ice")], member=wang, cash=2_200)
    shop.run(gone)
    shop.run(RefundOrder(id=shop.new_id(), order_id=gone.order_id, units=None, reason="没做"))
    shop.now = instant_from_iso("2026-06-01T10:00:00+08:00")
    view = seen(shop, wang, "lemon_tea", "mango_ice", "egg_tart").view
    assert view.tags == {"常客", "素食"}
    assert view.birthday_offset == -2
    # Milk tea is not in this basket, and what came back whole was not bought.
    assert view.bought == frozenset((named("product:lemon_tea"),))


def test_her_tag_takes_a_tenth_off_the_bill(shop: ShopUnderTest) -> None:
    asking(shop, TAGGED)
    wang, li = known_well(shop), shop.join("13900139000")
    shop.run(shop.sale([shop.line("mango_ice")], member=wang, cash=1_980))
    shop.run(shop.sale([shop.line("mango_ice")], member=li, cash=2_200))


def test_a_lunar_birthday_counts_by_the_lunar_calendar(shop: ShopUnderTest) -> None:
    asking(shop, BIRTHDAY)
    wang = known_well(shop, "lunar:1990-08-15")
    shop.now = instant_from_iso("2026-09-24T10:00:00+08:00")
    assert seen(shop, wang).view.birthday_offset == -1


def test_tags_that_stay_keep_their_date_and_others_go(shop: ShopUnderTest) -> None:
    wang = known_well(shop)
    shop.pass_time(days=1)
    answer = shop.run(SetMemberTags(member_id=wang, tags=("常客", "猫奴")))
    assert answer["tags"] == ["常客", "猫奴"]
    since: Statement[tuple[str, bool]] = Statement(
        select(member_tag.c.tag, member_tag.c.since), lambda tag, at: (tag, at == shop.now)
    )
    with shop.database.read() as read:
        assert dict(read.all(since)) == {"常客": False, "猫奴": True}


def test_tags_are_refused_where_they_say_too_much(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    cases = {
        "member.tags_too_many": tuple(f"标签{number}" for number in range(31)),
        "member.text_too_long": ("长" * 41,),
        "member.payment_card_refused": ("4111 1111 1111 1111",),
    }
    for code, tags in cases.items():
        with pytest.raises(Refusal) as refused:
            shop.run(SetMemberTags(member_id=wang, tags=tags))
        assert refused.value.code == code
    cashier = replace(shop.actor, permissions=shop.actor.permissions - {Permission.MEMBER_WRITE})
    with pytest.raises(Refusal) as missing:
        shop.run(SetMemberTags(member_id=wang, tags=("常客",)), actor=cashier)
    assert missing.value.code == "permission.missing"


def test_an_order_keeps_no_birthday_and_no_word_that_no_offer_names(shop: ShopUnderTest) -> None:
    asking(shop, TAGGED, BIRTHDAY)
    wang = known_well(shop)
    kept = []
    for day in ("2026-05-31", "2026-06-02", "2026-06-06", "2026-06-07", "2026-06-20"):
        shop.now = instant_from_iso(f"{day}T10:00:00+08:00")
        due = 2_200 if day > "2026-06-06" else 1_980
        sale = shop.sale([shop.line("mango_ice")], member=wang, cash=due)
        shop.run(sale)
        with shop.database.read() as read:
            order = read.one(orders.ORDER, order_id=sale.order_id)
        assert order is not None
        assert order.priced_with is not None
        kept.append(order.priced_with["m"])
    assert all(isinstance(one, dict) and one["g"] == ["常客"] for one in kept)
    # In the week or after it: not which day of it.
    assert [one["b"] for one in kept if isinstance(one, dict)] == [-3, -3, -3, 4, 4]
