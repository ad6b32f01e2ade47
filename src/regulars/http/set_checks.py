"""The check of a store's whole set of offers, with drafts on trial. Nothing is kept."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.money import scale_of
from regulars.domain.pricing.checks.findings import Finding, Witness, texts_of
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.order_forms import DraftForm
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage.engine import Read
from regulars.use_cases.set_checks import set_check

router = APIRouter(prefix="/api/v1", tags=["offers"])


class SetCheckForm(Body):
    """The store whose offers are checked, with drafts as if they were in force."""

    store_id: UUID
    drafts: Annotated[list[DraftForm], Field(max_length=50, default_factory=list)]


class WitnessLineView(Answer):
    """So many of one product."""

    product_id: UUID
    name_zh: str
    name_en: str
    quantity: int


class WitnessView(Answer):
    """A basket, a guest and a moment that show a finding. Units: minor units."""

    lines: list[WitnessLineView]
    tier: str | None
    at: AwareDatetime
    source: str
    due_minor: int


class FindingView(Answer):
    """One finding about some offers, in both languages. `mistake`: do not start like this."""

    code: str
    mistake: bool
    offers: list[UUID]
    text_zh: str
    text_en: str
    figures: dict[str, int]
    witness: WitnessView | None


class FindingsView(Answer):
    """What the check of a set found, mistakes first."""

    findings: list[FindingView]


@router.post(
    "/offers/check-set",
    operation_id="check_offer_set",
    openapi_extra=ASKS,
    response_model=FindingsView,
)
async def check_offer_set(
    request: Request, form: SetCheckForm, actor: Annotated[Actor, requires(Permission.OFFER_READ)]
) -> Response:
    """What never applies, what excludes what, what sells below cost, what mints value."""
    actor.scope.check(form.store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> dict[str, object]:
        shop = edge.shops.in_force(read, form.store_id, at=now)
        findings = set_check(shop, [draft.offer() for draft in form.drafts], now)
        scale = scale_of(shop.store.currency)
        may_see_cost = actor.may(Permission.CATALOG_COST)
        shown = [one for one in findings if may_see_cost or "cost" not in one.code]
        shown.sort(key=lambda one: not one.is_mistake)
        return {"findings": [_told(one, scale) for one in shown]}

    return answered(await asked(edge, question))


def _told(finding: Finding, scale: int) -> dict[str, object]:
    zh, en = texts_of(finding, scale=scale)
    return {
        "code": finding.code.value,
        "mistake": finding.is_mistake,
        "offers": finding.offers,
        "text_zh": zh,
        "text_en": en,
        "figures": dict(finding.figures),
        "witness": None if finding.witness is None else _witness(finding.witness),
    }


def _witness(witness: Witness) -> dict[str, object]:
    return {
        "lines": [
            {
                "product_id": line.product_id,
                "name_zh": line.name.zh,
                "name_en": line.name.en,
                "quantity": line.quantity,
            }
            for line in witness.lines
        ],
        "tier": witness.tier,
        "at": witness.at,
        "source": witness.source,
        "due_minor": witness.due_minor,
    }
