"""Nobody releases a referral of her own: who wrote it down, or is a side of it, finds a colleague."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import IdentityKind
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.domain.stores.scope import EVERYWHERE
from regulars.jobs.referrals import REFERRALS
from regulars.storage import referrals
from regulars.storage.engine import Database
from regulars.storage.referrals import ReferralRow
from regulars.storage.tables import stores as tables
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.referral_rewards import RejectReferral, ReleaseReferral
from regulars.use_cases.referrals import code_of
from tests.inviting import FRIENDS, differences, start, work
from tests.shops import ShopUnderTest, open_shop

INVITER, INVITED, OTHER = "13800138000", "13900139000", "13700137000"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Whoever is brought within an hour of somebody else is looked at."""
    opened = open_shop(database, tmp_path)
    start(opened, "referral", {**FRIENDS, "rush_max": 1})
    return opened


def manager(shop: ShopUnderTest, login: str) -> Actor:
    """A manager who signs in with this name."""
    staff_id = shop.new_id()
    row = {
        "id": staff_id,
        "login": login,
        "name": "店长",
        "language": "zh-CN",
        "state": "active",
        "revision": 1,
    }
    shop.database.write(lambda tx: tx.add(tables.staff, [row])).result()
    return Actor(
        kind=ActorKind.STAFF,
        id=staff_id,
        permissions=PERMISSIONS_OF[Role.STORE_MANAGER],
        scope=EVERYWHERE,
    )


def held(shop: ShopUnderTest, by: Actor) -> ReferralRow:
    """A referral that somebody wrote down and that is held back; 王芳 brought 李敏."""
    wang = shop.join(INVITER)
    with shop.database.read() as read:
        code = code_of(read, shop.vault, wang)
    friends = [joined(shop, phone, code, by) for phone in ("13600136000", INVITED)]
    for friend in friends:
        shop.run(shop.sale([shop.line("milk_tea")], member=friend, cash=1_800))
    work(shop, REFERRALS)
    shop.pass_time(days=15)
    work(shop, REFERRALS)
    return referral_of(shop, friends[-1])


def joined(shop: ShopUnderTest, phone: str, code: str, by: Actor) -> UUID:
    """A friend who joins with a code."""
    command = JoinMember(
        member_id=shop.new_id(),
        store_id=shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        referral_code=code,
    )
    shop.run(command, actor=by)
    return command.member_id


def referral_of(shop: ShopUnderTest, invited: UUID) -> ReferralRow:
    """The referral of a member."""
    with shop.database.read() as read:
        row = read.one(referrals.OF_INVITED, invited=invited)
    assert row is not None
    return row


@pytest.mark.parametrize("login", [INVITER, INVITED, f"+86{INVITED}"])
def test_a_manager_who_is_one_side_of_it_does_not_release_it(
    shop: ShopUnderTest, login: str
) -> None:
    row = held(shop, manager(shop, "cashier"))
    assert row.state == "held"
    release = ReleaseReferral(referral_id=row.id, reason="认识")
    with pytest.raises(Refusal, match="own_benefit"):
        shop.run(release, actor=manager(shop, login))
    assert referral_of(shop, row.invited_id).state == "held"
    shop.run(release, actor=manager(shop, OTHER))
    assert referral_of(shop, row.invited_id).state == "rewarded"
    assert differences(shop) == []


def test_who_wrote_a_referral_down_does_not_release_it_but_may_reject_it(
    shop: ShopUnderTest,
) -> None:
    author = manager(shop, "author")
    row = held(shop, author)
    with pytest.raises(Refusal, match="own_benefit"):
        shop.run(ReleaseReferral(referral_id=row.id, reason="认识"), actor=author)
    shop.run(RejectReferral(referral_id=row.id, reason="刷单"), actor=author)
    assert referral_of(shop, row.invited_id).state == "rejected"
