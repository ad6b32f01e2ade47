"""What sales, open orders, refunds, payments and top-ups say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "order.lines_missing": Text(422, "还没有点单", "Nothing has been ordered yet"),
    "order.source_unknown": Text(422, "不认识这种点单方式", "Unknown way of ordering"),
    "order.member_unknown": Text(404, "没有找到这位会员", "No such member"),
    "order.member_frozen": Text(
        409,
        "这位会员的账户已冻结或注销，不能使用权益",
        "This membership is frozen or closed, so its benefits cannot be used",
    ),
    "order.not_open": Text(409, "这张单已经结账或取消", "This order is already paid or cancelled"),
    "order.changed": Text(
        412,
        "这张单刚被别人改过，请刷新后再试",
        "Somebody else has just changed this order: reload and try again",
    ),
    "order.line_unknown": Text(404, "这张单里没有这一项", "This order has no such line"),
    "order.not_paid": Text(409, "只有已结账的单可以退款", "Only a paid order can be refunded"),
    "order.not_held": Text(
        409, "这张单现在没有保留任何优惠", "This order is not holding anything at the moment"
    ),
    "order.fee_not_ordered": Text(
        422,
        "打包费、配送费这类费用由系统自动计入，不用单独点",
        "Fees such as packaging are added by themselves and cannot be ordered",
    ),
    "order.discount_malformed": Text(
        422, "手动优惠填写有误（{part}）", "The discount is not right ({part})"
    ),
    "order.discount_too_large": Text(
        403,
        "手动优惠最多 {maximum_percent}%，超出要请店长来授权",
        "You can take off at most {maximum_percent} %: ask a manager for more",
    ),
    "order.tender_differs": Text(
        409,
        "这个价格只限选定的支付方式，请改用它付款，或重新算价",
        "This price is for the chosen way of paying only: pay that way, or price the order again",
    ),
    "quote.stale": Text(
        409,
        "价格或优惠有变化，请核对新的金额",
        "The price or an offer has changed: please check the new amount",
    ),
    "coupon.gone": Text(
        409, "这张券刚刚被用掉了", "This coupon has just been used on another order"
    ),
    "payment.sum_wrong": Text(
        422,
        "收款合计 {paid_minor} 与应收 {due_minor} 不符",
        "The payments come to {paid_minor}, but {due_minor} is due",
    ),
    "payment.amount_wrong": Text(422, "收款金额不对", "An amount paid is not right"),
    "payment.cash_short": Text(
        422, "现金少收了 {missing_minor}", "The cash handed over is {missing_minor} short"
    ),
    "payment.too_many_tenders": Text(
        422, "一张单最多分 {maximum} 笔收款", "An order is paid in at most {maximum} parts"
    ),
    "payment.member_needed": Text(
        422, "储值支付需要先识别会员", "Paying from stored value needs a member"
    ),
    "refund.unit_unknown": Text(422, "退款的商品不在这张单里", "The order has no such item"),
    "refund.already_refunded": Text(
        409, "这一项只剩 {left} 件可退", "Only {left} of this item can still be refunded"
    ),
    "refund.nothing": Text(409, "没有可退的商品", "There is nothing left to refund"),
    "refund.plan_not_allowed": Text(
        409,
        "这张单上的优惠不允许这样退款，请按显示的方式退",
        "The offers on this order do not allow this kind of refund: please use one of those shown",
    ),
    "refund.reason_missing": Text(422, "请填写退款原因", "Please give a reason for the refund"),
    "refund.reason_too_long": Text(
        422, "退款原因最多 {maximum} 个字", "The reason has at most {maximum} characters"
    ),
    "top_up.amount_out_of_range": Text(
        422,
        "充值金额须在 {minimum_minor} 到 {maximum_minor} 之间",
        "A top-up is between {minimum_minor} and {maximum_minor}",
    ),
    "top_up.balance_over_limit": Text(
        409,
        "充值后余额会超过记名卡上限 {maximum_minor}",
        "The balance would exceed the limit of {maximum_minor} for a named card",
    ),
    "top_up.tender_unknown": Text(422, "不支持这种充值方式", "Unknown way of paying for a top-up"),
    "tiers.ladder_malformed": Text(
        422, "等级设置有误：{part}", "The tier table is not right: {part}"
    ),
}
