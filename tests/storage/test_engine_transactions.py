"""Transactions on both engines: all or nothing, snapshots, counted changes, constraint names."""

from threading import Barrier, Lock

import pytest
from sqlalchemy import bindparam, delete, insert

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.constraints import CONFLICT, constraint_of, means, refusal_of
from regulars.storage.engine import Database, Lane, RowsMissedError, Statement, Write, open_database
from regulars.storage.tables.catalog import price, tax_category
from regulars.storage.tables.system import revision
from regulars.storage.troubles import STORAGE_FULL
from tests.storage import counting
from tests.storage.counting import UsedUpError

DROP = Statement(delete(revision).where(revision.c.name == bindparam("name")))


def test_what_a_failing_command_wrote_is_gone(database: Database) -> None:
    def failing(tx: Write) -> None:
        counting.add(tx, "a")
        tx.flush()
        counting.add(tx, "b")
        raise UsedUpError

    with pytest.raises(UsedUpError):
        database.write(failing).result()
    assert counting.names_in(database) == []


def test_a_command_reads_its_own_writes(database: Database) -> None:
    def work(tx: Write) -> list[str]:
        counting.add(tx, "b", "a")
        return counting.names(tx)

    assert database.write(work).result() == ["a", "b"]


def test_a_reader_keeps_its_snapshot(database: Database) -> None:
    counting.given(database, "before")
    with database.read() as tx:
        assert counting.names(tx) == ["before"]
        counting.given(database, "meanwhile")
        assert counting.names(tx) == ["before"]
    assert counting.names_in(database) == ["before", "meanwhile"]


def test_a_reader_cannot_write(database: Database) -> None:
    add = Statement(insert(revision).values(name="a", number=1).returning(revision.c.name))
    with pytest.raises(Exception, match=r"readonly|read-only"), database.read() as tx:
        tx.all(add)
    assert counting.names_in(database) == []


def test_a_reader_that_failed_leaves_a_sound_connection(database: Database) -> None:
    def failing() -> None:
        with database.read() as tx:
            counting.names(tx)
            raise UsedUpError

    for _ in range(20):
        with pytest.raises(UsedUpError):
            failing()
    assert counting.names_in(database) == []


def test_taking_the_last_refuses_the_next(database: Database) -> None:
    counting.given(database, "coupon", number=1)

    def take(tx: Write) -> None:
        tx.take(counting.USE_ONE, refusal=UsedUpError(), which="coupon")
        counting.add(tx, "used")

    database.write(take).result()
    with pytest.raises(UsedUpError):
        database.write(take).result()
    assert counting.left(database, "coupon") == 0


def test_a_refused_taking_undoes_what_was_decided_after_it(database: Database) -> None:
    def take(tx: Write) -> None:
        counting.add(tx, "before")
        tx.take(counting.USE_ONE, refusal=UsedUpError(), which="nobody")
        counting.add(tx, "after")

    with pytest.raises(UsedUpError):
        database.write(take).result()
    assert counting.names_in(database) == []


def test_a_refused_taking_is_told_before_a_later_error(database: Database) -> None:
    counting.given(database, "there")

    def take(tx: Write) -> None:
        tx.take(counting.USE_ONE, refusal=UsedUpError(), which="nobody")
        counting.add(tx, "there")

    with pytest.raises(UsedUpError):
        database.write(take).result()


def test_ten_uses_serve_ten_of_fifty(database: Database) -> None:
    counting.given(database, "coupon", number=10)

    def take(tx: Write) -> None:
        tx.take(counting.USE_ONE, refusal=UsedUpError(), which="coupon")

    futures = [database.write(take) for _ in range(50)]
    assert counting.errors_of(futures).count(None) == 10
    assert counting.left(database, "coupon") == 0


def test_a_counted_change_tells_its_rows(database: Database) -> None:
    counting.given(database, "a", number=1)

    def work(tx: Write) -> tuple[int, int]:
        return tx.run(counting.USE_ONE, which="a"), tx.run(counting.USE_ONE, which="a")

    assert database.write(work).result() == (1, 0)
    with pytest.raises(UsedUpError):
        database.write(
            lambda tx: tx.run(counting.USE_ONE, expect=1, refusal=UsedUpError(), which="a")
        ).result()
    with pytest.raises(RowsMissedError):
        database.write(lambda tx: tx.run(counting.USE_ONE, expect=1, which="a")).result()


def test_a_change_of_no_rows_is_no_fault_when_any_number_will_do(database: Database) -> None:
    counting.given(database, "a", "b")

    def drop(tx: Write) -> None:
        tx.send(DROP, name="a")
        tx.send(DROP, name="nobody")

    database.write(drop).result()
    assert counting.names_in(database) == ["b"]


def test_commands_at_the_same_time_lose_no_update(database: Database) -> None:
    counting.given(database, "a")
    futures = [
        database.write(lambda tx: tx.take(counting.ADD_ONE, refusal=UsedUpError(), which="a"))
        for _ in range(100)
    ]
    assert counting.errors_of(futures) == [None] * 100
    assert counting.left(database, "a") == 100


def test_a_broken_constraint_has_one_name_on_both_engines(database: Database) -> None:
    def broken(tx: Write, **changed: object) -> None:
        row = {"code": "std", "name_zh": "一", "name_en": "1", "inclusive": True}
        tx.add(tax_category, [{**row, "rate_basis_points": 600, **changed}])

    database.write(broken).result()
    names = []
    for changed in ({}, {"code": "new", "rate_basis_points": -1}, {"code": "nul", "name_zh": None}):
        error = database.write(lambda tx, row=changed: broken(tx, **row)).exception()  # type: ignore[misc]
        assert error is not None
        names.append(constraint_of(error))
    assert names == ["pk_tax_category", "ck_tax_category_rate_sane", "nn_tax_category_name_zh"]


def test_a_composite_key_is_named_too(database: Database) -> None:
    rows = [{"name": "a", "number": 1}, {"name": "a", "number": 2}]
    error = database.write(lambda tx: tx.add(revision, rows)).exception()
    assert error is not None
    assert constraint_of(error) == "pk_revision"
    assert [column.name for column in price.primary_key] == ["price_list_id", "variant_id", "tier"]


def test_a_broken_constraint_means_what_was_declared(database: Database) -> None:
    counting.given(database, "a")
    error = database.write(lambda tx: counting.add(tx, "a")).exception()
    assert error is not None
    undeclared = refusal_of(error)
    means({"pk_revision": CONFLICT})
    assert undeclared is not None
    assert undeclared.code == "conflict"
    with pytest.raises(ValueError, match="already"):
        means({"pk_revision": STORAGE_FULL})
    assert refusal_of(UsedUpError()) is None


def test_an_unknown_kind_of_address_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        open_database("mysql://shop")
    assert refused.value.code == "database.url_unknown"


def test_jobs_and_tills_are_served_together(database: Database) -> None:
    names = [f"{number:02}" for number in range(40)]
    futures = [
        database.write(
            lambda tx, name=name: counting.add(tx, name),  # type: ignore[misc]
            lane=Lane.JOB if number % 2 else Lane.TILL,
        )
        for number, name in enumerate(names)
    ]
    assert counting.errors_of(futures) == [None] * 40
    assert counting.names_in(database) == names


def test_each_command_has_its_own_thread_or_its_own_turn(database: Database) -> None:
    running, most = 0, 0
    guard = Lock()
    meet = Barrier(2)

    def work(_tx: Write) -> None:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        if database.engine == "postgresql":
            meet.wait(timeout=10)
        with guard:
            running -= 1

    for future in [database.write(work), database.write(work)]:
        future.result(timeout=10)
    assert most == (2 if database.engine == "postgresql" else 1)
