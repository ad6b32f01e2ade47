"""The runner: one transaction and one answer for each command id, whatever the network does."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from threading import Event
from typing import cast
from uuid import UUID

import orjson
import pytest
from sqlalchemy import func, select

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal, RefusalCode
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.storage.constraints import means
from regulars.storage.engine import Database, Statement, Write, open_database
from regulars.storage.shops import Shops
from regulars.storage.tables.system import command as command_table
from regulars.storage.tables.system import revision
from regulars.storage.vault import Purpose, Vault
from regulars.use_cases.moment import Moment
from regulars.use_cases.registry import use_case
from regulars.use_cases.runner import Answer, Runner
from tests.storage import counting

NOON = instant_from_iso("2026-05-01T04:00:00Z")
ID = UUID("019de0d5-c800-7000-8000-000000000001")
CASHIER = Actor(
    kind=ActorKind.STAFF,
    id=UUID(int=7),
    permissions=SYSTEM.permissions,
    scope=SYSTEM.scope,
)
# Not declared: only the product's own codes need texts.
NOTHING_LEFT = RefusalCode("test.nothing_left", frozenset())
NAME_TAKEN = RefusalCode("test.name_taken", frozenset())
STORED_COMMANDS: Statement[int] = Statement(select(func.count()).select_from(command_table))

pauses: dict[str, tuple[Event, Event]] = {}
moments: list[Moment] = []


class Size(StrEnum):
    """A cup."""

    LARGE = "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pour:
    """Use one of something, and remember a cup of it."""

    which: str
    cup: str
    size: Size = Size.LARGE
    extras: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poured:
    """What is left, and the cup's id."""

    left: int
    cup_id: UUID
    at: Instant
    on: date
    size: Size


@use_case
def pour(tx: Write, command: Pour, moment: Moment) -> Poured:
    """Pour one."""
    moments.append(moment)
    if command.cup == "never":
        raise NOTHING_LEFT.because()
    lefts, _ = tx.group(
        counting.ONE_LEFT.ask(name=command.which), counting.ONE_LEFT.ask(name=command.cup)
    )
    if command.cup in pauses:
        began, go = pauses[command.cup]
        began.set()
        go.wait(timeout=20)
    if not lefts or lefts[0] == 0:
        raise NOTHING_LEFT.because()
    tx.send(counting.USE_ONE, which=command.which)
    tx.add(revision, [{"name": command.cup, "number": 1}])
    return Poured(
        left=lefts[0] - 1,
        cup_id=moment.new_id(),
        at=moment.now,
        on=date(2026, 5, 1),
        size=command.size,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Remember a name, without asking anything first."""

    name: str


@use_case
def note(tx: Write, command: Note, moment: Moment) -> None:
    """Remember it."""
    del moment
    counting.add(tx, command.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Our own mistake."""


@use_case
def fault(tx: Write, command: Fault, moment: Moment) -> None:
    """Fail."""
    del tx, command, moment
    raise ZeroDivisionError


@pytest.fixture
def runner(database: Database) -> Runner:
    """A runner of an open shop."""
    return runner_of(database)


def runner_of(database: Database) -> Runner:
    """A runner at noon with fixed keys."""
    vault = Vault(
        {purpose: bytes(32) for purpose in Purpose},
        data_id=UUID(int=1),
        organisation=UUID(int=2),
    )
    return Runner(
        database,
        clock=lambda: NOON,
        entropy=lambda count: bytes(range(count)),
        vault=vault,
        shops=Shops(),
    )


def poured(runner: Runner, cup: str, *, command_id: UUID = ID, actor: Actor = CASHIER) -> Answer:
    """Pour from the pot."""
    return runner.run_now(Pour(which="pot", cup=cup), actor=actor, command_id=command_id)


def refused_with(call: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def code_of(future: Future[Answer]) -> str | None:
    """The code with which a command was refused, if it was."""
    error = future.exception(timeout=20)
    return error.code if isinstance(error, Refusal) else None


def test_a_command_answers_with_bytes_after_its_commit(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=3)
    answer = poured(runner, "cup")
    assert not answer.replayed
    assert orjson.loads(answer.body) == {
        "left": 2,
        "cup_id": str(uuid7(NOON, bytes(range(10)))),
        "at": "2026-05-01T04:00:00+00:00",
        "on": "2026-05-01",
        "size": "large",
    }
    assert counting.left(database, "pot") == 2


def test_the_same_id_and_body_get_the_stored_answer(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=3)
    first = poured(runner, "cup")
    again = [poured(runner, "cup") for _ in range(3)]
    assert [answer.replayed for answer in again] == [True] * 3
    assert {answer.body for answer in again} == {first.body}
    assert counting.left(database, "pot") == 2


def test_a_stored_answer_goes_before_a_refusal(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=1)
    first = poured(runner, "cup")
    assert counting.left(database, "pot") == 0
    assert poured(runner, "cup").body == first.body


def test_the_same_id_with_another_body_is_refused(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=3)
    poured(runner, "cup")
    assert refused_with(lambda: poured(runner, "other")) == "command.reused"
    assert refused_with(lambda: poured(runner, "never")) == "command.reused"
    assert counting.left(database, "pot") == 2


def test_the_same_id_of_another_caller_is_refused(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=3)
    poured(runner, "cup")
    assert refused_with(lambda: poured(runner, "cup", actor=SYSTEM)) == "command.reused"


def test_a_refusal_is_not_stored_and_the_id_may_try_again(
    database: Database, runner: Runner
) -> None:
    assert refused_with(lambda: poured(runner, "cup")) == "test.nothing_left"
    assert refused_with(lambda: poured(runner, "never")) == "test.nothing_left"
    with database.read() as tx:
        assert tx.one(STORED_COMMANDS) == 0
    counting.given(database, "pot", number=1)
    assert not poured(runner, "cup").replayed


def test_a_command_without_questions_is_run_once_too(database: Database, runner: Runner) -> None:
    def noted() -> Answer:
        return runner.run_now(Note(name="a"), actor=CASHIER, command_id=ID)

    first, again = noted(), noted()
    assert (first.replayed, again.replayed) == (False, True)
    assert first.body == again.body == b"null"
    assert counting.names_in(database) == ["a"]


def test_one_id_sent_by_many_at_once_has_one_effect(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=100)
    futures = [
        runner.submit(Pour(which="pot", cup="cup"), actor=CASHIER, command_id=ID) for _ in range(30)
    ]
    answers = [future.result(timeout=20) for future in futures]
    assert [answer.replayed for answer in answers].count(False) == 1
    assert len({answer.body for answer in answers}) == 1
    assert counting.left(database, "pot") == 99


def test_a_command_that_is_running_elsewhere_is_told_so(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    runner = runner_of(database)
    counting.given(database, "pot", number=1)
    began, go = pauses.setdefault("slow", (Event(), Event()))
    command = Pour(which="pot", cup="slow")
    first = runner.submit(command, actor=CASHIER, command_id=ID)
    began.wait(timeout=20)
    second = runner.submit(command, actor=CASHIER, command_id=ID)
    assert code_of(second) == "command.in_flight"
    go.set()
    assert not first.result(timeout=20).replayed
    assert runner.submit(command, actor=CASHIER, command_id=ID).result(timeout=20).replayed
    database.close()


def test_a_constraint_that_nobody_declared_is_a_conflict(
    database: Database, runner: Runner
) -> None:
    counting.given(database, "a")
    codes = [
        refused_with(lambda: runner.run_now(Note(name="a"), actor=CASHIER, command_id=UUID(int=1)))
    ]
    counting.given(database, "pot", number=1)
    codes.append(refused_with(lambda: poured(runner, "a", command_id=UUID(int=2))))
    assert codes == ["conflict", "conflict"]
    assert counting.left(database, "pot") == 1


def test_a_declared_constraint_is_its_own_refusal(database: Database, runner: Runner) -> None:
    means({"nn_revision_name": NAME_TAKEN})
    nameless = Note(name=cast("str", None))
    code = refused_with(lambda: runner.run_now(nameless, actor=CASHIER, command_id=ID))
    assert code == "test.name_taken"


def test_a_fault_of_ours_is_not_dressed_up(runner: Runner) -> None:
    with pytest.raises(ZeroDivisionError):
        runner.run_now(Fault(), actor=CASHIER, command_id=ID)


def test_a_command_that_runs_again_has_the_same_moment(sqlite_url: str) -> None:
    from tests.storage.test_engine_group_commit import unsealed

    database = open_database(sqlite_url)
    counting.given(database, "pot", number=1)
    runner = runner_of(database)
    moments.clear()
    held = counting.Held(database)
    mine = runner.submit(Pour(which="pot", cup="cup"), actor=CASHIER, command_id=ID)
    guilty = database.write(unsealed)
    held.let_go()
    assert guilty.exception(timeout=20) is not None
    assert not mine.result(timeout=20).replayed
    assert len(moments) == 2
    assert moments[0] is moments[1]
    database.close()


def test_many_are_awaited_at_once_and_one_may_leave(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=100)

    async def guests() -> list[Answer]:
        def guest(number: int) -> "asyncio.Task[Answer]":
            command = Pour(which="pot", cup=f"{number}")
            return asyncio.create_task(
                runner.run(command, actor=CASHIER, command_id=UUID(int=number))
            )

        tasks = [guest(number) for number in range(40)]
        await asyncio.sleep(0)
        tasks[20].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(answers[20], asyncio.CancelledError)
        return [answer for answer in answers if isinstance(answer, Answer)]

    answers = asyncio.run(guests())
    assert len(answers) == 39
    assert counting.left(database, "pot") in (60, 61)


def test_an_awaited_refusal_and_an_awaited_replay(database: Database, runner: Runner) -> None:
    counting.given(database, "pot", number=1)

    async def story() -> tuple[Answer, Answer, str]:
        command = Pour(which="pot", cup="cup")
        first = await runner.run(command, actor=CASHIER, command_id=ID)
        again = await runner.run(command, actor=CASHIER, command_id=ID)
        with pytest.raises(Refusal) as refused:
            await runner.run(command, actor=CASHIER, command_id=UUID(int=5))
        return first, again, refused.value.code

    first, again, code = asyncio.run(story())
    assert (first.replayed, again.replayed, code) == (False, True, "test.nothing_left")
    assert first.body == again.body


def test_the_claim_and_the_answer_cost_no_round_trip(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    counting.given(database, "pot", number=1)
    before = database.totals.round_trips
    poured(runner_of(database), "cup")
    assert database.totals.round_trips - before == 2
    database.close()


def test_a_command_has_one_use_case() -> None:
    def second(tx: Write, command: Note, moment: Moment) -> None:
        del tx, command, moment

    with pytest.raises(TypeError, match="already"):
        use_case(second)


def test_a_command_without_a_use_case_is_our_mistake(runner: Runner) -> None:
    with pytest.raises(TypeError, match="no use case"):
        runner.run_now(Size.LARGE, actor=CASHIER, command_id=ID)
