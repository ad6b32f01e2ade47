"""Where a programme loses its guests, as JSON."""

from regulars.domain.insights.funnel import Funnel
from regulars.http.schemas import Answer
from regulars.use_cases.funnels import FunnelReport


class StepView(Answer):
    """Members who came to a step; null where nobody can know. Units: `of_before` of 10,000."""

    step: str
    members: int | None
    of_before: int | None


class FunnelView(Answer):
    """The steps from the top down, and what the invited left so far. Units: minor units."""

    steps: list[StepView]
    sales_minor: int
    profit_minor: int


class FunnelPartView(Answer):
    """The funnel of a variant, a store or a channel."""

    kind: str
    key: str
    funnel: FunnelView


class FunnelReportView(Answer):
    """The whole funnel and its parts. `basis`: whether the cost of goods is known."""

    basis: str
    whole: FunnelView
    parts: list[FunnelPartView]


def funnel_view(told: FunnelReport) -> FunnelReportView:
    """A funnel as JSON."""
    return FunnelReportView(
        basis=told.basis.value,
        whole=_funnel(told.whole),
        parts=[
            FunnelPartView(kind=one.kind, key=one.key, funnel=_funnel(one.funnel))
            for one in told.parts
        ],
    )


def _funnel(one: Funnel) -> FunnelView:
    return FunnelView(
        steps=[
            StepView(step=step.step.value, members=step.members, of_before=step.of_before)
            for step in one.steps
        ],
        sales_minor=one.sales_minor,
        profit_minor=one.profit_minor,
    )
