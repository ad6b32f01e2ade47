"""The vault: nobody reads or moves what it sealed, and no rotation loses a name."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.storage.columns import Bytes, Id
from regulars.storage.engine import Database
from regulars.storage.master_key import KeyFolder, MasterKey
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member, organisation_key
from regulars.storage.vault import Vault, open_vault, rotate_master_key
from tests.shops import open_shop

NOW = instant_from_iso("2026-05-01T08:00:00Z")
LI_MIN = UUID(int=1)
WANG_FANG = UUID(int=2)


def refusal_of(home: Path, database: Database, master_key: str | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        open_vault(home, database, now=NOW, master_key=master_key)
    return caught.value.code


def sealed_name(vault: Vault) -> tuple[bytes, bytes]:
    wrapped, key = vault.new_key(LI_MIN)
    return wrapped, key.seal("李敏", table="member", column="name")


def test_what_is_sealed_opens_again_in_another_process(database: Database, tmp_path: Path) -> None:
    wrapped, name = sealed_name(open_vault(tmp_path, database, now=NOW))
    again = open_vault(tmp_path, database, now=NOW)
    assert again.unlock(wrapped, LI_MIN).open(name, table="member", column="name") == "李敏"
    assert "李敏".encode() not in name


def test_the_key_file_is_readable_by_its_owner_alone(database: Database, tmp_path: Path) -> None:
    open_vault(tmp_path, database, now=NOW)
    assert (tmp_path / "keys" / "master.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_key_file_that_others_can_reach_is_refused(
    database: Database, tmp_path: Path, mode: int
) -> None:
    open_vault(tmp_path, database, now=NOW)
    (tmp_path / "keys" / "master.key").chmod(mode)
    assert refusal_of(tmp_path, database) == "vault.key_file_unsafe"


def test_a_lost_key_file_is_never_replaced_by_a_new_key(database: Database, tmp_path: Path) -> None:
    open_vault(tmp_path, database, now=NOW)
    (tmp_path / "keys" / "master.key").unlink()
    assert refusal_of(tmp_path, database) == "vault.key_missing"
    assert not (tmp_path / "keys" / "master.key").exists()


def test_another_master_key_opens_nothing(database: Database, tmp_path: Path) -> None:
    open_vault(tmp_path, database, now=NOW)
    assert refusal_of(tmp_path, database, MasterKey.random().written()) == "vault.key_wrong"
    for text in ("", "short", "=" * 44, "鑰" * 10):
        assert refusal_of(tmp_path, database, text) == "vault.key_malformed"


def test_a_key_from_the_environment_needs_no_file(database: Database, tmp_path: Path) -> None:
    key = MasterKey.random().written()
    first = open_vault(tmp_path, database, now=NOW, master_key=key)
    again = open_vault(tmp_path, database, now=NOW, master_key=key)
    assert not (tmp_path / "keys").exists()
    assert first.blind_index("phone", "+86138") == again.blind_index("phone", "+86138")


def test_a_key_never_shows_itself() -> None:
    key = MasterKey.random()
    assert key.written() not in repr(key)
    assert "secret" not in repr(key)


@pytest.mark.parametrize(
    ("member_id", "table", "column"),
    [
        (WANG_FANG, "member", "name"),
        (LI_MIN, "member", "address"),
        (LI_MIN, "identity", "name"),
    ],
)
def test_a_ciphertext_opens_at_its_own_place_only(
    database: Database, tmp_path: Path, member_id: UUID, table: str, column: str
) -> None:
    vault = open_vault(tmp_path, database, now=NOW)
    wrapped, name = sealed_name(vault)
    with pytest.raises(Refusal) as caught:
        vault.unlock(wrapped, member_id).open(name, table=table, column=column)
    assert caught.value.code == "vault.seal_broken"


def test_every_changed_byte_is_noticed(database: Database, tmp_path: Path) -> None:
    vault = open_vault(tmp_path, database, now=NOW)
    wrapped, name = sealed_name(vault)
    key = vault.unlock(wrapped, LI_MIN)
    for place in range(len(name)):
        changed = name[:place] + bytes([name[place] ^ 1]) + name[place + 1 :]
        with pytest.raises(Refusal):
            key.open(changed, table="member", column="name")
    for cut in (b"", name[:10], name[:-1]):
        with pytest.raises(Refusal):
            key.open(cut, table="member", column="name")


def test_a_vault_of_another_organisation_opens_nothing(database: Database, tmp_path: Path) -> None:
    mine = open_vault(tmp_path, database, now=NOW)
    wrapped, _ = sealed_name(mine)
    keys = {purpose: os.urandom(32) for purpose in ("data", "index", "pepper")}
    other = Vault(keys, data_id=UUID(int=9), organisation=UUID(int=8))  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        other.unlock(wrapped, LI_MIN)
    assert other.blind_index("phone", "+86138") != mine.blind_index("phone", "+86138")


def test_a_blind_index_tells_kinds_apart(database: Database, tmp_path: Path) -> None:
    vault = open_vault(tmp_path, database, now=NOW)
    assert vault.blind_index("phone", "123456") == vault.blind_index("phone", "123456")
    assert vault.blind_index("phone", "123456") != vault.blind_index("card", "123456")
    assert len(vault.blind_index("phone", "123456")) == 32


def test_a_rotated_master_key_opens_everything_and_the_old_one_nothing(
    database: Database, tmp_path: Path
) -> None:
    before = open_vault(tmp_path, database, now=NOW)
    wrapped, name = sealed_name(before)
    old = (tmp_path / "keys" / "master.key").read_text()
    assert rotate_master_key(tmp_path, database) == 3
    after = open_vault(tmp_path, database, now=NOW)
    assert after.unlock(wrapped, LI_MIN).open(name, table="member", column="name") == "李敏"
    assert after.blind_index("phone", "1") == before.blind_index("phone", "1")
    assert refusal_of(tmp_path, database, old) == "vault.key_wrong"


def test_a_rotation_cut_off_after_its_commit_is_finished_at_the_next_start(
    database: Database, tmp_path: Path
) -> None:
    before = open_vault(tmp_path, database, now=NOW)
    file = tmp_path / "keys" / "master.key"
    old = file.read_text()
    rotate_master_key(tmp_path, database)
    file.rename(file.with_name("master.key.next"))
    file.write_text(old)
    file.chmod(0o600)
    after = open_vault(tmp_path, database, now=NOW)
    assert after.blind_index("phone", "1") == before.blind_index("phone", "1")
    assert not file.with_name("master.key.next").exists()
    assert file.read_text() != old


def test_a_rotation_cut_off_before_its_commit_goes_on_with_the_key_in_use(
    database: Database, tmp_path: Path
) -> None:
    open_vault(tmp_path, database, now=NOW)
    old = (tmp_path / "keys" / "master.key").read_text()
    prepared = KeyFolder(tmp_path / "keys").prepare()
    open_vault(tmp_path, database, now=NOW)
    assert (tmp_path / "keys" / "master.key").read_text() == old
    assert rotate_master_key(tmp_path, database) == 3
    assert (tmp_path / "keys" / "master.key").read_text().strip() == prepared.written()


def test_a_shop_without_keys_has_nothing_to_rotate(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        rotate_master_key(tmp_path, database)
    assert caught.value.code == "vault.key_missing"


def test_the_organisations_keys_are_wrapped_where_they_lie(
    database: Database, tmp_path: Path
) -> None:
    open_vault(tmp_path, database, now=NOW)
    wrapped: Statement[bytes] = Statement(select(organisation_key.c.wrapped))
    secret = KeyFolder(tmp_path / "keys").current()
    assert secret is not None
    with database.read() as read:
        assert all(secret.secret not in row for row in read.all(wrapped))


def test_swapping_the_sealed_columns_of_two_members_is_noticed(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    first, second = shop.join("13812345678"), shop.join("13912345678")
    of = select(member.c.wrapped_key).where(member.c.id == bindparam("id", type_=Id()))
    change = Statement[object](
        update(member)
        .where(member.c.id == bindparam("changed", type_=Id()))
        .values(wrapped_key=bindparam("key", type_=Bytes()))
    )
    with database.read() as read:
        key = read.one(Statement(of), id=second)
    assert isinstance(key, bytes)
    database.write(lambda tx: tx.run(change, expect=1, changed=first, key=key)).result()
    with pytest.raises(Refusal) as caught:
        shop.vault.unlock(key, first)
    assert caught.value.code == "vault.seal_broken"
