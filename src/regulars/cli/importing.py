"""Runs an import row by row: each row one command, and what became of each row.

The id of a row's command comes from the file's content and the row's number, so running the same
file again takes nobody over twice: it answers what it answered the first time.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from time import sleep
from typing import NamedTuple
from uuid import UUID

from regulars.cli.opened import Opened
from regulars.cli.spreadsheet import Row, Sheet
from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.stores.actor import SYSTEM
from regulars.storage.engine import OVERLOADED, Lane
from regulars.use_cases.import_batches import ROW_REPEATED
from regulars.use_cases.import_cells import columns_of
from regulars.use_cases.moment import Moment
from regulars.use_cases.rehearsal import rehearse
from regulars.use_cases.runner import Answer

COLUMNS_MISSING = refusal_code("import.columns_missing", "columns")

PAUSE_SECONDS = 0.05

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """What a kind of list is made of.

    `needed`: of each group of columns, one must be there. `together`: rows with the same text
    there build on each other, so they run one after the other. `claims`: what a row takes for
    itself.
    """

    name: str
    headers: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]
    command: Callable[[Texts], object]
    claims: Callable[[Texts], frozenset[object]]
    together: str | None
    at_once: int


class Done(NamedTuple):
    """What became of one row."""

    row: int
    refusal: Refusal | None
    replayed: bool


class Line(NamedTuple):
    """One row of a list by our columns."""

    row: int
    texts: dict[str, str]


def lines_of(sheet: Sheet, kind: ListOf) -> Iterator[Line]:
    """The rows of a list by our columns. Refuses: import.columns_missing (at once)."""
    places = columns_of(sheet.headers, kind.headers)
    found = set(places.values())
    missing = [group for group in kind.needed if not found.intersection(group)]
    if missing:
        columns = [kind.headers[column][0] for group in missing for column in group]
        raise COLUMNS_MISSING.because(columns=columns)
    return (_line(row, places) for row in sheet.rows)


def _line(row: Row, places: Mapping[int, str]) -> Line:
    texts = {
        column: row.texts[place]
        for place, column in places.items()
        if place < len(row.texts) and row.texts[place].strip()
    }
    return Line(row.number, texts)


def headers_by_column(sheet: Sheet, kind: ListOf) -> dict[str, str]:
    """What the list itself calls each of our columns."""
    places = columns_of(sheet.headers, kind.headers)
    return {column: sheet.headers[place].strip() for place, column in places.items()}


def ignored_headers(sheet: Sheet, kind: ListOf) -> list[str]:
    """The headers of a list that mean nothing to us."""
    known = columns_of(sheet.headers, kind.headers)
    return [
        header
        for place, header in enumerate(sheet.headers)
        if place not in known and header.strip()
    ]


def imported(shop: Opened, lines: Iterable[Line], kind: ListOf, *, source: bytes) -> Iterator[Done]:
    """Run every row as a command of its own. Units: source is the hash of the file.

    Rows run several at a time, but never two that claim the same: of those the first one wins.
    """
    waiting: deque[_Sent] = deque()
    for line in lines:
        claims = _claims(line, kind)
        while len(waiting) >= kind.at_once or any(claims & one.claims for one in waiting):
            yield waiting.popleft().done()
        future = _submitted(shop, line, kind, source=source)
        while future is None:
            if waiting:
                yield waiting.popleft().done()
            else:
                sleep(PAUSE_SECONDS)
            future = _submitted(shop, line, kind, source=source)
        waiting.append(_Sent(line.row, claims, future))
    while waiting:
        yield waiting.popleft().done()


class _Sent(NamedTuple):
    row: int
    claims: frozenset[object]
    future: Future[Answer]

    def done(self) -> Done:
        try:
            answer = self.future.result()
        except Refusal as refusal:
            return Done(self.row, refusal, replayed=False)
        return Done(self.row, None, replayed=answer.replayed)


def _submitted(shop: Opened, line: Line, kind: ListOf, *, source: bytes) -> Future[Answer] | None:
    # On SQLite an import has the shop to itself; on PostgreSQL the tills go before it.
    lane = Lane.TILL if shop.database.engine == "sqlite" else Lane.JOB
    try:
        return shop.runner.submit(
            kind.command(line.texts),
            actor=SYSTEM,
            command_id=command_id_of(source, kind.name, line.row),
            lane=lane,
        )
    except Refusal as refusal:
        if refusal.code == OVERLOADED.code:
            return None
        raise


def _claims(line: Line, kind: ListOf) -> frozenset[object]:
    # A row that cannot even be read is refused by its own command, with its reason.
    try:
        return kind.claims(line.texts)
    except Refusal:
        return frozenset()


def rehearsed(shop: Opened, lines: Iterable[Line], kind: ListOf) -> Iterator[Done]:
    """What would become of every row; nothing is kept.

    A row is undone before the next one runs, so what rows take for themselves is remembered here.
    """
    taken: set[object] = set()
    for group in _groups(lines, kind):
        run: list[Line] = []
        for line in group:
            if _claims(line, kind) & taken:
                yield Done(line.row, ROW_REPEATED.because(), replayed=False)
            else:
                run.append(line)
        commands = [kind.command(line.texts) for line in run]
        outcomes = rehearse(shop.database, commands, [_moment(shop) for _ in run])
        for line, outcome in zip(run, outcomes, strict=True):
            if outcome is None:
                taken |= kind.claims(line.texts)
            yield Done(line.row, outcome, replayed=False)


def command_id_of(source: bytes, name: str, row: int) -> UUID:
    """The id of one row's command, the same whenever the same file is imported."""
    digest = sha256(b"|".join((source, name.encode(), str(row).encode()))).digest()
    return UUID(bytes=digest[:16], version=5)


def _groups(lines: Iterable[Line], kind: ListOf) -> Iterator[list[Line]]:
    column = kind.together
    if column is None:
        yield from ([line] for line in lines)
        return
    ordered = sorted(lines, key=lambda line: (line.texts.get(column, ""), line.row))
    for _, group in groupby(ordered, key=lambda line: line.texts.get(column, "")):
        yield list(group)


def _moment(shop: Opened) -> Moment:
    now = shop.clock()

    def new_id() -> UUID:
        return uuid7(now, shop.entropy(10))

    return Moment(
        now=now,
        actor=SYSTEM,
        command_id=new_id(),
        new_id=new_id,
        vault=shop.vault,
        shops=shop.shops,
    )
