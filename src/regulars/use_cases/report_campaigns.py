"""Campaigns as rows of a report: how far each came, what it cost, and what it earned per member.

Nothing is counted here: the funnel and the comparison with those held back are asked for, and say the
same as on the campaign's own page.
"""

from uuid import UUID

from regulars.domain.insights.funnel import Step
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.reports.answer import Row
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import REPORTS, ReportName
from regulars.domain.stores.actor import Actor
from regulars.storage import campaigns
from regulars.storage.campaigns import CampaignRow
from regulars.storage.engine import Read
from regulars.storage.stores import STORES
from regulars.use_cases import funnels
from regulars.use_cases.assigning import PROGRAMME_UNKNOWN
from regulars.use_cases.measured_outcomes import Asked
from regulars.use_cases.measuring import NO_CONTROL, measurement

ONE_STORE_OR_ALL = refusal_code("report.one_store_or_all")

# The newest: each is measured anew, so that no page tells an old lift.
CAMPAIGNS_MAX = 12
_BEGUN = ("approved", "ended")
_STEPS = {
    Step.INVITED: Metric.CAMPAIGN_INVITED,
    Step.REACHED: Metric.CAMPAIGN_REACHED,
    Step.CLICKED: Metric.CAMPAIGN_CLICKED,
    Step.REDEEMED: Metric.CAMPAIGN_REDEEMED,
    Step.BOUGHT: Metric.CAMPAIGN_BOUGHT,
}
_SUMS = frozenset(
    {
        Metric.CAMPAIGN_INVITED,
        Metric.CAMPAIGN_REACHED,
        Metric.CAMPAIGN_BOUGHT,
        Metric.CAMPAIGN_SALES,
        Metric.CAMPAIGN_COST,
    }
)
_NOT_DRAWN = Label("还没有分组", "Nobody was drawn yet")
_NO_CONTROL = Label("没有对照组，说不出增量", "Nobody was held back: no lift can be told")


def campaign_rows(read: Read, question: Question, actor: Actor) -> tuple[tuple[Row, ...], Row]:
    """The newest campaigns, and the sums of what may be added.

    Refuses: report.one_store_or_all, where some stores of several are asked for.
    """
    store_id = _store_of(read, question, actor)
    rows = tuple(
        _row(read, campaign, store_id, question)
        for campaign in [one for one in read.all(campaigns.ALL) if one.state in _BEGUN][
            :CAMPAIGNS_MAX
        ]
    )
    total = {
        metric: sum(row.figures[metric] or 0 for row in rows) if metric in _SUMS else None
        for metric in REPORTS[ReportName.CAMPAIGNS].metrics
    }
    return rows, Row(key="", figures=total)


def _store_of(read: Read, question: Question, actor: Actor) -> UUID | None:
    if actor.scope.everywhere and len(question.places) == len(read.all(STORES)):
        return None
    if len(question.places) != 1:
        raise ONE_STORE_OR_ALL.because()
    return question.places[0].store_id


def _row(read: Read, campaign: CampaignRow, store_id: UUID | None, question: Question) -> Row:
    figures: dict[Metric, int | None] = dict.fromkeys(REPORTS[ReportName.CAMPAIGNS].metrics)
    label = Label(campaign.name_zh, campaign.name_en)
    asked = Asked(programme_id=campaign.id, store_id=store_id)
    if store_id is None:
        budget = read.one(campaigns.BUDGET, campaign_id=campaign.id)
        figures[Metric.CAMPAIGN_COST] = (
            0 if budget is None else budget.drawn_minor + budget.messages_minor
        )
    try:
        funnel = funnels.of_programme(read, asked, now=question.as_of).whole
    except Refusal as refusal:
        if refusal.code != PROGRAMME_UNKNOWN.code:
            raise
        return Row(key=campaign.id, figures=figures, label=label, note=_NOT_DRAWN)
    for step in funnel.steps:
        if step.step in _STEPS:
            figures[_STEPS[step.step]] = step.members
    figures[Metric.CAMPAIGN_SALES] = funnel.sales_minor
    note = _lift(read, asked, figures, question)
    return Row(key=campaign.id, figures=figures, label=label, note=note)


def _lift(read: Read, asked: Asked, figures: dict[Metric, int | None], question: Question) -> Label:
    """The lift where it may be shown, and the verdict in a sentence."""
    try:
        found = measurement(read, asked, now=question.as_of)
    except Refusal as refusal:
        if refusal.code != NO_CONTROL.code:
            raise
        return _NO_CONTROL
    verdict = found.verdict
    if verdict.lift is not None and verdict.adjusted is not None:
        figures[Metric.CAMPAIGN_LIFT] = round(verdict.lift.adjusted.difference)
        figures[Metric.CAMPAIGN_LIFT_LOW] = round(verdict.adjusted.low)
        figures[Metric.CAMPAIGN_LIFT_HIGH] = round(verdict.adjusted.high)
    return found.sentence
