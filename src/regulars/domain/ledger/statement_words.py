"""A member's statement in words: what each movement was, as a shop would say it.

>>> moved = Movement(kind=EntryKind.SETTLE, account=AccountKind.POINTS, amount=-600,
...                  store=Label("人民广场店", "People's Square"), bill="A017", worth_minor=600)
>>> words_of(moved, scale=2).zh
'在人民广场店买单（单号 A017），用了 600 积分，抵 6.00'

No ids and no jargon: 本金 is the money paid in, 赠金 what the shop added, a lot is told by its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, assert_never

from regulars.domain.kernel.label import Label
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind

LOTS_TOLD_MAX = 3

# What happened, as the first words of a sentence; {store} and {bill} are put in.
ACTS: dict[EntryKind, Label] = {
    EntryKind.TOP_UP: Label("充值", "Top-up"),
    EntryKind.SETTLE: Label("买单", "Bill"),
    EntryKind.EARN: Label("消费", "Purchase"),
    EntryKind.GROWTH: Label("累计", "Counted towards your tier"),
    EntryKind.REFUND: Label("退款", "Refund"),
    EntryKind.GIFT: Label("赠送", "Gift"),
    EntryKind.EXPIRE: Label("到期", "Expiry"),
    EntryKind.IMPORT: Label("从旧系统转入", "Carried over from the old system"),
    EntryKind.HOLD: Label("预留", "Set aside"),
    EntryKind.HOLD_END: Label("预留结束", "End of what was set aside"),
    EntryKind.TOP_UP_REFUND: Label("储值退款", "Refund of a top-up"),
    EntryKind.TRANSFER: Label("转赠", "Transfer"),
    EntryKind.LAPSE: Label("储值到期", "Stored value ended"),
    EntryKind.REACTIVATE: Label("储值恢复", "Stored value restored"),
    EntryKind.MALL: Label("积分商城兑换", "Points mall"),
    EntryKind.MALL_BACK: Label("积分商城退换", "Points mall, returned"),
    EntryKind.DRAW: Label("抽奖", "Lucky draw"),
    EntryKind.GROUP: Label("拼团", "Group buy"),
    EntryKind.PASS_SALE: Label("购买次卡", "Pass bought"),
    EntryKind.PASS_USE: Label("使用次卡", "Pass used"),
    EntryKind.PASS_BACK: Label("次卡退还", "Pass given back"),
    EntryKind.SETTLEMENT: Label("门店清算", "Settlement between stores"),
}
# What a gift was for, by the first word of its occasion.
OCCASIONS: dict[str, Label] = {
    "join": Label("入会礼", "Welcome gift"),
    "birthday": Label("生日礼", "Birthday gift"),
    "tier": Label("升级礼", "Gift for a new tier"),
    "check_in": Label("签到奖励", "Check-in reward"),
    "task": Label("任务奖励", "Task reward"),
    "draw": Label("抽奖奖品", "Prize of a lucky draw"),
    "mall": Label("积分商城兑换", "Points mall"),
    "referral": Label("老带新奖励", "Thanks for inviting a friend"),
    "group": Label("拼团奖励", "Group buy reward"),
    "top_up": Label("充值赠送", "Gift for a top-up"),
}
# Told instead of the act where an order of the mall ended since nobody fetched it.
NOT_FETCHED = "not_fetched"
_NOT_FETCHED = Label("积分商城逾期未领", "Points mall, not fetched in time")
ACCOUNTS: dict[AccountKind, Label] = {
    AccountKind.PRINCIPAL: Label("储值本金", "stored value"),
    AccountKind.BONUS: Label("储值赠金", "bonus money"),
    AccountKind.POINTS: Label("积分", "points"),
    AccountKind.GROWTH: Label("成长值", "growth value"),
    AccountKind.POINTS_DEBT: Label("欠的积分", "points owed"),
    AccountKind.PRINCIPAL_HELD: Label("预留的储值本金", "stored value set aside"),
    AccountKind.BONUS_HELD: Label("预留的储值赠金", "bonus money set aside"),
    AccountKind.POINTS_HELD: Label("预留的积分", "points set aside"),
    AccountKind.PASS: Label("次卡", "pass"),
}
_MONEY = frozenset(
    {
        AccountKind.PRINCIPAL,
        AccountKind.BONUS,
        AccountKind.PRINCIPAL_HELD,
        AccountKind.BONUS_HELD,
    }
)
_HELD = frozenset({AccountKind.PRINCIPAL_HELD, AccountKind.BONUS_HELD, AccountKind.POINTS_HELD})


class LotTold(NamedTuple):
    """A part of a movement, and what is known of its lot: its end, its first day."""

    amount: int
    expires_on: date | None
    usable_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of one of a member's accounts. Units: the account's; negative left it.

    `lots`: the lots that it came from or made. `worth_minor`: what points took off the bill.
    """

    kind: EntryKind
    account: AccountKind
    amount: int
    store: Label
    bill: str | None = None
    occasion: str | None = None
    worth_minor: int = 0
    lots: Sequence[LotTold] = ()


def words_of(movement: Movement, *, scale: int) -> Label:
    """The movement as one sentence, in both languages. Units: `scale` digits after the point."""
    act = _act(movement)
    given = movement.kind is EntryKind.GIFT
    place_zh = "" if movement.kind in _NOWHERE else f"{'' if given else '在'}{movement.store.zh}"
    place_en = "" if movement.kind in _NOWHERE else f" at {movement.store.in_language('en')}"
    bill_zh = f"（单号 {movement.bill}）" if movement.bill else ""
    bill_en = f" ({movement.bill})" if movement.bill else ""
    what, verb, tail = _what(movement, scale), _verb(movement), _tail(movement, scale)
    gap = " " if what.zh[0].isdigit() else ""
    return Label(
        f"{place_zh}{act.zh}{bill_zh}，{verb.zh}{gap}{what.zh}{tail.zh}",
        f"{act.en}{place_en}{bill_en}: {what.en} {verb.en}{tail.en}",
    )


# These happen to a member wherever she is.
_NOWHERE = frozenset({EntryKind.EXPIRE, EntryKind.LAPSE, EntryKind.IMPORT})


def _act(movement: Movement) -> Label:
    if movement.kind is EntryKind.GIFT and movement.occasion is not None:
        first = movement.occasion.replace(".", ":").partition(":")[0]
        return OCCASIONS.get(first, ACTS[EntryKind.GIFT])
    if movement.occasion == NOT_FETCHED:
        return _NOT_FETCHED
    return ACTS[movement.kind]


def amount_words(account: AccountKind, amount: int, *, scale: int) -> str:
    """An amount without its sign: 1,234.50 of money, 600 of anything else."""
    if account not in _MONEY or not scale:
        return f"{abs(amount):,}"
    whole, part = divmod(abs(amount), 10**scale)
    return f"{whole:,}.{part:0{scale}d}"


def _what(movement: Movement, scale: int) -> Label:
    account, shown = movement.account, amount_words(movement.account, movement.amount, scale=scale)
    name = ACCOUNTS[account]
    if account is AccountKind.PASS:
        return Label(
            f"{shown} 次", f"{shown} use" if abs(movement.amount) == 1 else f"{shown} uses"
        )
    if account in _MONEY:
        return Label(f"{name.zh} {shown}", f"{shown} of {name.en}")
    name_en = name.en.replace("points", "point") if abs(movement.amount) == 1 else name.en
    return Label(f"{shown} {name.zh}", f"{shown} {name_en}")


def _verb(movement: Movement) -> Label:
    """What became of the amount."""
    came = movement.amount > 0
    if movement.account is AccountKind.POINTS_DEBT:
        return Label("补回", "repaid") if came else Label("记下", "noted")
    if movement.account in _HELD:
        return Label("留出", "kept for it") if came else Label("不再留", "no longer kept")
    match movement.kind:
        case EntryKind.TOP_UP:
            return Label("存入", "added")
        case EntryKind.SETTLE | EntryKind.MALL | EntryKind.PASS_USE:
            return Label("得到", "given") if came else Label("用了", "used")
        case EntryKind.GROUP:
            # What a seat gives is a coupon: money that comes is the seat's own.
            return Label("退回", "given back") if came else Label("用了", "used")
        case EntryKind.EARN | EntryKind.GIFT | EntryKind.DRAW | EntryKind.PASS_SALE:
            return Label("得到", "given") if came else Label("用了", "used")
        case EntryKind.GROWTH:
            return Label("得到", "given") if came else Label("收回", "taken back")
        case EntryKind.REFUND | EntryKind.MALL_BACK | EntryKind.PASS_BACK:
            return Label("退回", "given back") if came else Label("收回", "taken back")
        case EntryKind.TOP_UP_REFUND:
            if came:
                return Label("退回", "given back")
            # Only what was paid in is paid out; what came with it is taken back.
            paid_out = movement.account is AccountKind.PRINCIPAL
            return Label("退出", "paid back to you") if paid_out else Label("收回", "taken back")
        case EntryKind.EXPIRE | EntryKind.LAPSE:
            return Label("过期", "ended")
        case EntryKind.HOLD:
            return Label("退回", "given back") if came else Label("留出", "set aside")
        case EntryKind.HOLD_END:
            return Label("退回", "given back") if came else Label("用了", "used")
        case EntryKind.TRANSFER:
            return Label("收到", "received") if came else Label("转出", "passed on")
        case EntryKind.IMPORT | EntryKind.REACTIVATE | EntryKind.SETTLEMENT:
            return Label("转入", "added") if came else Label("转出", "taken out")
        case _:
            assert_never(movement.kind)


def _tail(movement: Movement, scale: int) -> Label:
    zh, en = "", ""
    if movement.worth_minor and movement.account is AccountKind.POINTS:
        worth = amount_words(AccountKind.PRINCIPAL, movement.worth_minor, scale=scale)
        zh, en = f"，抵 {worth}", f", worth {worth}"
    told = movement.lots[:LOTS_TOLD_MAX]
    parts_zh, parts_en = [], []
    for lot in told:
        ends, begins = lot.expires_on, lot.usable_on
        shown = amount_words(movement.account, lot.amount, scale=scale)
        of_zh, of_en = (f"{shown} ", f"{shown} ") if len(movement.lots) > 1 else ("", "")
        if begins is not None and movement.amount > 0:
            parts_zh.append(f"{of_zh}{_day_zh(begins)}起可用")
            parts_en.append(f"{of_en}usable from {begins}")
        if ends is not None:
            last = ends - timedelta(days=1)
            until = movement.amount > 0
            parts_zh.append(f"{of_zh}{'可用到' if until else '原本可用到'} {_day_zh(last)}")
            parts_en.append(f"{of_en}{'good until' if until else 'was good until'} {last}")
    if parts_zh:
        more_zh, more_en = ("等", ", and more") if len(movement.lots) > LOTS_TOLD_MAX else ("", "")
        zh += f"（{'，'.join(parts_zh)}{more_zh}）"
        en += f" ({', '.join(parts_en)}{more_en})"
    return Label(zh, en)


def _day_zh(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
