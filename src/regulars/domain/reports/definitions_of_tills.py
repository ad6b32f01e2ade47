"""What the figures of the tills count: takings by tender, and what was taken off or away by hand."""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.reports.metric import Definition, Drill, Metric, Query, Unit

OF_TILLS: Mapping[Metric, Definition] = {
    Metric.TAKEN: Definition(
        name=Label("收款", "Taken"),
        meaning=Label(
            "营业额账单用这种方式付了多少，找零已减；各种方式合起来就是营业额。",
            "What the bills in sales were paid with this tender, change taken off; all tenders "
            "together are sales.",
        ),
        unit=Unit.MONEY,
        query=Query.TENDERED,
        drill=Drill.ORDERS,
    ),
    Metric.GIVEN_BACK: Definition(
        name=Label("退回", "Given back"),
        meaning=Label(
            "营业日内按这种方式退给顾客的钱，记在退款当天；各种方式合起来就是退款。",
            "Money given back with this tender, by the day of the refund; all tenders together "
            "are refunds.",
        ),
        unit=Unit.MONEY,
        query=Query.TENDERED_BACK,
        drill=Drill.ORDERS,
    ),
    Metric.NET_TAKEN: Definition(
        name=Label("净收款", "Net taken"),
        meaning=Label("收款减去同期退回。", "Taken less what was given back on the same days."),
        unit=Unit.MONEY,
        query=Query.TENDERED,
        less=(Metric.TAKEN, Metric.GIVEN_BACK),
    ),
    Metric.TENDER_ORDERS: Definition(
        name=Label("付款单数", "Orders paid with it"),
        meaning=Label(
            "营业额账单里用到这种方式的单数；一单用了几种，每种都算。",
            "Bills in sales on which this tender was used; a bill paid with several counts for "
            "each.",
        ),
        unit=Unit.COUNT,
        query=Query.TENDERED,
        drill=Drill.ORDERS,
    ),
    Metric.POINTS_MONEY: Definition(
        name=Label("积分抵了多少", "Points were worth"),
        meaning=Label(
            "营业额账单上积分抵掉的钱：已经算在优惠里，不在收款里。",
            "What points took off the bills in sales: part of the discounts, not of what was "
            "taken.",
        ),
        unit=Unit.MONEY,
        query=Query.TENDERED,
    ),
    Metric.TOP_UPS_BACK: Definition(
        name=Label("退充值", "Top-ups paid back"),
        meaning=Label(
            "营业日内退还给会员的充值本金，按退的方式。",
            "Principal of top-ups that was paid back on the business days, by how it was.",
        ),
        unit=Unit.MONEY,
        query=Query.DRAWER,
    ),
    Metric.OTHER_PAID_IN: Definition(
        name=Label("次卡和拼团", "Passes and group buys"),
        meaning=Label(
            "营业日内卖次卡、收拼团款得到的钱，减去退还的。",
            "Money from passes sold and places in group buys, less what was paid back of it.",
        ),
        unit=Unit.MONEY,
        query=Query.DRAWER,
    ),
    Metric.DRAWER: Definition(
        name=Label("应有实收", "Money in hand"),
        meaning=Label(
            "账本上这种方式进来的钱减去出去的：收款、充值、次卡和拼团都在内；用来和抽屉、刷卡机对。"
            "挂单过了夜才付的，记在付款那天。",
            "By the ledger, what came in with this tender less what went out: bills, top-ups, "
            "passes and group buys; to be held against drawer and card machine. A bill that "
            "waited overnight counts on the day on which it was paid.",
        ),
        unit=Unit.MONEY,
        query=Query.DRAWER,
    ),
    Metric.HAND_DISCOUNTS: Definition(
        name=Label("手动折扣", "Discounts by hand"),
        meaning=Label(
            "营业额账单上店员手动打的折，按结账的人；也算在优惠里。",
            "What staff took off the bills in sales by hand, by who settled the bill; part of "
            "the discounts.",
        ),
        unit=Unit.MONEY,
        query=Query.BY_HAND,
        drill=Drill.ORDERS,
    ),
    Metric.HAND_DISCOUNT_ORDERS: Definition(
        name=Label("手动折扣单数", "Orders with one"),
        meaning=Label("有手动折扣的账单数。", "Bills in sales with a discount by hand."),
        unit=Unit.COUNT,
        query=Query.BY_HAND,
        drill=Drill.ORDERS,
    ),
    Metric.REFUND_TIMES: Definition(
        name=Label("退款笔数", "Refunds made"),
        meaning=Label(
            "营业日内退过几次钱，同一单分几次退就算几次；按员工看是经手退款的人。",
            "How often money was given back on the business days, each part of a bill by itself; "
            "by staff: by who gave it back.",
        ),
        unit=Unit.COUNT,
        query=Query.REFUNDED,
        drill=Drill.REFUNDS,
    ),
    Metric.LINES_VOIDED: Definition(
        name=Label("作废明细", "Lines voided"),
        meaning=Label(
            "营业日内从还没付款的单上作废的明细，按经手人；系统升级前作废的没记是谁，不算。",
            "Lines taken off orders that were not paid yet, by who did it; those of before this "
            "figure was there are of nobody known and not counted.",
        ),
        unit=Unit.COUNT,
        query=Query.VOIDED,
    ),
    Metric.VOIDED_MINOR: Definition(
        name=Label("作废金额", "Voided, at list price"),
        meaning=Label(
            "这些明细和取消的挂单按标价一共多少。",
            "What these lines and the cancelled orders came to at list price.",
        ),
        unit=Unit.MONEY,
        query=Query.VOIDED,
    ),
    Metric.ORDERS_CANCELLED: Definition(
        name=Label("取消的挂单", "Orders cancelled"),
        meaning=Label(
            "营业日内没付款就取消的挂单，按取消的人。",
            "Orders that waited and were cancelled without payment, by who did it.",
        ),
        unit=Unit.COUNT,
        query=Query.VOIDED,
    ),
}
