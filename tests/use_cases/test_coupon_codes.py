"""Open codes: made by the million, claimed once, used once, given back once; guesses learn nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices, CodeSerial
from regulars.domain.pricing.coupon_codes import coupon_id_of
from regulars.storage import coupon_batches as batches
from regulars.storage.coupon_batches import BatchRow
from regulars.storage.engine import Database, Write
from regulars.storage.tables.offers import coupon_code
from regulars.storage.verify import verify
from regulars.use_cases.coupon_batches import ChangeBatch, ChangeCode, CodeAct, MakeBatch, exported
from regulars.use_cases.moment import Moment
from regulars.use_cases.offers import StopCouponType
from regulars.use_cases.presented import cipher_of, give_codes_back, presented, use_code
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settlement import COUPON_GONE
from regulars.use_cases.wallet import ClaimCode
from tests.shops import ShopUnderTest, named, open_shop

UNTIL = instant_from_iso("2026-12-31T00:00:00+08:00")


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def batch_of(
    shop: ShopUnderTest, *, size: int = 20, length: int = 12, begins: Instant | None = None
) -> BatchRow:
    """A batch of codes for a coupon of 10 yuan."""
    batch_id = shop.new_id()
    command = MakeBatch(
        id=batch_id,
        type_id=named("coupon_type:TEN"),
        name="开学传单",
        channel="flyer",
        size=size,
        length=length,
        valid_from=begins,
        valid_until=UNTIL,
    )
    shop.run(command)
    return stored(shop, batch_id)


def stored(shop: ShopUnderTest, batch_id: UUID) -> BatchRow:
    with shop.database.read() as read:
        row = read.one(batches.BATCH, batch_id=batch_id)
    assert row is not None
    return row


def codes_of(shop: ShopUnderTest, batch: BatchRow) -> list[str]:
    return [code for _, code in exported(batch, cipher_of(shop.vault), lambda codes: None)]


def shown(shop: ShopUnderTest, *codes: str, order: UUID | None = None) -> list[CodeSerial | None]:
    """The codes as the till's bill takes them."""
    with shop.database.read() as read:
        opened = shop.shops.in_force(read, shop.store_id, at=shop.now)
        held = presented(read, codes, opened, shop.now, vault=shop.vault, order_id=order)
    return [one.code for one in held]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def claim(shop: ShopUnderTest, member: UUID, code: str) -> dict[str, object]:
    return shop.run(ClaimCode(coupon_id=shop.new_id(), member_id=member, code=code))


def used(shop: ShopUnderTest, code: CodeSerial, order: UUID) -> None:
    moment = moment_of(shop)
    gone = COUPON_GONE.because()
    shop.database.write(lambda tx: use_code(tx, code, order, moment, gone=gone)).result()


def moment_of(shop: ShopUnderTest) -> Moment:
    return Moment(
        now=shop.now,
        actor=shop.actor,
        command_id=shop.new_id(),
        new_id=shop.new_id,
        vault=shop.vault,
        shops=shop.shops,
    )


def differences(shop: ShopUnderTest) -> int:
    with shop.database.read() as read:
        return verify(read, lambda progress: None).differences


def test_batches_take_their_serials_one_after_the_other(shop: ShopUnderTest) -> None:
    first, second = batch_of(shop, size=20), batch_of(shop, size=5, length=18)
    assert (first.serial_from, second.serial_from) == (1, 21)
    assert (first.state, first.made) == ("making", 0)
    codes = codes_of(shop, first) + codes_of(shop, second)
    assert shown(shop, codes[19], codes[20]) == [
        CodeSerial(first.id, 20),
        CodeSerial(second.id, 21),
    ]
    assert differences(shop) == 0


def test_a_batch_that_cannot_be_is_refused(shop: ShopUnderTest) -> None:
    assert refused(lambda: batch_of(shop, size=0)) == "coupon_batch.size_wrong"
    assert refused(lambda: batch_of(shop, size=1_000_001)) == "coupon_batch.size_wrong"
    assert refused(lambda: batch_of(shop, length=13)) == "coupon_batch.length_wrong"
    shop.run(StopCouponType(id=named("coupon_type:TEN")))
    assert refused(lambda: batch_of(shop)) == "coupon.type_stopped"


def test_progress_is_kept_and_the_last_step_makes_a_batch_ready(shop: ShopUnderTest) -> None:
    batch = batch_of(shop, size=120_000)
    steps: list[tuple[int, str]] = []

    def made(codes: int) -> None:
        shop.database.write(
            lambda tx: tx.run(batches.MADE, batch_id=batch.id, codes=codes)
        ).result()
        row = stored(shop, batch.id)
        steps.append((row.made, row.state))

    count = sum(1 for _ in exported(batch, cipher_of(shop.vault), made))
    assert count == 120_000
    assert steps == [(50_000, "making"), (100_000, "making"), (120_000, "ready")]


def test_the_till_reads_the_true_reason_of_a_code_of_ours(shop: ShopUnderTest) -> None:
    later = instant_from_iso("2026-06-01T00:00:00+08:00")
    batch, coming = batch_of(shop), batch_of(shop, begins=later)
    codes = codes_of(shop, batch)
    wang = shop.join("13800138000")
    claim(shop, wang, codes[0])
    used(shop, CodeSerial(batch.id, batch.serial_from + 1), shop.new_id())
    for act, code in ((CodeAct.FREEZE, codes[2]), (CodeAct.VOID, codes[3])):
        shop.run(ChangeCode(code=code, act=act, reason="泄露"))
    reasons = [refused(partial(shown, shop, code)) for code in codes[:4]]
    assert reasons == [
        "coupon.code_claimed",
        "coupon.code_used",
        "coupon.code_frozen",
        "coupon.code_void",
    ]
    assert refused(lambda: shown(shop, codes_of(shop, coming)[0])) == "coupon.code_not_yet"
    mistyped = codes[5][:-1] + ("8" if codes[5].endswith("7") else "7")
    assert refused(lambda: shown(shop, mistyped)) == "coupon.code_unknown"
    foreign = cipher_of(shop.vault).code_of(9_000, length=12)
    assert refused(lambda: shown(shop, foreign)) == "coupon.code_unknown"
    shop.now = UNTIL
    assert refused(lambda: shown(shop, codes[6])) == "coupon.code_expired"


def test_claiming_answers_every_bad_code_alike(shop: ShopUnderTest) -> None:
    batch = batch_of(shop)
    codes = codes_of(shop, batch)
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    claim(shop, wang, codes[0])
    used(shop, CodeSerial(batch.id, batch.serial_from + 1), shop.new_id())
    for act, code in ((CodeAct.FREEZE, codes[2]), (CodeAct.VOID, codes[3])):
        shop.run(ChangeCode(code=code, act=act, reason="泄露"))
    foreign = cipher_of(shop.vault).code_of(10**15, length=12)
    huge = cipher_of(shop.vault).code_of(10**24, length=18)
    for bad in (*codes[:4], foreign, huge, "hello", codes[4][:-1]):
        with pytest.raises(Refusal) as refusal:
            claim(shop, li, bad)
        assert (refusal.value.code, refusal.value.parameters) == ("coupon.code_unknown", {})


def test_a_claimed_code_is_a_coupon_that_lasts_as_long_as_the_code(shop: ShopUnderTest) -> None:
    batch = batch_of(shop)
    wang = shop.join("13800138000")
    got = claim(shop, wang, codes_of(shop, batch)[0].lower().replace("-", " "))
    assert got["member_id"] == str(wang)
    assert got["valid_until"] == UNTIL.isoformat()
    assert differences(shop) == 0


def test_of_twenty_who_claim_one_code_one_gets_it(shop: ShopUnderTest) -> None:
    code = codes_of(shop, batch_of(shop))[0]
    members = [shop.join(f"138001380{n:02d}") for n in range(20)]
    commands = [ClaimCode(coupon_id=shop.new_id(), member_id=one, code=code) for one in members]
    ids = [shop.new_id() for _ in members]

    def claimed(number: int) -> str:
        try:
            shop.run(commands[number], command_id=ids[number])
        except Refusal as refusal:
            return refusal.code
        return "mine"

    with ThreadPoolExecutor(20) as pool:
        outcomes = sorted(pool.map(claimed, range(20)))
    assert outcomes == ["coupon.code_unknown"] * 19 + ["mine"]
    assert differences(shop) == 0


def test_a_code_that_a_refund_gives_back_is_used_once_more_and_no_oftener(
    shop: ShopUnderTest,
) -> None:
    batch = batch_of(shop)
    code = CodeSerial(batch.id, batch.serial_from)
    first, second, third = shop.new_id(), shop.new_id(), shop.new_id()
    used(shop, code, first)
    assert refused(lambda: used(shop, code, second)) == "coupon.gone"
    moment = moment_of(shop)

    def back(order: UUID) -> int:
        def give(tx: Write) -> int:
            rows = tx.all(batches.USED_BY_ORDER, order_id=order)
            give_codes_back(tx, rows, order, moment, gone=COUPON_GONE.because())
            return len(rows)

        return shop.database.write(give).result()

    assert [back(first), back(first)] == [1, 0]
    used(shop, code, second)
    assert refused(lambda: used(shop, code, third)) == "coupon.gone"


def test_a_held_code_is_free_for_its_own_order_and_for_all_once_the_hold_is_over(
    shop: ShopUnderTest,
) -> None:
    batch = batch_of(shop)
    code = codes_of(shop, batch)[0]
    serial = CodeSerial(batch.id, batch.serial_from)
    order, other = shop.new_id(), shop.new_id()
    row = {
        **serial._asdict(),
        "id": coupon_id_of(*serial),
        "state": "held",
        "at": shop.now,
        "by": "test",
        "order_id": order,
        "held_until": Instant(shop.now.replace(minute=15)),
    }
    shop.database.write(lambda tx: tx.add(coupon_code, [row])).result()
    assert refused(lambda: shown(shop, code, order=other)) == "coupon.code_held"
    assert refused(lambda: used(shop, serial, other)) == "coupon.gone"
    assert shown(shop, code, order=order) == [serial]
    shop.pass_time(minutes=15)
    assert shown(shop, code, order=other) == [serial]
    used(shop, serial, other)


def test_a_frozen_batch_stops_its_codes_until_it_is_unfrozen_and_a_void_one_for_ever(
    shop: ShopUnderTest,
) -> None:
    batch = batch_of(shop)
    code = codes_of(shop, batch)[0]

    def change(act: CodeAct) -> object:
        return shop.run(ChangeBatch(id=batch.id, act=act, reason="泄露"))["state"]

    assert change(CodeAct.FREEZE) == "frozen"
    assert refused(lambda: shown(shop, code)) == "coupon.code_frozen"
    assert refused(lambda: change(CodeAct.FREEZE)) == "coupon_batch.state_wrong"
    assert change(CodeAct.UNFREEZE) == "making"
    assert shown(shop, code) == [CodeSerial(batch.id, batch.serial_from)]
    assert change(CodeAct.VOID) == "void"
    assert refused(lambda: shown(shop, code)) == "coupon.code_void"
    assert refused(lambda: change(CodeAct.UNFREEZE)) == "coupon_batch.state_wrong"
    unknown = ChangeBatch(id=shop.new_id(), act=CodeAct.VOID, reason="泄露")
    assert refused(lambda: shop.run(unknown)) == "coupon_batch.unknown"


def test_one_code_is_frozen_unfrozen_and_voided_by_hand(shop: ShopUnderTest) -> None:
    code = codes_of(shop, batch_of(shop))[0]

    def change(act: CodeAct) -> object:
        return shop.run(ChangeCode(code=code, act=act, reason="误发"))["state"]

    assert refused(lambda: change(CodeAct.UNFREEZE)) == "coupon.code_state_wrong"
    assert [change(act) for act in (CodeAct.FREEZE, CodeAct.UNFREEZE)] == ["frozen", "free"]
    assert len(shown(shop, code)) == 1
    assert change(CodeAct.VOID) == "void"
    assert refused(lambda: change(CodeAct.FREEZE)) == "coupon.code_state_wrong"


def test_a_bill_uses_a_presented_code_once_and_a_refund_gives_it_back(
    shop: ShopUnderTest,
) -> None:
    batch = batch_of(shop)
    code = codes_of(shop, batch)[0]

    def sale() -> SellAtCounter:
        plain = shop.sale([shop.line("mango_ice")], cash=1_200, choices=Choices())
        return replace(plain, codes=(code,))

    first = sale()
    shop.run(first)
    assert refused(lambda: shop.run(sale())) == "coupon.code_used"
    assert differences(shop) == 0
    refund = RefundOrder(id=shop.new_id(), order_id=first.order_id, units=None, reason="退货")
    shop.run(refund)
    assert differences(shop) == 0
    shop.run(sale())
    assert refused(lambda: shop.run(sale())) == "coupon.code_used"
    assert differences(shop) == 0


def test_of_two_tills_that_use_one_code_at_once_one_does(shop: ShopUnderTest) -> None:
    batch = batch_of(shop)
    code = codes_of(shop, batch)[0]
    shop.run(shop.sale([shop.line("mango_ice")], cash=2_200))
    sales = [
        replace(shop.sale([shop.line("mango_ice")], cash=1_200, choices=Choices()), codes=(code,))
        for _ in range(8)
    ]
    ids = [shop.new_id() for _ in sales]

    def sold(number: int) -> str:
        try:
            shop.run(sales[number], command_id=ids[number])
        except Refusal as refusal:
            return refusal.code
        return "paid"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(sold, range(8)))
    assert outcomes.count("paid") == 1
    assert set(outcomes) <= {"paid", "coupon.gone", "coupon.code_used"}
    assert differences(shop) == 0
