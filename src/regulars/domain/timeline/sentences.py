"""What each line of the trade says: bills, value, coupons, tiers, rewards.

`SENTENCES[Kind.COUPON_USED]` is "用掉“{coupon}”（{where}）" in Chinese.
"""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.timeline.kinds import Kind

TRADE: Mapping[Kind, Label] = {
    Kind.JOINED: Label("在{store}入会（{door}）", "Joined at {store} ({door})"),
    Kind.CARD_LOST: Label("挂失会员卡", "Reported her card lost"),
    Kind.CARD_REISSUED: Label("补发了会员卡", "Was given a new card"),
    Kind.FROZEN: Label("会员卡冻结", "Her membership was frozen"),
    Kind.UNFROZEN: Label("会员卡解冻", "Her membership is open again"),
    Kind.TOOK_RECORD_IN: Label(
        "合并会员：另一份资料并入这里", "Another record of hers was merged into this one"
    ),
    Kind.RECORD_LEFT: Label(
        "撤销合并：并入的资料又分了出去", "A merge was undone: the other record is separate again"
    ),
    Kind.BECAME_PART: Label(
        "合并会员：这份资料并入另一位会员", "This record was merged into another one of hers"
    ),
    Kind.CAME_APART: Label(
        "撤销合并：这份资料重新单独使用", "A merge was undone: this record is separate again"
    ),
    Kind.CONSENT_GRANTED: Label("同意{purpose}（{channel}）", "Said yes to {purpose} ({channel})"),
    Kind.CONSENT_WITHDRAWN: Label(
        "不同意{purpose}（{channel}）", "Said no to {purpose} ({channel})"
    ),
    Kind.ORDER_SETTLED: Label(
        "在{store}买单（单号 {bill}），实付 {due}", "Bill {bill} at {store}: paid {due}"
    ),
    Kind.ORDER_REFUNDED: Label(
        "在{store}退款 {amount}（单号 {bill}）", "Refund of {amount} at {store} (bill {bill})"
    ),
    Kind.SURVEY_ANSWERED: Label("评价在{store}的消费：{score}", "Her mark for {store}: {score}"),
    Kind.FOLLOW_UP_OPENED: Label(
        "评分偏低，{store}要回访", "A low mark: {store} is to make it good"
    ),
    Kind.FOLLOW_UP_DONE: Label("{store}回访完成：{act}", "{store} followed up: {act}"),
    Kind.CHECKED_IN: Label(
        "在{store}签到，连续第 {streak} 天", "Checked in at {store}, day {streak} in a row"
    ),
    Kind.REFERRAL_INVITED: Label("邀请了一位新会员", "Brought a friend"),
    Kind.REFERRAL_BROUGHT: Label("由朋友邀请而来", "Was brought by a friend"),
    Kind.REFERRAL_REWARDED: Label("老带新奖励到账", "The reward for a referral was given"),
    Kind.REFERRAL_ENDED: Label("老带新没有奖励", "A referral ended without a reward"),
    Kind.DRAWN: Label("抽奖“{name}”：{prize}", "Lucky draw “{name}”: {prize}"),
    Kind.MALL_ORDERED: Label("用 {points} 积分兑换“{name}”", "Took “{name}” for {points} points"),
    Kind.MALL_HANDED_OVER: Label("领走了“{name}”", "Fetched “{name}”"),
    Kind.MALL_CANCELLED: Label("“{name}”的兑换取消了", "“{name}” was cancelled"),
    Kind.GROUP_JOINED: Label(
        "参加拼团“{name}”，付了 {amount}", "Joined the group buy “{name}” for {amount}"
    ),
    Kind.GROUP_FILLED: Label("拼团“{name}”成团", "The group buy “{name}” is complete"),
    Kind.GROUP_OVER: Label("拼团“{name}”：{state}", "Group buy “{name}”: {state}"),
    Kind.PASS_SOLD: Label(
        "购买“{name}”{uses} 次，{price}", "Bought “{name}” for {price}: {uses} uses"
    ),
    Kind.PASS_USED: Label("在{store}使用“{name}”{uses} 次", "“{name}” used at {store}: {uses}"),
    Kind.PASS_UNDONE: Label("撤销“{name}”的 {uses} 次使用", "Uses of “{name}” taken back: {uses}"),
    Kind.PASS_FROZEN: Label("“{name}”停卡", "“{name}” was paused"),
    Kind.PASS_UNFROZEN: Label("“{name}”恢复使用", "“{name}” runs again"),
    Kind.PASS_TRANSFERRED: Label("收到转让的“{name}”", "Took over “{name}”"),
    Kind.PASS_EXPIRED: Label("“{name}”到期", "“{name}” ended"),
    Kind.PASS_REFUNDED: Label("“{name}”退卡，退 {amount}", "“{name}” given back for {amount}"),
    Kind.VALUE_MOVED: Label("{movement}", "{movement}"),
    Kind.POINTS_EXPIRING: Label(
        "已提醒：{points} 积分只到 {day}", "Told that {points} points are good until {day}"
    ),
    Kind.VALUE_FROZEN: Label("储值冻结", "Her stored value was frozen"),
    Kind.VALUE_UNFROZEN: Label("储值解冻", "Her stored value may be spent again"),
    Kind.GIFT_HANDED: Label("{occasion}：{item}", "{occasion}: {item}"),
    Kind.COUPON_ISSUED: Label(
        "得到“{coupon}”，可用到 {day}", "Was given “{coupon}”, good until {day}"
    ),
    Kind.COUPON_RECEIVED: Label("收到转赠的“{coupon}”", "Received “{coupon}” from another member"),
    Kind.COUPON_USED: Label("用掉“{coupon}”（{where}）", "Used “{coupon}” ({where})"),
    Kind.COUPON_ENDED: Label("“{coupon}”没用就过期了", "“{coupon}” ended unused"),
    Kind.COUPON_VOIDED: Label("“{coupon}”作废", "“{coupon}” was made void"),
    Kind.COUPON_FROZEN: Label("“{coupon}”冻结", "“{coupon}” was frozen"),
    Kind.COUPON_UNFROZEN: Label("“{coupon}”解冻", "“{coupon}” may be used again"),
    Kind.COUPON_REISSUED: Label(
        "“{coupon}”作废，补发了一张", "“{coupon}” was replaced by a new one"
    ),
    Kind.COUPON_SHARED: Label("把“{coupon}”分享了出去", "Offered “{coupon}” to a friend"),
    Kind.COUPON_SHARE_WITHDRAWN: Label(
        "收回了“{coupon}”的分享", "Took back her offer of “{coupon}”"
    ),
    Kind.TIER_BEGAN: Label("从“{tier}”开始", "Began as {tier}"),
    Kind.TIER_ROSE: Label("升到“{tier}”", "Rose to {tier}"),
    Kind.TIER_KEPT: Label("保住了“{tier}”", "Stays {tier}"),
    Kind.TIER_GRACE: Label("“{tier}”进入宽限期", "{tier} is in its days of grace"),
    Kind.TIER_FELL: Label("降到“{tier}”", "Fell to {tier}"),
    Kind.TIER_GIVEN: Label("人工定为“{tier}”", "Was made {tier} by hand"),
    Kind.TIER_UNDONE: Label("退款后回到“{tier}”", "Is {tier} again after a refund"),
}
