"""What the demonstration promises: every kind of offer, coupons to try, and no mistake among them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.cli.demo_shop.chain import PLACES, Chain
from regulars.cli.demo_shop.making import Order, make
from regulars.cli.demo_shop.menu import MenuIds, dishes
from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.packaging import STORE as BAG_STORE
from regulars.cli.demo_shop.promotions import promotions, seasons
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.trying import flyer_code, to_try
from regulars.cli.demo_shop.vouchers import TO_TRY, vouchers
from regulars.domain.catalog.lines import ChosenLine, LineRequest, OptionChoice
from regulars.domain.kernel.ids import LineId
from regulars.domain.kernel.period import Instant
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.basket import NO_CHOICES
from regulars.domain.pricing.checks.findings import FindingCode
from regulars.domain.pricing.kinds import Effect
from regulars.domain.pricing.limits import Whose
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.stored import KINDS, effect_data
from regulars.main import hired
from regulars.storage.engine import Database, Read, open_database
from regulars.storage.offer_shelf import promised
from regulars.storage.shops import Shops
from regulars.storage.vault import open_vault
from regulars.use_cases import guest as guests
from regulars.use_cases.limits import left_for
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.offer_checks import check_offer
from regulars.use_cases.presented import found_code, why_not
from regulars.use_cases.set_checks import set_check
from regulars.use_cases.settlement import priced

UNTIL = date(2026, 5, 4)
SIZE = Size(orders=240, members=40, days=14, until=UNTIL)
CHAIN = Chain(Seed(1), day_start(SIZE.first))
IDS = MenuIds(CHAIN)
# The visitor's first afternoon: a Monday at 15:00.
TODAY = Instant(day_start(UNTIL) + timedelta(hours=11))
NOBODY = UUID(int=0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, only read."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    folder.mkdir(mode=0o700)
    file = folder / "regulars.db"
    make(Order(home=folder, file=file, seed=Seed(1), size=SIZE, hiring=hired), lambda _: None)
    return folder


@pytest.fixture
def shop(home: Path) -> Iterator[Database]:
    """Its database."""
    with closing(open_database(f"sqlite:///{home / 'regulars.db'}", read_only=True)) as database:
        yield database


def store(read: Read, code: str) -> Shop:
    return Shops().in_force(read, CHAIN.store_id(code), at=TODAY)


def kind(effect: Effect) -> str:
    name, _ = effect_data(effect)
    return name


def cart(shop: Shop, *codes: str) -> tuple[ChosenLine, ...]:
    """One of each in its smallest size, every question answered with the first answer."""
    menu = {dish.code: dish for dish in dishes(IDS)}
    wanted = [
        LineRequest(
            id=LineId(UUID(int=at)),
            product_id=menu[code].product_id,
            variant_id=menu[code].variants[0],
            quantity=1,
            options=tuple(
                OptionChoice(asked.options[0])
                for asked in menu[code].asked
                if asked.question.minimum
            ),
        )
        for at, code in enumerate(codes, start=1)
    ]
    return shop.catalogue.lines(tuple(wanted))


def bill_of(read: Read, shop: Shop, member_id: UUID, *codes: str) -> Quote:
    guest = guests.seen(read, member_id, shop, TODAY)
    left = left_for(read, shop, guest, TODAY)
    occasion = Occasion(source="counter", now=TODAY, left=left)
    return priced(cart(shop, *codes), shop, guest, NO_CHOICES, occasion)


def first_member(home: Path) -> UUID:
    with closing(sqlite3.connect(f"file:{home / 'regulars.db'}?mode=ro", uri=True)) as rows:
        (found,) = rows.execute("SELECT id FROM member ORDER BY id LIMIT 1").fetchone()
    return UUID(bytes=found)


def test_every_kind_of_offer_is_on_somewhere_and_most_are_on_everywhere(shop: Database) -> None:
    with shop.read() as read:
        kinds = {
            one.code: {kind(offer.effect) for offer in store(read, one.code).offers.offers}
            for one in PLACES
        }
    assert set().union(*kinds.values()) == set(KINDS)
    assert min(len(found) for found in kinds.values()) >= 9
    assert "fee_waiver" in kinds[BAG_STORE]


def test_every_offer_and_coupon_could_be_saved_as_it_is(shop: Database) -> None:
    with shop.read() as read:
        placed = promised(read, TODAY, but=NOBODY)
        assert len(placed) >= 15 + len(vouchers(IDS))
        for one in placed:
            found = check_offer(read, one.offer, TODAY, level="organisation", place_id=None)
            assert (one.offer.name.zh, found.refusals, found.warnings) == (
                one.offer.name.zh,
                (),
                (),
            )


@pytest.mark.parametrize("code", ["S3", "K1"])
def test_the_check_of_a_whole_set_finds_no_mistake(shop: Database, code: str) -> None:
    # Between them these two have every offer, the dearest prices and the cheapest goods.
    with shop.read() as read:
        findings = set_check(store(read, code), [], TODAY)
    assert [(one.code, one.names) for one in findings if one.is_mistake] == []
    assert FindingCode.NEVER_CHOSEN not in {one.code for one in findings}


def test_the_offers_have_limits_of_uses_and_a_budget(shop: Database) -> None:
    with shop.read() as read:
        limited = store(read, "S1").limited.values()
    limits = [limit for offer in limited for limit in offer.limits]
    assert any(limit.whose is Whose.MEMBER and limit.uses == 1 for limit in limits)
    assert any(limit.amount_minor == 2_000_000 for limit in limits)


def test_the_first_member_has_five_coupons_and_points(home: Path, shop: Database) -> None:
    with shop.read() as read:
        guest = guests.seen(read, first_member(home), store(read, "S1"), TODAY)
    names = {one.offer.name for one in guest.view.coupons}
    assert {one.name for one in vouchers(IDS) if one.code in TO_TRY} <= names
    assert guest.view.points_available > 0


def test_her_best_bill_takes_two_coupons_beside_offers_and_is_proved(
    home: Path, shop: Database
) -> None:
    with shop.read() as read:
        here = store(read, "S1")
        bill = bill_of(read, here, first_member(home), "MT01", "MT04", "FT04", "SN03")
    assert len(bill.coupons_used) == 2
    sources = {part.source.value for part in bill.adjustments}
    assert {"offer", "coupon"} <= sources
    assert bill.proved


def test_a_flyer_code_is_free_and_told_among_what_to_try(home: Path, shop: Database) -> None:
    vault = open_vault(home, shop, now=TODAY)
    with shop.read() as read:
        code = flyer_code(read, vault)
        assert code is not None
        found = found_code(read, code, vault)
        assert found is not None
        assert found.batch.size == 10_000
        assert why_not(found, None, at=TODAY) is None
        told = list(to_try(read, vault))
    assert len(told) >= 5
    assert any(code in one.zh and code in one.en for one in told)


def test_the_past_used_the_offers_and_coupons_that_were_on(home: Path) -> None:
    with closing(sqlite3.connect(f"file:{home / 'regulars.db'}?mode=ro", uri=True)) as rows:
        used = {
            name
            for (name,) in rows.execute(
                "SELECT DISTINCT name_zh FROM order_adjustment WHERE source = 'offer'"
            )
        }
        bags = rows.execute(
            "SELECT count(*) FROM order_line l JOIN order_adjustment a"
            " ON a.order_id = l.order_id AND a.position = l.position WHERE l.kind = 'fee'"
        ).fetchone()[0]
    assert used >= {"满40减5 满80减12", "新客首单满20减3", "满30免打包费", "点两道热菜 凉菜半价"}
    assert bags > 0


def test_an_offer_of_lately_never_begins_before_the_shop() -> None:
    for one in promotions(IDS):
        for begins, ends in one.stretches(SIZE.first, UNTIL):
            assert SIZE.first <= begins
            assert ends is None or begins < ends


def test_a_season_over_the_turn_of_the_year_is_one_stretch() -> None:
    assert list(seasons((11, 2), date(2025, 12, 24), date(2026, 11, 22))) == [
        (date(2025, 12, 24), date(2026, 3, 1)),
        (date(2026, 11, 1), date(2027, 3, 1)),
    ]
