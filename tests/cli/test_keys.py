"""`regulars keys rotate`: afterwards the new key opens the shop, and nobody saw either key."""

from argparse import Namespace
from pathlib import Path

import pytest

from regulars.cli import keys
from regulars.domain.kernel.period import instant_from_iso
from regulars.storage.engine import open_database
from regulars.storage.vault import open_vault

NOW = instant_from_iso("2026-05-01T08:00:00Z")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rotated_shop_opens_with_its_new_key(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    database = open_database(database_url)
    before = open_vault(tmp_path, database, now=NOW).blind_index("phone", "1")
    database.close()
    old = (tmp_path / "keys" / "master.key").read_text()
    args = Namespace(database=database_url, home=tmp_path, master_key=None, lang=language)
    assert keys.run(args) == 0
    new = (tmp_path / "keys" / "master.key").read_text()
    shown = capsys.readouterr().out
    assert "keys/master.key" in shown
    assert new != old
    assert old.strip() not in shown
    assert new.strip() not in shown
    database = open_database(database_url)
    assert open_vault(tmp_path, database, now=NOW).blind_index("phone", "1") == before
    database.close()
