"""A member's stage and the rule behind it, in a sentence that a cashier reads.

"平均 6 天来一次，已 16 天没来" beside 有流失风险 is all that somebody at the till needs.
"""

from collections.abc import Mapping
from datetime import date

from regulars.domain.insights.lifecycle import Rule, Stage, Staged
from regulars.domain.kernel.label import Label

NAMES: Mapping[Stage, Label] = {
    Stage.PROSPECT: Label("潜在顾客", "Has not bought yet"),
    Stage.FIRST_TIMER: Label("首购新客", "First-timer"),
    Stage.DEVELOPING: Label("成长中", "Developing"),
    Stage.REGULAR: Label("常客", "Regular"),
    Stage.AT_RISK: Label("有流失风险", "At risk"),
    Stage.LOST: Label("已流失", "Lost"),
    Stage.WON_BACK: Label("重新回来", "Won back"),
}


def sentence_of(staged: Staged, *, on: date) -> Label:
    """Why a member has her stage, as of a business day."""
    silent = 0 if staged.last_on is None else max((on - staged.last_on).days, 0)
    rhythm = staged.rhythm
    gap = rhythm.gap_days if rhythm.own_gap_days is None else rhythm.own_gap_days
    limits = {"gap": gap, "silent": silent, "visits": staged.visits}
    form = _SENTENCES[staged.rule]
    limits |= {"risk": rhythm.at_risk_after_days, "lost": rhythm.lost_after_days}
    return Label(form.zh.format(**limits), form.in_language("en").format(**limits))


_SENTENCES: Mapping[Rule, Label] = {
    Rule.NEVER_CAME: Label("已入会，还没有消费过", "Joined, and has not bought anything yet"),
    Rule.CAME_ONCE: Label(
        "来过 1 次，{silent} 天前；{risk} 天不来就有流失风险",
        "One visit, {silent} days ago; at risk after {risk} days away",
    ),
    Rule.COMES_AGAIN: Label(
        "来过 {visits} 次，约 {gap} 天一次；{risk} 天不来就有流失风险",
        "{visits} visits, about every {gap} days; at risk after {risk} days away",
    ),
    Rule.COMES_OFTEN: Label(
        "来过 {visits} 次，约 {gap} 天一次；{risk} 天不来就有流失风险",
        "{visits} visits, about every {gap} days; at risk after {risk} days away",
    ),
    Rule.SILENT: Label(
        "约 {gap} 天来一次，已 {silent} 天没来；满 {lost} 天算流失",
        "Usually comes every {gap} days, away for {silent}; lost after {lost}",
    ),
    Rule.SILENT_TOO_LONG: Label(
        "约 {gap} 天来一次，已 {silent} 天没来，超过 {lost} 天",
        "Usually comes every {gap} days, away for {silent}, more than {lost}",
    ),
    Rule.CAME_BACK: Label(
        "流失后又回来了，{silent} 天前刚来过；{risk} 天不来就又有流失风险",
        "Came back after being lost, last {silent} days ago; at risk again after {risk} days away",
    ),
}
