"""Keeping the bill of an open order while its guest pays."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.http.answers import revision_expected, run
from regulars.http.guesses import Guess
from regulars.http.order_forms import ChoicesForm
from regulars.http.policy import Seller
from regulars.use_cases.holds import Held, HoldOrder, Released, ReleaseHold

router = APIRouter(prefix="/api/v1", tags=["orders"])


class HoldForm(ChoicesForm):
    """The bill to be kept; `fingerprint` names the quote that the guest saw."""

    fingerprint: Annotated[str, Field(max_length=80)] | None = None

    def command(self, order_id: UUID, seen: int) -> HoldOrder:
        """The command that this form means."""
        return HoldOrder(
            order_id=order_id,
            seen=seen,
            choices=self.choices(),
            codes=self.codes,
            party=self.party,
            tender=self.tender,
            fingerprint=self.fingerprint,
        )


@router.post("/orders/{order_id}/hold", operation_id="hold_order", response_model=Held)
async def hold_order(request: Request, order_id: UUID, form: HoldForm, actor: Seller) -> Response:
    """Keep limits, coupons and codes of an open order's bill while its guest pays (If-Match)."""
    command = form.command(order_id, revision_expected(request))
    return await Guess.of(request, form.codes).counted(lambda: run(request, command, actor))


@router.post("/orders/{order_id}/release", operation_id="release_hold", response_model=Released)
async def release_hold(request: Request, order_id: UUID, actor: Seller) -> Response:
    """Let go of everything that an open order keeps (If-Match)."""
    command = ReleaseHold(order_id=order_id, seen=revision_expected(request))
    return await run(request, command, actor)
