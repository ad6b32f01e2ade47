"""A payment from outside pays for one thing: its number is taken like the last mug of the mall.

王芳 shows payment 4200001 for her seat in a group. An hour later the same number is told for a pass of
李敏: it is refused, since that money has been counted already.
"""

from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.limits import LimitKey
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment
from regulars.use_cases.taking import take_one

PAYMENT_REFERENCE_USED = refusal_code("payment.reference_used")
ONCE = 1


def use_reference(tx: Write, moment: Moment, reference: str | None, *, taker: UUID) -> None:
    """Let a payment from outside pay for `taker`, a top-up, a seat or a pass, and for nothing else.

    Limits are taken last of all. Refuses: payment.reference_used (at the latest when the writes
    are sent).
    """
    if reference:
        key = LimitKey(moment.vault.organisation, f"payment:{reference}", "ever")
        take_one(tx, key, ONCE, taker=taker, refusal=PAYMENT_REFERENCE_USED.because())
