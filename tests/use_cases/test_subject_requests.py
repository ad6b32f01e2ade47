"""What a member asks about her own data: a copy of everything, and to be forgotten."""

from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import orjson
import pytest

from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.members.subject_request import RequestKind, RequestState, ValueChoice
from regulars.storage import consents, members, merges
from regulars.storage.engine import Database
from regulars.storage.subject_data import tables_told
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.erasing import EraseMember
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.members import ChangeProfile
from regulars.use_cases.merging import MergeMembers
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.subject_files import HEADINGS, copy_of
from regulars.use_cases.subject_requests import EndRequest, NoteCopy, TakeRequest
from tests.prepaid import a_shop, books_agree, given_back, money, paid_in, refused
from tests.shops import ShopUnderTest

NAME = "王芳芳"


def a_request(shop: ShopUnderTest, member: UUID, kind: RequestKind) -> TakeRequest:
    """A member who asks about her data."""
    return TakeRequest(id=shop.new_id(), member_id=member, store_id=shop.store_id, kind=kind)


def an_erasure(
    shop: ShopUnderTest, member: UUID, choice: ValueChoice = ValueChoice.SETTLED
) -> EraseMember:
    """A member who asked to be forgotten, and what becomes of what she holds."""
    request = a_request(shop, member, RequestKind.ERASURE)
    shop.run(request)
    return EraseMember(request_id=request.id, choice=choice, reason="本人到店要求")


def named(shop: ShopUnderTest, member: UUID) -> None:
    with shop.database.read() as read:
        row = read.one(members.PROFILE, member_id=member)
    assert row is not None
    told = (
        ProfileText(field=ProfileField.NAME, text=NAME),
        ProfileText(field=ProfileField.BIRTHDAY, text="1990-05-05"),
    )
    shop.run(ChangeProfile(member_id=member, revision=row.revision, told=told))


def copied(shop: ShopUnderTest, member: UUID) -> ZipFile:
    with shop.database.read() as read:
        return ZipFile(BytesIO(copy_of(read, shop.runner.vault, member, now=shop.now)))


def test_a_copy_holds_all_that_is_kept_opened_for_her(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    named(shop, wang)
    paid_in(shop, wang)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    shop.run(SetMemberTags(member_id=wang, tags=("常客",)))
    request = a_request(shop, wang, RequestKind.COPY)
    shop.run(request)
    assert shop.run(NoteCopy(request_id=request.id))["state"] == RequestState.DONE
    file = copied(shop, wang)
    told = orjson.loads(file.read("data.json"))["records"][0]
    assert told["member"][0]["name"] == NAME
    assert told["identity"][0]["value"] == "+8613800138000"
    assert told["member_tag"][0]["tag"] == "常客"
    assert told["order_line"][0]["name_zh"] == "茶礼盒"
    assert len(told["posting"]) >= 4
    page = file.read("data.html").decode()
    assert NAME in page
    assert "订单 · Bills" in page
    assert "wrapped_key" not in page


def test_a_copy_tells_of_every_record_that_was_made_one(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang, again = shop.join("13800138000"), shop.join("13900139000")
    named(shop, again)
    shop.run(
        MergeMembers(
            id=shop.new_id(),
            survivor_id=wang,
            absorbed_id=again,
            store_id=shop.store_id,
            reason="同一人",
        )
    )
    told = orjson.loads(copied(shop, wang).read("data.json"))
    assert {one["member"][0]["id"] for one in told["records"]} == {str(wang), str(again)}


def test_every_table_that_names_a_member_has_a_heading_in_her_copy() -> None:
    assert set(tables_told()) == set(HEADINGS)


def test_who_is_forgotten_leaves_no_name_and_the_books_agree(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again = shop.join("13800138000"), shop.join("13900139000")
    named(shop, wang)
    named(shop, again)
    top_up = paid_in(shop, wang)
    sale = shop.sale([shop.line("gift_box")], member=wang, cash=6_000)
    shop.run(sale)
    yes = Choice(
        channel=Channel.SMS, purpose=Purpose.MARKETING, granted=True, wording_version="2026-01"
    )
    shop.run(RecordConsent(member_id=wang, choices=(yes,), language="zh-CN", source="till"))
    merge = MergeMembers(
        id=shop.new_id(),
        survivor_id=wang,
        absorbed_id=again,
        store_id=shop.store_id,
        reason="同一人",
    )
    shop.run(merge)
    shop.pass_time(minutes=1)
    erasure = an_erasure(shop, wang)
    assert refused(shop, erasure).code == "privacy.value_left"
    given_back(shop, top_up)
    assert refused(shop, erasure).code == "privacy.value_left"
    assert shop.balances(wang).points > 0
    given_up = EraseMember(
        request_id=erasure.request_id, choice=ValueChoice.GIVEN_UP, reason="本人声明放弃"
    )
    assert shop.run(given_up)["state"] == RequestState.DONE
    assert (money(shop, wang), shop.balances(wang).points) == ((0, 0), 0)
    with shop.database.read() as read:
        for one in merges.whole_person(read, wang):
            row = read.one(members.PROFILE, member_id=one)
            assert row is not None
            assert (row.state, row.wrapped_key, row.name, row.birthday) == (
                "erased",
                None,
                None,
                None,
            )
        assert not consents.of_member(read, wang)[-1].choice.granted
    assert shop.join("13800138000") != wang
    assert books_agree(shop)
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="退货"))
    assert books_agree(shop)


def test_data_that_has_to_be_kept_is_not_erased_before_its_day(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, privacy__legal_hold_days=30)
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    erasure = an_erasure(shop, wang, ValueChoice.GIVEN_UP)
    kept = refused(shop, erasure)
    assert (kept.code, kept.parameters["until"]) == ("privacy.on_hold", "2026-06-03")
    shop.pass_time(days=30)
    shop.run(erasure)
    assert refused(shop, erasure).code == "privacy.request_ended"


@pytest.mark.parametrize(
    ("kind", "state", "code"),
    [
        (RequestKind.ERASURE, RequestState.DONE, "privacy.kind_wrong"),
        (RequestKind.COPY, RequestState.DONE, "privacy.kind_wrong"),
        (RequestKind.CORRECTION, RequestState.OPEN, "privacy.kind_wrong"),
        (RequestKind.CORRECTION, RequestState.DONE, None),
        (RequestKind.ERASURE, RequestState.WITHDRAWN, None),
    ],
)
def test_a_request_ends_once_and_only_as_its_kind_may(
    database: Database,
    tmp_path: Path,
    kind: RequestKind,
    state: RequestState,
    code: str | None,
) -> None:
    shop = a_shop(database, tmp_path)
    request = a_request(shop, shop.join("13800138000"), kind)
    taken = shop.run(request)
    assert taken["due_on"] == "2026-05-19"
    again = a_request(shop, request.member_id, kind)
    assert refused(shop, again).code == "privacy.request_open"
    end = EndRequest(request_id=request.id, state=state, reason="当面核对过")
    if code is not None:
        assert refused(shop, end).code == code
        return
    assert shop.run(end)["state"] == state
    assert refused(shop, end).code == "privacy.request_ended"
