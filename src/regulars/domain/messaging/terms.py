"""Terms for messages: hours, caps, how long rivals wait, what a part costs, whether clicks count.

Head office allows one message a day; the region of 华东 opens at ten, the tills sell the same.
"""

from dataclasses import dataclass, field

from regulars.domain.kernel.term_fields import Field, FieldValues, one_of, whole
from regulars.domain.messaging.hours import EARLIEST_MINUTES, LATEST_MINUTES, Hours

_minutes = whole(EARLIEST_MINUTES, LATEST_MINUTES)
OPENS = Field("messages.opens_minutes", 9 * 60, _minutes)
CLOSES = Field("messages.closes_minutes", 20 * 60 + 30, _minutes)
DAY_CAP = Field("messages.day_cap", 1, whole(0, 20))
WEEK_CAP = Field("messages.week_cap", 3, whole(0, 50))
ADDRESS_DAY_CAP = Field("messages.address_day_cap", 1, whole(0, 20))
CATEGORY_WEEK_CAP = Field("messages.category_week_cap", 2, whole(0, 50))
RIVALS_WAIT = Field("messages.rivals_wait_minutes", 10, whole(0, 1_440))
SMS_PART_PRICE = Field("messages.sms_part_price_micro", 45_000, whole(0, 10_000_000))
CLICKS = Field("messages.clicks", "on", one_of("on", "off"))
FIELDS = (
    OPENS,
    CLOSES,
    DAY_CAP,
    WEEK_CAP,
    ADDRESS_DAY_CAP,
    CATEGORY_WEEK_CAP,
    RIVALS_WAIT,
    SMS_PART_PRICE,
    CLICKS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTerms:
    """Terms for messages. Units: minutes; counts in 24 hours and 7 days; millionths of the
    currency's main unit for one part of an SMS. `counts_clicks`: links go out as short ones of the
    shop's own."""

    hours: Hours = field(default_factory=Hours)
    day_cap: int = 1
    week_cap: int = 3
    address_day_cap: int = 1
    category_week_cap: int = 2
    rivals_wait_minutes: int = 10
    sms_part_price_micro: int = 45_000
    counts_clicks: bool = True


def message_terms(values: FieldValues) -> MessageTerms:
    """The Terms for messages that these settings make."""
    return MessageTerms(
        hours=Hours(values.of(OPENS), values.of(CLOSES)),
        day_cap=values.of(DAY_CAP),
        week_cap=values.of(WEEK_CAP),
        address_day_cap=values.of(ADDRESS_DAY_CAP),
        category_week_cap=values.of(CATEGORY_WEEK_CAP),
        rivals_wait_minutes=values.of(RIVALS_WAIT),
        sms_part_price_micro=values.of(SMS_PART_PRICE),
        counts_clicks=values.of(CLICKS) == "on",
    )
