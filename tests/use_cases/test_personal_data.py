"""No name, phone, e-mail, address or birthday lies readable in the database or its files."""

from pathlib import Path

import psycopg
import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.storage.columns import metadata
from regulars.storage.engine import Database, sqlite_path
from regulars.use_cases.import_members import ImportMember
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import AddIdentity, ChangeProfile, RemoveIdentity
from tests.shops import ShopUnderTest, open_shop

NAME, ADDRESS, LIKES = "金丝雀敏", "愚园路金丝雀弄88号", "金丝雀乌龙"
PHONE, SECOND_PHONE, OLD_PHONE = "13898761234", "13798761234", "13698761234"
EMAIL, CARD, BIRTHDAY = "canary.singer@example.com", "CANARYCARD77", "1987-11-23"
READABLE = (NAME, ADDRESS, LIKES, PHONE, SECOND_PHONE, OLD_PHONE, EMAIL, CARD, BIRTHDAY, "8761234")


def lived(shop: ShopUnderTest) -> None:
    """Everything that touches personal data: joining, changing, selling, importing, refusing."""
    member_id = shop.new_id()
    texts = (
        (IdentityKind.PHONE, PHONE),
        (IdentityKind.EMAIL, EMAIL),
        (IdentityKind.CARD, CARD),
    )
    identities = tuple(IdentityText(kind=kind, text=text) for kind, text in texts)
    told = (
        ProfileText(field=ProfileField.NAME, text=NAME),
        ProfileText(field=ProfileField.BIRTHDAY, text=BIRTHDAY),
        ProfileText(field=ProfileField.ADDRESS, text=ADDRESS),
    )
    joining = JoinMember(
        member_id=member_id, store_id=shop.store_id, identities=identities, profile=told
    )
    shop.run(joining)
    with pytest.raises(Refusal):
        shop.run(joining)
    liked = ProfileText(field=ProfileField.LIKES, text=LIKES)
    shop.run(ChangeProfile(member_id=member_id, revision=1, told=(liked,)))
    second = IdentityText(kind=IdentityKind.PHONE, text=SECOND_PHONE)
    shop.run(AddIdentity(member_id=member_id, identity=second))
    shop.run(RemoveIdentity(member_id=member_id, identity=second))
    shop.top_up(member_id, 10_000)
    shop.run(shop.sale([shop.line("milk_tea")], member=member_id, stored=1_800))
    imported = {"name": NAME, "phone": OLD_PHONE, "address": ADDRESS, "points": "5"}
    imported |= {"consent_sms": "是", "consent_on": "2025-03-08", "consent_where": ADDRESS}
    shop.run(ImportMember(store_id=shop.store_id, texts=imported))


def spellings(text: str) -> list[bytes]:
    """A text as it may lie in a file: as it is, as hex, as JSON escapes it."""
    escaped = text.encode("unicode_escape")
    return [text.encode(), text.encode().hex().encode(), escaped, text.encode("utf-16-le")]


def everything_stored(database: Database) -> bytes:
    if database.engine == "sqlite":
        file = sqlite_path(database.url)
        return b"".join(part.read_bytes() for part in Path(file.parent).glob(f"{file.name}*"))
    with psycopg.connect(database.url) as connection:
        rows = [
            row[0]
            for table in metadata.tables
            for row in connection.execute(f"SELECT t::text FROM {table} t".encode())
        ]
    return "\n".join(rows).encode()


def test_nothing_that_names_a_member_lies_readable_in_the_database(
    database: Database, tmp_path: Path
) -> None:
    lived(open_shop(database, tmp_path))
    stored = everything_stored(database)
    assert "人民广场店".encode() in stored
    found = [text for text in READABLE for one in spellings(text) if one in stored]
    assert found == []


def test_a_refusal_and_its_trace_name_nobody(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    lived(shop)
    phone = IdentityText(kind=IdentityKind.PHONE, text=PHONE)
    command = JoinMember(member_id=shop.new_id(), store_id=shop.store_id, identities=(phone,))
    with pytest.raises(Refusal) as caught:
        shop.run(command)
    told = f"{caught.value!r} {caught.value} {caught.value.parameters}"
    assert not any(text in told for text in READABLE)
