"""Refusals of reports: what is owed to members, and settling between stores."""

from regulars.http.texts import Text

TEXTS = {
    "liability.period_unfit": Text(
        422,
        "这段日期不能出表：结束要晚于开始，且不能晚于今天",
        "There is no statement for these days: the end must come after the beginning, and not "
        "after today",
    ),
    "liability.no_shop": Text(409, "还没有门店", "There is no store yet"),
    "clearing.reversed": Text(
        422, "结束日期要晚于开始日期", "The end must come after the beginning"
    ),
    "clearing.period_open": Text(
        409,
        "这段日期还没过完，最多结算到 {day} 之前",
        "These days are not over yet: settle up to {day}, which is not included",
    ),
    "clearing.not_next": Text(
        409,
        "清算要接着上一次：从 {day} 开始",
        "A settlement follows the last one: begin on {day}",
    ),
    "clearing.booked_meanwhile": Text(
        409,
        "刚刚有人结算了这段日期，请重新查看",
        "Somebody has just settled these days; please look again",
    ),
    "report.period_unfit": Text(
        422,
        "日期不对：结束要晚于开始，一次最多看 {days_max} 天",
        "These days do not fit: the end must come after the beginning, and at most {days_max} "
        "days at once",
    ),
    "report.day_ahead": Text(
        422,
        "只能看到 {today} 为止",
        "There is nothing to tell after {today} yet",
    ),
    "report.no_shop": Text(409, "还没有门店", "There is no store yet"),
    "report.no_comparison": Text(
        422,
        "这张报表讲的是现在，没有可比的日子",
        "This report is about now: there are no days to compare it with",
    ),
    "report.no_source": Text(
        422,
        "这张报表不能按来源看",
        "This report cannot be told for one source of orders",
    ),
    "report.one_store_or_all": Text(
        422,
        "活动效果要么看一家店，要么看全部门店",
        "Campaigns are told for one store or for all of them",
    ),
    "report.no_drill": Text(
        422,
        "这个数字没有明细",
        "There is no list behind this figure",
    ),
    "report.row_unknown": Text(404, "报表里没有这一行", "The report has no such row"),
}
