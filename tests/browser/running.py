"""The real server on a small tea shop of its own, for a browser to walk through.

with opened(tmp_path, prepare=lambda shop: shop.join("13800138000")) as shop:
    page.goto(shop.url)
    ...
    shop.ledger_is_clean()
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.codes import code_hash
from regulars.domain.stores.permissions import Role
from regulars.storage.engine import Database, open_database
from regulars.storage.migrate import upgrade
from regulars.storage.tables import stores
from regulars.storage.verify import verify
from tests.shops import ShopUnderTest, named, open_shop

CODE = "K7QM-2XWD-9FHT-4BNP"
PASSWORD = "Oolong-on-the-Hill-77"
OWNER = "lina"
CASHIER = "xiaoyu"
STARTING_SECONDS = 120
SERVE = "import sys; from regulars.command import main; sys.exit(main())"

Prepare = Callable[[ShopUnderTest], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningShop:
    """A shop whose server runs."""

    url: str
    file: Path

    @contextmanager
    def read(self) -> Iterator[Database]:
        """The database beside the running server, for reading only."""
        database = open_database(f"sqlite:///{self.file}", read_only=True, threads=1)
        try:
            yield database
        finally:
            database.close()

    def ledger_is_clean(self) -> None:
        """Prove the books, as `regulars verify` does."""
        with self.read() as database, database.read() as read:
            report = verify(read, lambda *_: None)
        assert not report.differences
        assert report.checks


def filled(home: Path, *, prepare: Prepare, terms: Mapping[str, object] | None) -> Path:
    """A migrated shop with its people, prepared through its own use cases."""
    home.mkdir(mode=0o700)
    file = home / "regulars.db"
    url = f"sqlite:///{file}"
    upgrade(url)
    database = open_database(url)
    try:
        shop = open_shop(database, home, terms=terms)
        shop.now = Instant(datetime.now(UTC) - timedelta(minutes=5))
        _add_people(shop)
        prepare(shop)
    finally:
        database.close()
    return file


def _add_people(shop: ShopUnderTest) -> None:
    people = (
        (OWNER, "林娜", Role.OWNER, "organisation", UUID(int=0)),
        (CASHIER, "赵小雨", Role.CASHIER, "store", shop.store_id),
    )
    staff = [
        {
            "id": named(f"staff:{login}"),
            "login": login,
            "name": name,
            "one_time_hash": code_hash(CODE),
            "one_time_until": Instant(shop.now + timedelta(hours=12)),
            "language": "zh-CN",
            "state": "active",
            "revision": 1,
        }
        for login, name, *_ in people
    ]
    roles = [
        {"staff_id": named(f"staff:{login}"), "role": role.value, "level": level, "place_id": place}
        for login, _, role, level, place in people
    ]
    shop.database.write(lambda tx: tx.add(stores.staff, staff)).result()
    shop.database.write(lambda tx: tx.add(stores.staff_role, roles)).result()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


@contextmanager
def served(file: Path) -> Iterator[RunningShop]:
    """The server of a shop, on a free port of this machine."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    words = ["serve", "--home", str(file.parent), "--port", str(port)]
    log = file.with_name("server.log")
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "-c", SERVE, *words], stdout=out, stderr=out)
        try:
            until = time.monotonic() + STARTING_SECONDS
            while not _answers(url):
                assert server.poll() is None, log.read_text()[-2_000:]
                assert time.monotonic() < until, log.read_text()[-2_000:]
                time.sleep(0.1)
            yield RunningShop(url=url, file=file)
        finally:
            server.terminate()
            server.wait(timeout=STARTING_SECONDS)
