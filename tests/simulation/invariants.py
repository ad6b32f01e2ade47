"""What must hold after every step of the simulated shop, asked past the shop's own code."""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.simulation.world import World

# Each must answer with no row.
VIOLATIONS = {
    "below its floor": "SELECT id FROM account WHERE balance < floor",
    "balance is not the sum of its postings": """
        SELECT account.id FROM account WHERE cached AND balance <>
          (SELECT coalesce(sum(amount), 0) FROM posting WHERE to_account = account.id)
          - (SELECT coalesce(sum(amount), 0) FROM posting WHERE from_account = account.id)""",
    "balance is not what its lots hold": """
        SELECT account.id FROM account WHERE kind IN ('principal', 'bonus', 'points', 'pass')
          AND balance <>
          (SELECT coalesce(sum(remaining), 0) FROM lot WHERE account_id = account.id)""",
    "a lot is not what its uses left": """
        SELECT lot.id FROM lot WHERE remaining <> amount -
          (SELECT coalesce(sum(amount), 0) FROM lot_use WHERE lot_id = lot.id)""",
    "an order is not what its payments are": """
        SELECT id FROM orders WHERE state IN ('paid', 'part_refunded', 'refunded')
          AND due_minor - refunded_minor <>
          (SELECT coalesce(sum(amount_minor), 0) FROM payment WHERE order_id = orders.id)""",
    "two birthday gifts within 300 days": """
        SELECT first.business_id FROM gift AS first JOIN gift AS second
          ON second.member_id = first.member_id AND second.business_id <> first.business_id
          AND second.occasion LIKE 'birthday:%' AND first.occasion LIKE 'birthday:%'
          AND abs(second.at - first.at) < 300 * 86400 * 1000000""",
    "a unit is in more than one account kind's money": """
        SELECT posting.entry_id FROM posting
          JOIN account AS source ON source.id = from_account
          JOIN account AS target ON target.id = to_account
          WHERE source.unit <> posting.unit OR target.unit <> posting.unit""",
}
CASH = """
    SELECT coalesce(sum(CASE WHEN source.kind = 'outside.cash' THEN amount ELSE 0 END), 0)
      - coalesce(sum(CASE WHEN target.kind = 'outside.cash' THEN amount ELSE 0 END), 0)
    FROM posting JOIN account AS source ON source.id = from_account
      JOIN account AS target ON target.id = to_account"""
BOOKS = (
    "SELECT id, business_id, kind, occurred_at, recorded_at, business_day FROM entry ORDER BY id",
    "SELECT * FROM posting ORDER BY entry_id, number",
    "SELECT * FROM lot ORDER BY id",
    "SELECT * FROM lot_use ORDER BY lot_id, entry_id, kind",
)


GIFTS = "SELECT occasion FROM gift"


@contextmanager
def asking(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


def check(world: World) -> None:
    """Everything that must hold, or an AssertionError that names it."""
    with asking(world.path) as connection:
        for name, question in VIOLATIONS.items():
            found = connection.execute(question).fetchall()
            assert not found, f"{name}: {found[:3]}"
        ((booked,),) = connection.execute(CASH).fetchall()
    assert booked == world.cash_minor, f"cash: booked {booked}, on the slips {world.cash_minor}"


def fingerprint(path: Path) -> tuple[str, int]:
    """One word that changes with any row of the ledger, and how many entries there are."""
    total = hashlib.sha256()
    entries = 0
    with asking(path) as connection:
        for number, question in enumerate(BOOKS):
            for row in connection.execute(question):
                total.update(repr(row).encode())
                entries += number == 0
    return total.hexdigest()[:16], entries


def gifts(path: Path) -> Counter[str]:
    """How many gifts there were, by what they were for."""
    with asking(path) as connection:
        return Counter(re.split("[:.]", what)[0] for (what,) in connection.execute(GIFTS))
