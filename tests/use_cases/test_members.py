"""Members: joined once, found by each identity, corrected with a trace, never named in the clear."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import Channel, Choice, Purpose, standing
from regulars.domain.members.identity import IdentityKind, offered
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.domain.stores.scope import Scope
from regulars.http.member_views import profile_view
from regulars.storage import consents, coupons, identities, members
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member, tier_period
from regulars.storage.tables.system import audit, fact
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.coupons import IssueCoupon, VoidCoupon
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import (
    AddIdentity,
    ChangeProfile,
    FreezeMember,
    IssueCard,
    RemoveIdentity,
    RevealMember,
    UnfreezeMember,
)
from tests.shops import ShopUnderTest, named, open_shop

PHONE = "13812345678"
CARD = "VIP8888"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def text_of(kind: IdentityKind, text: str) -> IdentityText:
    return IdentityText(kind=kind, text=text)


def joining(shop: ShopUnderTest, phone: str = PHONE, **changes: object) -> JoinMember:
    fields: dict[str, object] = {
        "member_id": shop.new_id(),
        "store_id": shop.store_id,
        "identities": (text_of(IdentityKind.PHONE, phone),),
    }
    return JoinMember(**{**fields, **changes})  # type: ignore[arg-type]


def found(shop: ShopUnderTest, text: str) -> UUID | None:
    with shop.database.read() as read:
        return identities.found(read, shop.vault, offered(text, country="CN"))


def refused(shop: ShopUnderTest, command: object, *, actor: Actor | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        shop.run(command, actor=actor)
    return caught.value


def cashier(shop: ShopUnderTest) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        id=named("staff:cashier"),
        permissions=PERMISSIONS_OF[Role.CASHIER],
        scope=Scope(frozenset({shop.store_id})),
    )


def test_a_member_is_found_by_every_identity_however_it_is_written(shop: ShopUnderTest) -> None:
    identities = (
        text_of(IdentityKind.PHONE, PHONE),
        text_of(IdentityKind.EMAIL, "Li.Min@qq.com"),
        text_of(IdentityKind.CARD, CARD),
    )
    command = joining(shop, identities=identities)
    shop.run(command)
    for text in (PHONE, "+86 138 1234 5678", "li.min@QQ.com", "vip-8888"):
        assert found(shop, text) == command.member_id
    assert found(shop, "13812345679") is None


def test_joining_gives_accounts_the_lowest_tier_and_the_promised_gift(shop: ShopUnderTest) -> None:
    answer = shop.run(joining(shop))
    gift = answer["gift"]
    assert isinstance(gift, dict)
    assert gift["points"] == 50
    assert [coupon["name_zh"] for coupon in gift["coupons"]] == ["立减5元"]
    member_id = UUID(str(answer["member_id"]))
    assert shop.balances(member_id).points == 50
    with shop.database.read() as read:
        card = read.one(members.CARD, member_id=member_id)
        held = read.all(coupons.COUPONS_OF_MEMBER, member_id=member_id, at=shop.now)
        period = read.all(Statement(select(tier_period.c.cause)))
    assert card is not None
    assert (card.tier, card.visits, card.state) == ("leaf", 0, "active")
    assert len(held) == 1
    assert period == ["joined"]


def test_a_phone_that_is_taken_is_refused_without_a_hint_whose_it_is(shop: ShopUnderTest) -> None:
    shop.join(PHONE)
    refusal = refused(shop, joining(shop))
    assert (refusal.code, refusal.parameters) == ("member.identity_taken", {"kind": "phone"})
    with shop.database.read() as read:
        assert len(read.all(Statement(select(member.c.id)))) == 1


def test_a_retry_of_joining_answers_what_it_answered_before(shop: ShopUnderTest) -> None:
    command, command_id = joining(shop), shop.new_id()
    assert shop.run(command, command_id=command_id) == shop.run(command, command_id=command_id)
    assert shop.balances(command.member_id).points == 50


def test_a_member_id_is_used_once(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    refusal = refused(shop, joining(shop, "13912345678", member_id=member_id))
    assert refusal.code in {"member.exists", "conflict"}
    assert found(shop, "13912345678") is None


def test_of_many_tills_that_join_one_phone_exactly_one_wins(shop: ShopUnderTest) -> None:
    def attempt(_: int) -> str:
        try:
            shop.run(joining(shop))
        except Refusal as refusal:
            return refusal.code
        return "joined"

    with ThreadPoolExecutor(8) as tills:
        outcomes = sorted(tills.map(attempt, range(24)))
    assert outcomes == ["joined"] + ["member.identity_taken"] * 23


def test_nobody_joins_in_a_store_outside_the_cashiers_scope(shop: ShopUnderTest) -> None:
    command = joining(shop, store_id=shop.other_store_id)
    assert refused(shop, command, actor=cashier(shop)).code == "scope.outside"
    shop.run(joining(shop), actor=cashier(shop))


def test_joining_allows_nothing_that_was_not_ticked(shop: ShopUnderTest) -> None:
    choice = Choice(
        channel=Channel.SMS, purpose=Purpose.MARKETING, granted=True, wording_version="2026-01"
    )
    silent, ticked = joining(shop), joining(shop, "13912345678", consents=(choice,))
    shop.run(silent)
    shop.run(ticked)
    with shop.database.read() as read:
        assert consents.of_member(read, silent.member_id) == ()
        (recorded,) = consents.of_member(read, ticked.member_id)
    assert recorded.choice == choice
    assert (recorded.source, recorded.at, recorded.by) == ("till", shop.now, shop.actor.name)


def test_withdrawing_counts_at_once_and_keeps_the_proof(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    for granted in (True, False):
        shop.pass_time(minutes=1)
        choice = Choice(
            channel=Channel.SMS,
            purpose=Purpose.MARKETING,
            granted=granted,
            wording_version="2026-01",
        )
        shop.run(
            RecordConsent(member_id=member_id, choices=(choice,), language="zh-CN", source="till")
        )
    with shop.database.read() as read:
        history = consents.of_member(read, member_id)
    assert [one.choice.granted for one in history] == [True, False]
    assert not standing(history)[Channel.SMS, Purpose.MARKETING].choice.granted


def test_a_corrected_phone_is_found_and_the_old_one_is_not(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    new, old = text_of(IdentityKind.PHONE, "13912345678"), text_of(IdentityKind.PHONE, PHONE)
    shop.run(AddIdentity(member_id=member_id, identity=new))
    shop.run(RemoveIdentity(member_id=member_id, identity=old))
    assert found(shop, "13912345678") == member_id
    assert found(shop, PHONE) is None
    assert refused(shop, RemoveIdentity(member_id=member_id, identity=new)).code == (
        "member.last_identity"
    )
    assert refused(shop, RemoveIdentity(member_id=member_id, identity=old)).code == (
        "member.identity_unknown"
    )


def test_an_identity_of_somebody_else_cannot_be_added(shop: ShopUnderTest) -> None:
    shop.join(PHONE)
    other = shop.join("13912345678")
    command = AddIdentity(member_id=other, identity=text_of(IdentityKind.PHONE, PHONE))
    assert refused(shop, command).code == "member.identity_taken"
    assert refused(shop, command, actor=cashier(shop)).code == "permission.missing"


def test_a_card_of_ours_is_issued_and_found(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    answer = shop.run(IssueCard(member_id=member_id))
    with shop.database.read() as read:
        view = profile_view(read, shop.vault, member_id, reveal=True)
    code = next(one.shown for one in view.identities if one.kind is IdentityKind.CARD)
    assert code not in str(answer)
    assert found(shop, code) == member_id


def test_a_profile_changes_only_from_the_revision_that_was_seen(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    told = (
        ProfileText(field=ProfileField.NAME, text="李敏"),
        ProfileText(field=ProfileField.BIRTHDAY, text="1990-05-01"),
        ProfileText(field=ProfileField.ADDRESS, text="南京西路 1 号"),
    )
    shop.run(ChangeProfile(member_id=member_id, revision=1, told=told, language="en"))
    stale = ChangeProfile(member_id=member_id, revision=1, told=told[:1])
    assert refused(shop, stale).code == "precondition.failed"
    shop.run(
        ChangeProfile(
            member_id=member_id,
            revision=2,
            told=(ProfileText(field=ProfileField.ADDRESS, text=""),),
        )
    )
    with shop.database.read() as read:
        view = profile_view(read, shop.vault, member_id, reveal=True)
        till = profile_view(read, shop.vault, member_id, reveal=False)
    assert (view.name, view.birthday, view.address, view.language) == (
        "李敏",
        "1990-05-01",
        None,
        "en",
    )
    assert view.revision == 3
    assert (till.birthday, till.identities[0].shown) == ("--05-01", "138****5678")


def test_a_frozen_members_value_does_not_move_until_it_is_lifted(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    shop.top_up(member_id, 10_000)
    shop.run(FreezeMember(member_id=member_id, reason="卡丢了"))
    sale = shop.sale([shop.line("milk_tea")], member=member_id, stored=1_800)
    assert refused(shop, sale).code in {"order.member_frozen", "ledger.account_frozen"}
    shop.run(UnfreezeMember(member_id=member_id, reason="找到了"))
    shop.run(sale)
    assert shop.balances(member_id).principal_minor < 10_000


def test_whoever_reveals_a_member_is_audited_with_a_reason(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    command = RevealMember(member_id=member_id, reason="会员来电核对")
    assert refused(shop, command, actor=cashier(shop)).code == "permission.missing"
    shop.run(command)
    rows = Statement(select(audit.c.action, audit.c.reason), lambda action, why: (action, why))
    with shop.database.read() as read:
        assert ("member.revealed", "会员来电核对") in read.all(rows)


def test_every_change_is_a_fact_that_names_nobody(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    shop.run(
        ChangeProfile(
            member_id=member_id,
            revision=1,
            told=(ProfileText(field=ProfileField.NAME, text="李敏"),),
        )
    )
    rows = Statement(select(fact.c.kind, fact.c.body), lambda kind, body: (kind, str(body)))
    with shop.database.read() as read:
        facts = read.all(rows)
    assert {"member.joined", "member.profile_changed", "coupon.issued"} <= {one[0] for one in facts}
    assert not any("李敏" in body or "1234567" in body for _, body in facts)


def test_an_unknown_member_is_unknown_to_every_command(shop: ShopUnderTest) -> None:
    nobody = shop.new_id()
    identity = text_of(IdentityKind.PHONE, PHONE)
    for command in (
        AddIdentity(member_id=nobody, identity=identity),
        RemoveIdentity(member_id=nobody, identity=identity),
        ChangeProfile(member_id=nobody, revision=1),
        FreezeMember(member_id=nobody, reason="x"),
        RevealMember(member_id=nobody, reason="x"),
        IssueCard(member_id=nobody),
    ):
        assert refused(shop, command).code == "member.unknown"


def test_a_sale_opens_no_members_key(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    shop.top_up(member_id, 10_000)
    before = shop.vault.unwraps
    shop.run(shop.sale([shop.line("milk_tea")], member=member_id, stored=1_800))
    assert shop.vault.unwraps == before


def issuing(shop: ShopUnderTest, member_id: UUID) -> IssueCoupon:
    return IssueCoupon(
        coupon_id=shop.new_id(),
        member_id=member_id,
        coupon_type_id=named("coupon_type:TEN"),
        store_id=shop.store_id,
        reason="饮品做错了",
    )


def test_a_coupon_by_hand_is_held_until_it_is_voided(shop: ShopUnderTest) -> None:
    member_id = shop.join(PHONE)
    command = issuing(shop, member_id)
    shop.run(command)
    with shop.database.read() as read:
        held = read.all(coupons.HELD, member_id=member_id, at=shop.now, order=None)
    assert command.coupon_id in {one.id for one in held}
    shop.run(VoidCoupon(coupon_id=command.coupon_id, reason="发错了"))
    again = refused(shop, VoidCoupon(coupon_id=command.coupon_id, reason="发错了"))
    assert again.code == "coupon.not_open"
    with shop.database.read() as read:
        held = read.all(coupons.HELD, member_id=member_id, at=shop.now, order=None)
    assert command.coupon_id not in {one.id for one in held}


def test_of_a_limited_coupon_no_more_are_issued_than_promised(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    limit(database, "coupon_type:TEN", 5)
    member_id = shop.join(PHONE)

    def attempt(_: int) -> str:
        try:
            shop.run(issuing(shop, member_id))
        except Refusal as refusal:
            return refusal.code
        return "issued"

    with ThreadPoolExecutor(8) as tills:
        outcomes = sorted(tills.map(attempt, range(20)))
    assert outcomes == ["coupon.type_exhausted"] * 15 + ["issued"] * 5


def test_joining_goes_on_when_the_gift_coupon_has_run_out(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    limit(database, "coupon_type:NEW5", 1)
    first = shop.run(joining(shop))["gift"]
    second = shop.run(joining(shop, "13912345678"))["gift"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (len(first["coupons"]), len(second["coupons"])) == (1, 0)


def limit(database: Database, name: str, maximum: int) -> None:
    from sqlalchemy import update

    from regulars.storage.tables.offers import coupon_type

    change = Statement[object](
        update(coupon_type).where(coupon_type.c.id == named(name)).values(issue_max=maximum)
    )
    database.write(lambda tx: tx.run(change, expect=1)).result()
