"""Refusals of stored value: holds, refunds of top-ups, transfers, freezes, the law."""

from regulars.http.texts import Text

TEXTS = {
    "law.forbids": Text(409, "法规不允许：{rule_zh}", "The law does not allow it: {rule_en}"),
    "top_up.unknown": Text(404, "没有这笔充值", "There is no such top-up"),
    "top_up_refund.nothing_left": Text(
        409,
        "这笔充值的本金已经用完，没有可退的",
        "The principal of this top-up is used up; there is nothing to give back",
    ),
    "top_up_refund.over": Text(
        409,
        "最多可退 {refundable_minor}（未用的本金）",
        "At most {refundable_minor} can go back: the principal that is not used",
    ),
    "top_up_refund.gifts_kept": Text(
        409,
        "充值送的券、实物或赠金还留在会员手里（用掉了，或只退一部分），这样的退款一年最多 {maximum} 笔，已达上限",
        "Gifts of this top-up stay with her, used or since only a part goes back: {maximum} such a year",
    ),
    "top_up.gifts_used_up": Text(
        409,
        "这位会员今年有 {count} 笔充值用了礼物又退了款，这次只能不带赠送充值",
        "{count} top-ups of this member went back this year with gifts kept; this one comes without",
    ),
    "top_up_refund.late": Text(
        409,
        "这笔充值最晚 {last_day} 可以退，现在已经过期",
        "This top-up could be given back up to and including {last_day}",
    ),
    "payment.reference_used": Text(
        409,
        "这个支付单号已经用过了，一笔外部支付只能用一次",
        "This payment has been used already; an external payment pays for one thing",
    ),
    "value.reason_missing": Text(422, "请写明原因", "Please say why"),
    "value.frozen_already": Text(
        409, "这位会员的储值已经冻结了", "This member's stored value is frozen already"
    ),
    "value.not_frozen": Text(
        409, "这位会员的储值没有冻结", "This member's stored value is not frozen"
    ),
    "value.not_lapsed": Text(
        409, "这笔储值没有过期失效，不用激活", "This value has not lapsed; it need not come back"
    ),
    "value.reactivated_already": Text(
        409, "这笔储值已经激活过了", "This value has been brought back already"
    ),
    "value_hold.unknown": Text(404, "没有这笔冻结", "There is no such hold"),
    "value_hold.ended": Text(
        409,
        "这笔冻结已经结束，请先查一下结果",
        "This hold has ended; please look up how",
    ),
    "value_hold.expired": Text(
        409, "这笔冻结已过期，不能再扣款", "This hold has run out; it can no longer be charged"
    ),
    "value_hold.empty": Text(422, "冻结的金额或积分要大于 0", "A hold keeps more than nothing"),
    "value_hold.over": Text(
        409,
        "最多只能扣冻结的 {held_minor} 和 {held_points} 分",
        "At most the {held_minor} and {held_points} points that are held can be taken",
    ),
    "value_hold.of_group": Text(
        409,
        "这是拼团占用的储值，拼成或过期时由拼团自动处理",
        "This value is held for a group buy; the group itself takes it or gives it back",
    ),
    "value_hold.time_out_of_range": Text(
        422,
        "冻结时间要在 1 到 {minutes_max} 分钟之间",
        "A hold lasts from 1 to {minutes_max} minutes",
    ),
    "value_transfer.to_self": Text(
        422, "不能转给自己", "Stored value cannot be passed on to the same member"
    ),
    "value_transfer.nothing": Text(
        409, "没有可以转出的储值", "There is no stored value to pass on"
    ),
    "value_identity.incomplete": Text(
        422,
        "登记要有姓名、证件号码和联系方式",
        "The record needs a name, a document number and a contact",
    ),
    "value_identity.number_malformed": Text(
        422, "证件号码不对，请核对一下", "This document number is not right; please check it"
    ),
}
