"""`regulars backup`, `restore`, `liability` and `clearing`, as somebody types them."""

from argparse import Namespace
from pathlib import Path

import pytest

from regulars import cli
from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database, open_database
from tests.shops import ShopUnderTest, open_shop

WORDS = "twelve small teacups"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    home = tmp_path / "home"
    home.mkdir()
    opened = open_shop(database, home)
    wang = opened.join("13800138000")
    opened.top_up(wang, 10_000)
    opened.run(opened.sale([opened.line("gift_box")], member=wang, stored=6_000))
    return opened


def typed(shop: ShopUnderTest, tmp_path: Path, *words: str) -> Namespace:
    """A command line, with the settings that `main` adds."""
    args = cli.read(list(words))
    args.home, args.database = tmp_path / "home", shop.database.url
    args.master_key = None
    return args


def ran(args: Namespace) -> int:
    outcome: int = args.run(args)
    return outcome


@pytest.mark.parametrize(("language", "said"), [("zh", "0 处差异"), ("en", "0 differences")])
def test_a_shop_is_backed_up_restored_and_proved(
    sqlite_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: str,
    said: str,
) -> None:
    database = open_database(sqlite_url)
    home = tmp_path / "home"
    home.mkdir()
    shop = open_shop(database, home)
    shop.join("13800138000")
    file, key_file = str(tmp_path / "shop.backup"), tmp_path / "words"
    key_file.write_text(WORDS + "\n")
    options = ("--key-file", str(key_file), "--lang", language)
    assert ran(typed(shop, tmp_path, "backup", file, *options)) == 0
    assert "keys/master.key" in capsys.readouterr().out
    target = str(tmp_path / "new")
    restore = ("restore", file, "--to", target, "--verify", *options)
    assert ran(typed(shop, tmp_path, *restore)) == 0
    assert said in capsys.readouterr().out
    with pytest.raises(Refusal, match="target_not_empty"):
        ran(typed(shop, tmp_path, *restore))
    with pytest.raises(Refusal, match="key_kind"):
        ran(typed(shop, tmp_path, "restore", file, "--to", str(tmp_path / "third")))
    database.close()


def test_without_a_key_nothing_is_backed_up(shop: ShopUnderTest, tmp_path: Path) -> None:
    (tmp_path / "home" / "keys" / "master.key").unlink()
    with pytest.raises(Refusal, match="key_missing"):
        ran(typed(shop, tmp_path, "backup", str(tmp_path / "shop.backup")))
    with pytest.raises(Refusal, match="key_file_missing"):
        ran(
            typed(shop, tmp_path, "backup", str(tmp_path / "b"), "--key-file", str(tmp_path / "no"))
        )
    words = tmp_path / "words"
    words.write_text(WORDS)
    file = str(tmp_path / "nowhere" / "shop.backup")
    with pytest.raises(Refusal, match="folder_missing"):
        ran(typed(shop, tmp_path, "backup", file, "--key-file", str(words)))


@pytest.mark.parametrize("written", ["html", "csv", "xlsx", "json"])
def test_reports_are_written_in_every_form(
    shop: ShopUnderTest, tmp_path: Path, written: str
) -> None:
    days = ("--from", "2026-05-01", "--to", "2026-05-05", "--format", written)
    for name in ("liability", "clearing"):
        out = tmp_path / f"{name}.{written}"
        assert ran(typed(shop, tmp_path, name, *days, "--lang", "en", "--out", str(out))) == 0
        assert out.stat().st_size > 100
