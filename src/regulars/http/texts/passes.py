"""Refusals of passes: what cannot be used, frozen, passed on or given back, and why."""

from regulars.http.texts import Text

TEXTS = {
    "pass.unknown": Text(404, "没有这张次卡", "There is no such pass"),
    "pass.tender_unknown": Text(
        422, "次卡只收现金或外部支付", "A pass is paid in cash or by an external payment"
    ),
    "pass.count_malformed": Text(422, "次数填得不对", "That is no number of uses"),
    "pass.frozen": Text(
        409, "这张次卡正在停用中，先恢复再用", "This pass is frozen; unfreeze it first"
    ),
    "pass.not_active": Text(
        409, "这张次卡已退或已过期，不能再用", "This pass was given back or has ended"
    ),
    "pass.over": Text(409, "这张次卡已过期", "This pass has ended"),
    "pass.used_up": Text(409, "次数不够，只剩 {left} 次", "Only {left} uses are left"),
    "pass.not_here": Text(409, "这张次卡不能在本店使用", "This pass cannot be used at this store"),
    "pass.goods_gone": Text(
        409,
        "这次的兑换券暂时发不出来，次数没有扣",
        "The coupon for this use cannot be handed out right now; no use was taken",
    ),
    "pass.changed": Text(
        409,
        "这张次卡刚刚在别处用过，请再看一眼",
        "This pass has just been used somewhere else; please look again",
    ),
    "pass.use_unknown": Text(404, "没有这次核销", "There is no such use of this pass"),
    "pass.use_undone_already": Text(409, "这次核销已经撤销过了", "This use was undone already"),
    "pass.use_not_last": Text(
        409, "只能撤销最近一次核销", "Only the latest use can be undone; undo the later ones first"
    ),
    "pass.use_before_transfer": Text(
        409,
        "这次核销在转赠之前，不能撤销",
        "This use was before the pass was passed on; it cannot be undone",
    ),
    "pass.coupon_used": Text(
        409,
        "这次核销发的券已经用掉，不能撤销",
        "The coupon of this use has been used; the use cannot be undone",
    ),
    "pass.not_frozen": Text(409, "这张次卡没有停用", "This pass is not frozen"),
    "pass.freeze_over": Text(
        409, "停用天数已用完（最多 {days} 天）", "This pass may rest for {days} days at most"
    ),
    "pass.not_transferable": Text(409, "这种次卡不能转赠", "A pass of this kind is not passed on"),
    "pass.to_oneself": Text(422, "不能转给自己", "A pass is not passed on to its own holder"),
    "pass.nothing_left": Text(409, "这张次卡已经用完了", "Nothing is left on this pass"),
    "pass.refunded_already": Text(409, "这张次卡已经退过了", "This pass was given back already"),
    "pass.refund_changed": Text(
        409,
        "应退金额变了，现在是 {amount_minor}，请跟客人再确认一次",
        "The refund has changed; it is {amount_minor} now, please confirm it with the guest",
    ),
}
