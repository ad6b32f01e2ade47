"""The verdict as a shop owner reads it, in Chinese and in English.

sentence_of(verdict, evidence, wording).zh
# 有效：28 天里，每位邀请的会员平均多带来 2.20 元毛利（0.35 元到 4.05 元之间）。
"""

from dataclasses import dataclass
from typing import assert_never

from regulars.domain.insights.outcome import Basis
from regulars.domain.insights.sequence import MEMBERS_TO_TELL
from regulars.domain.insights.verdict import NO_LIFT, Evidence, Finding, Verdict
from regulars.domain.kernel.label import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How figures are written: the currency, its digits, the window, what profit is made of.

    `declared_days`: the window that was promised beforehand.
    """

    currency: str
    scale: int
    window_days: int
    declared_days: int
    basis: Basis
    worth_minor: int

    def amount_zh(self, minor: float) -> str:
        """An amount as a Chinese shop writes it."""
        unit = "元" if self.currency == "CNY" else self.currency
        return f"{self._number(minor)} {unit}"

    def amount_en(self, minor: float) -> str:
        """An amount in English."""
        return f"{self.currency} {self._number(minor)}"

    def _number(self, minor: float) -> str:
        text = f"{minor / 10**self.scale:,.{self.scale}f}"
        return text.replace("-", "−")


def sentence_of(verdict: Verdict, evidence: Evidence, wording: Wording) -> Label:
    """The answer as a shop owner reads it, in both languages."""
    told = _told(verdict, evidence, wording)
    zh, en = told.zh, told.en
    if wording.basis is Basis.REVENUE and verdict.finding not in NO_LIFT:
        zh += "部分商品没有录入成本，这里只扣了优惠、积分和消息费用，没有扣商品成本。"
        en += (
            " Some goods have no cost on record: offers, points and messages are taken off, the"
            " cost of goods is not."
        )
    if wording.window_days != wording.declared_days:
        zh += f"注意：事先定的是看 {wording.declared_days} 天，换一个窗口来看只能参考。"
        en += (
            f" Note that {wording.declared_days} days were declared beforehand: another window is"
            " only a hint."
        )
    return Label(zh, en)


def _told(verdict: Verdict, evidence: Evidence, wording: Wording) -> Label:
    match verdict.finding:
        case Finding.NO_CONTROL | Finding.UNEQUAL | Finding.TOO_EARLY:
            return _refused(verdict.finding, evidence)
        case Finding.WORKS:
            return _won(verdict, wording)
        case Finding.LOSES | Finding.TOO_LITTLE:
            return _lost(verdict, wording)
        case Finding.CANNOT_TELL | Finding.HOPELESS:
            return _open(verdict, wording)
        case _:
            assert_never(verdict.finding)


def _refused(finding: Finding, evidence: Evidence) -> Label:
    arms, ratio = evidence.arms, evidence.ratio
    if finding is Finding.NO_CONTROL:
        return Label(
            "没有对照组，无法知道会员本来会不会来，所以不显示提升。下次请至少留出一成会员不发。",
            "Nobody was held back, so nobody can know what members would have done anyway: no lift"
            " is shown. Next time, hold back at least one in ten.",
        )
    if finding is Finding.UNEQUAL:
        zh = "、".join(
            f"{arm} 应有 {round(ratio.expected[arm]):,} 人，实有 {count:,} 人"
            for arm, count in ratio.counts.items()
        )
        en = ", ".join(
            f"{arm} has {count:,} instead of {round(ratio.expected[arm]):,}"
            for arm, count in ratio.counts.items()
        )
        return Label(
            f"不能下结论：各组人数和抽签的比例对不上（{zh}），说明有人漏掉了，请先查清原因。",
            f"No conclusion: the arms are not as large as they were drawn ({en}). Somebody was"
            " lost on the way; find out why first.",
        )
    days = evidence.plan.window_days
    return Label(
        f"还看不出来：满 {days} 天的会员还太少（对照组 {arms.control.count:,} 人，活动组"
        f" {arms.treated.count:,} 人，每组至少要 {MEMBERS_TO_TELL} 人）。",
        f"Cannot tell yet: too few members have had their {days} days ({arms.control.count:,} held"
        f" back, {arms.treated.count:,} invited; at least {MEMBERS_TO_TELL} of each are needed).",
    )


def _difference(verdict: Verdict) -> float:
    return verdict.lift.adjusted.difference if verdict.lift else 0.0


def _between(verdict: Verdict, wording: Wording) -> Label:
    low = verdict.adjusted.low if verdict.adjusted else 0.0
    high = verdict.adjusted.high if verdict.adjusted else 0.0
    return Label(
        f"{wording.amount_zh(low)}到 {wording.amount_zh(high)}",
        f"between {wording.amount_en(low)} and {wording.amount_en(high)}",
    )


def _kind(wording: Wording) -> Label:
    if wording.basis is Basis.PROFIT:
        return Label("毛利", "gross profit")
    return Label("收入", "income")


def _won(verdict: Verdict, wording: Wording) -> Label:
    gain, between, kind = _difference(verdict), _between(verdict, wording), _kind(wording)
    return Label(
        f"有效：{wording.window_days} 天里，每位邀请的会员平均多带来 {wording.amount_zh(gain)}{kind.zh}"
        f"（{between.zh}之间）。",
        f"It works: within {wording.window_days} days each member invited brought"
        f" {wording.amount_en(gain)} more {kind.en} ({between.en}).",
    )


def _lost(verdict: Verdict, wording: Wording) -> Label:
    between, kind = _between(verdict, wording), _kind(wording)
    if verdict.finding is Finding.TOO_LITTLE:
        return Label(
            f"没有效果：就算有，每位会员也不到 {wording.amount_zh(wording.worth_minor)}{kind.zh}，达不到"
            f"事先定的目标（{between.zh}之间）。",
            f"It does not work: whatever it brings is less than the"
            f" {wording.amount_en(wording.worth_minor)} of {kind.en} a member that was set as worth"
            f" having ({between.en}).",
        )
    loss = -_difference(verdict)
    return Label(
        f"没有效果，还亏了：{wording.window_days} 天里，每位邀请的会员平均少带来"
        f" {wording.amount_zh(loss)}{kind.zh}（{between.zh}之间），建议停掉。",
        f"It does not work and costs more than it brings: within {wording.window_days} days each"
        f" member invited brought {wording.amount_en(loss)} less {kind.en} ({between.en}). Better"
        " stop it.",
    )


def _open(verdict: Verdict, wording: Wording) -> Label:
    between, wait = _between(verdict, wording), verdict.wait
    if wait is None or wait.weeks is None:
        return Label(
            f"这个规模看不出来：每位会员的差别在{between.zh}之间，照现在的人数一年也分不清。可以几家店合起来看，"
            "或把对照组加到一半。",
            f"Hopeless at this size: the difference is {between.en} a member, and a year at this"
            " pace would not tell. Measure several stores together, or hold back half.",
        )
    weeks = "1 more week" if wait.weeks == 1 else f"{wait.weeks} more weeks"
    return Label(
        f"还看不出来：每位会员的差别在{between.zh}之间，大约还要 {wait.weeks} 周。",
        f"Cannot tell yet: the difference is {between.en} a member; about {weeks}.",
    )
