"""Refusals of rewards: check-in, tasks, lucky draws, the points mall."""

from regulars.http.texts import Text

TEXTS = {
    "check_in.done_today": Text(
        409,
        "今天已经签到过了，已连续 {streak} 天，明天再来吧",
        "Already checked in today, {streak} in a row; see you tomorrow",
    ),
    "task.not_done": Text(
        409,
        "任务还没完成，目前 {done} / {wanted}",
        "This task is not done yet: {done} of {wanted}",
    ),
    "task.claimed_already": Text(
        409, "这个任务的奖励已经领过了", "The gift for this task has been given already"
    ),
    "draw.no_ticket": Text(409, "没有抽奖机会了", "No draws left"),
    "draw.prize_taken": Text(
        409,
        "奖品刚刚被抽走了，请再试一次",
        "The prize has just gone to somebody else; please try again",
    ),
    "draw.too_young": Text(
        403, "未满 {age} 周岁不能参加抽奖", "Members under {age} may not take part in draws"
    ),
    "draw.over": Text(
        409,
        "这个抽奖已经结束，种子已公布，请新建一个",
        "This draw is over and its seed is public; please make a new one",
    ),
    "draw.end_fixed": Text(
        409,
        "抽奖的结束时间只能提前，不能推后",
        "The end of a draw can be brought forward, not put off",
    ),
    "draw.exists": Text(409, "这次抽奖已经抽过了", "This draw has been made already"),
    "mall.sold_out": Text(409, "已经兑完了", "None of these are left"),
    "mall.limit_reached": Text(
        409,
        "每位会员限兑 {uses} 件，已达上限",
        "Each member may have {uses} of these, and has had them",
    ),
    "mall.tier_needed": Text(
        403, "您的会员等级暂时不能兑换这件商品", "This is not open to the member's tier"
    ),
    "mall.order_exists": Text(
        409, "这笔兑换已经下过单了", "This has been ordered from the mall already"
    ),
    "mall.order_unknown": Text(404, "没有这笔兑换单", "There is no such order of the points mall"),
    "mall.not_waiting": Text(
        409,
        "这笔兑换单不在待领取状态，请刷新后再看",
        "This order is not waiting to be fetched; please reload it",
    ),
    "mall.not_cancellable": Text(
        409,
        "已经领取或使用，不能取消",
        "It has been fetched or used, so it cannot be cancelled",
    ),
}
