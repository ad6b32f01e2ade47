"""What a store does about a low mark 服务补救: somebody's task until it is said what was done.

李敏 gave 3 for the wait: 店长 calls her, says sorry and gives a coupon; the task is done by that.
"""

from collections.abc import Mapping
from enum import StrEnum

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code

RECOVERY_UNKNOWN = refusal_code("recovery.unknown")
RECOVERY_DONE = refusal_code("recovery.done_already")


class Act(StrEnum):
    """What was done."""

    APOLOGISED = "apologised"
    COMPENSATED = "compensated"
    REFUNDED = "refunded"
    MENDED = "mended"
    NOT_REACHED = "not_reached"
    NOTHING_TO_DO = "nothing_to_do"


NAMES: Mapping[Act, Label] = {
    Act.APOLOGISED: Label("已致歉沟通", "Apologised"),
    Act.COMPENSATED: Label("已补偿（券或积分）", "Compensated with a coupon or points"),
    Act.REFUNDED: Label("已退款或重做", "Refunded or made again"),
    Act.MENDED: Label("已整改", "Put right in the store"),
    Act.NOT_REACHED: Label("联系不上", "Could not be reached"),
    Act.NOTHING_TO_DO: Label("无需处理", "Nothing to be done"),
}
