"""`regulars coupons export` writes each code once, to a new file that only its owner reads."""

from dataclasses import replace
from errno import ENOSPC
from pathlib import Path

import pytest

from regulars.cli.coupons import written
from regulars.cli.opened import Opened
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.scope import EVERYWHERE
from regulars.storage import audit
from regulars.storage import coupon_batches as batches
from regulars.storage.engine import Database
from regulars.use_cases.coupon_batches import MakeBatch
from regulars.use_cases.presented import cipher_of
from tests.shops import ShopUnderTest, named, open_shop


def opened(shop: ShopUnderTest) -> Opened:
    return Opened(
        database=shop.database,
        vault=shop.vault,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
    )


def test_an_export_holds_every_code_of_its_batch_and_is_never_overwritten(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    command = MakeBatch(
        id=shop.new_id(),
        type_id=named("coupon_type:TEN"),
        name="开学传单",
        channel="flyer",
        size=2_345,
        length=18,
        valid_from=None,
        valid_until=instant_from_iso("2026-12-31T00:00:00+08:00"),
    )
    shop.run(command)
    path = tmp_path / "codes.csv"
    assert written(opened(shop), command.id, path) == 2_345
    assert path.stat().st_mode & 0o777 == 0o600
    header, *rows = path.read_text("ascii").splitlines()
    assert header == "serial,code"
    read = [row.split(",") for row in rows]
    assert [int(serial) for serial, _ in read] == list(range(1, 2_346))
    cipher = cipher_of(shop.vault)
    assert all(cipher.serial_of(code) == (18, int(serial)) for serial, code in read)
    with shop.database.read() as tx:
        row = tx.one(batches.BATCH, batch_id=command.id)
    assert row is not None
    assert (row.made, row.state) == (2_345, "ready")
    for batch_id, target, code in (
        (command.id, path, "coupon_batch.file_there"),
        (command.id, tmp_path / "nowhere" / "codes.csv", "coupon_batch.file_not_writable"),
        (shop.new_id(), path, "coupon_batch.unknown"),
    ):
        with pytest.raises(Refusal) as refusal:
            written(opened(shop), batch_id, target)
        assert refusal.value.code == code
    with shop.database.read() as tx:
        acts = [row.action for row in audit.page(tx, EVERYWHERE, audit.Wanted()).rows]
    assert acts.count("coupon_batch.exported") == 1


def test_an_export_that_breaks_leaves_no_half_of_a_batch(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    command = MakeBatch(
        id=shop.new_id(),
        type_id=named("coupon_type:TEN"),
        name="开学传单",
        channel="flyer",
        size=10,
        length=12,
        valid_from=None,
        valid_until=instant_from_iso("2026-12-31T00:00:00+08:00"),
    )
    shop.run(command)
    path = tmp_path / "codes.csv"

    def no_space(_: int) -> bytes:
        raise OSError(ENOSPC, "no space left on device")

    with pytest.raises(Refusal, match=r"coupon_batch\.file_not_writable"):
        written(replace(opened(shop), entropy=no_space), command.id, path)
    assert not path.exists()
