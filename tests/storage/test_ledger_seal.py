"""The database itself refuses to write value wrongly, and to edit what was written.

Whoever writes here has the application's own rights and none of its code.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import psycopg
import pytest

from regulars.storage.constraints import constraint_of
from tests import postgres
from tests.storage.intruder import LOT, LOT_USE, NO_SIDES, REFUSED, Intruder, Sides, intruder

MEMBER, STORE = UUID(int=50), UUID(int=60)
GIFT, SALE = UUID(int=101), UUID(int=102)
LOT_A, LOT_B = UUID(int=201), UUID(int=202)
NO_RIGHT = "no right"
EVERYTHING = (
    "SELECT * FROM account ORDER BY id",
    "SELECT * FROM entry ORDER BY id",
    "SELECT * FROM posting ORDER BY entry_id, number",
    "SELECT * FROM lot ORDER BY id",
    "SELECT * FROM lot_use ORDER BY lot_id, entry_id, kind",
)
SPENT_30: Sides = (2, 70, None, None)


@dataclass(frozen=True, slots=True)
class Ledger:
    """An intruder, and a member who owns 100 points in one lot."""

    hand: Intruder
    points: int
    bonus: int
    issued: int
    spent: int
    sales: int

    def spend(self, amount: int, sides: Sides, *, number: int = 1) -> None:
        """Move points of the member to the house."""
        self.hand.posting(SALE, "PT", (self.points, self.spent), amount, sides, number=number)

    def seal(self, postings: int = 1) -> None:
        """Finish the entry of the sale."""
        self.hand.entry(SALE, "order:1:settle", postings)

    def sale(self, amount: int, sides: Sides) -> None:
        """An entry with one posting."""
        self.spend(amount, sides)
        self.seal()

    def refuses(self, attempt: Callable[[], object]) -> str:
        """The rule that stops an attempt; every row is as before."""
        before = [self.hand.sql(text) for text in EVERYTHING]
        with pytest.raises(REFUSED) as error, self.hand.transaction():
            attempt()
        assert [self.hand.sql(text) for text in EVERYTHING] == before
        if isinstance(error.value, psycopg.errors.InsufficientPrivilege):
            return NO_RIGHT
        return str(constraint_of(error.value))


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with intruder(database_url) as hand:
        made = Ledger(
            hand,
            points=hand.account(MEMBER, "points", "PT"),
            bonus=hand.account(MEMBER, "bonus", "CNY.bonus"),
            issued=hand.account(STORE, "points.issued", "PT", floor=None),
            spent=hand.account(STORE, "points.spent", "PT", floor=None),
            sales=hand.account(STORE, "sales", "CNY", floor=None),
        )
        with hand.transaction():
            hand.posting(GIFT, "PT", (made.issued, made.points), 100, (None, None, 1, 100))
            hand.entry(GIFT, "grant:join", 1)
            hand.sql(f"INSERT {LOT}", LOT_A, made.points, 100, 100, GIFT, STORE)
        yield made


def test_a_sealed_entry_moves_the_balance(ledger: Ledger) -> None:
    with ledger.hand.transaction():
        ledger.sale(30, SPENT_30)

    assert ledger.hand.balance(ledger.points) == (70, 2)
    assert ledger.hand.balance(ledger.spent) == (0, 0)


def test_one_statement_may_touch_an_account_twice(ledger: Ledger) -> None:
    with ledger.hand.transaction():
        ledger.hand.sql(
            "INSERT INTO posting (entry_id, number, unit, from_account, to_account, amount,"
            " from_version, from_after, to_version, to_after)"
            " VALUES (?, 1, 'PT', ?, ?, 30, 2, 70, NULL, NULL),"
            " (?, 2, 'PT', ?, ?, 5, NULL, NULL, 3, 75)",
            *(SALE, ledger.points, ledger.spent),
            *(SALE, ledger.issued, ledger.points),
        )
        ledger.seal(2)

    assert ledger.hand.balance(ledger.points) == (75, 3)


def test_a_posting_without_its_entry_never_commits(ledger: Ledger) -> None:
    rule = ledger.refuses(lambda: ledger.spend(30, SPENT_30))

    assert rule in {"foreign_key", "fk_posting_entry_id_tx"}


@pytest.mark.parametrize("declared", [0, 2, -1])
def test_an_entry_has_exactly_the_postings_it_declares(ledger: Ledger, declared: int) -> None:
    def attempt() -> None:
        ledger.spend(30, SPENT_30)
        ledger.seal(declared)

    assert ledger.refuses(attempt) == "entry_count"


@pytest.mark.parametrize("declared", [0, 1])
def test_an_entry_without_postings_is_refused(ledger: Ledger, declared: int) -> None:
    assert ledger.refuses(lambda: ledger.seal(declared)) == "entry_count"


def test_a_sealed_entry_takes_no_posting_later(ledger: Ledger) -> None:
    with ledger.hand.transaction():
        ledger.sale(30, SPENT_30)

    assert ledger.refuses(lambda: ledger.spend(1, (3, 69, None, None), number=2)) == "posting_late"


def test_a_sealed_entry_takes_no_posting_in_its_own_transaction(ledger: Ledger) -> None:
    def attempt() -> None:
        ledger.sale(30, SPENT_30)
        ledger.spend(1, (3, 69, None, None), number=2)

    assert ledger.refuses(attempt) == "posting_late"


def test_an_entry_is_written_once(ledger: Ledger) -> None:
    rule = ledger.refuses(lambda: ledger.hand.entry(GIFT, "order:1:settle", 1))

    assert rule in {"pk_entry", "entry_count"}


def test_a_business_event_posts_once_for_ever(ledger: Ledger) -> None:
    def attempt() -> None:
        ledger.spend(30, SPENT_30)
        ledger.hand.entry(SALE, "grant:join", 1)

    assert ledger.refuses(attempt) == "uq_entry_business_id"


@pytest.mark.parametrize(
    ("amount", "sides", "rule"),
    [
        (0, (2, 100, None, None), "ck_posting_amount_positive"),
        (-5, (2, 105, None, None), "ck_posting_amount_positive"),
        (30, (2, 71, None, None), "posting_version"),
        (30, (1, 70, None, None), "posting_version"),
        (30, (3, 70, None, None), "posting_version"),
        (30, NO_SIDES, "posting_version"),
        (30, (2, None, None, None), "posting_version"),
        (30, (None, 70, None, None), "posting_version"),
        (30, (2, 70, 1, 30), "posting_version"),
        (30, (2, 70, None, 30), "posting_version"),
        (101, (2, -1, None, None), "ck_account_floor"),
    ],
)
def test_a_posting_tells_the_true_balance_or_is_refused(
    ledger: Ledger, amount: int, sides: Sides, rule: str
) -> None:
    assert ledger.refuses(lambda: ledger.sale(amount, sides)) == rule


def test_units_are_walls(ledger: Ledger) -> None:
    def attempt(unit: str, source: int, target: int) -> str:
        def run() -> None:
            ledger.hand.posting(SALE, unit, (source, target), 30, (2, 70, None, None))
            ledger.seal()

        return ledger.refuses(run)

    assert attempt("PT", ledger.points, ledger.sales).startswith(("foreign_key", "fk_posting_to"))
    assert attempt("CNY", ledger.points, ledger.sales).startswith(("foreign_key", "fk_posting_fr"))
    assert attempt("GV", ledger.points, ledger.spent).startswith(("foreign_key", "fk_posting_"))
    assert attempt("PT", ledger.points, 999_999).startswith(("foreign_key", "fk_posting_to"))


def test_bonus_is_never_paid_out_as_money(ledger: Ledger) -> None:
    def attempt() -> None:
        ledger.hand.posting(SALE, "CNY.bonus", (ledger.bonus, ledger.sales), 1, NO_SIDES)
        ledger.seal()

    assert ledger.refuses(attempt) in {
        "posting_version",
        "foreign_key",
        "fk_posting_to_account_unit",
    }


def test_an_account_pays_itself_nothing(ledger: Ledger) -> None:
    def attempt() -> None:
        ledger.hand.posting(SALE, "PT", (ledger.points, ledger.points), 30, (2, 70, 3, 100))
        ledger.seal()

    assert ledger.refuses(attempt) in {"ck_posting_accounts_differ", "posting_version"}


def test_a_frozen_account_pays_nothing_out(ledger: Ledger) -> None:
    ledger.hand.sql("UPDATE account SET state = 'frozen' WHERE id = ?", ledger.points)

    assert ledger.refuses(lambda: ledger.sale(30, SPENT_30)) == "posting_from_frozen"
    with ledger.hand.transaction():
        ledger.hand.posting(SALE, "PT", (ledger.issued, ledger.points), 5, (None, None, 2, 105))
        ledger.seal()
    assert ledger.hand.balance(ledger.points) == (105, 2)


@pytest.mark.parametrize("closed", ["points", "issued", "spent"])
def test_a_closed_account_neither_gives_nor_takes(ledger: Ledger, closed: str) -> None:
    number = getattr(ledger, closed)
    ledger.hand.sql("UPDATE account SET state = 'closed' WHERE id = ?", number)

    def earn() -> None:
        ledger.hand.posting(SALE, "PT", (ledger.issued, ledger.points), 5, (None, None, 2, 105))
        ledger.seal()

    attempts = {"points": (earn, None), "issued": (earn,), "spent": (None,)}
    for attempt in attempts[closed]:
        tried = attempt or (lambda: ledger.sale(30, SPENT_30))
        assert ledger.refuses(tried) == "posting_closed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET amount = 1",
        "UPDATE posting SET number = 9",
        "DELETE FROM posting",
        "UPDATE entry SET kind = 'gift'",
        "UPDATE entry SET postings = 1",
        "DELETE FROM entry",
        "UPDATE account SET balance = 500",
        "UPDATE account SET version = 2",
        "UPDATE account SET balance = 500, version = version + 1",
        "UPDATE account SET unit = 'GV'",
        "UPDATE account SET floor = -100",
        "UPDATE account SET cached = NOT cached",
        "DELETE FROM account",
        "UPDATE lot SET remaining = 0",
        "UPDATE lot SET amount = 500",
        "UPDATE lot SET expires_on = NULL, store_id = entry_id",
        "DELETE FROM lot",
        "UPDATE lot_use SET amount = 1",
        "DELETE FROM lot_use",
    ],
)
def test_what_was_written_is_never_edited(ledger: Ledger, statement: str) -> None:
    with ledger.hand.transaction():
        ledger.sale(30, SPENT_30)
        ledger.hand.sql(f"INSERT {LOT_USE}", LOT_A, SALE, 30)

    rule = ledger.refuses(lambda: ledger.hand.sql(statement))

    if ledger.hand.engine == "postgresql":
        assert rule == NO_RIGHT
    else:
        assert rule.endswith(("_append_only", "_no_shortcut", "_fixed"))


@pytest.mark.parametrize("state", ["frozen", "closed"])
def test_an_account_is_born_empty_and_open(ledger: Ledger, state: str) -> None:
    columns = "INSERT INTO account (owner_id, kind, unit, cached, floor, balance, version, state)"
    for values in ("500, 0, 'open'", "0, 3, 'open'", f"0, 0, '{state}'"):
        statement = f"{columns} VALUES (?, 'growth', 'GV', true, 0, {values})"
        assert ledger.refuses(partial(ledger.hand.sql, statement, MEMBER)) == "account_born_empty"


def test_a_lot_is_born_full(ledger: Ledger) -> None:
    for remaining in (4, 6):
        values = (LOT_B, ledger.points, 5, remaining, GIFT, STORE)
        assert ledger.refuses(partial(ledger.hand.sql, f"INSERT {LOT}", *values)) in {
            "lot_born_full",
            "ck_lot_remaining_in_range",
        }


@pytest.mark.parametrize("amount", [101, -1, 0])
def test_a_lot_gives_what_it_holds_and_takes_back_what_it_gave(ledger: Ledger, amount: int) -> None:
    rule = ledger.refuses(lambda: ledger.hand.sql(f"INSERT {LOT_USE}", LOT_A, GIFT, amount))

    assert rule == ("ck_lot_remaining_in_range" if amount else "ck_lot_use_amount_not_zero")


def test_a_lot_use_moves_what_remains(ledger: Ledger) -> None:
    ledger.hand.sql(f"INSERT {LOT_USE}", LOT_A, GIFT, 40)
    ledger.hand.sql(f"INSERT {LOT_USE}", LOT_A, SALE, -15)

    assert ledger.hand.sql("SELECT remaining FROM lot") == [(75,)]


def test_a_second_writing_of_a_row_changes_nothing(ledger: Ledger) -> None:
    """INSERT OR REPLACE would delete, ON CONFLICT DO UPDATE would edit."""
    with ledger.hand.transaction():
        ledger.sale(30, SPENT_30)
        ledger.hand.sql(f"INSERT {LOT_USE}", LOT_A, SALE, 30)
    sqlite = ledger.hand.engine == "sqlite"
    verb = "INSERT OR REPLACE" if sqlite else "INSERT"

    def ending(key: str, column: str) -> str:
        return "" if sqlite else f" ON CONFLICT ({key}) DO UPDATE SET {column} = 9"

    attempts: list[Callable[[], object]] = [
        lambda: ledger.hand.posting(
            SALE,
            "PT",
            (ledger.points, ledger.spent),
            5,
            (3, 65, None, None),
            verb=verb,
            ending=ending("entry_id, number", "amount"),
        ),
        lambda: ledger.hand.sql(
            f"{verb} {LOT}{ending('id', 'amount')}", LOT_A, ledger.points, 900, 900, GIFT, STORE
        ),
        lambda: ledger.hand.sql(
            f"{verb} {LOT_USE}{ending('lot_id, entry_id, kind', 'amount')}", LOT_A, SALE, 1
        ),
        lambda: ledger.hand.sql(
            f"{verb} INTO account (id, owner_id, kind, unit, cached, floor)"
            f" VALUES (?, ?, 'points', 'PT', true, 0){ending('id', 'balance')}",
            ledger.points,
            MEMBER,
        ),
    ]
    if sqlite:
        attempts.append(lambda: ledger.hand.entry(SALE, "order:1:settle", 1, verb=verb))
    for attempt in attempts:
        ledger.refuses(attempt)


def test_ignoring_conflicts_gets_past_no_rule(ledger: Ledger) -> None:
    with ledger.hand.transaction():
        ledger.sale(30, SPENT_30)
    sqlite = ledger.hand.engine == "sqlite"
    verb, ending = ("INSERT OR IGNORE", "") if sqlite else ("INSERT", "ON CONFLICT DO NOTHING")

    def attempt(entry: UUID, amount: int, after: int) -> None:
        ledger.hand.posting(
            entry,
            "PT",
            (ledger.points, ledger.spent),
            amount,
            (3, after, None, None),
            verb=verb,
            ending=ending,
        )
        ledger.hand.entry(entry, "order:2:settle", 1)

    assert ledger.refuses(lambda: attempt(LOT_B, 71, -1)) == "ck_account_floor"
    assert ledger.refuses(lambda: attempt(SALE, 10, 60)) == "posting_late"
    use = f"{verb} {LOT_USE} {ending}"
    for amount in (101, -1):
        run = partial(ledger.hand.sql, use, LOT_A, SALE, amount)
        assert ledger.refuses(run) == "ck_lot_remaining_in_range"


def test_a_conflict_within_one_statement_moves_no_balance(ledger: Ledger) -> None:
    """Of two postings with one number, the one that is ignored must not touch the account."""
    sqlite = ledger.hand.engine == "sqlite"
    row = f"(?, 1, 'PT', {ledger.points}, {ledger.spent}, 30, 2, 70, NULL, NULL)"
    again = f"(?, 1, 'PT', {ledger.points}, {ledger.spent}, 20, 3, 50, NULL, NULL)"
    with ledger.hand.transaction():
        ledger.hand.sql(
            f"INSERT {'OR IGNORE' if sqlite else ''} INTO posting (entry_id, number, unit,"
            " from_account, to_account, amount, from_version, from_after, to_version, to_after)"
            f" VALUES {row}, {again} {'' if sqlite else 'ON CONFLICT DO NOTHING'}",
            SALE,
            SALE,
        )
        ledger.seal()

    assert ledger.hand.balance(ledger.points) == (70, 2)


def test_a_second_transaction_adds_nothing_to_an_entry_under_way(postgresql_url: str) -> None:
    """It sees no entry yet, so only the transaction's number in the key can refuse it."""
    with intruder(postgresql_url) as one, intruder(postgresql_url) as two:
        issued = one.account(STORE, "points.issued", "PT", floor=None)
        spent = one.account(STORE, "points.spent", "PT", floor=None)
        one.sql("BEGIN")
        two.sql("BEGIN")
        one.posting(SALE, "PT", (issued, spent), 5)
        one.entry(SALE, "order:1:settle", 1)
        two.posting(SALE, "PT", (issued, spent), 7, number=2)
        one.sql("COMMIT")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            two.sql("COMMIT")

        assert one.sql("SELECT amount FROM posting") == [(5,)]


def test_the_transactions_number_cannot_be_chosen(postgresql_url: str) -> None:
    with intruder(postgresql_url) as hand:
        issued = hand.account(STORE, "points.issued", "PT", floor=None)
        spent = hand.account(STORE, "points.spent", "PT", floor=None)
        with hand.transaction():
            hand.sql(
                "INSERT INTO posting (entry_id, number, unit, from_account, to_account, amount, tx)"
                " VALUES (?, 1, 'PT', ?, ?, 5, '7'::xid8)",
                *(SALE, issued, spent),
            )
            hand.entry(SALE, "order:1:settle", 1)

        assert hand.sql("SELECT tx = '7'::xid8 FROM posting") == [(False,)]


TABLES = ["account", "entry", "posting", "lot", "lot_use"]


@pytest.mark.parametrize("table", TABLES)
def test_no_role_empties_a_table_of_the_ledger(postgresql_url: str, table: str) -> None:
    with intruder(postgresql_url) as hand, pytest.raises(psycopg.errors.InsufficientPrivilege):
        hand.sql(f"TRUNCATE {table} CASCADE")
    with intruder(postgresql_url.replace(postgres.APP, postgres.OWNER)) as owner:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            owner.sql(f"TRUNCATE {table} CASCADE")
        assert constraint_of(refused.value) == f"{table}_append_only"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET amount = 1",
        "DELETE FROM posting",
        "UPDATE entry SET kind = 'gift'",
        "DELETE FROM entry",
        "UPDATE account SET balance = 500",
        "UPDATE account SET floor = -100",
        "DELETE FROM account",
        "UPDATE lot SET remaining = 50",
        "DELETE FROM lot",
        "DELETE FROM lot_use",
    ],
)
def test_even_the_owner_edits_nothing_by_a_slip(postgresql_url: str, statement: str) -> None:
    owner_url = postgresql_url.replace(postgres.APP, postgres.OWNER)
    with intruder(owner_url) as hand:
        points = hand.account(MEMBER, "points", "PT")
        issued = hand.account(STORE, "points.issued", "PT", floor=None)
        with hand.transaction():
            hand.posting(GIFT, "PT", (issued, points), 100, (None, None, 1, 100))
            hand.entry(GIFT, "grant:join", 1)
            hand.sql(f"INSERT {LOT}", LOT_A, points, 100, 100, GIFT, STORE)
            hand.sql(f"INSERT {LOT_USE}", LOT_A, GIFT, 1)
        with pytest.raises(psycopg.errors.CheckViolation):
            hand.sql(statement)


def test_nobody_hangs_the_copying_trigger_on_a_table_of_her_own(postgresql_url: str) -> None:
    with intruder(postgresql_url) as hand:
        points = hand.account(MEMBER, "points", "PT")
        hand.sql("CREATE TEMP TABLE forged (LIKE posting)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            hand.sql(
                "CREATE TRIGGER forged AFTER INSERT ON forged"
                " FOR EACH ROW EXECUTE FUNCTION public.posting_copy()"
            )

        assert hand.balance(points) == (0, 0)
