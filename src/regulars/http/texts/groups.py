"""Refusals of group buying: full, over, paid in a way that a deal does not take."""

from regulars.http.texts import Text

TEXTS = {
    "group.unknown": Text(404, "没有这个团", "There is no such group"),
    "group.full": Text(409, "这个团已经满员", "This group is full"),
    "group.over": Text(409, "这个团已经结束", "This group is over"),
    "group.already_in": Text(409, "这位会员已经在团里了", "This member is in the group already"),
    "group.exists": Text(409, "这个团已经开过了", "This group has been opened already"),
    "group.limit_reached": Text(
        409,
        "这个团购每人最多参加 {times} 次",
        "Each member may join this deal {times} times at most",
    ),
    "group.tender_refused": Text(
        422, "这个团购不收这种付款方式", "This deal does not take that way of paying"
    ),
    "group.reference_missing": Text(
        422,
        "外部支付要填交易单号，退款时要用",
        "An external payment needs its reference, for a refund",
    ),
    "group.goods_gone": Text(
        409,
        "这个团购的兑换券暂时发不出来",
        "The coupon of this deal cannot be handed out right now",
    ),
    "group.changed": Text(
        409, "这个团刚刚有了变化，请再看一眼", "This group has just changed; please look again"
    ),
    "group.seat_unknown": Text(404, "没有这个名额", "There is no such seat"),
    "group.not_refundable": Text(
        409,
        "只有已成团、还没退过的名额可以退",
        "Only a seat of a full group that was not given back yet can be refunded",
    ),
    "group.coupon_gone": Text(
        409,
        "这个名额的券用掉了、转走了，或者正挂在一张单上，现在退不了；用掉的请先退那张单",
        "The coupon of this seat was used, passed on or is on an open bill; a used one goes back first",
    ),
    "group.nothing_due": Text(409, "这个名额没有待退的款", "Nothing is owed for this seat"),
}
