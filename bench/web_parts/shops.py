"""The shops that the browser looks at, each in a home of its own that is thrown away.

with demo_shop(None) as place:              # a year of 山野茶事, as `make demo` makes it
    let_in(place, "owner")
with on_sqlite() as place:
    shop = members_shop(place, 1_000_000)   # a million, each found by her phone
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bench.marketing_parts.guests import Guests
from bench.marketing_parts.opening import opened
from bench.marketing_parts.stays import served
from bench.marketing_parts.wishes import active
from bench.scratch.servers import REGULARS, Place, Server
from regulars.cli.demo_shop.home import Found, found_in
from regulars.cli.opened import opened_shop
from regulars.cli.staff import ask
from regulars.domain.kernel.period import Instant
from regulars.domain.members.card import card_code
from regulars.domain.members.identity import Identity, IdentityKind
from regulars.domain.stores.codes import code_hash
from regulars.main import Regulars, build, clock
from regulars.settings import DATABASE_FILE
from regulars.storage import identities, members, staff
from regulars.storage.engine import SQLITE_SCHEME, Write
from regulars.storage.identities import Owner
from regulars.storage.migrate import upgrade
from regulars.use_cases.staff import NewOneTimeCode
from tests.browser.running import CODE, RunningShop

MAKING_SECONDS = 3_600.0
# A month, to try the bench: its figures say little.
SMALL = ("--orders", "900", "--members", "60", "--days", "30")
# So many members are searched for by each of their identities.
SEARCHED = 30
SEGMENTS = 4


def progress(text: str) -> None:
    """Say on standard error how far it is: a year of trade takes a while."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def running(place: Place, server: Server) -> RunningShop:
    """A served place as the browser's tools know it."""
    return RunningShop(url=f"http://127.0.0.1:{server.port}", file=place.home / place.name)


@contextmanager
def demo_shop(kept: Path | None, *, small: bool = False) -> Iterator[Place]:
    """A demonstration shop: a copy of the one in this folder, or a new one."""
    with tempfile.TemporaryDirectory(prefix="regulars-web-") as folder:
        home = Path(folder) / "home"
        if kept is None:
            progress("a demonstration shop is made")
            _make(home, small=small)
        else:
            _copy(kept, home)
        yield Place(engine="sqlite", home=home, name=DATABASE_FILE)


def _make(home: Path, *, small: bool) -> None:
    home.mkdir(mode=0o700)
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith("REGULARS_")
    }
    words = [str(REGULARS), "demo", "--home", str(home), *(SMALL if small else ())]
    told = subprocess.run(
        words,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=MAKING_SECONDS,
        check=False,
    )
    if told.returncode:
        raise RuntimeError(f"no demonstration was made:\n{told.stdout.decode()[-2_000:]}")


def _copy(kept: Path, home: Path) -> None:
    """Its server may run meanwhile: the copy goes through SQLite."""
    file = kept / DATABASE_FILE
    if found_in(file) is not Found.DEMO:
        raise SystemExit(f"{kept}: no demonstration shop is in this folder (see `make demo`)")
    shutil.copytree(kept, home, ignore=shutil.ignore_patterns(f"{DATABASE_FILE}*", "*.log"))
    home.chmod(0o700)
    with (
        closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(home / DATABASE_FILE)) as target,
    ):
        source.backup(target)
    upgrade(f"{SQLITE_SCHEME}{home / DATABASE_FILE}")


def let_in(place: Place, *logins: str) -> None:
    """Give these people the one-time code that the browser's tools know. No server may run."""
    with opened_shop(place.url, home=place.home, master_key=None) as shop:
        with shop.database.read() as read:
            known = {row.login: row.id for row in read.all(staff.EVERYBODY)}
        for login in logins:
            ask(shop, NewOneTimeCode(id=known[login], code_hash=code_hash(CODE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How one member may be searched for."""

    phone: str
    email: str
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowded:
    """A shop with many members. Units: seconds."""

    searched: Sequence[Searched]
    segments: Sequence[str]
    fill_seconds: float


def members_shop(place: Place, count: int) -> Crowded:
    """So many members with a past, a name and a phone; some segments serve, one with all of them."""
    began = time.perf_counter()
    shop = opened(place, members=count, audience=count)
    wishes = active(SEGMENTS)
    regulars = build(place.settings)
    try:
        progress("segments are filled")
        served(regulars, place, wishes, shop.guests)
        searched = _also_known(regulars, shop.guests)
    finally:
        regulars.close()
    return Crowded(
        searched=searched,
        segments=[one.name for one in wishes],
        fill_seconds=time.perf_counter() - began,
    )


def _also_known(regulars: Regulars, guests: Guests) -> list[Searched]:
    """Some members, spread over all of them, get an e-mail address and a card too."""
    step = max(1, guests.members // SEARCHED)
    numbers = range(0, guests.members, step)[:SEARCHED]
    now = clock()
    found = [
        Searched(
            # As `Guests` numbers those whom it invites, and here it invites everybody.
            phone=f"138{number:08d}",
            email=f"guest{number}@example.com",
            card=card_code(number.to_bytes(8)),
        )
        for number in numbers
    ]
    for number, one in zip(numbers, found, strict=True):
        adding = _Adding(regulars, guests.member(number), one, now)
        regulars.database.write(adding).result()
    return found


@dataclass(frozen=True, slots=True)
class _Adding:
    """Two more identities of one member, in one transaction."""

    regulars: Regulars
    member_id: UUID
    searched: Searched
    at: Instant

    def __call__(self, tx: Write) -> None:
        row = tx.one(members.PROFILE, member_id=self.member_id)
        assert row is not None
        assert row.wrapped_key is not None
        vault = self.regulars.vault
        owner = Owner(self.member_id, vault.unlock(row.wrapped_key, self.member_id))
        more = (
            Identity(IdentityKind.EMAIL, self.searched.email),
            Identity(IdentityKind.CARD, self.searched.card),
        )
        identities.add(tx, vault, owner, more, at=self.at)
