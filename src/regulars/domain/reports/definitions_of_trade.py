"""What the figures of trade count: bills, refunds, guests, dishes and money paid in."""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.reports.metric import Definition, Drill, Metric, Query, Ratio, Unit

OF_TRADE: Mapping[Metric, Definition] = {
    Metric.SALES: Definition(
        name=Label("营业额", "Sales"),
        meaning=Label(
            "营业日内已付款账单的应付合计，退款前；取消的和还没付款的不算。",
            "What the bills paid on the business days came to, before refunds; cancelled and "
            "unpaid bills are not counted.",
        ),
        unit=Unit.MONEY,
        query=Query.SOLD,
        drill=Drill.ORDERS,
    ),
    Metric.REFUNDS: Definition(
        name=Label("退款", "Refunds"),
        meaning=Label(
            "营业日内退给顾客的钱，记在退款当天，不管账单是哪天的。",
            "Money given back on the business days: counted on the day of the refund, whichever "
            "day the bill was of.",
        ),
        unit=Unit.MONEY,
        query=Query.REFUNDED,
        drill=Drill.ORDERS,
    ),
    Metric.NET_SALES: Definition(
        name=Label("净营业额", "Net sales"),
        meaning=Label("营业额减去同期退款。", "Sales less the refunds of the same days."),
        unit=Unit.MONEY,
        query=Query.SOLD,
        less=(Metric.SALES, Metric.REFUNDS),
    ),
    Metric.ORDERS: Definition(
        name=Label("单数", "Orders"),
        meaning=Label(
            "营业日内已付款的账单数；后来退了款的也算，退款另计。",
            "Bills paid on the business days; those refunded later count too, refunds are told "
            "apart.",
        ),
        unit=Unit.COUNT,
        query=Query.SOLD,
        drill=Drill.ORDERS,
    ),
    Metric.REFUNDED_ORDERS: Definition(
        name=Label("退款单数", "Orders refunded"),
        meaning=Label(
            "营业日内退过钱的账单数，记在退款当天。",
            "Bills of which money was given back on the business days, by the day of the refund.",
        ),
        unit=Unit.COUNT,
        query=Query.REFUNDED,
        drill=Drill.ORDERS,
    ),
    Metric.AVERAGE_TICKET: Definition(
        name=Label("客单价", "Average bill"),
        meaning=Label("营业额除以单数。", "Sales by orders."),
        unit=Unit.MONEY,
        query=Query.SOLD,
        ratio=Ratio(Metric.SALES, Metric.ORDERS, 1),
    ),
    Metric.DISCOUNTS: Definition(
        name=Label("优惠", "Discounts"),
        meaning=Label(
            "营业额里的账单一共少收了多少：活动、券、会员价、等级折扣和积分抵扣。",
            "What was taken off the bills in sales: offers, coupons, member prices, tiers and "
            "points.",
        ),
        unit=Unit.MONEY,
        query=Query.SOLD,
        drill=Drill.ORDERS,
    ),
    Metric.MEMBER_ORDERS: Definition(
        name=Label("会员单数", "Member orders"),
        meaning=Label("单数里记在会员名下的。", "Of the orders, those of a member."),
        unit=Unit.COUNT,
        query=Query.SOLD,
        drill=Drill.ORDERS,
    ),
    Metric.MEMBER_ORDER_SHARE: Definition(
        name=Label("会员单占比", "Member share of orders"),
        meaning=Label("会员单数除以单数。", "Member orders by orders."),
        unit=Unit.SHARE,
        query=Query.SOLD,
        ratio=Ratio(Metric.MEMBER_ORDERS, Metric.ORDERS, 10_000),
    ),
    Metric.MEMBERS_ACTIVE: Definition(
        name=Label("活跃会员", "Active members"),
        meaning=Label(
            "营业日内至少付过一单的会员，每人只算一次。",
            "Members with at least one paid bill on the business days, each counted once.",
        ),
        unit=Unit.COUNT,
        query=Query.BUYERS,
        drill=Drill.MEMBERS,
    ),
    Metric.MEMBERS_RETURNING: Definition(
        name=Label("回头会员", "Returning members"),
        meaning=Label(
            "活跃会员里，在这些账单的头一单之前，已经在所选门店付过单的；按店看是在那家店。",
            "Of the active members, those who had paid a bill in the chosen stores before the "
            "first of these bills; by store: in that store.",
        ),
        unit=Unit.COUNT,
        query=Query.BUYERS,
        drill=Drill.MEMBERS,
    ),
    Metric.REPEAT_SHARE: Definition(
        name=Label("回头客占比", "Repeat share"),
        meaning=Label("回头会员除以活跃会员。", "Returning members by active members."),
        unit=Unit.SHARE,
        query=Query.BUYERS,
        ratio=Ratio(Metric.MEMBERS_RETURNING, Metric.MEMBERS_ACTIVE, 10_000),
    ),
    Metric.MEMBERS_REPURCHASING: Definition(
        name=Label("复购会员", "Members who bought again"),
        meaning=Label(
            "活跃会员里，期内在两个以上营业日付过单的。",
            "Of the active members, those with paid bills on two business days of the period or "
            "more.",
        ),
        unit=Unit.COUNT,
        query=Query.BUYERS,
        drill=Drill.MEMBERS,
    ),
    Metric.REPURCHASE_RATE: Definition(
        name=Label("复购率", "Repurchase rate"),
        meaning=Label("复购会员除以活跃会员。", "Members who bought again by active members."),
        unit=Unit.SHARE,
        query=Query.BUYERS,
        ratio=Ratio(Metric.MEMBERS_REPURCHASING, Metric.MEMBERS_ACTIVE, 10_000),
    ),
    Metric.UNITS_SOLD: Definition(
        name=Label("销量", "Units sold"),
        meaning=Label(
            "营业额账单里卖出的份数；服务费不算商品。",
            "Units on the bills in sales; fees are no goods.",
        ),
        unit=Unit.COUNT,
        query=Query.GOODS_SOLD,
    ),
    Metric.GOODS_SALES: Definition(
        name=Label("商品销售额", "Goods sales"),
        meaning=Label(
            "这些份数优惠和积分抵扣之后的价钱，整单抹零前、另加的税前。",
            "What these units came to after discounts and points, before the bill was rounded and "
            "before tax that is added on top.",
        ),
        unit=Unit.MONEY,
        query=Query.GOODS_SOLD,
    ),
    Metric.GOODS_ORDERS: Definition(
        name=Label("点单数", "Orders with it"),
        meaning=Label("有这件商品的账单数。", "Bills in sales with this product."),
        unit=Unit.COUNT,
        query=Query.GOODS_SOLD,
        drill=Drill.ORDERS,
    ),
    Metric.UNITS_REFUNDED: Definition(
        name=Label("退货份数", "Units refunded"),
        meaning=Label(
            "营业日内退掉的份数，记在退款当天。", "Units refunded, by the day of the refund."
        ),
        unit=Unit.COUNT,
        query=Query.GOODS_REFUNDED,
    ),
    Metric.GOODS_REFUNDS: Definition(
        name=Label("商品退款", "Goods refunds"),
        meaning=Label("这些份数退了多少钱。", "What was given back for these units."),
        unit=Unit.MONEY,
        query=Query.GOODS_REFUNDED,
    ),
    Metric.TOP_UPS: Definition(
        name=Label("充值笔数", "Top-ups"),
        meaning=Label("营业日内会员充值的笔数。", "How often members paid money in."),
        unit=Unit.COUNT,
        query=Query.TOPPED_UP,
    ),
    Metric.TOP_UPS_PRINCIPAL: Definition(
        name=Label("充值金额", "Topped up"),
        meaning=Label(
            "营业日内会员充值付的钱，不含赠送；退回的充值不在这里扣。",
            "What members paid in, without bonus money; top-ups paid back are not taken off here.",
        ),
        unit=Unit.MONEY,
        query=Query.TOPPED_UP,
    ),
}
