"""What somebody who looks at the demonstration may try first, with a flyer's code to type.

10000000001 has five coupons and points; of 10,000 flyers the first that nobody used is told.
"""

from collections.abc import Iterator

from regulars.cli.demo_shop.names import phone
from regulars.cli.demo_shop.vouchers import FLYERS
from regulars.domain.kernel.label import Label
from regulars.storage import coupon_batches as batches
from regulars.storage.engine import Read
from regulars.storage.vault import Vault
from regulars.use_cases.presented import cipher_of


def to_try(read: Read, vault: Vault) -> Iterator[Label]:
    """What to try, one line each: the best bill, a code, a limit."""
    guest = phone(1)
    yield Label(
        f"最优账单：收银台查 {guest}，点两杯鲜奶茶、一杯果茶、一个蛋挞，"
        "券和活动自动挑最省的；打开「优惠明细」，没用上的也写着原因。",
        f"The best bill: find {guest} at the till, add two milk teas, a fruit tea and an egg tart. "
        "The cheapest mix of coupons and offers is on the bill; tap “Why this price” for the reasons.",
    )
    code = flyer_code(read, vault)
    if code is not None:
        yield Label(
            f"传单券码：{code}，在「优惠券」里输入，满15减5，只能用一次。",
            f"A flyer's code: {code}. Type it under Coupons: 5 off 15, and it works once.",
        )
    yield Label(
        "限量：会员每天一杯 7.9 元的蜜兰凤凰单丛，当天第二单就没有了。",
        "A limit: members get one honey orchid dancong a day for 7.90; "
        "the next order that day pays the full price.",
    )


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
