"""A recorded sale as a script: which values are new in each sale, and where they stand.

A script asks everything first, then moves the member's balances and lots on from what it read, and
writes every row that the product wrote: the same columns, as many rows, texts of the same length.
What it wrote passes `regulars verify` too.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from bench.limits.recording import Recorded
from bench.scratch.crowd import ACCOUNTS
from bench.scratch.tills import new_id
from regulars.storage.statement import Engine, Raw, rows_insert
from regulars.storage.tables import ledger
from regulars.storage.tables.orders import orders

Call = tuple[str, list[object]]
Encode = Callable[[object], object]

MEMBER_KINDS = tuple(kind for kind, _ in ACCOUNTS)
LOT_USE = frozenset({"lot_id", "entry_id", "amount", "kind"})


class Account(NamedTuple):
    """Where one of a member's accounts stands."""

    id: int
    balance: int
    version: int


class Move(NamedTuple):
    """One posting: how it changes the accounts of a member, by their kind."""

    start: int
    source: str | None
    target: str | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One statement to send: its recorded values, and what is put in their places."""

    sql: str
    values: Sequence[object]
    slots: Sequence[tuple[int, str]]
    moves: Sequence[Move] = ()

    def filled(self, given: Mapping[str, object]) -> list[object]:
        """The values of one sale."""
        values = list(self.values)
        for place, name in self.slots:
            values[place] = given[name]
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a recorded sale was about."""

    member: UUID
    coupon: UUID
    terminal: UUID
    order: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a sale takes out of the lots of one kind of account, and how."""

    kind: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One recorded sale, ready to be sent again."""

    encode: Encode
    engine: Engine
    asking: tuple[Writing, ...]
    writing: tuple[Writing, ...]
    accounts_at: int
    lots_at: int
    number_at: int
    uses: tuple[Spent, ...]
    uses_entry: str
    fresh: tuple[str, ...]

    def given(self, *, member: UUID, coupon: UUID, terminal: UUID) -> dict[str, object]:
        """The ids of a new sale."""
        order = new_id()
        raw = self.encode
        given: dict[str, object] = {name: raw(new_id()) for name in self.fresh}
        given["now"] = raw(time.time_ns() // 1_000)
        given["member"], given["coupon"] = raw(member), raw(coupon)
        given["terminal"], given["order"] = raw(terminal), raw(order)
        for what in ("settle", "earn"):
            given[f"business:{what}"] = raw(f"order:{order}:{what}")
        return given

    def questions(self, given: Mapping[str, object]) -> Iterator[Call]:
        """What is sent first: the claim of the command, and all that is read."""
        for each in self.asking:
            yield each.sql, each.filled(given)

    def changes(
        self, given: dict[str, object], answers: Sequence[Sequence[Raw]], letter: str
    ) -> Iterator[Call]:
        """What is sent then: every row of the sale."""
        accounts = {
            str(row[2]): Account(_whole(row[0]), _whole(row[6]), _whole(row[7]))
            for row in answers[self.accounts_at]
        }
        number = _whole(answers[self.number_at][0][0])
        given["number"] = self.encode(f"{letter}{number:03d}")
        for kind, account in accounts.items():
            given[f"account:{kind}"] = self.encode(account.id)
        for each in self.writing:
            values = each.filled(given)
            if each.moves:
                self._move(values, each.moves, accounts)
            yield each.sql, values
        yield self._uses(given, answers[self.lots_at])

    def _move(
        self, values: list[object], moves: Iterable[Move], accounts: dict[str, Account]
    ) -> None:
        raw = self.encode
        for start, source, target, amount in moves:
            if source is not None:
                name, balance, version = accounts[source]
                accounts[source] = Account(name, balance - amount, version + 1)
                values[start + 3] = raw(name)
                values[start + 6], values[start + 7] = raw(version + 1), raw(balance - amount)
            if target is not None:
                name, balance, version = accounts[target]
                accounts[target] = Account(name, balance + amount, version + 1)
                values[start + 4] = raw(name)
                values[start + 8], values[start + 9] = raw(version + 1), raw(balance + amount)

    def _uses(self, given: Mapping[str, object], lots: Sequence[Raw]) -> Call:
        raw, entry = self.encode, given[self.uses_entry]
        values: list[object] = []
        for use in self.uses:
            missing = use.amount
            for lot in lots:
                if missing and lot[2] == use.kind:
                    taken = min(missing, _whole(lot[4]))
                    missing -= taken
                    name = lot[0] if isinstance(lot[0], bytes) else raw(lot[0])
                    values += (name, entry, raw(taken), raw("spend"))
            if missing:
                raise ValueError("the member has not enough left")
        insert = rows_insert(ledger.lot_use, LOT_USE, len(values) // 4, self.engine)
        return insert.sql, values


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def script_of(calls: Sequence[Recorded], known: Known, *, engine: Engine, encode: Encode) -> Script:
    """The script of one recorded sale. `encode` makes the driver's value of a value."""
    return _Reader(known, engine, encode).script(calls)


class _Reader:
    """Finds what belongs to one sale alone."""

    def __init__(self, known: Known, engine: Engine, encode: Encode) -> None:
        self._engine: Engine = engine
        self._encode = encode
        self._known = known
        self._names: dict[object, str] = {
            known.member: "member",
            known.coupon: "coupon",
            known.terminal: "terminal",
            known.order: "order",
        }
        self._fresh: list[str] = []
        self._now: object = None

    def script(self, calls: Sequence[Recorded]) -> Script:
        opened = calls[_index(calls, "INSERT INTO orders")]
        self._now = opened.values[ORDERS_OPENED_AT]
        first = [call for call in calls if call.rows is not None or _claims(call)]
        asked = [call for call in first if call.rows is not None]
        accounts_at = _index(asked, " account.version")
        lots_at = _index(asked, " lot.acquired_at")
        number_at = _index(asked, "INSERT INTO terminal_counter")
        kinds = {row[0]: str(row[2]) for row in asked[accounts_at].rows or ()}
        lots = {_id(row[0]): str(row[2]) for row in asked[lots_at].rows or ()}
        asking = tuple(self._writing(call) for call in first)
        writing: list[Writing] = []
        uses: tuple[Spent, ...] = ()
        uses_entry = ""
        for call in calls:
            if call in first:
                continue
            if call.sql.startswith("INSERT INTO lot_use"):
                uses, uses_entry = self._uses(call, lots)
            elif call.sql.startswith("INSERT INTO posting"):
                writing.append(self._writing(call, _moves(call.values, kinds)))
            elif call.sql.startswith("INSERT INTO lot "):
                writing.append(self._writing(call, accounts=kinds))
            else:
                writing.append(self._writing(call))
        return Script(
            encode=self._encode,
            engine=self._engine,
            asking=asking,
            writing=tuple(writing),
            accounts_at=accounts_at,
            lots_at=lots_at,
            number_at=number_at,
            uses=uses,
            uses_entry=uses_entry,
            fresh=tuple(self._fresh),
        )

    def _writing(
        self,
        call: Recorded,
        moves: Sequence[Move] = (),
        *,
        accounts: Mapping[object, str] | None = None,
    ) -> Writing:
        slots = []
        for place, value in enumerate(call.values):
            name = self._name(value)
            if name is None and accounts is not None and place % LOT_COLUMNS == 1:
                name = f"account:{accounts[value]}"
            if name is not None:
                slots.append((place, name))
        if call.sql.startswith("INSERT INTO orders"):
            slots.append((ORDERS_NUMBER, "number"))
        return Writing(
            sql=call.sql,
            values=[self._encode(value) for value in call.values],
            slots=slots,
            moves=moves,
        )

    def _name(self, value: object) -> str | None:
        if isinstance(value, str) and value.startswith(f"order:{self._known.order}:"):
            return f"business:{value.rpartition(':')[2]}"
        if isinstance(value, int) and value == self._now:
            return "now"
        name = _id(value)
        if name is None:
            return None
        if name not in self._names:
            if name.version == LASTING_VERSION:
                return None
            self._names[name] = f"fresh:{len(self._fresh)}"
            self._fresh.append(self._names[name])
        return self._names[name]

    def _uses(
        self, call: Recorded, lots: Mapping[UUID | None, str]
    ) -> tuple[tuple[Spent, ...], str]:
        totals = dict.fromkeys(MEMBER_KINDS, 0)
        for start in range(0, len(call.values), 4):
            totals[lots[_id(call.values[start])]] += _whole(call.values[start + 2])
        entry = self._name(call.values[1])
        assert entry is not None
        spent = tuple(Spent(kind=kind, amount=amount) for kind, amount in totals.items() if amount)
        return spent, entry


# The shop's own ids are made of names; every other id belongs to one member or sale.
LASTING_VERSION = 5
POSTING_COLUMNS = len(ledger.posting.columns)
LOT_COLUMNS = len(ledger.lot.columns)
_ORDERS = [column.name for column in orders.columns]
ORDERS_NUMBER, ORDERS_OPENED_AT = _ORDERS.index("number"), _ORDERS.index("opened_at")


def _moves(values: Sequence[object], kinds: Mapping[object, str]) -> list[Move]:
    return [
        Move(
            start,
            kinds.get(values[start + 3]),
            kinds.get(values[start + 4]),
            _whole(values[start + 5]),
        )
        for start in range(0, len(values), POSTING_COLUMNS)
    ]


def _claims(call: Recorded) -> bool:
    # Without its answer yet: it keeps other processes waiting.
    return call.sql.startswith("INSERT INTO command") and "ON CONFLICT" in call.sql


def _index(asked: Sequence[Recorded], part: str) -> int:
    return next(place for place, call in enumerate(asked) if part in call.sql)


def _id(value: object) -> UUID | None:
    if isinstance(value, UUID):
        return value
    if isinstance(value, bytes) and len(value) == 16:
        return UUID(bytes=value)
    if isinstance(value, str) and len(value) == 32:
        try:
            return UUID(value)
        except ValueError:
            return None
    return None
