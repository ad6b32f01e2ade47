"""A second person's word 复核: she types her own PIN where somebody else is signed in.

A manager gives a tier by hand; the region's manager stands beside her and types six digits. Wrong
tries count against that PIN as they would at a till, and are in the audit.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.requests import Request

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores import attempts as limits
from regulars.http.auth import address_of, asked
from regulars.http.edge import edge_of
from regulars.http.hashing import Hashing, peppered
from regulars.http.schemas import Body
from regulars.http.tries import Try, pin_subject, subject, written
from regulars.storage import attempts, staff
from regulars.storage.engine import Write

APPROVAL_WRONG = refusal_code("tiers.approval_wrong")


class ApprovalForm(Body):
    """Who agrees, and her PIN."""

    staff_id: UUID
    pin: Annotated[str, Field(min_length=1, max_length=12)]


async def approved(request: Request, approval: ApprovalForm) -> UUID:
    """Who agreed, once her PIN was right; whether she may is for the command to say.

    Refuses: tiers.approval_wrong, session.too_many_attempts, server.overloaded.
    """
    edge = edge_of(request)
    row = await asked(edge, lambda read: read.one(staff.BY_ID, id=approval.staff_id))
    who = row if row is not None and row.state == "active" else None
    attempt = Try(
        edge=edge,
        who=who,
        own=(pin_subject(edge, approval.staff_id),),
        shared=(subject(edge, limits.PER_ADDRESS, "address", address_of(request)),),
    )
    await attempt.charge()
    hashing: Hashing = request.app.state.hashing
    secret = peppered(edge.vault, approval.staff_id, approval.pin)
    compared = await hashing.compared(secret, None if who is None else who.pin_hash)
    if who is None or not compared.right:
        await attempt.deny(APPROVAL_WRONG.because())

    def forgive(tx: Write) -> None:
        attempts.forget(tx, [one.key for one in attempt.own])
        attempts.give_back(tx, [one.key for one in attempt.shared])

    await written(edge, forgive)
    return who.id
