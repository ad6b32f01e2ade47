"""Records that may be one person's, and what a manager reads before she merges them."""

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from uuid import UUID

from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.merge import Evidence, Keep
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.members.subject_request import RequestKind, ValueChoice
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.storage import audit, members
from regulars.storage.audit import NEWEST
from regulars.storage.engine import Database
from regulars.use_cases.duplicate_pairs import CURSOR, PAIRS_MAX, Pair, pairs_from
from regulars.use_cases.duplicates import candidates_of
from regulars.use_cases.erasing import EraseMember
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.kept_apart import ApartSeen, KeepApart, UndoApart, apart_page
from regulars.use_cases.members import AddIdentity, ChangeProfile, RemoveIdentity
from regulars.use_cases.merge_preview import AskMerge, MergePreview, previewed
from regulars.use_cases.merge_undo import UndoMerge
from regulars.use_cases.merging import MergeMembers
from regulars.use_cases.subject_requests import TakeRequest
from tests.prepaid import a_shop, paid_in, refused
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


def pages_of(shop: ShopUnderTest) -> list[list[Pair]]:
    """All pages of the whole house, those that are empty too."""
    pages: list[list[Pair]] = []
    cursor: str | None = None
    while cursor is not None or not pages:
        with shop.database.read() as read:
            page = pairs_from(read, shop.runner.vault, cursor)
        assert len(page.pairs) <= PAIRS_MAX
        assert cursor is None or re.match(CURSOR, cursor)
        pages.append(list(page.pairs))
        cursor = page.next_cursor
    return pages


def seen(shop: ShopUnderTest) -> set[tuple[UUID, UUID]]:
    """Every pair that is shown, each once."""
    pairs = [(one.member_id, one.other_id) for page in pages_of(shop) for one in page]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


def two(*members: UUID) -> tuple[UUID, UUID]:
    one, other = sorted(members)
    return one, other


def passed_on(shop: ShopUnderTest, members: list[UUID], phone: str) -> None:
    """A number that each of them had, and gave up, until the last one kept it."""
    number = IdentityText(kind=IdentityKind.PHONE, text=phone)
    for member in members:
        shop.run(AddIdentity(member_id=member, identity=number))
        if member != members[-1]:
            shop.run(RemoveIdentity(member_id=member, identity=number))


def kept_apart(shop: ShopUnderTest, one: UUID, other: UUID) -> UUID:
    command = KeepApart(member_id=one, other_id=other, store_id=shop.store_id, reason="母女两人")
    return UUID(str(shop.run(command)["id"]))


def listed(shop: ShopUnderTest) -> list[ApartSeen]:
    with shop.database.read() as read:
        return list(apart_page(read, shop.runner.vault, before_id=NEWEST).pairs)


def a_merge(shop: ShopUnderTest, survivor: UUID, absorbed: UUID) -> MergeMembers:
    return MergeMembers(
        id=shop.new_id(),
        survivor_id=survivor,
        absorbed_id=absorbed,
        store_id=shop.store_id,
        reason="同一位顾客",
    )


def namesakes(shop: ShopUnderTest, count: int) -> list[UUID]:
    """So many who have one name and one birthday."""
    members = [shop.join(f"138001380{number:02}") for number in range(count)]
    for member in members:
        told(shop, member, "王芳", "1990-05-05")
    return members


def test_more_pairs_than_a_page_holds_are_all_shown_once(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    members = namesakes(shop, 12)
    pairs = list(combinations(sorted(members), 2))
    assert len(pairs) > PAIRS_MAX
    assert seen(shop) == set(pairs)
    assert [len(page) for page in pages_of(shop)] == [PAIRS_MAX, len(pairs) - PAIRS_MAX]


def test_more_numbers_than_a_page_holds_are_all_looked_at(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    members = [shop.join(f"138001380{number:02}") for number in range(PAIRS_MAX + 3)]
    passed_on(shop, members, "13700137000")
    passed_on(shop, members[-2:], "13600136000")
    assert seen(shop) == {two(members[-1], member) for member in members[:-1]}


def test_a_pair_with_a_number_and_a_birthday_is_shown_once_with_both(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again = namesakes(shop, 2)
    passed_on(shop, [wang, again], "13700137000")
    (pair,) = [one for page in pages_of(shop) for one in page]
    assert set(pair.evidence) == {Evidence.OLD_IDENTITY, Evidence.NAME_AND_BIRTHDAY}
    assert pair.sureness == 98


def test_two_who_are_not_one_are_not_shown_again_until_it_is_taken_back(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, daughter, third = namesakes(shop, 3)
    apart = kept_apart(shop, daughter, wang)
    assert seen(shop) == {two(wang, third), two(daughter, third)}
    assert set(evidence_of(shop, wang)) == {third}
    (row,) = listed(shop)
    assert (row.id, row.reason) == (apart, "母女两人")
    assert {row.member_id, row.other_id} == {wang, daughter}
    assert "13800138000" not in row.shown + row.other_shown
    shop.pass_time(minutes=1)
    shop.run(UndoApart(apart_id=apart, reason="是同一个人"))
    assert two(wang, daughter) in seen(shop)
    assert listed(shop) == []
    shop.pass_time(minutes=1)
    again = kept_apart(shop, wang, daughter)
    assert [one.id for one in listed(shop)] == [again]
    with shop.database.read() as read:
        acts = audit.page(read, shop.actor.scope, audit.Wanted(action="member")).rows
    found = [one for one in acts if "apart" in one.action]
    assert [one.action for one in found] == [
        "member.kept_apart",
        "member.apart_undone",
        "member.kept_apart",
    ]
    assert [one.reason for one in reversed(found)] == ["母女两人", "是同一个人", "母女两人"]


def test_what_was_said_of_a_record_holds_for_the_one_it_became_part_of(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, daughter, third = namesakes(shop, 3)
    kept_apart(shop, wang, daughter)
    merge = a_merge(shop, third, daughter)
    shop.run(merge)
    assert seen(shop) == set()
    assert evidence_of(shop, wang) == {}
    (row,) = listed(shop)
    assert {row.member_id, row.other_id} == {wang, third}
    shop.run(UndoMerge(merge_id=merge.id, reason="弄错了"))
    assert seen(shop) == {two(wang, third), two(daughter, third)}
    # Merged all the same by somebody who knows better: there is nothing left to keep apart.
    shop.run(a_merge(shop, wang, daughter))
    assert listed(shop) == []


def test_what_was_written_of_one_who_was_erased_is_shown_no_more(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, daughter = namesakes(shop, 2)
    kept_apart(shop, wang, daughter)
    request = TakeRequest(
        id=shop.new_id(), member_id=wang, store_id=shop.store_id, kind=RequestKind.ERASURE
    )
    shop.run(request)
    gone = EraseMember(request_id=request.id, choice=ValueChoice.GIVEN_UP, reason="本人要求")
    shop.run(gone)
    assert listed(shop) == []


def test_nobody_is_kept_apart_without_a_reason_twice_or_from_herself(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, daughter, third = namesakes(shop, 3)
    apart = kept_apart(shop, wang, daughter)
    shop.run(UndoApart(apart_id=apart, reason="弄错了"))
    kept_apart(shop, wang, daughter)
    shop.run(a_merge(shop, third, daughter))
    for one, other, reason, code in (
        (wang, wang, "母女", "merge.with_self"),
        (wang, shop.new_id(), "母女", "member.unknown"),
        (wang, daughter, "母女", "member.closed"),
        (wang, third, "母女", "apart.already"),
        (wang, third, " ", "value.reason_missing"),
    ):
        wrong = KeepApart(member_id=one, other_id=other, store_id=shop.store_id, reason=reason)
        assert refused(shop, wrong).code == code
    assert refused(shop, UndoApart(apart_id=apart, reason="x")).code == "apart.undone_already"
    unknown = UndoApart(apart_id=shop.new_id(), reason="x")
    assert refused(shop, unknown).code == "apart.unknown"
    assert len(listed(shop)) == 1


def test_who_may_not_merge_keeps_nobody_apart(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang, daughter = namesakes(shop, 2)
    apart = kept_apart(shop, wang, daughter)
    shop.run(UndoApart(apart_id=apart, reason="弄错了"))
    again = KeepApart(member_id=wang, other_id=daughter, store_id=shop.store_id, reason="母女")
    kept = shop.actor
    for missing in (Permission.VALUE_MOVE, Permission.MEMBER_WRITE):
        shop.actor = replace(SYSTEM, permissions=SYSTEM.permissions - {missing})
        assert refused(shop, again).code == "permission.missing"
    shop.actor = replace(SYSTEM, scope=Scope(frozenset({shop.other_store_id})))
    assert refused(shop, again).code == "scope.outside"
    shop.actor = kept
    other = kept_apart(shop, wang, daughter)
    shop.actor = replace(SYSTEM, scope=Scope(frozenset({shop.other_store_id})))
    assert refused(shop, UndoApart(apart_id=other, reason="弄错了")).code == "scope.outside"
