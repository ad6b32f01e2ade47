"""What saving offers and kinds of coupon says no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "offer.unknown": Text(404, "没有这个活动", "There is no such offer"),
    "offer.begins_in_the_past": Text(
        422, "活动不能从过去开始", "An offer cannot begin in the past"
    ),
    "coupon_type.valid_days_wrong": Text(
        422,
        "券的有效期须在 1 到 {maximum} 天之间",
        "A coupon is valid for between 1 and {maximum} days",
    ),
    "coupon_type.code_taken": Text(409, "这个券编码已被使用", "This coupon code is already taken"),
}
