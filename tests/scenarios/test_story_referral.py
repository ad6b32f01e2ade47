"""邀新有礼 (C3): a friend is brought, both are rewarded once; one who invites herself is held back."""

from pathlib import Path
from uuid import UUID

from regulars.domain.members.identity import IdentityKind
from regulars.jobs.referrals import REFERRALS
from regulars.storage import ledger, referrals
from regulars.storage.engine import Database
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import AddIdentity, RemoveIdentity
from regulars.use_cases.referral_rewards import RejectReferral
from regulars.use_cases.referrals import code_of
from tests.inviting import FRIENDS, differences, facts_of, start, work
from tests.shops import ShopUnderTest, open_shop


def brought(shop: ShopUnderTest, phone: str, inviter: UUID) -> UUID:
    """A new member who tells the code of another."""
    member_id = shop.new_id()
    with shop.database.read() as read:
        code = code_of(read, shop.vault, inviter)
    command = JoinMember(
        member_id=member_id,
        store_id=shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        referral_code=code.lower(),
    )
    shop.run(command)
    return member_id


def test_a_friend_is_brought_and_both_are_rewarded_once(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    start(shop, "referral", FRIENDS)
    wang = shop.join("13800138000")
    li = brought(shop, "13900139000", wang)

    # 李敏's first order. As long as it may come back, nobody has anything of it.
    shop.pass_time(days=3)
    shop.run(shop.sale([shop.line("milk_tea")], member=li, cash=1_800))
    work(shop, REFERRALS)
    shop.pass_time(days=13)
    work(shop, REFERRALS)
    assert shop.balances(wang).points == 50
    shop.pass_time(days=1)
    work(shop, REFERRALS)
    work(shop, REFERRALS)
    assert shop.balances(wang).points == 250
    assert len(facts_of(shop, "referral.rewarded")) == 1

    # Somebody moves her number to a second membership of her own, brought by the first one.
    phone = IdentityText(kind=IdentityKind.PHONE, text="13800138000")
    shop.pass_time(days=1)
    shop.run(
        AddIdentity(
            member_id=wang, identity=IdentityText(kind=IdentityKind.EMAIL, text="wang@example.com")
        )
    )
    shop.run(RemoveIdentity(member_id=wang, identity=phone))
    again = brought(shop, "13800138000", wang)
    shop.run(shop.sale([shop.line("milk_tea")], member=again, cash=1_800))
    work(shop, REFERRALS)
    shop.pass_time(days=15)
    work(shop, REFERRALS)
    with database.read() as read:
        held = read.one(referrals.OF_INVITED, invited=again)
        assert held is not None
        assert held.state == "held"
        evidence = read.all(referrals.EVIDENCE, referrals=[held.id])
    assert [one.kind for one in evidence] == ["shared_identity"]
    shop.run(RejectReferral(referral_id=held.id, reason="同一个手机号"))
    work(shop, REFERRALS)

    # What 王芳's own statement says, newest first: once for joining, once for her friend.
    with database.read() as read:
        rows = ledger.statement_of(read, wang).rows
    assert [(row.kind, row.amount) for row in rows] == [("gift", 200), ("gift", 50)]
    assert differences(shop) == []
