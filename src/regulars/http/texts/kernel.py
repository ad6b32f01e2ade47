"""What the shared words say no with: dates, ids, money, Terms and conditions."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "period.reversed": Text(422, "结束时间要晚于开始时间", "The end must come after the beginning"),
    "period.zone_unknown": Text(422, "不认识时区 {zone}", "Unknown time zone {zone}"),
    "id.malformed": Text(422, "{field} 不是有效的编号", "{field} is not a valid id"),
    "money.currency_unknown": Text(
        422, "不支持币种 {currency}", "The currency {currency} is not supported"
    ),
    "money.amount_out_of_range": Text(
        422,
        "金额 {amount_minor} 超出范围（最多 {maximum_minor}）",
        "The amount {amount_minor} is out of range (at most {maximum_minor})",
    ),
    "terms.locked": Text(
        409,
        "{field} 已被上级锁定（{level}），这里不能改",
        "{field} is locked further up ({level}) and cannot be changed here",
    ),
    "terms.out_of_range": Text(
        422,
        "{field} 超出上级允许的范围（{low}–{high}）",
        "{field} leaves the range that head office allows ({low} to {high})",
    ),
    "terms.unknown_field": Text(404, "没有 {field} 这项规则", "There is no setting {field}"),
    "terms.malformed": Text(
        422, "{field} 的值不对（{part}）", "The value of {field} is not right ({part})"
    ),
    "condition.malformed": Text(
        422, "条件写得不对（{part}）", "The condition is not right ({part})"
    ),
    "condition.too_large": Text(
        422,
        "条件太复杂了，最多 {maximum} 项",
        "The condition is too complex: at most {maximum} parts",
    ),
}
