"""Refusals of referrals: codes that do not count, and what a manager cannot decide."""

from regulars.http.texts import Text

TEXTS = {
    "referral.self": Text(409, "不能邀请自己", "Nobody can refer herself"),
    "referral.code_unknown": Text(404, "没有这个邀请码", "There is no such referral code"),
    "referral.too_late": Text(
        409,
        "入会 {days} 天内才能补填邀请码",
        "A referral code counts within {days} days of joining",
    ),
    "referral.already": Text(
        409, "这位会员已经填过邀请人了", "Somebody has referred this member already"
    ),
    "referral.unknown": Text(404, "没有这条邀请记录", "There is no such referral"),
    "referral.not_held": Text(
        409,
        "这条邀请不在待审核状态",
        "This referral is not waiting for a decision",
    ),
    "referral.own_benefit": Text(
        409,
        "这条邀请是你登记的，或者你就是其中一方，请换一位同事来放行",
        "You wrote this referral down, or are one side of it: a colleague has to release it",
    ),
    "referral.changed": Text(
        409,
        "这条邀请刚刚有了变化，请再看一眼",
        "This referral has just changed; please look again",
    ),
}
