"""Campaigns as rows, and what each may still spend on gifts."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import campaign, campaign_budget

CAMPAIGN_UNKNOWN = refusal_code("campaign.unknown")
BUDGET_OVERDRAWN = refusal_code("campaign.budget_overdrawn")


class CampaignRow(NamedTuple):
    """Table `campaign`."""

    id: UUID
    name_zh: str
    name_en: str
    state: str
    revision: int
    definition: object
    audience: int
    made_at: Instant
    made_by: str
    approved_at: Instant | None
    approved_by: str | None


class BudgetRow(NamedTuple):
    """Table `campaign_budget`. Units: minor units."""

    campaign_id: UUID
    limit_minor: int
    drawn_minor: int
    messages_minor: int


_c, _b = campaign.c, campaign_budget.c
_THIS = _c.id == bindparam("campaign_id", type_=Id())
_BUDGET = select(campaign_budget).where(_b.campaign_id == bindparam("campaign_id", type_=Id()))
ALL = Statement(select(campaign).order_by(_c.made_at.desc(), _c.id), CampaignRow)
ONE = Statement(select(campaign).where(_THIS), CampaignRow)
ONE_LOCKED = Statement(select(campaign).where(_THIS).with_for_update(), CampaignRow)
APPROVED = Statement(select(campaign).where(_c.state == "approved").order_by(_c.id), CampaignRow)
BUDGETS = Statement(select(campaign_budget), BudgetRow)
BUDGET = Statement(_BUDGET, BudgetRow)
BUDGET_LOCKED = Statement(_BUDGET.with_for_update(), BudgetRow)
_SAVE = insert(campaign).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _c}
)
_PUT: Statement[object] = Statement(
    _SAVE.on_conflict_do_update(
        index_elements=[_c.id],
        set_={
            name: _SAVE.excluded[name]
            for name in CampaignRow._fields
            if name not in ("id", "made_at", "made_by")
        },
    )
)
_DRAW: Statement[object] = Statement(
    update(campaign_budget)
    .where(
        _b.campaign_id == bindparam("this", type_=Id()),
        _b.drawn_minor + bindparam("more", type_=Whole()) <= _b.limit_minor,
    )
    .values(drawn_minor=_b.drawn_minor + bindparam("more", type_=Whole()))
)


def put(tx: Write, row: CampaignRow) -> None:
    """Write a campaign."""
    tx.send(_PUT, **row._asdict())


def reserve(tx: Write, row: BudgetRow) -> None:
    """Set money aside for a campaign."""
    tx.add(campaign_budget, [row._asdict()])


def draw(tx: Write, campaign_id: UUID, amount_minor: int) -> None:
    """Draw from what a campaign may spend, never beyond it. Refuses: campaign.budget_overdrawn."""
    tx.take(_DRAW, refusal=BUDGET_OVERDRAWN.because(), this=campaign_id, more=amount_minor)


def known(read: Read, campaign_id: UUID) -> CampaignRow:
    """A campaign. Refuses: campaign.unknown."""
    row = read.one(ONE, campaign_id=campaign_id)
    if row is None:
        raise CAMPAIGN_UNKNOWN.because()
    return row


def locked(tx: Write, campaign_id: UUID) -> CampaignRow:
    """A campaign, that nobody else changes until the commit. Refuses: campaign.unknown."""
    row = tx.one(ONE_LOCKED, campaign_id=campaign_id)
    if row is None:
        raise CAMPAIGN_UNKNOWN.because()
    return row
