"""What `verify` says, in both languages: the names of its checks and each kind of difference."""

from regulars.cli import verify_texts_features as features
from regulars.cli.verify_words import fault, figure
from regulars.domain.kernel.label import Label

SUMMARY = Label(
    "查账完成：{entries}、{orders}，{differences}，{chain}（{at}）",
    "{differences} in {entries}, {orders}, {chain}, at {at}",
)
CHAIN_HEAD = Label("账本链第 {number} 块 {hash}", "chain at block {number} {hash}")
CHAIN_NONE = Label("账本链尚未开始", "no chain yet")
ACCOUNT = Label("账户 {account}", "account {account}")
WAITING = Label(
    "{number} 笔凭证还没进链，服务启动后会自动补上",
    "not in the chain yet, and taken up when the server starts: {number}",
)
MORE = Label("还有更多，未一一列出", "there are more, not listed")
UNKNOWN = Label("无", "nothing")

# By what is counted: many of it, and one.
_COUNTED = {
    "differences": (Label("{number} 处差异", "{number} differences"), "{number} difference"),
    "entries": (Label("{number} 笔凭证", "{number} entries"), "{number} entry"),
    "orders": (Label("{number} 张订单", "{number} orders"), "{number} order"),
}

_CHECKS = {
    "balances": Label("余额", "balances"),
    "versions": Label("余额变动链", "chain of balances"),
    "entries": Label("凭证", "entries"),
    "units": Label("账户单位", "units"),
    "floors": Label("余额下限", "floors"),
    "lots": Label("批次余量", "lots"),
    "lot_uses": Label("批次使用", "uses of lots"),
    "lot_postings": Label("凭证与批次", "lots of entries"),
    "reversals": Label("冲正", "reversals"),
    "top_ups": Label("充值", "top-ups"),
    "tenders": Label("收款", "tenders"),
    "orders_posted": Label("订单入账", "orders in the ledger"),
    "refunds_posted": Label("退款入账", "refunds in the ledger"),
    "refunds": Label("退款", "refunds"),
    "coupons": Label("优惠券", "coupons"),
    "members": Label("会员统计", "member figures"),
    "tiers": Label("会员等级", "tiers"),
    "limits": Label("活动限量", "limits of offers"),
    "chain": Label("账本链", "chain of entries"),
    "expected": Label("留存的链尾", "the head written down earlier"),
    **features.CHECKS,
}

_CHAIN_WHATS = {
    "entry_altered": fault("凭证被改过，和链上的指纹不符", "it was altered since it was chained"),
    "entry_removed": fault(
        "链上有这张凭证，账本里却没有了", "the chain has it, the ledger does not"
    ),
    "entry_unchained": fault("凭证没有进链", "it is not in the chain"),
    "entry_twice": fault("凭证在链上出现了两次", "it is in the chain twice"),
    "block_hash": Label(
        "第 {wanted} 块和它前面的链接不上", "block {wanted} does not follow from the one before"
    ),
    "block_bounds": Label(
        "第 {wanted} 块的内容和它登记的不符", "block {wanted} does not hold what it says"
    ),
    "block_missing": Label("第 {wanted} 块不见了", "block {wanted} is missing"),
    "anchor": Label(
        "第 {wanted} 块和当天留存的链尾不符", "block {wanted} is not what was anchored that day"
    ),
    "chain_gone": Label("链整条不见了，只剩留存的链尾", "the chain is gone, its anchors are there"),
    "expected_head": Label(
        "第 {wanted} 块和您给的链尾不符", "block {wanted} has not the hash that you gave"
    ),
}

# Liability differs by kind of account and unit, which name themselves.
_LIABILITY = Label(
    "{what}：分录合计 {wanted}，批次合计 {found}",
    "{what}: postings come to {wanted}, lots to {found}",
)

_WHATS = {
    **_CHAIN_WHATS,
    **features.WHATS,
    "balance": figure("余额", "the balance"),
    "house_balance": figure("门店账户不该有余额，", "a house account keeps no balance, it"),
    "version": figure("变动序号", "the version"),
    "after": figure("变动后余额", "the balance after it"),
    "last_version": figure("最后的变动序号", "the last version"),
    "postings": figure("分录数", "the number of postings"),
    "unsealed": fault("分录没有对应的凭证", "a posting has no entry"),
    "from_unit": fault("转出账户的单位不符", "the account it left has another unit"),
    "to_unit": fault("转入账户的单位不符", "the account it reached has another unit"),
    "floor": figure("余额低于下限，", "the balance is below its floor, it"),
    "remaining": figure("各批次余量之和", "what remains in its lots"),
    "not_lotted": fault("这个账户不该有批次", "this account has no lots"),
    "used": figure("批次的使用合计", "the uses of the lot"),
    "in_range": fault("批次余量超出范围", "what remains of the lot is out of range"),
    "use_of_no_entry": fault("批次使用没有对应的凭证", "a use of the lot has no entry"),
    "lot_of_no_entry": fault("批次没有对应的凭证", "the lot has no entry"),
    "lots_of_entry": figure("凭证的批次变动", "what the entry did to lots"),
    "reverses": fault("冲正的原凭证不符", "it does not reverse an entry of the same event"),
    "principal": figure("充值本金", "the principal"),
    "bonus": figure("充值赠金", "the bonus"),
    "no_top_up": fault("充值凭证没有对应的充值单", "the entry has no top-up"),
    "paid": figure("收款合计", "the tenders"),
    "paid_back": figure("退回合计", "the money given back"),
    "stored_value": figure("储值支付的本金与赠金之和", "principal and bonus of the payment"),
    "settle_entries": figure("结账凭证数", "the number of settle entries"),
    "earn_entries": figure("积分凭证数", "the number of earn entries"),
    "money": figure("入账金额", "the money moved"),
    "points_spent": figure("抵扣的积分", "the points spent"),
    "points_earned": figure("获得的积分", "the points earned"),
    "growth_earned": figure("获得的成长值", "the growth value earned"),
    "no_order": fault("凭证没有对应的订单", "the entries have no order"),
    "money_back": figure("退款入账金额", "the money moved back"),
    "points_back": figure("退款变动的积分", "the points moved by refunds"),
    "growth_back": figure("退款收回的成长值", "the growth value taken back"),
    "refunded": figure("订单记录的退款", "the refunds on the order"),
    "more_than_paid": figure("退款超过实付，", "more was refunded than paid, it"),
    "units": figure("按件退款合计", "the refunds by unit"),
    "kept_shares": figure("留下商品的份额合计", "the shares of what was kept"),
    "unit_unknown": fault("退了订单里没有的商品", "a unit was refunded that was never sold"),
    "points_returned": figure("退回的积分超过所用，", "more points returned than spent, it"),
    "points_taken_back": figure("收回的积分超过所得，", "more points taken back than earned, it"),
    "growth_taken_back": figure(
        "收回的成长值超过所得，", "more growth value taken back than earned, it"
    ),
    "state": figure("订单状态与已退件数不符，", "the state does not fit the units refunded, it"),
    "used_without_sale": fault("券已核销，却没有对应的订单", "it is used, but by no sale"),
    "saving_without_coupon": fault(
        "订单用了券，券却没有核销", "a coupon saved money, but is not used by this order"
    ),
    "issued": figure("券模板记录的发放数", "the number issued of this type"),
    "visits": figure("到店次数", "the number of visits"),
    "spent": figure("累计消费", "the money spent"),
    "last_visit": fault("最近到店时间与订单不符", "the last visit is not that of the orders"),
    "no_figures": fault("会员没有统计记录", "the member has no figures"),
    "tier": fault("当前等级没有对应的等级记录", "the tier is in no tier period"),
    "limit_uses": figure("活动已用次数", "the uses counted of its limit"),
    "limit_money": figure("活动已用预算", "the money counted of its limit"),
    "limit_not_counted": fault("订单占用了名额，活动却没有计数", "what orders took is not counted"),
    "kept_without_hold": fault(
        "占着名额，却没有待付款的保留", "it keeps uses of a limit, but is not on hold"
    ),
    "taken_without_sale": fault(
        "占用了名额，却没有对应的已结账订单", "it used a limit, but is no paid order"
    ),
    "later_tier": fault("等级记录比当前等级更新", "a later tier period exists"),
}


def check_label(name: str) -> Label:
    """What a check is called."""
    return _CHECKS[name]


def counted_label(noun: str, number: int) -> Label:
    """A number of things, with `{number}`."""
    many, one = _COUNTED[noun]
    return Label(many.zh, one) if number == 1 else many


def what_label(check: str, what: str) -> Label:
    """The sentence for one kind of difference, with `{row}`, `{wanted}` and `{found}`.

    The same word may mean two things in two checks: then each has a sentence of its own.
    """
    if check == "liability":
        told = _LIABILITY
        return Label(told.zh.replace("{what}", what), told.en.replace("{what}", what))
    return _WHATS.get(f"{check}.{what}") or _WHATS[what]
