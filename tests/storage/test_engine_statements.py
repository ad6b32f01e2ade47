"""Statements: every type there and back, lists of any length, parameters that must fit."""

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pkgutil import walk_packages
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import bindparam, column, func, insert, select
from sqlalchemy import table as catalogue
from sqlalchemy.dialects.postgresql import insert as upsert

import regulars.storage
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.storage.columns import At, Bytes, Day, Id, Whole, Words
from regulars.storage.engine import Database, Read, RowsMissedError, Statement, Write
from regulars.storage.statement import DIALECTS, Engine, compile_core, one_of, rows_insert, total_of
from regulars.storage.tables.members import wording
from regulars.storage.tables.stores import attempt, region, setting
from regulars.storage.tables.system import revision
from tests.storage import counting

NOON = instant_from_iso("2026-05-01T04:00:00.123456Z")


class Kept(NamedTuple):
    """A row with most of the types."""

    id: UUID
    field: str
    place_id: UUID | None
    value: object
    effective_at: Instant
    version: int
    locked: bool
    low: int | None


class Region(NamedTuple):
    """A row with every column of its table, in the table's order."""

    id: UUID
    name_zh: str
    name_en: str


class Turned(NamedTuple):
    """The same columns in another order."""

    name_en: str
    name_zh: str
    id: UUID


REGIONS = Statement(select(*region.c).order_by(region.c.id), Region)
KEPT = Statement(
    select(
        setting.c.id,
        setting.c.field,
        setting.c.place_id,
        setting.c.value,
        setting.c.effective_at,
        setting.c.version,
        setting.c.locked,
        setting.c.low,
    ).where(setting.c.id == bindparam("id")),
    Kept,
)


def a_setting(number: int, **changed: object) -> dict[str, object]:
    """A row of settings."""
    return {
        "id": UUID(int=number),
        "field": "points.rate",
        "level": "organisation",
        "place_id": None,
        "value": {"points": [1, "two", None, True]},
        "effective_at": NOON,
        "version": number,
        "locked": True,
        "low": None,
        "high": None,
        "recorded_at": NOON,
        "recorded_by": "system",
        **changed,
    }


def test_every_module_level_statement_compiles_for_both_engines() -> None:
    found = 0
    for module in walk_packages(regulars.storage.__path__, "regulars.storage."):
        if ".migrations" in module.name:
            continue
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Statement):
                found += 1
                for engine in DIALECTS:
                    assert value.on(engine).sql
    assert found > 20


def test_a_row_comes_back_as_it_went_in(database: Database) -> None:
    place, huge = UUID("019de0d5-c800-7000-8000-0000000000ff"), 2**63 - 1
    rows = [
        a_setting(1, place_id=place, low=huge, locked=False, field="汉字 'quoted\\"),
        a_setting(2, value=[]),
        a_setting(3, low=-1, value="text"),
    ]
    database.write(lambda tx: tx.add(setting, rows)).result()
    with database.read() as tx:
        first = tx.one(KEPT, id=UUID(int=1))
        others = [tx.one(KEPT, id=UUID(int=number)) for number in (2, 3)]
    assert first == Kept(
        UUID(int=1),
        "汉字 'quoted\\",
        place,
        {"points": [1, "two", None, True]},
        NOON,
        1,
        False,
        huge,
    )
    assert [(row.value, row.low, row.place_id) for row in others if row] == [
        ([], None, None),
        ("text", -1, None),
    ]


def test_rows_that_hold_every_column_need_no_names(database: Database) -> None:
    east, west = Region(UUID(int=1), "东区", "East"), Region(UUID(int=2), "西区", "West")
    database.write(lambda tx: tx.add_rows(region, [west, east])).result()
    database.write(lambda tx: tx.add_rows(region, [])).result()
    with database.read() as tx:
        assert tx.all(REGIONS) == [east, west]
    with pytest.raises(TypeError):
        database.write(
            lambda tx: tx.add_rows(region, [Turned("South", "南区", UUID(int=3))])
        ).result()


def test_days_and_bytes_come_back_as_they_went_in(database: Database) -> None:
    subject, day = b"\x00\xff\\x'a", date(2026, 2, 28)

    def both(tx: Write) -> None:
        tx.add(attempt, [{"subject": subject, "failures": 0, "window_at": NOON}])
        texts = {"text_zh": "同意", "text_en": "I agree"}
        tx.add(wording, [{"version": "1", "purpose": "marketing", "since": day, **texts}])

    database.write(both).result()
    bytes_back: Statement[bytes] = Statement(
        select(attempt.c.subject).where(attempt.c.subject == bindparam("subject"))
    )
    day_back: Statement[date] = Statement(
        select(wording.c.since).where(wording.c.since <= bindparam("on"))
    )
    with database.read() as tx:
        assert tx.all(bytes_back, subject=subject) == [subject]
        assert tx.all(day_back, on=day) == [day]
        assert tx.all(day_back, on=date(2026, 2, 27)) == []


def test_one_of_takes_lists_of_any_length(database: Database) -> None:
    names = ["plain", 'a "b", c', "back\\slash", "{brace}", "NULL", "", "汉字"]
    rows = [a_setting(n, field=name, low=n * 40_000) for n, name in enumerate(names)]
    database.write(lambda tx: tx.add(setting, rows)).result()
    by_id = Statement(select(setting.c.id).where(one_of(setting.c.id, "ids", Id())))
    by_name = Statement(select(setting.c.field).where(one_of(setting.c.field, "names", Words())))
    by_low = Statement(select(setting.c.low).where(one_of(setting.c.low, "lows", Whole())))
    by_time = Statement(select(setting.c.id).where(one_of(setting.c.effective_at, "times", At())))

    def lengths(tx: Read, statement: Statement[object], **lists: object) -> int:
        return len(tx.all(statement, **lists))

    with database.read() as tx:
        for count in (0, 1, 3, len(names)):
            ids = [UUID(int=n) for n in range(count)]
            assert set(tx.all(by_id, ids=ids)) == set(ids)
            assert set(tx.all(by_name, names=names[:count])) == set(names[:count])
            assert lengths(tx, by_low, lows=[n * 40_000 for n in range(count)]) == count
        assert lengths(tx, by_time, times=[NOON]) == len(names)
        assert lengths(tx, by_id, ids=(UUID(int=99),)) == 0


def test_days_documents_and_bytes_may_be_listed(database: Database) -> None:
    subject, day = b"\x00\xff", date(2026, 2, 28)

    def both(tx: Write) -> None:
        texts = {"text_zh": "同意", "text_en": "I agree"}
        tx.add(wording, [{"version": "1", "purpose": "marketing", "since": day, **texts}])
        tx.add(attempt, [{"subject": subject, "failures": 0, "window_at": NOON}])

    database.write(both).result()
    days = Statement(select(wording.c.since).where(one_of(wording.c.since, "days", Day())))
    subjects = Statement(
        select(attempt.c.subject).where(one_of(attempt.c.subject, "subjects", Bytes()))
    )
    with database.read() as tx:
        assert tx.all(days, days=[day, date(2026, 1, 1)]) == [day]
        assert tx.all(subjects, subjects=[subject, b""]) == [subject]


def test_literals_inside_a_statement_are_kept(database: Database) -> None:
    counting.given(database, "apple", "pear", "plum", number=7)
    some = Statement(
        select(revision.c.name)
        .where(revision.c.name.in_(["plum", "apple"]), revision.c.number == 7)
        .order_by(revision.c.name)
        .limit(bindparam("limit", type_=Whole()))
    )
    with database.read() as tx:
        assert tx.all(some, limit=5) == ["apple", "plum"]
        assert tx.all(some, limit=1) == ["apple"]


def test_parameters_must_be_exactly_those_of_the_statement(database: Database) -> None:
    with database.read() as tx:
        with pytest.raises(TypeError, match="name"):
            tx.all(counting.ONE_LEFT)
        with pytest.raises(TypeError, match="other"):
            tx.all(counting.ONE_LEFT, name="a", other=1)


def test_several_columns_need_a_row() -> None:
    with pytest.raises(TypeError, match="row"):
        Statement(select(revision.c.name, revision.c.number)).on("sqlite")


def test_one_refuses_to_choose_among_several(database: Database) -> None:
    counting.given(database, "a", "b")
    with database.read() as tx, pytest.raises(RowsMissedError):
        tx.one(counting.ALL_NAMES)


def test_many_rows_are_added_in_few_statements(database: Database) -> None:
    names = [f"{number:03}" for number in range(120)]
    counts: list[int] = []

    def work(tx: Write) -> None:
        counting.add(tx, *names)
        counts.append(tx.statements)

    database.write(work).result()
    assert counting.names_in(database) == names
    # SQLite reads one text once; PostgreSQL takes fifty rows with each.
    assert counts == ([1] if database.engine == "sqlite" else [3])


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("skips", [False, True])
def test_the_text_for_many_rows_is_the_one_that_core_writes(engine: Engine, *, skips: bool) -> None:
    columns = [column.name for column in setting.c]
    places = [
        {name: bindparam(f"{name}_{row}", type_=setting.c[name].type) for name in columns}
        for row in range(3)
    ]
    adding = upsert(setting).on_conflict_do_nothing() if skips else insert(setting)
    wanted = compile_core(adding.inline().values(places), DIALECTS[engine]).sql
    assert rows_insert(setting, frozenset(columns), 3, engine, skips=skips).sql == wanted


class Renamed(NamedTuple):
    """A region that is to be called something else."""

    id: UUID
    name_en: str


def test_many_rows_are_changed_each_to_values_of_its_own(database: Database) -> None:
    regions = [Region(UUID(int=number + 1), "区", "old") for number in range(120)]
    changes = [Renamed(one.id, f"new {one.id.int}") for one in regions[:-1]]
    counts: list[int] = []

    def work(tx: Write) -> None:
        tx.add_rows(region, regions)
        before = tx.statements
        tx.change_rows(region, changes)
        tx.change_rows(region, [])
        counts.append(tx.statements - before)

    database.write(work).result()
    with database.read() as tx:
        found = tx.all(REGIONS)
    assert [one.name_en for one in found] == [*[one.name_en for one in changes], "old"]
    assert {one.name_zh for one in found} == {"区"}
    assert counts == ([1] if database.engine == "sqlite" else [3])


def test_rows_of_one_insert_have_the_same_columns(database: Database) -> None:
    def work(tx: Write) -> None:
        tx.add(revision, [{"name": "a", "number": 1}, {"name": "b"}])

    with pytest.raises(TypeError, match="same columns"):
        database.write(work).result()
    with pytest.raises(TypeError, match="no column"):
        database.write(lambda tx: tx.add(revision, [{"nome": "a"}])).result()


def test_a_sum_of_nothing_is_nought(database: Database) -> None:
    total = Statement(select(total_of(revision.c.number)))
    with database.read() as tx:
        assert tx.one(total) == 0
    counting.given(database, "a", "b", number=2**40)
    with database.read() as tx:
        answer = tx.one(total)
    assert answer == 2**41
    assert isinstance(answer, int)


def test_a_stream_gives_every_row_while_other_questions_are_asked(database: Database) -> None:
    names = [f"{number:05}" for number in range(5_000)]
    database.write(lambda tx: counting.add(tx, *names)).result()
    seen = 0
    with database.read() as tx:
        for name in tx.stream(counting.ALL_NAMES):
            assert name == names[seen]
            seen += 1
            if seen % 1_000 == 0:
                assert tx.one(counting.ONE_LEFT, name=name) == 0
    assert seen == 5_000


def test_groups_answer_in_the_order_asked(database: Database) -> None:
    counting.given(database, "a", "b", number=3)
    trips: list[int] = []

    def work(tx: Write) -> tuple[Sequence[object], ...]:
        answers = tx.group(
            counting.ONE_LEFT.ask(name="b"),
            counting.ALL_NAMES.ask(),
            counting.ONE_LEFT.ask(name="nobody"),
        )
        trips.append(tx.round_trips)
        return answers

    assert database.write(work).result() == ([3], ["a", "b"], [])
    assert trips == [1 if database.engine == "postgresql" else 0]


def test_an_upsert_is_one_text_for_both(database: Database) -> None:
    from sqlalchemy.dialects import postgresql

    insert = postgresql.insert(region).values(
        id=bindparam("id", type_=Id()), name_zh=bindparam("zh"), name_en=bindparam("en")
    )
    upsert = Statement(
        insert.on_conflict_do_update(
            index_elements=[region.c.id], set_={"name_en": insert.excluded.name_en}
        )
    )
    known = Statement(select(region.c.name_en))
    for english in ("East", "West"):
        database.write(
            lambda tx, en=english: tx.run(upsert, id=UUID(int=1), zh="东", en=en)  # type: ignore[misc]
        ).result()
    with database.read() as tx:
        assert tx.all(known) == ["West"]


def test_a_prepared_statement_serves_every_value(postgresql_url: str) -> None:
    from regulars.storage.engine import open_database

    prepared = Statement(
        select(func.count())
        .select_from(catalogue("pg_prepared_statements", column("statement", Words())))
        .where(column("statement").like("INSERT INTO setting%"))
    )
    values = [(1, None, True), (70_000, 5, False), (2**40, None, True), (3, 2**40, False)]

    def work(tx: Write) -> object:
        for number, low, locked in values:
            place = UUID(int=number) if low else None
            row = a_setting(number, low=low, locked=locked, place_id=place)
            tx.add(setting, [row])
            tx.flush()
        return tx.one(prepared)

    database = open_database(postgresql_url)
    assert database.write(work).result() == 1
    database.close()


def test_documents_may_be_null(database: Database) -> None:
    from regulars.storage.tables.system import audit

    row = {"id": UUID(int=1), "at": NOON, "actor": "system", "action": "tested"}
    database.write(lambda tx: tx.add(audit, [{**row, "before": None, "after": {}}])).result()
    both: Statement[tuple[object, object]] = Statement(
        select(audit.c.before, audit.c.after), lambda *columns: columns
    )
    with database.read() as tx:
        assert tx.all(both) == [(None, {})]
