"""Records that may be one person's, and what a manager reads before she merges them."""

from pathlib import Path
from uuid import UUID

from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.merge import Evidence, Keep
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.storage import members
from regulars.storage.engine import Database
from regulars.use_cases.duplicates import candidates_of, pairs_from
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.members import AddIdentity, ChangeProfile, RemoveIdentity
from regulars.use_cases.merge_preview import AskMerge, MergePreview, previewed
from tests.prepaid import a_shop, paid_in
from tests.shops import ShopUnderTest


def told(shop: ShopUnderTest, member: UUID, name: str, birthday: str) -> None:
    with shop.database.read() as read:
        row = read.one(members.PROFILE, member_id=member)
    assert row is not None
    texts = (
        ProfileText(field=ProfileField.NAME, text=name),
        ProfileText(field=ProfileField.BIRTHDAY, text=birthday),
    )
    shop.run(ChangeProfile(member_id=member, revision=row.revision, told=texts))


def evidence_of(shop: ShopUnderTest, member: UUID) -> dict[UUID, tuple[Evidence, ...]]:
    with shop.database.read() as read:
        found = candidates_of(read, shop.runner.vault, member)
    return {one.member_id: one.evidence for one in found}


def preview_of(shop: ShopUnderTest, survivor: UUID, absorbed: UUID) -> MergePreview:
    ask = AskMerge(survivor_id=survivor, absorbed_id=absorbed, store_id=shop.store_id)
    with shop.database.read() as read:
        return previewed(read, ask, vault=shop.runner.vault, shops=shop.shops, now=shop.now)


def test_the_same_name_and_birthday_make_a_pair_and_another_name_does_not(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again, other = (shop.join(f"1380013800{last}") for last in range(3))
    told(shop, wang, "王 芳", "1990-05-05")
    told(shop, again, "王芳", "1990-05-05")
    told(shop, other, "李敏", "1990-05-05")
    assert evidence_of(shop, wang) == {again: (Evidence.NAME_AND_BIRTHDAY,)}
    with shop.database.read() as read:
        page = pairs_from(read, shop.runner.vault, None)
    assert [(pair.member_id, pair.other_id) for pair in page.pairs] == [(wang, again)]
    assert page.next_cursor is None
    assert "13800138000" not in page.pairs[0].shown


def test_an_old_number_and_a_card_that_bears_the_phone_number_are_evidence(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again, third = (shop.join(f"1380013800{last}") for last in range(3))
    old = IdentityText(kind=IdentityKind.PHONE, text="13700137000")
    shop.run(AddIdentity(member_id=wang, identity=old))
    shop.run(RemoveIdentity(member_id=wang, identity=old))
    shop.run(AddIdentity(member_id=again, identity=old))
    card = IdentityText(kind=IdentityKind.CARD, text="13800138000")
    shop.run(AddIdentity(member_id=third, identity=card))
    assert evidence_of(shop, wang) == {
        again: (Evidence.OLD_IDENTITY,),
        third: (Evidence.NUMBER_AS_CARD,),
    }
    assert wang in evidence_of(shop, again)
    assert wang in evidence_of(shop, third)


def test_a_preview_tells_what_would_move_and_what_stands_in_the_way(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, again)
    told(shop, again, "王芳", "1990-05-05")
    preview = preview_of(shop, wang, again)
    assert (preview.principal_minor, preview.bonus_minor, preview.points) == (30_000, 3_000, 100)
    assert preview.parts["identity"] == 1
    assert preview.in_the_way is None
    assert {one.field: one.keep for one in preview.fields} == {
        ProfileField.NAME: Keep.ABSORBED,
        ProfileField.BIRTHDAY: Keep.ABSORBED,
    }
    paid_in(shop, wang, 80_000)
    assert preview_of(shop, wang, again).in_the_way == "law.forbids"
