"""What the law says of prepaid value, as dated rows: region, period, figure, source.

Read from summaries: a lawyer of the place confirms them before a shop relies on them. A rule that
changes gets an end and a new row; a shop that it does not bind switches it off, for the record.

    2026-05-04, China, a card without a registered holder: at most 1,000.00 yuan on it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regulars.domain.kernel.label import Label


class LawMatter(StrEnum):
    """What a rule is about; the comment says what its value counts."""

    NAMED_BALANCE_MAX = "named_balance_max"  # minor units on the card of a registered holder
    UNNAMED_BALANCE_MAX = "unnamed_balance_max"  # minor units on any other
    IDENTITY_FROM = "identity_from"  # minor units paid at once that need a registered holder
    IDENTITY_KEPT = "identity_kept"  # years for which the holder's record is kept
    CASH_BELOW = "cash_below"  # minor units paid at once from which cash may not be taken
    NAMED_NO_END = "named_no_end"  # principal of a registered holder never ends; no value
    UNNAMED_END_AFTER = "unnamed_end_after"  # months that other principal lasts at least
    PAID_END_AFTER = "paid_end_after"  # months that any paid value lasts at least
    REFUND_WITHIN = "refund_within"  # days in which unspent principal goes back on demand


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRule:
    """One rule of one region, from one day on. Units: those of its matter."""

    code: str
    region: str
    matter: LawMatter
    value: int
    label: Label
    source: str
    from_on: date
    until_on: date | None = None


_ORDER_9 = (
    "单用途商业预付卡管理办法（试行），商务部令 2012 年第 9 号，2016 年第 2 号令修改"
    " / MOFCOM Order 9/2012, amended by Order 2/2016"
)
_COURT = "法释〔2025〕4号 / Supreme People's Court, Interpretation [2025] No. 4"
_CFR = "12 CFR 1005.20 (75 FR 16580)"
_ORDER_9_FROM = date(2012, 11, 1)

LAW_RULES: tuple[LawRule, ...] = (
    LawRule(
        code="cn.named_balance_max",
        region="CN",
        matter=LawMatter.NAMED_BALANCE_MAX,
        value=500_000,
        label=Label("记名卡余额不得超过 5,000 元", "A named card holds at most 5,000 yuan"),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.unnamed_balance_max",
        region="CN",
        matter=LawMatter.UNNAMED_BALANCE_MAX,
        value=100_000,
        label=Label(
            "没有登记持卡人身份的卡，余额不得超过 1,000 元",
            "A card without a registered holder holds at most 1,000 yuan",
        ),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.identity_from",
        region="CN",
        matter=LawMatter.IDENTITY_FROM,
        value=1_000_000,
        label=Label(
            "一次充值 10,000 元及以上，要先登记姓名、证件号码和联系方式",
            "Who pays in 10,000 yuan or more at once is registered first:"
            " name, document number, contact",
        ),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.identity_kept",
        region="CN",
        matter=LawMatter.IDENTITY_KEPT,
        value=5,
        label=Label(
            "持卡人登记资料至少保存 5 年", "The record of a card's holder is kept for 5 years"
        ),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.cash_below",
        region="CN",
        matter=LawMatter.CASH_BELOW,
        value=5_000_000,
        label=Label(
            "个人一次充值 50,000 元及以上，只能银行转账，不能收现金",
            "From 50,000 yuan at once a person pays by bank transfer, not in cash",
        ),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.named_no_end",
        region="CN",
        matter=LawMatter.NAMED_NO_END,
        value=0,
        label=Label("记名卡的本金不设有效期", "The principal of a named card never ends"),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.unnamed_end_after",
        region="CN",
        matter=LawMatter.UNNAMED_END_AFTER,
        value=36,
        label=Label(
            "不记名卡的有效期不得少于 3 年", "Value on an unnamed card lasts for 3 years at least"
        ),
        source=_ORDER_9,
        from_on=_ORDER_9_FROM,
    ),
    LawRule(
        code="cn.refund_within",
        region="CN",
        matter=LawMatter.REFUND_WITHIN,
        value=7,
        label=Label(
            "付款后 7 天内要求退款，未用的本金应当退还",
            "Within 7 days of payment unspent principal goes back on demand",
        ),
        source=_COURT,
        from_on=date(2025, 5, 1),
    ),
    LawRule(
        code="us.paid_end_after",
        region="US",
        matter=LawMatter.PAID_END_AFTER,
        value=60,
        label=Label(
            "付过钱的储值有效期不得少于 5 年", "Value that was paid for lasts for 5 years at least"
        ),
        source=_CFR,
        from_on=date(2010, 8, 22),
    ),
)
