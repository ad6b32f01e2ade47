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
}
