"""Settling between stores: look at what some days come to, and book them once."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.http.answers import answered, run_aside
from regulars.http.auth import asked
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
from regulars.storage.clearing_bookings import BookingListed, bookings_page
from regulars.use_cases.clearing import BookClearing, ClearingBooked
from regulars.use_cases.clearing_files import pair_told
from regulars.use_cases.clearing_files import written as written_as
from regulars.use_cases.liability_files import Format

router = APIRouter(prefix="/api/v1", tags=["reports"])

NUMBER_MAX = 1_000_000_000
ROWS_MAX = 100


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


class ListedBooking(Answer):
    """One settlement that was booked: its days (`to` is not one), by whom, and net per pair."""

    number: int
    from_: Annotated[date, Field(alias="from")]
    to: date
    at: AwareDatetime
    by: str
    pairs: list[ClearingPairView]


class BookingPage(Answer):
    """Some settlements, newest first, and where the next page begins."""

    bookings: list[ListedBooking]
    next_cursor: int | None


class BookingsQuery(Body):
    """Which page of the settlements: those below a number."""

    cursor: Annotated[int, Field(ge=1, le=NUMBER_MAX)] = NUMBER_MAX
    limit: Annotated[int, Field(ge=1, le=ROWS_MAX)] = 20


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


@router.get("/clearing/bookings", operation_id="list_clearings", response_model=BookingPage)
async def list_clearings(
    request: Request, actor: Reporting, query: Annotated[BookingsQuery, Query()]
) -> Response:
    """The settlements that were booked, newest first; each opens by its days. Refuses: scope.outside."""
    check_everywhere(actor)
    found = await asked(
        edge_of(request),
        lambda read: bookings_page(read, before=query.cursor, rows=query.limit),
    )
    is_whole = len(found) == query.limit
    next_cursor = found[-1].booking.number if is_whole else None
    return answered({"bookings": [_listed(one) for one in found], "next_cursor": next_cursor})


def _listed(one: BookingListed) -> dict[str, object]:
    booking = one.booking
    return {
        "number": booking.number,
        "from": booking.from_on,
        "to": booking.until_on,
        "at": booking.recorded_at,
        "by": booking.recorded_by,
        "pairs": [pair_told(pair) for pair in one.pairs],
    }


@router.post(
    "/clearing", operation_id="book_clearing", status_code=201, response_model=ClearingBooked
)
async def book_clearing(request: Request, form: ClearingForm, actor: Reporting) -> Response:
    """Book what stores owe each other up to a day, once."""
    command = BookClearing(from_on=form.from_on, until_on=form.until_on)
    return await run_aside(request, command, actor, status=201)
