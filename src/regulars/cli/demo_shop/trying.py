"""What somebody who looks at the demonstration may try first, with a flyer's code to type.

10000000001 has five coupons and points; of 10,000 flyers the first that nobody used is told, and of
the best-known guests the first who has cups left on a pass.
"""

from collections.abc import Iterator
from uuid import UUID

from regulars.cli.demo_shop.names import phone
from regulars.cli.demo_shop.people import WELL_KNOWN
from regulars.cli.demo_shop.vouchers import FLYERS
from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.passes import PassState
from regulars.domain.loyalty.referral import ReferralState
from regulars.domain.members.identity import offered
from regulars.storage import coupon_batches as batches
from regulars.storage import identities, passes, referrals
from regulars.storage.engine import Read
from regulars.storage.stores import STORES
from regulars.storage.vault import Vault
from regulars.use_cases.presented import cipher_of

COUNTRY = "CN"
LAST = UUID(int=2**128 - 1)


def to_try(read: Read, vault: Vault) -> Iterator[Label]:
    """What to try, one line each: the best bill, a code, a limit."""
    guest = phone(1)
    yield Label(
        f"最优账单：收银台查 {guest}，点两杯鲜奶茶、一杯果茶、一个蛋挞，"
        "券和活动自动挑最省的；打开“优惠明细”，没用上的也写着原因。",
        f"The best bill: find {guest} at the till, add two milk teas, a fruit tea and an egg tart. "
        "The cheapest mix of coupons and offers is on the bill; tap “Why this price” for the reasons.",
    )
    code = flyer_code(read, vault)
    if code is not None:
        yield Label(
            f"传单券码：{code}，在“优惠券”里输入，满15减5，只能用一次。",
            f"A flyer's code: {code}. Type it under Coupons: 5 off 15, and it works once.",
        )
    yield Label(
        "限量：会员每天一杯 7.9 元的蜜兰凤凰单丛，当天第二单就没有了。",
        "A limit: members get one honey orchid dancong a day for 7.90; "
        "the next order that day pays the full price.",
    )
    yield Label(
        f"会员的价值：点 {guest} 的名字。“资产”里有待生效和快到期的积分、每笔充值、等级还差多少；"
        "“积分商城”用积分换，“活动”里签到、领任务、抽一次奖，“明细”每一笔都写成话。",
        f"What a member has: tap the name of {guest}. “Value” shows points pending and ending, each "
        "top-up, what the tier still needs; redeem in “Points mall”, check in and draw in “Rewards”, "
        "and read every movement in “Statement”.",
    )
    holder = pass_holder(read, vault)
    if holder is not None:
        yield Label(
            f"次卡：查 {holder}，“次卡”里用一次，再用店长的权限撤销。",
            f"A pass: find {holder}, use a cup in “Passes”, and undo it as a manager.",
        )
    if held_back(read):
        yield Label(
            "老带新：有一位会员像是自己邀请自己，连证据一起扣下了：GET /api/v1/referrals?state=held。",
            "A friend who looks like herself was held back, with the evidence: "
            "GET /api/v1/referrals?state=held.",
        )
    yield Label(
        "查账：运行 regulars verify，从头重算每一笔，应为 0 处差异；营业时也能跑。",
        "The proof: regulars verify computes everything again while the till sells: 0 differences.",
    )


def held_back(read: Read) -> bool:
    """Whether a referral waits for a manager to decide."""
    stores = [row.id for row in read.all(STORES)]
    held = ReferralState.HELD.value
    return bool(read.all(referrals.IN_STATE, in_state=held, before_id=LAST, stores=stores))


def pass_holder(read: Read, vault: Vault) -> str | None:
    """The phone number of the first of the best-known guests who has uses left on a pass."""
    for number in range(1, WELL_KNOWN + 1):
        asked = offered(phone(number), country=COUNTRY)
        member_id = identities.found(read, vault, asked)
        held = [] if member_id is None else read.all(passes.OF_MEMBER, member_id=member_id)
        if any(one.state == PassState.ACTIVE and one.now.left for one in held):
            return phone(number)
    return None


def flyer_code(read: Read, vault: Vault) -> str | None:
    """The first code of the flyers to which nothing has happened, if there is any."""
    made = read.all(batches.BATCHES)
    batch = next((one for one in made if one.channel == FLYERS.channel), None)
    if batch is None or batch.state in ("frozen", "void"):
        return None
    codes = cipher_of(vault).codes(batch.serial_from, batch.size, length=batch.length)
    for serial, code in enumerate(codes, batch.serial_from):
        if read.one(batches.CODE, batch_id=batch.id, serial=serial) is None:
            return code
    return None
