"""A store whose first accounts were opened by a transaction that was undone sells all the same."""

from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database, Write
from regulars.storage.verify import verify
from tests.shops import open_shop


class _UndoneError(Exception):
    """The disk was full at the commit."""


def test_accounts_of_a_group_that_was_undone_are_read_again(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)

    def opened_and_undone(tx: Write) -> None:
        here = shop.shops.in_force(tx, shop.store_id, at=shop.now)
        shop.shops.house(tx, here)
        shop.shops.house(tx, here)
        raise _UndoneError

    with pytest.raises(_UndoneError):
        database.write(opened_and_undone).result()
    lines = (shop.line("mango_ice"),)
    sale = shop.sale(lines, cash=2_200)
    with pytest.raises(Refusal, match="conflict"):
        shop.run(sale)
    assert shop.run(sale)
    with database.read() as read:
        assert verify(read, lambda _: None).differences == 0
