"""The vault: seals what names a member, and finds her again without opening anything.

Master key (file or environment) → the organisation's keys (table `organisation_key`) → one key per
member (column `member.wrapped_key`) → her name, phone and birthday. Erasing a member is destroying
one key; a look-up by phone compares keyed hashes (blind indexes).

A sale knows its member's id and opens nothing: `unwraps` counts, and a test watches it.
"""

import hmac
import secrets
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import At, Bytes, Id, Words
from regulars.storage.engine import Database, Write
from regulars.storage.master_key import KeyFolder, MasterKey
from regulars.storage.sealing import KEY_BYTES, KEY_ID_BYTES, Place, SealingKey, key_id_of
from regulars.storage.statement import Statement
from regulars.storage.tables.members import organisation_key
from regulars.storage.tables.stores import organisation

KEY_MISSING = refusal_code("vault.key_missing")
KEY_WRONG = refusal_code("vault.key_wrong")


class Purpose(StrEnum):
    """What each of the organisation's keys is for."""

    DATA = "data"
    INDEX = "index"
    PEPPER = "pepper"


class KeyRow(NamedTuple):
    """One of the organisation's keys as it is stored."""

    id: UUID
    organisation_id: UUID
    purpose: str
    wrapped: bytes


ORGANISATION_KEYS = Statement(
    select(
        organisation_key.c.id,
        organisation_key.c.organisation_id,
        organisation_key.c.purpose,
        organisation_key.c.wrapped,
    ),
    KeyRow,
)
ORGANISATION: Statement[UUID] = Statement(select(organisation.c.id))
# Two processes may start at once on an empty database: the first one's keys stay.
ADD_KEY = Statement[object](
    insert(organisation_key)
    .values(
        id=bindparam("id", type_=Id()),
        organisation_id=bindparam("organisation_id", type_=Id()),
        purpose=bindparam("purpose", type_=Words()),
        wrapped=bindparam("wrapped", type_=Bytes()),
        created_at=bindparam("created_at", type_=At()),
    )
    .on_conflict_do_nothing(index_elements=[organisation_key.c.purpose])
)
REWRAP = Statement[object](
    update(organisation_key)
    .where(
        organisation_key.c.purpose == bindparam("of_purpose", type_=Words()),
        organisation_key.c.wrapped == bindparam("seen", type_=Bytes()),
    )
    .values(wrapped=bindparam("rewrapped", type_=Bytes()))
)


class MemberKey:
    """The opened key of one member: seals and opens her values, and forgets itself afterwards."""

    __slots__ = ("_key", "_member")

    def __init__(self, key: SealingKey, member: UUID) -> None:
        self._key = key
        self._member = member

    def seal(self, text: str, *, table: str, column: str, row: bytes | None = None) -> bytes:
        """The ciphertext of a text for a column of hers; `row` where its table has another key."""
        return self._key.seal(text.encode(), self._place(table, column, row))

    def open(self, sealed: bytes, *, table: str, column: str, row: bytes | None = None) -> str:
        """The text of a ciphertext. Refuses: vault.seal_broken."""
        return self._key.open(sealed, self._place(table, column, row)).decode()

    def _place(self, table: str, column: str, row: bytes | None) -> Place:
        return Place(table, column, self._member.bytes if row is None else row)


class Vault:
    """The organisation's opened keys, for the life of one process."""

    __slots__ = ("_data", "_index", "_pepper", "organisation", "unwraps")

    def __init__(self, keys: Mapping[Purpose, bytes], *, data_id: UUID, organisation: UUID) -> None:
        """Units: each key is 32 bytes."""
        self.organisation = organisation
        self.unwraps = 0
        self._data = SealingKey(
            keys[Purpose.DATA], key_id=data_id.bytes[-KEY_ID_BYTES:], organisation=organisation
        )
        self._index = keys[Purpose.INDEX]
        self._pepper = keys[Purpose.PEPPER]

    def new_key(self, member: UUID) -> tuple[bytes, MemberKey]:
        """A fresh key for a member: wrapped, to be stored in her row, and opened, to be used."""
        secret = secrets.token_bytes(KEY_ID_BYTES + KEY_BYTES)
        wrapped = self._data.seal(secret, _member_place(member))
        return wrapped, self._member_key(secret, member)

    def unlock(self, wrapped: bytes, member: UUID) -> MemberKey:
        """The opened key of a member. Refuses: vault.seal_broken."""
        self.unwraps += 1
        return self._member_key(self._data.open(wrapped, _member_place(member)), member)

    def blind_index(self, kind: str, normal_form: str) -> bytes:
        """What an identity is found by: HMAC-SHA256 of its kind and normal form. 32 bytes."""
        return hmac.digest(self._index, f"{kind}|{normal_form}".encode(), "sha256")

    def keyed_digest(self, purpose: str, value: bytes) -> bytes:
        """A hash that only this organisation can make: peppers PINs, hides what is fingerprinted."""
        return hmac.digest(self._pepper, purpose.encode() + b"|" + value, "sha256")

    def _member_key(self, secret: bytes, member: UUID) -> MemberKey:
        key = SealingKey(
            secret[KEY_ID_BYTES:], key_id=secret[:KEY_ID_BYTES], organisation=self.organisation
        )
        return MemberKey(key, member)


def _member_place(member: UUID) -> Place:
    return Place("member", "wrapped_key", member.bytes)


def open_vault(
    home: Path,
    database: Database,
    *,
    now: Instant,
    master_key: str | None = None,
) -> Vault:
    """The vault of a database; the first start makes its keys. `master_key` replaces the file.

    Refuses: vault.key_missing, vault.key_wrong, vault.key_file_unsafe, vault.key_malformed.
    """
    folder = KeyFolder(home / "keys")
    with database.read() as read:
        rows = read.all(ORGANISATION_KEYS)
    if not rows:
        if master_key is not None:
            first = MasterKey.read(master_key)
        else:
            first = folder.current() or folder.create()
        rows = database.write(lambda tx: _first_keys(tx, first, now)).result()
        return _opened(rows, first)
    if master_key is not None:
        return _opened(rows, MasterKey.read(master_key))
    current, prepared = folder.current(), folder.next()
    if prepared is not None and _opens(rows, prepared):
        # A rotation was cut off between its commit and its rename.
        folder.promote()
        current = prepared
    if current is None:
        raise KEY_MISSING.because()
    return _opened(rows, current)


def rotate_master_key(home: Path, database: Database, *, master_key: str | None = None) -> int:
    """Wrap the organisation's keys anew under a new master key; answers how many.

    The new key lies beside the old one before the commit and takes its place after it, so a crash
    at any moment leaves a key that opens. No member's data is touched; a running server, which
    holds the organisation's keys opened, goes on. `master_key` names the key in use when it comes
    from the environment; the new one is then in the file.
    Refuses: vault.key_missing, vault.key_wrong, vault.key_file_unsafe, vault.key_malformed.
    """
    folder = KeyFolder(home / "keys")
    old = MasterKey.read(master_key) if master_key is not None else folder.current()
    if old is None:
        raise KEY_MISSING.because()
    new = folder.prepare()

    def rewrap(tx: Write) -> int:
        rows = tx.all(ORGANISATION_KEYS)
        if not rows:
            raise KEY_MISSING.because()
        if _opens(rows, new):
            return 0
        for row in rows:
            secret = _wrapping(old, row.organisation_id).open(row.wrapped, _key_place(row))
            wrapped = _wrapping(new, row.organisation_id).seal(secret, _key_place(row))
            tx.run(
                REWRAP,
                expect=1,
                refusal=KEY_WRONG.because(),
                of_purpose=row.purpose,
                seen=row.wrapped,
                rewrapped=wrapped,
            )
        return len(rows)

    with database.read() as read:
        rows = read.all(ORGANISATION_KEYS)
    if rows and not _opens(rows, old) and not _opens(rows, new):
        raise KEY_WRONG.because()
    count = database.write(rewrap).result()
    folder.promote()
    return count


def _first_keys(tx: Write, master: MasterKey, now: Instant) -> list[KeyRow]:
    known = tx.all(ORGANISATION_KEYS)
    if known:
        return known
    # Before `init` there is no organisation yet: it takes the id that its keys were made for.
    owner = tx.one(ORGANISATION) or uuid7(now, secrets.token_bytes(10))
    wrapping = _wrapping(master, owner)
    for purpose in Purpose:
        row = KeyRow(uuid7(now, secrets.token_bytes(10)), owner, purpose.value, b"")
        sealed = wrapping.seal(secrets.token_bytes(KEY_BYTES), _key_place(row))
        tx.run(ADD_KEY, **row._replace(wrapped=sealed)._asdict(), created_at=now)
    return tx.all(ORGANISATION_KEYS)


def _opened(rows: list[KeyRow], master: MasterKey) -> Vault:
    if not _opens(rows, master):
        raise KEY_WRONG.because()
    keys = {
        Purpose(row.purpose): _wrapping(master, row.organisation_id).open(
            row.wrapped, _key_place(row)
        )
        for row in rows
    }
    data = next(row for row in rows if row.purpose == Purpose.DATA)
    return Vault(keys, data_id=data.id, organisation=data.organisation_id)


def _opens(rows: list[KeyRow], master: MasterKey) -> bool:
    return all(key_id_of(row.wrapped) == _master_id(master) for row in rows)


def _wrapping(master: MasterKey, owner: UUID) -> SealingKey:
    return SealingKey(master.secret, key_id=_master_id(master), organisation=owner)


def key_name(master: MasterKey) -> bytes:
    """By which name the organisation's wrapped keys call a master key; it tells nothing of it."""
    return _master_id(master)


def _master_id(master: MasterKey) -> bytes:
    return sha256(b"regulars master key|" + master.secret).digest()[:KEY_ID_BYTES]


def _key_place(row: KeyRow) -> Place:
    return Place("organisation_key", row.purpose, row.id.bytes)
