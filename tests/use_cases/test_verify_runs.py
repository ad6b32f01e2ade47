"""Proofs of the books: nightly and on demand, beside the tills; any difference is an alarm."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.actor import SYSTEM
from regulars.jobs.job import Workshop
from regulars.jobs.loop import Loop
from regulars.jobs.nightly import ANCHOR, nightly, proving, runs_of
from regulars.storage import chain, verify_runs
from regulars.storage.engine import Database, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.system import audit, fact
from regulars.storage.verify_runs import VerifyRunRow
from regulars.use_cases.verify_runs import VerifyRuns
from regulars.use_cases.verifying import INTERRUPTED, SILENT, StartVerify, known_run
from tests.shops import ShopUnderTest, open_shop
from tests.storage.forger import forger
from tests.workshops import Lines, workshop_of


class Happened(NamedTuple):
    """A fact."""

    kind: str
    body: Mapping[str, object]


FACTS = Statement(
    select(fact.c.kind, fact.c.body).where(fact.c.kind == "verify.differed"), Happened
)
ACTS = Statement[str](select(audit.c.action).order_by(audit.c.id))


@dataclass
class Office:
    """A shop that sold something, and whoever proves its books."""

    shop: ShopUnderTest
    log: Lines = field(default_factory=Lines)

    @property
    def workshop(self) -> Workshop:
        """What the jobs work with."""
        return workshop_of(self.shop, self.log)

    def runs(self) -> VerifyRuns:
        """The proofs of one process."""
        return runs_of(self.workshop)

    def ask(self) -> UUID:
        """A proof, now."""
        run_id = self.shop.new_id()
        self.shop.run(StartVerify(id=run_id))
        return run_id

    def found(self, run_id: UUID) -> VerifyRunRow:
        """How a proof stands."""
        with self.shop.database.read() as read:
            return known_run(read, run_id)

    def break_off(self, run_id: UUID) -> None:
        """A proof begins, and its server stops."""

        def work(tx: Write) -> None:
            now = self.shop.now
            tx.run(verify_runs.CLAIM, expect=1, run_id=run_id, now=now)
            tx.run(verify_runs.FAIL, expect=1, run_id=run_id, now=now, why=INTERRUPTED)

        self.shop.database.write(work).result()

    def newest(self) -> list[VerifyRunRow]:
        """All proofs, the newest first."""
        with self.shop.database.read() as read:
            return read.all(verify_runs.NEWEST, most=99)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    """王芳 topped up and bought something."""
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    return Office(shop)


def test_a_proof_that_was_asked_for_is_run_once(office: Office) -> None:
    run_id = office.ask()
    assert office.runs().run_next() is True
    assert office.runs().run_next() is False
    row = office.found(run_id)
    assert (row.state, row.differences, row.entries, row.orders) == ("done", 0, 4, 1)
    assert row.done == row.total > 0
    with office.shop.database.read() as read:
        head = chain.head_of(read)
    assert (row.head_number, row.head_hash) == (head.number, head.hash) == (1, head.hash)
    assert office.log.lines == []


def test_a_difference_is_an_alarm(office: Office, database_url: str) -> None:
    with forger(database_url) as hand:
        hand.plant("UPDATE account SET balance = balance + 1 WHERE kind = 'growth'")
    run_id = office.ask()
    office.runs().run_next()
    row = office.found(run_id)
    assert row.differences == 1
    assert row.report is not None
    checks = row.report["checks"]
    assert isinstance(checks, list)
    (balances,) = [one for one in checks if one["name"] == "balances"]
    assert balances["differences"][0]["what"] == "balance"
    with office.shop.database.read() as read:
        (alarm,) = read.all(FACTS)
        acts = read.all(ACTS)
    assert alarm.body == {"differences": 1, "checks": {"balances": 1}}
    assert set(acts[-2:]) == {"verify.asked", "verify.differed"}
    assert office.log.lines == [
        {"event": "verify_differed", "level": "error", "differences": 1, "checks": ["balances"]}
    ]


def test_a_long_list_of_differences_is_kept_in_part(office: Office, database_url: str) -> None:
    for number in range(120):
        office.shop.join(f"139{number:08d}")
    with forger(database_url) as hand:
        hand.plant("UPDATE member_stats SET visits = 7")
        hand.plant("UPDATE account SET balance = balance + 1 WHERE kind = 'growth'")
    run_id = office.ask()
    office.runs().run_next()
    report = office.found(run_id).report
    assert report is not None
    checks = report["checks"]
    assert isinstance(checks, list)
    assert sum(len(one["differences"]) for one in checks) == 100
    assert {one["name"] for one in checks if one["more"]} == {"balances", "members"}


def test_only_one_proof_runs_at_a_time(office: Office) -> None:
    office.ask()
    with pytest.raises(Refusal) as refused:
        office.ask()
    assert refused.value.code == "verify.under_way"


def test_a_proof_that_died_with_its_server_is_told_and_done_again(office: Office) -> None:
    begun = office.ask()
    with office.shop.database.read() as read:
        assert [row.id for row in read.all(verify_runs.UNFINISHED)] == [begun]

    def claim_and_die() -> None:
        office.shop.database.write(
            lambda tx: tx.run(verify_runs.CLAIM, expect=1, run_id=begun, now=office.shop.now)
        ).result()

    claim_and_die()
    assert office.runs().run_next() is False
    office.shop.now = Instant(office.shop.now + SILENT + timedelta(seconds=1))
    again = office.ask()
    assert office.runs().run_next() is True
    assert (office.found(begun).state, office.found(begun).error) == (
        "failed",
        "verify.interrupted",
    )
    assert office.found(again).state == "done"


def test_the_books_are_proved_once_a_day(office: Office) -> None:
    loop = Loop(office.workshop, (nightly(hour=4), ANCHOR), "one")
    runs = office.runs()
    for _ in range(11):
        loop.round()
        office.shop.pass_time(hours=6)
        while runs.run_next():
            pass
    assert [row.state for row in office.newest()] == ["done"] * 3
    assert {row.asked_by for row in office.newest()} == {SYSTEM.name}
    with office.shop.database.read() as read:
        days = [row.day.isoformat() for row in read.all(chain.ANCHORS, most=9)]
    assert days == ["2026-05-05", "2026-05-04"]


def test_a_nightly_proof_that_was_broken_off_is_taken_up_again(office: Office) -> None:
    runs = office.runs()
    loop = Loop(office.workshop, (nightly(hour=4), proving(runs)), "one")
    runs.close()
    for _ in range(40):
        loop.round()
        for row in office.newest():
            if row.state == "queued":
                office.break_off(row.id)
        office.shop.pass_time(seconds=3)
    assert len(office.newest()) == 3


def test_a_proof_stops_when_its_server_does(office: Office) -> None:
    run_id = office.ask()
    runs = office.runs()
    runs.close()
    runs.run_next()
    assert (office.found(run_id).state, office.found(run_id).error) == (
        "failed",
        "verify.interrupted",
    )


def test_the_loop_runs_what_was_asked_for_in_a_thread(office: Office) -> None:
    run_id = office.ask()
    runs = office.runs()
    loop = Loop(office.workshop, (proving(runs),), "one")
    loop.round()
    while office.found(run_id).state in {"queued", "running"}:
        sleep(0.01)
    assert office.found(run_id).state == "done"
    runs.close()
    assert office.log.lines == [{"event": "lease", "name": "jobs", "held": True}]
