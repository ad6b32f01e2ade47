"""A table with a name and a number, as tests of the engine use it: `revision`."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Event
from time import sleep

from sqlalchemy import bindparam, select, update

from regulars.storage.engine import Database, Read, Statement, Write
from regulars.storage.sqlite import GROUP_SECONDS
from regulars.storage.tables.system import revision

ONE_LEFT: Statement[int] = Statement(
    select(revision.c.number).where(revision.c.name == bindparam("name"))
)
ALL_NAMES: Statement[str] = Statement(select(revision.c.name).order_by(revision.c.name))
USE_ONE = Statement(
    update(revision)
    .where(revision.c.name == bindparam("which"), revision.c.number > 0)
    .values(number=revision.c.number - 1)
)
ADD_ONE = Statement(
    update(revision)
    .where(revision.c.name == bindparam("which"))
    .values(number=revision.c.number + 1)
)


class UsedUpError(Exception):
    """None is left."""


def add(tx: Write, *names: str, number: int = 0) -> None:
    """New rows with this number."""
    tx.add(revision, [{"name": name, "number": number} for name in names])


def given(database: Database, *names: str, number: int = 0) -> None:
    """Rows that were there before."""
    database.write(lambda tx: add(tx, *names, number=number)).result()


def left(database: Database, name: str) -> int | None:
    """What the number of a row is."""
    with database.read() as tx:
        return tx.one(ONE_LEFT, name=name)


def names(tx: Read) -> list[str]:
    """Every row's name."""
    return tx.all(ALL_NAMES)


def names_in(database: Database) -> list[str]:
    """Every row's name, as a new reader sees them."""
    with database.read() as tx:
        return names(tx)


class Held:
    """Keeps the writer busy, so that what is queued meanwhile becomes one group."""

    def __init__(
        self, database: Database, *, before: Callable[[Write], object] | None = None
    ) -> None:
        self._go = Event()
        began = Event()

        def wait(tx: Write) -> None:
            if before is not None:
                before(tx)
            began.set()
            self._go.wait(timeout=10)
            sleep(2 * GROUP_SECONDS)  # its own group is full of age: the others make the next

        self._done = database.write(wait)
        began.wait(timeout=10)

    def let_go(self) -> None:
        """The writer goes on."""
        self._go.set()
        self._done.result()


def errors_of(futures: Sequence[Future[None]]) -> list[str | None]:
    """What each of them failed with, by the name of its class."""
    errors = [future.exception(timeout=10) for future in futures]
    return [None if error is None else type(error).__name__ for error in errors]
