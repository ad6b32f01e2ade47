"""Refusals of the value ledger."""

from regulars.http.texts import Text

TEXTS = {
    "ledger.balance_short": Text(
        409, "储值余额不足，还差 {missing_minor}", "The stored value is {missing_minor} short"
    ),
    "ledger.points_short": Text(409, "积分不够，还差 {missing} 分", "{missing} points short"),
    "ledger.growth_short": Text(
        409, "成长值不够，还差 {missing}", "The growth value is {missing} short"
    ),
    "ledger.pass_short": Text(
        409, "次卡次数不够，还差 {missing} 次", "The pass is {missing} uses short"
    ),
    "ledger.account_frozen": Text(
        409,
        "这个账户已冻结，暂时不能支出",
        "This account is frozen; nothing can be spent from it right now",
    ),
    "ledger.account_closed": Text(
        409, "这个账户已注销，不能再存取", "This account is closed; nothing can go in or out"
    ),
    "ledger.already_posted": Text(
        409,
        "这笔业务已经入过账了，不会重复记账",
        "This has been booked already; it is not booked twice",
    ),
    "ledger.balance_moved": Text(
        409,
        "余额刚刚在别处变动了，请重试一次",
        "The balance has just changed somewhere else; please try again",
    ),
}
