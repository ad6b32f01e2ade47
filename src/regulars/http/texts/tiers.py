"""Refusals of tiers: goods for some tiers only, tiers given by hand, questions about a day."""

from regulars.http.texts import Text

TEXTS = {
    "catalog.exclusive": Text(
        409, "这是{tiers_zh}专享商品", "This is for members of these tiers only: {tiers_en}"
    ),
    "tiers.unknown": Text(422, "没有这个等级", "There is no such tier"),
    "tiers.end_out_of_range": Text(
        422,
        "人工定级要有截止日期：明天起，最长 {months} 个月",
        "A tier given by hand needs an end: from tomorrow on, at most {months} months ahead",
    ),
    "tiers.below_measure": Text(
        409,
        "会员已经达到更高的等级（{measured}），人工定级不能往下调",
        "The member has reached a higher tier herself ({measured}); it cannot be lowered by hand",
    ),
    "tiers.approver_unfit": Text(
        409,
        "需要另一位有会员管理权限的同事确认",
        "Somebody else who may change members here has to agree",
    ),
    "tiers.approval_wrong": Text(409, "复核人的 PIN 不对", "The PIN of who agrees is wrong"),
    "tiers.reason_missing": Text(422, "请写明原因", "Please say why"),
    "tiers.day_to_come": Text(422, "这一天还没到", "That day is still to come"),
}
