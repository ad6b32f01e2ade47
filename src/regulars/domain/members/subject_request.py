"""What a member asks about her own data 个人信息请求: a copy, a correction, or to be forgotten.

李敏 asks on 4 May to be forgotten. By 19 May it has to be done; what she still holds is paid out or
given up in her own words first, and the books keep their figures without her.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, whole

REQUEST_UNKNOWN = refusal_code("privacy.request_unknown")
REQUEST_ENDED = refusal_code("privacy.request_ended")
REQUEST_OPEN = refusal_code("privacy.request_open")
REQUEST_KIND_WRONG = refusal_code("privacy.kind_wrong")
ON_HOLD = refusal_code("privacy.on_hold", "until")
VALUE_LEFT = refusal_code("privacy.value_left")
UNFINISHED = refusal_code("privacy.unfinished")

# By when a request has to be answered, and how long after her last bill a member's data has to be
# kept for claims about it. Both are asked of head office alone. Units: days.
REQUEST_DAYS = Field("privacy.request_days", 15, whole(1, 90))
HOLD_DAYS = Field("privacy.legal_hold_days", 0, whole(0, 3_650))
FIELDS: tuple[Field[int], ...] = (REQUEST_DAYS, HOLD_DAYS)


class RequestKind(StrEnum):
    """What is asked for."""

    COPY = "copy"
    CORRECTION = "correction"
    ERASURE = "erasure"


class RequestState(StrEnum):
    """How far a request is."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ValueChoice(StrEnum):
    """What becomes of value that somebody who wants to be forgotten still holds."""

    SETTLED = "settled"
    GIVEN_UP = "given_up"


def due_on(asked_on: date, days: int) -> date:
    """By when a request has to be answered."""
    return asked_on + timedelta(days=days)


def check_hold(last_bill_on: date | None, days: int, *, on: date) -> None:
    """Whether nothing has to be kept any longer. Refuses: privacy.on_hold."""
    if last_bill_on is None or not days:
        return
    until = last_bill_on + timedelta(days=days)
    if on < until:
        raise ON_HOLD.because(until=until.isoformat())


def check_value(held: Mapping[str, int], choice: ValueChoice) -> None:
    """Whether value may go: there is none, or she gave it up. Refuses: privacy.value_left."""
    if choice is ValueChoice.SETTLED and any(held.values()):
        raise VALUE_LEFT.because()
