"""A journey whose acts let its members in again, for ever, is known before it runs."""

from uuid import UUID

import pytest

from regulars.domain.campaigns.journey import journey_from
from regulars.domain.campaigns.set_off import sets_itself_off
from tests.domain.campaigns.test_journey_graph import EXIT, a_journey, message

MINE = UUID("0190c0de-0000-7000-8000-00000000000a")
OTHER = "0190c0de-0000-7000-8000-00000000000b"
EVERY_TIME = {"again": "every_occasion"}


def gift(**given: object) -> dict[str, object]:
    """A step that gives."""
    return {"kind": "act", "do": "gift", "gift": given, "cost_minor": 100, "next": "end"}


TAG = {"kind": "act", "do": "tag", "tag": "常客", "next": "end"}


def compare(field: str, value: object) -> dict[str, object]:
    """A filter by one field."""
    return {"kind": "compare", "field": field, "is": "equal", "value": value}


def found(act: dict[str, object], fact: str, **more: object) -> str | None:
    """What sets a journey of one act off again, if it is started by a fact."""
    where = more.pop("where", None)
    trigger = {"kind": "fact", "fact": fact, "where": where}
    told = {"reentry": EVERY_TIME, "triggers": [trigger], **more}
    drawing = {**a_journey({"a": act, "end": EXIT}), **told}
    return sets_itself_off(journey_from(drawing), MINE)


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        (gift(points=100), "member.gifted"),
        (gift(coupon_types=["TEN"]), "coupon.issued"),
        (gift(growth_value=10), "member.tier_changed"),
        (TAG, "member.tags_changed"),
        (message("end"), "message.ended"),
    ],
)
def test_what_an_act_tells_must_not_be_what_starts_it(act: dict[str, object], fact: str) -> None:
    assert found(act, fact) == fact
    assert found(act, fact, reentry={"again": "after_exit"}) == fact
    assert found(act, fact, reentry={"again": "never"}) is None
    assert found(act, fact, reentry={"again": "after_days", "days": 7}) is None
    assert found(act, "order.settled") is None


def test_a_filter_that_its_own_acts_never_pass_keeps_it_from_starting_itself() -> None:
    other = compare("type", "FIVE")
    assert found(gift(coupon_types=["TEN"]), "coupon.issued", where=other) is None
    assert found(gift(coupon_types=["FIVE"]), "coupon.issued", where=other) == "coupon.issued"
    unlike = {"kind": "not", "part": compare("type", "TEN")}
    assert found(gift(coupon_types=["TEN"]), "coupon.issued", where=unlike) is None
    either = {"kind": "any", "parts": [other, compare("type", "TEN")]}
    assert found(gift(coupon_types=["TEN"]), "coupon.issued", where=either) == "coupon.issued"
    both = {"kind": "all", "parts": [compare("type", "TEN"), compare("store", OTHER)]}
    assert found(gift(coupon_types=["TEN"]), "coupon.issued", where=both) == "coupon.issued"


def test_it_may_take_up_what_another_journeys_message_came_to() -> None:
    assert found(message("end"), "message.ended", where=compare("journey", OTHER)) is None
    mine = compare("journey", str(MINE))
    assert found(message("end"), "message.ended", where=mine) == "message.ended"
