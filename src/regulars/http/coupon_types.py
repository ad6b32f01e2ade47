"""Kinds of coupon: what each one promises, for how long, and how many there may be."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Label
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, Code, Count, Name, NameOrNone
from regulars.storage import offers
from regulars.use_cases.offers import SaveCouponType, Saved

router = APIRouter(prefix="/api/v1", tags=["offers"])
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]


class CouponTypeForm(Body):
    """A kind of coupon. Units: days; without `issue_max` there is no limit."""

    id: UUID
    code: Code
    name_zh: Name
    name_en: NameOrNone = ""
    definition: dict[str, JsonValue]
    valid_days: Count
    issue_max: Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)] | None = None
    rules: dict[str, JsonValue] | None = None


class CouponTypeView(Answer):
    """A kind of coupon and how many copies were handed out."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    definition: dict[str, JsonValue]
    valid_days: int
    issue_max: int | None
    issued: int
    state: str
    rules: dict[str, JsonValue] | None


@router.get("/coupon-types", operation_id="list_coupon_types", response_model=list[CouponTypeView])
async def list_coupon_types(
    request: Request, actor: Annotated[Actor, requires(Permission.COUPON_READ)]
) -> Response:
    """Every kind of coupon."""
    rows = await asked(edge_of(request), lambda read: read.all(offers.COUPON_TYPES))
    return answered([row._asdict() for row in rows])


@router.post(
    "/coupon-types", operation_id="save_coupon_type", status_code=201, response_model=Saved
)
async def save_coupon_type(request: Request, form: CouponTypeForm, actor: Writer) -> Response:
    """Save a new kind of coupon."""
    command = SaveCouponType(
        id=form.id,
        code=form.code,
        name=Label(form.name_zh, form.name_en),
        definition=form.definition,
        valid_days=form.valid_days,
        issue_max=form.issue_max,
        rules=form.rules,
    )
    return await run(request, command, actor, status=201)
