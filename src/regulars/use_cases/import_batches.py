"""Members of an old list, some rows at a time: tried first, then taken over.

A manager's list of 40,000 goes up two hundred rows at a time. The server broke down after row 12,400:
the batch that was on its way is sent again, and nobody in it is taken over twice.
"""

from asyncio import wrap_future
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.members.identity import IdentityKind
from regulars.domain.stores.actor import Actor
from regulars.storage.engine import Database, Lane
from regulars.use_cases.import_cells import columns_of
from regulars.use_cases.import_members import HEADERS, ImportMember, MemberColumn, claims
from regulars.use_cases.moment import Moment
from regulars.use_cases.rehearsal import rehearse
from regulars.use_cases.runner import COMMAND_REUSED, Answer, Runner

COLUMN_REPEATED = refusal_code("import.column_repeated", "column")
COLUMNS_MISSING = refusal_code("import.no_identity_column")
ROW_REPEATED = refusal_code("import.row_repeated")

# Enough to fill a group commit, few enough that tills never wait behind an import.
AT_ONCE = 16
_KNOWN_BY = frozenset(kind.value for kind in IdentityKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows of a list. `file`: what the whole file hashes to; `columns`: ours, by place."""

    store_id: UUID
    file: str
    first_row: int
    columns: tuple[MemberColumn | None, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RowDone:
    """What became of one row, or would."""

    row: int
    refusal: Refusal | None
    known: bool = False


def guessed(headers: Sequence[str]) -> tuple[MemberColumn | None, ...]:
    """Which column of ours each header means, as far as one can tell."""
    places = columns_of(tuple(headers), HEADERS)
    return tuple(
        MemberColumn(places[place]) if place in places else None for place in range(len(headers))
    )


def checked_columns(columns: Sequence[MemberColumn | None]) -> None:
    """Whether a list can be read by these columns.

    Refuses: import.column_repeated, import.no_identity_column.
    """
    told = [column for column in columns if column is not None]
    for column in told:
        if told.count(column) > 1:
            raise COLUMN_REPEATED.because(column=column.value)
    if _KNOWN_BY.isdisjoint(told):
        raise COLUMNS_MISSING.because()


def tried(
    database: Database, batch: Batch, *, country: str, moment: Callable[[], Moment]
) -> list[RowDone]:
    """What would become of each row; nothing is kept.

    A row is undone before the next one runs: what rows take for themselves is remembered here.
    Refuses: import.column_repeated, import.no_identity_column.
    """
    checked_columns(batch.columns)
    taken: set[object] = set()
    done: list[RowDone] = []
    for number, texts in _lines(batch):
        claimed = _claimed(texts, country)
        if claimed & taken:
            done.append(RowDone(number, ROW_REPEATED.because()))
            continue
        command = ImportMember(store_id=batch.store_id, texts=texts)
        refusal = rehearse(database, [command], [moment()])[0]
        if refusal is None:
            taken |= claimed
        done.append(RowDone(number, refusal))
    return done


async def taken_over(runner: Runner, batch: Batch, *, actor: Actor) -> list[RowDone]:
    """Take each row over by a command of its own, whose id is the file's and the row's.

    Rows go in their order, some at a time; one that was taken over before is known.
    Refuses: import.column_repeated, import.no_identity_column, server.overloaded.
    """
    checked_columns(batch.columns)
    lines = list(_lines(batch))
    done: list[RowDone] = []
    for start in range(0, len(lines), AT_ONCE):
        sent = [
            (number, _submitted(runner, batch, number, texts, actor=actor))
            for number, texts in lines[start : start + AT_ONCE]
        ]
        for number, future in sent:
            done.append(await _done(number, future))
    return done


def _submitted(
    runner: Runner, batch: Batch, number: int, texts: Mapping[str, str], *, actor: Actor
) -> Future[Answer]:
    command = ImportMember(store_id=batch.store_id, texts=texts)
    name = row_command(batch, number)
    return runner.submit(command, actor=actor, command_id=name, lane=Lane.JOB)


async def _done(number: int, future: Future[Answer]) -> RowDone:
    try:
        answer = await wrap_future(future)
    except Refusal as refusal:
        if refusal.code == COMMAND_REUSED.code:
            # Taken over before, by somebody else or with other columns.
            return RowDone(number, None, known=True)
        return RowDone(number, refusal)
    return RowDone(number, None, known=answer.replayed)


def row_command(batch: Batch, number: int) -> UUID:
    """The id of one row's command, the same whenever the same file comes to the same store."""
    parts = (batch.file, str(batch.store_id), str(number))
    return UUID(bytes=sha256("|".join(parts).encode()).digest()[:16], version=5)


def _lines(batch: Batch) -> list[tuple[int, dict[str, str]]]:
    lines: list[tuple[int, dict[str, str]]] = []
    for number, row in enumerate(batch.rows, start=batch.first_row):
        texts = {
            column.value: text
            for column, text in zip(batch.columns, row, strict=False)
            if column is not None and text.strip()
        }
        if texts:
            lines.append((number, texts))
    return lines


def _claimed(texts: Mapping[str, str], country: str) -> frozenset[object]:
    # A row that cannot even be read is refused by its own command, with its reason.
    try:
        return frozenset(claims(texts, country=country))
    except Refusal:
        return frozenset()
