"""What the figures of members, coupons, value and campaigns count, and what waits for somebody."""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.reports.metric import Definition, Drill, Metric, Query, Ratio, Unit

COUNT, MONEY = Unit.COUNT, Unit.MONEY


def _of(
    query: Query,
    name: tuple[str, str],
    meaning: tuple[str, str],
    *,
    unit: Unit = COUNT,
    drill: Drill | None = None,
) -> Definition:
    return Definition(
        name=Label(*name), meaning=Label(*meaning), unit=unit, query=query, drill=drill
    )


OF_MEMBERS: Mapping[Metric, Definition] = {
    Metric.MEMBERS_JOINED: _of(
        Query.JOINED,
        ("新会员", "New members"),
        (
            "营业日内在所选门店入会的会员；后来注销的也算。",
            (
                "Members who joined in the chosen stores on the business days, those who left since "
                "included."
            ),
        ),
        drill=Drill.MEMBERS,
    ),
    Metric.MEMBERS: _of(
        Query.MEMBERS,
        ("会员总数", "Members"),
        (
            "期末之前在所选门店入会、现在还没有注销的会员。",
            "Members who joined in the chosen stores before the end and have not left by now.",
        ),
        drill=Drill.MEMBERS,
    ),
    Metric.MEMBERS_SLEEPING: _of(
        Query.STAGES,
        ("沉睡会员", "Sleeping members"),
        (
            "期末处在“有流失风险”阶段的会员，按入会门店。",
            "Members at the stage “at risk” at the end, by the store where they joined.",
        ),
        drill=Drill.MEMBERS,
    ),
    Metric.MEMBERS_LOST: _of(
        Query.STAGES,
        ("流失会员", "Lost members"),
        (
            "期末处在“已流失”阶段的会员，按入会门店。",
            "Members at the stage “lost” at the end, by the store where they joined.",
        ),
        drill=Drill.MEMBERS,
    ),
    Metric.MEMBERS_TURNED_LOST: _of(
        Query.STAGE_CHANGES,
        ("新流失", "Turned lost"),
        (
            "期内变成“已流失”的次数，按入会门店。",
            "How often a member turned “lost” in the period, by the store where she joined.",
        ),
    ),
    Metric.MEMBERS_WON_BACK: _of(
        Query.STAGE_CHANGES,
        ("挽回", "Won back"),
        (
            "期内流失后“重新回来”的次数，按入会门店。",
            "How often a lost member came back in the period, by the store where she joined.",
        ),
    ),
    Metric.MEMBERS_IN_CLASS: _of(
        Query.CLASSES,
        ("会员数", "Members of this class"),
        (
            "最近一次评定落在这一格的会员：近度和频度各 1 到 5 分，按切分点，不按排名。",
            (
                "Members whose newest marks are these: recency and frequency from 1 to 5, by cut "
                "points, never by rank."
            ),
        ),
        drill=Drill.MEMBERS,
    ),
    Metric.CLASS_SPENT: _of(
        Query.CLASSES,
        ("这一格的消费", "Spent by this class"),
        (
            "这些会员在评定窗口内的消费，已减退款。",
            "What these members spent in the window that they were judged by, less refunds.",
        ),
        unit=MONEY,
    ),
    Metric.MEMBERS_IN_TIER: _of(
        Query.TIERS,
        ("会员数", "Members of this tier"),
        (
            "期末处在这个等级、现在还没有注销的会员，按入会门店。",
            (
                "Members who had this tier at the end and have not left by now, by the store where "
                "they joined."
            ),
        ),
        drill=Drill.MEMBERS,
    ),
    Metric.COUPONS_ISSUED: _of(
        Query.COUPONS_ISSUED,
        ("发券", "Coupons issued"),
        (
            "期内发给会员的券，按会员的入会门店。",
            "Coupons handed to members in the period, by the store where the member joined.",
        ),
        drill=Drill.COUPONS,
    ),
    Metric.COUPONS_ISSUED_USED: _of(
        Query.COUPONS_ISSUED,
        ("发券已用", "Issued and used"),
        (
            "这些券里到数据截至时已经用掉的，不管哪天、在哪家店；退款退回的券不算。",
            (
                "Of these coupons, those used by the moment of the report, on whatever day and in "
                "whatever store; one that a refund gave back is not used."
            ),
        ),
        drill=Drill.COUPONS,
    ),
    Metric.COUPON_USE_SHARE: Definition(
        name=Label("用券率", "Use rate"),
        meaning=Label(
            "发券已用除以发券：期内发的券，到现在用掉了多少；没到期的券还会让它上升。",
            "Coupons issued and used by coupons issued: what became of those of the period so far; "
            "it still grows while they are valid.",
        ),
        unit=Unit.SHARE,
        query=Query.COUPONS_ISSUED,
        ratio=Ratio(Metric.COUPONS_ISSUED_USED, Metric.COUPONS_ISSUED, 10_000),
    ),
    Metric.COUPONS_USED: _of(
        Query.COUPONS_USED,
        ("用券", "Coupons used"),
        (
            "营业额账单上核销的券和券码，按账单的门店和营业日；退款退回的券不算。",
            (
                "Coupons and codes used on the bills in sales, by the bill's store and day; one that "
                "a refund gave back is not used."
            ),
        ),
        drill=Drill.COUPONS,
    ),
    Metric.COUPONS_EXPIRED: _of(
        Query.COUPONS_EXPIRED,
        ("过期券", "Coupons expired"),
        (
            "期内到期、没用掉的券，按会员的入会门店。",
            "Coupons that ended unused in the period, by the store where the member joined.",
        ),
        drill=Drill.COUPONS,
    ),
    Metric.COUPON_DISCOUNT: _of(
        Query.COUPONS_USED,
        ("券让利", "Taken off by coupons"),
        ("这些券和券码一共减了多少。", "What these coupons and codes took off."),
        unit=MONEY,
        drill=Drill.ORDERS,
    ),
    Metric.COUPON_SALES: _of(
        Query.COUPONS_USED,
        ("用券营业额", "Sales with coupons"),
        (
            "用了这种券的账单应付合计，退款前；不等于券带来的增量。",
            (
                "What the bills with these coupons came to, before refunds; not what the coupons "
                "earned."
            ),
        ),
        unit=MONEY,
        drill=Drill.ORDERS,
    ),
}
OF_VALUE: Mapping[Metric, Definition] = {
    Metric.VALUE_PAID_IN: _of(
        Query.MOVED,
        ("储值本金充入", "Principal paid in"),
        (
            "营业日内记入的储值本金（充值和期初导入），按发生的门店。",
            (
                "Principal booked on the business days (top-ups and opening balances), by the store "
                "where it happened."
            ),
        ),
        unit=MONEY,
    ),
    Metric.VALUE_BONUS: _of(
        Query.MOVED,
        ("赠金发放", "Bonus money given"),
        ("同一时间记入的赠金。", "Bonus money booked on the same days."),
        unit=MONEY,
    ),
    Metric.VALUE_USED: _of(
        Query.MOVED,
        ("储值消费", "Stored value used"),
        (
            "营业日内会员用掉的本金和赠金，按发生的门店；退款放回的不在这里扣。",
            (
                "Principal and bonus money that members used, by the store where it happened; what "
                "refunds put back is not taken off here."
            ),
        ),
        unit=MONEY,
    ),
    Metric.VALUE_EXPIRED: _of(
        Query.MOVED,
        ("储值过期", "Stored value expired"),
        (
            "营业日内过期的赠金（本金过期的地方也算）。",
            "Bonus money, and principal where it may, that expired.",
        ),
        unit=MONEY,
    ),
    Metric.POINTS_GIVEN: _of(
        Query.MOVED,
        ("发放积分", "Points given"),
        (
            "营业日内会员得到的积分，按发生的门店。",
            "Points that members got, by the store where it happened.",
        ),
    ),
    Metric.POINTS_USED: _of(
        Query.MOVED,
        ("使用积分", "Points used"),
        (
            "营业日内会员用掉的积分，按发生的门店。",
            "Points that members used, by the store where it happened.",
        ),
    ),
    Metric.POINTS_EXPIRED: _of(
        Query.MOVED,
        ("过期积分", "Points expired"),
        ("营业日内过期的积分。", "Points that expired on the business days."),
    ),
    Metric.VALUE_OWED: _of(
        Query.OWED,
        ("储值余额", "Stored value owed"),
        (
            "期末欠会员的本金和赠金，含占用中的，按售出门店；与会员负债表同一个数。",
            (
                "Principal and bonus money owed to members at the end, open holds included, by the "
                "store that sold it; the same figure as in the liability statement."
            ),
        ),
        unit=MONEY,
    ),
    Metric.POINTS_OWED: _of(
        Query.OWED,
        ("积分余额", "Points owed"),
        (
            "期末会员手里的积分，含占用中的，按发放门店；与会员负债表同一个数。",
            (
                "Points in members' hands at the end, open holds included, by the store that gave "
                "them; the same figure as in the liability statement."
            ),
        ),
    ),
}
OF_CAMPAIGNS: Mapping[Metric, Definition] = {
    Metric.CAMPAIGN_INVITED: _of(
        Query.MEASURED,
        ("邀请", "Invited"),
        ("活动分到优惠组的会员，到现在为止。", "Members whom the campaign drew to get it, so far."),
    ),
    Metric.CAMPAIGN_REACHED: _of(
        Query.MEASURED,
        ("触达", "Reached"),
        ("其中消息发到的。", "Of these, those to whom a message was sent."),
    ),
    Metric.CAMPAIGN_CLICKED: _of(
        Query.MEASURED,
        ("点击", "Clicked"),
        (
            "其中点过消息链接的；没有链接时不知道。",
            "Of these, those who followed a link; unknown without links.",
        ),
    ),
    Metric.CAMPAIGN_REDEEMED: _of(
        Query.MEASURED,
        ("核销", "Used the coupon"),
        (
            "其中用掉活动券的；没发券时不知道。",
            "Of these, those who used its coupon; unknown without coupons.",
        ),
    ),
    Metric.CAMPAIGN_BOUGHT: _of(
        Query.MEASURED,
        ("购买", "Bought"),
        (
            "邀请的会员里，在各自窗口内买过的。",
            "Of the invited, those who bought within their window.",
        ),
    ),
    Metric.CAMPAIGN_SALES: _of(
        Query.MEASURED,
        ("窗口内消费", "Sales in the window"),
        (
            "邀请的会员在窗口内付的钱；不等于活动带来的增量。",
            "What the invited paid within their windows; not what the campaign earned.",
        ),
        unit=MONEY,
    ),
    Metric.CAMPAIGN_COST: _of(
        Query.MEASURED,
        ("花费", "Cost"),
        ("活动预算里已经用掉的礼物和消息钱。", "What of its budget went into gifts and messages."),
        unit=MONEY,
    ),
    Metric.CAMPAIGN_LIFT: _of(
        Query.MEASURED,
        ("人均增量", "Lift per member"),
        (
            "每位邀请的会员，比没被邀请的对照组平均多花了多少。",
            "What each invited member spent more, on average, than those held back.",
        ),
        unit=MONEY,
    ),
    Metric.CAMPAIGN_LIFT_LOW: _of(
        Query.MEASURED,
        ("增量下限", "Lift, low end"),
        (
            "人均增量多半不低于这个数，哪天来看都作数。",
            "The lift is hardly lower than this, whenever one looks.",
        ),
        unit=MONEY,
    ),
    Metric.CAMPAIGN_LIFT_HIGH: _of(
        Query.MEASURED,
        ("增量上限", "Lift, high end"),
        (
            "人均增量多半不高于这个数，哪天来看都作数。",
            "The lift is hardly higher than this, whenever one looks.",
        ),
        unit=MONEY,
    ),
    Metric.CAMPAIGNS_RUNNING: _of(
        Query.RUNNING,
        ("进行中的活动和旅程", "Campaigns and journeys running"),
        (
            "现在在进人的活动和旅程；一场活动连同它的旅程只算一个。",
            "Journeys that take members in now; a campaign and its own journey count once.",
        ),
    ),
}
OF_TASKS: Mapping[Metric, Definition] = {
    Metric.APPROVALS_WAITING: _of(
        Query.WAITING,
        ("待审批", "Waiting for approval"),
        (
            "等第二个人点头的活动和批量操作，和等审批的旅程版本。",
            "Campaigns, bulk actions and versions of journeys that wait for a second person's word.",
        ),
    ),
    Metric.DEAD_LETTERS: _of(
        Query.WAITING,
        ("要人看的中断", "Stuck, needs a look"),
        (
            "放弃重试的旅程，和不知道到没到的消息，按门店。",
            (
                "Journey runs given up after several tries, and messages of which nobody knows "
                "whether they arrived, by store."
            ),
        ),
    ),
    Metric.LOW_MARKS_OPEN: _of(
        Query.WAITING,
        ("待回访差评", "Low marks to answer"),
        ("还没处理的低分评价，按门店。", "Low marks that nobody has dealt with yet, by store."),
    ),
    Metric.IMPORTS_REFUSED: _of(
        Query.WAITING,
        ("导入有退回行", "Imports with refused rows"),
        (
            "有行没导进来、也还没人处理的会员名单，按门店。",
            "Lists of members with rows that were refused and nobody has seen to, by store.",
        ),
    ),
}
