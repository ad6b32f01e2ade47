"""Settling between stores: look at what some days come to, and book them once."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.http.answers import run_aside
from regulars.http.edge import edge_of
from regulars.http.liability import (
    FIRST_DAY,
    LANGUAGES,
    LAST_DAY,
    Reporting,
    Spoken,
    as_file,
    asked_aside,
    check_everywhere,
)
from regulars.http.schemas import Answer, Body
from regulars.use_cases.clearing import BookClearing, ClearingBooked
from regulars.use_cases.clearing_files import written as written_as
from regulars.use_cases.liability_files import Format

router = APIRouter(prefix="/api/v1", tags=["reports"])


class ClearingForm(Body):
    """The days to book; `until_on` is not one of them."""

    from_on: Annotated[date, Field(ge=FIRST_DAY, lt=LAST_DAY)]
    until_on: Annotated[date, Field(ge=FIRST_DAY, lt=LAST_DAY)]


class BookedView(Answer):
    """Which booking it is, when it was made and by whom."""

    number: int
    at: AwareDatetime
    by: str


class ClearingLineView(Answer):
    """Value of one store that was used in another. Units: the unit's; `cost_minor` is money."""

    issuer_id: UUID
    redeemer_id: UUID
    unit: str
    amount: int
    late: int
    cost_minor: int
    entry_id: UUID | None


class ClearingPairView(Answer):
    """What two stores owe each other. Units: minor units; `net_minor` > 0: the first pays."""

    first_id: UUID
    second_id: UUID
    first_owes_minor: int
    second_owes_minor: int
    net_minor: int


class ClearingNetView(Answer):
    """What one store gets in the end; negative is what it pays. Units: minor units."""

    store_id: UUID
    net_minor: int


class ClearingView(Answer):
    """What some days come to between stores; `to` is not one of them."""

    from_: Annotated[date, Field(alias="from")]
    to: date
    booked: BookedView | None
    lines: list[ClearingLineView]
    pairs: list[ClearingPairView]
    net: list[ClearingNetView]


@router.get("/clearing", operation_id="get_clearing", response_model=ClearingView)
async def get_clearing(
    request: Request,
    actor: Reporting,
    *,
    since: Annotated[date, Query(alias="from", ge=FIRST_DAY, lt=LAST_DAY)],
    until: Annotated[date, Query(alias="to", ge=FIRST_DAY, lt=LAST_DAY)],
    written: Annotated[Format, Query(alias="format")] = Format.JSON,
    lang: Spoken = "zh",
) -> Response:
    """What stores owe each other for some days, as booked or as it would be."""
    check_everywhere(actor)
    edge = edge_of(request)
    now = edge.clock()
    body = await asked_aside(
        edge,
        lambda read: written_as(read, (since, until), written, language=LANGUAGES[lang], now=now),
    )
    return as_file(body, written, f"clearing-{since}-{until}")


@router.post(
    "/clearing", operation_id="book_clearing", status_code=201, response_model=ClearingBooked
)
async def book_clearing(request: Request, form: ClearingForm, actor: Reporting) -> Response:
    """Book what stores owe each other up to a day, once."""
    command = BookClearing(from_on=form.from_on, until_on=form.until_on)
    return await run_aside(request, command, actor, status=201)
