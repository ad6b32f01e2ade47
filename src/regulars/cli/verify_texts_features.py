"""What `verify` says of holds, passes, groups, referrals, rewards and settlements."""

from regulars.cli.verify_words import fault, figure
from regulars.domain.kernel.label import Label

CHECKS = {
    "orphans": Label("无主记录", "rows of nobody"),
    "gifts": Label("赠礼", "gifts"),
    "mirrors": Label("冲正金额", "amounts reversed"),
    "duties": Label("到期事项", "what is due"),
    "held_value": Label("冻结余额", "held balances"),
    "holds": Label("储值冻结", "holds of value"),
    "top_up_refunds": Label("充值退款", "refunds of top-ups"),
    "moved_value": Label("转赠与激活", "transfers and re-activations"),
    "check_ins": Label("签到", "check-ins"),
    "draws": Label("抽奖", "lucky draws"),
    "mall_orders": Label("积分商城", "points mall"),
    "tasks": Label("任务", "tasks"),
    "referrals": Label("老带新", "referrals"),
    "groups": Label("拼团", "group buys"),
    "group_deposits": Label("拼团预收", "deposits of group buys"),
    "group_entries": Label("拼团入账", "group buys in the ledger"),
    "passes": Label("次卡", "passes"),
    "passes_deferred": Label("次卡预收", "passes owed"),
    "pass_entries": Label("次卡入账", "passes in the ledger"),
    "liability": Label("负债", "liability"),
    "liability_held": Label("负债（冻结部分）", "liability, what is held"),
    "clearing_entries": Label("门店结算", "settlements between stores"),
    "clearing_periods": Label("结算周期", "periods of settlement"),
    "merges": Label("会员合并", "merged members"),
    "bulk_actions": Label("批量操作", "bulk actions"),
    "tier_periods": Label("等级记录", "tier periods"),
    "tier_reviews": Label("保级日程", "reviews of tiers"),
}

_TRACES = {
    "lot_of_no_account": fault("批次没有账户", "the lot has no account"),
    "use_of_no_lot": fault("使用了不存在的批次", "it uses a lot that is not there"),
    "gift_of_no_member": fault("赠礼没有对应的会员", "a gift went to no member"),
    "coupon_of_no_member": fault("券的会员不存在", "the coupon's member is not there"),
    "gift_points": figure("赠送的积分", "the points given"),
    "gift_growth": figure("赠送的成长值", "the growth value given"),
    "gift_bonus": figure("赠送的赠金", "the bonus given"),
    "more_than_origin": figure("冲正超过原凭证，", "more was reversed than it moved, it"),
    "lot_not_ended": fault(
        "批次过期一天以上，还没有作废", "it ended over a day ago, and is still there"
    ),
    "bill_not_let_go": fault("保留早已到时，还没有放开", "the bill is kept long after its time"),
    "group_not_closed": fault("拼团早已到时，还没有结束", "the group is open long after its time"),
    "pass_not_ended": fault("次卡早已到期，还没有作废", "the pass is in force long after its end"),
}

_HOLDS = {
    "held_balance": figure("冻结中的余额", "the held balance"),
    "held_nowhere": fault("冻结的金额没有账户", "what it holds lies in no account"),
    "hold_of_no_entry": fault("冻结没有对应的凭证", "the hold has no entry"),
    "end_of_no_entry": fault("冻结的结束没有对应的凭证", "the end of the hold has no entry"),
    "posted": figure("扣款超过冻结，", "more was taken than held, it"),
    "entry_of_no_hold": fault("凭证没有对应的冻结", "the entry has no hold"),
    "not_listed_open": fault("冻结未结束，却不在待办里", "the hold is open, but not on the list"),
    "listed_open": fault("冻结已结束，却还在待办里", "the hold has ended, but is on the list"),
    "overdue": fault("冻结过时一天以上，还没有结束", "the hold is open a day after its time"),
    "top_up_refunds.refunded": figure("退款超过充值，", "more went back than was paid in, it"),
    "refund_entry": figure("退款入账金额", "the money moved back"),
    "entry_of_no_refund": fault("凭证没有对应的充值退款", "the entry has no refund of a top-up"),
    "transfer": figure("转赠金额", "the amount transferred"),
    "reactivated": figure("激活金额超过作废金额，", "more was re-activated than lapsed, it"),
    "reactivated_by_no_entry": fault("激活没有对应的凭证", "the re-activation has no entry"),
}

_REWARDS = {
    "check_in_streak": figure("连续签到天数", "the streak"),
    "draw_number": figure("抽奖序号", "the number of the draw"),
    "draw_counter": figure("抽奖次数", "the number of draws"),
    "draw_points": figure("抽奖所用积分", "the points of the draw"),
    "entry_without_draw": fault("凭证没有对应的抽奖", "the entry has no draw"),
    "draw_stock": figure("已中奖品数", "the prizes gone"),
    "draw_gift": figure("中奖所得礼数", "the gifts for prizes"),
    "gift_without_draw": fault("给了奖品却没有抽奖记录", "a prize was given without a draw"),
    "task_gift": figure("任务所得礼数", "the gifts for tasks"),
    "gift_without_claim": fault("给了任务奖励却没有领取记录", "a task was paid without a claim"),
    "draw_without_seed": fault("抽奖没有留存种子", "no seed was kept for the draw"),
    "mall_points": figure("兑换所用积分", "the points of the order"),
    "mall_points_back": figure("取消退回的积分", "the points given back"),
    "entry_without_mall_order": fault("凭证没有对应的兑换单", "the entry has no mall order"),
    "mall_stock": figure("已兑数量", "the number ordered"),
    "referral_gift_invited": figure("新人所得礼数", "the gifts as the one invited"),
    "referral_gift_inviter": figure("推荐人所得礼数", "the gifts as the inviter"),
    "referral_not_given": fault("该给的推荐礼没有给", "a gift that was earned was not given"),
    "rewarded_without_order": fault("没有首单却给了推荐礼", "it was rewarded without an order"),
    "held_without_evidence": fault("扣住了推荐礼却没有依据", "it is held back without evidence"),
    "gift_of_no_reward": fault("给了礼，推荐却不是已奖励", "a gift was given, but not as a reward"),
}

_SHARED = {
    "group_seats": figure("参团人数", "the seats taken"),
    "group_filled": figure("成团人数", "the seats filled"),
    "group_waiting": figure("等待成团的人数", "the seats that wait"),
    "seat_without_coupon": fault("成团却没有券", "the seat is filled, but has no coupon"),
    "seats_deposited": figure("拼团预收款", "the deposits of seats"),
    "seat_paid": figure("参团付款入账", "the money moved for the seat"),
    "seat_sold": figure("成团入账", "the money sold by the seat"),
    "seat_refunded": figure("成团后退款入账", "the money given back for the seat"),
    "refunded_with_coupon": fault(
        "已退款的名额，券还没作废", "it was given back, its coupon was not"
    ),
    "seat_held": fault("参团冻结的储值不符", "the stored value held for the seat does not fit"),
    "pass_uses": figure("次卡已用次数", "the uses of the pass"),
    "pass_money": figure("次卡未消费金额", "the money owed on the pass"),
    "pass_lot": figure("次卡剩余次数", "the uses left in its lot"),
    "pass_owner": fault("次卡与它的批次不是同一人或同一种", "the pass and its lot differ in owner"),
    "passes_owed": figure("次卡预收款", "the money owed on passes"),
    "pass_use_entry": figure("次卡核销入账", "what the use moved"),
    "entry_without_use": fault("凭证没有对应的次卡核销", "the entry has no use of a pass"),
    "undone_otherwise": figure("撤销与原核销不符，", "it undoes another use than it says, it"),
    "liability_held.held": figure("冻结余额（由批次算）", "what lots say is held"),
    "settled": figure("门店结算入账", "the money settled"),
    "follows": Label(
        "第 {wanted} 期结算没有接着上一期", "period {wanted} does not follow the one before"
    ),
}

_TIERS = {
    "tier_unearned": figure("升级或保级所凭的数值不够，", "the tier stands on too little, it"),
    "tier_taken_away": figure(
        "数值够了却降了级，", "the tier was lost though enough was there, it"
    ),
    "tier_growth": figure("等级记录里的成长值", "the growth value of the tier period"),
    "review_day": fault("保级日期和等级记录不符", "its review is not on the day its period says"),
}

_MERGES = {
    "bulk_action_told": figure("已记下结果的人数", "how many are told of"),
    "merged_holds": figure("已并入他人的会员账户余额", "what a merged member still holds"),
    "merged_not_closed": fault("已并入他人的会员没有停用", "the merged member is not closed"),
    "merge_moved": figure("合并前后的差额", "the difference between what left and what arrived"),
    "merge_undone_still": fault("合并已撤销却仍在生效", "the merge was undone, but still counts"),
}

WHATS = {**_MERGES, **_TRACES, **_HOLDS, **_REWARDS, **_SHARED, **_TIERS}
