"""Why a message was kept back, put off or ended, as staff read it."""

from regulars.domain.kernel.label import Label
from regulars.domain.messaging.message import Reason

WORDS: dict[Reason, Label] = {
    Reason.NO_RECIPIENT: Label("没有可用的联系方式", "No address to reach her at"),
    Reason.NO_CONSENT: Label("会员没有同意这类消息", "She does not allow such messages"),
    Reason.HELD_OUT: Label("属于对照组，不发送", "In the control group: nothing is sent"),
    Reason.NO_LONGER_ELIGIBLE: Label("已不在目标人群里", "No longer in the audience"),
    Reason.OFFER_CLOSED: Label("优惠已用掉或已结束", "The offer is used or over"),
    Reason.CAPACITY_FULL: Label("店里忙不过来", "The shop has no room just now"),
    Reason.QUIET_HOURS: Label("不在可发送的时段", "Outside the hours for messages"),
    Reason.CAPPED: Label("近期消息已够多", "She has had enough messages lately"),
    Reason.BUDGET_SPENT: Label("活动预算已用完", "The campaign's budget is spent"),
    Reason.TOO_LATE: Label("已过有效期", "Its time is over"),
    Reason.LOST_TO: Label("让给了更有价值的一条", "A more valuable message goes first"),
    Reason.NO_SENDER: Label("发送渠道还没配置好", "No sender of this channel is set up"),
    Reason.NO_WORDS: Label("没有适用的文案", "There are no words for it"),
    Reason.OTHER_CHANNEL: Label("改走其他渠道", "Sent on another channel"),
    Reason.REFUSED: Label("服务商拒绝，稍后再试", "The provider refused; it is tried again"),
    Reason.GIVEN_UP: Label("不再发送", "Given up"),
    Reason.LEASE_LOST: Label("发送进程中断", "The process that sent it broke off"),
    Reason.IN_DOUBT: Label("没有收到服务商的答复", "The provider's answer never came"),
    Reason.RECEIPT: Label("服务商回执", "The provider's receipt"),
    Reason.RESENT: Label("人工重新发送", "Sent again by hand"),
    Reason.COUNTED_SENT: Label("人工确认已发出", "Counted as sent by hand"),
    Reason.CALLED_OFF: Label("已撤回", "Taken back"),
    Reason.PAUSED: Label("所属旅程已暂停", "Its journey is paused"),
    Reason.NOT_CALLED: Label(
        "没轮到发送，重新检查", "Its turn came too late; it is looked at anew"
    ),
    Reason.FAULT: Label("处理时出错，稍后再试", "Something went wrong with it; it is tried again"),
}


def reason_label(reason: str | None) -> Label:
    """The words for a stored reason; none for none."""
    return Label("") if reason is None else WORDS[Reason(reason)]
