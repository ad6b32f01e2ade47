"""Words that hold on some days."""

from datetime import date

import pytest

from regulars.domain.kernel.period import BusinessDay, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.day_flags import day_flags_from, flags_on
from regulars.domain.orders.shop_terms import checked

SAID = [
    {"date": "2026-10-07", "flag": "holiday"},
    {"weekday": 3, "flag": "member_day"},
    {
        "from": "2026-10-07T14:00:00+08:00",
        "until": "2026-10-07T18:00:00+08:00",
        "flag": "rain",
    },
]


@pytest.mark.parametrize(
    ("day", "now", "flags"),
    [
        ("2026-10-07", "2026-10-07T17:59:59+08:00", {"holiday", "member_day", "rain"}),
        ("2026-10-07", "2026-10-07T18:00:00+08:00", {"holiday", "member_day"}),
        # After midnight it is still Wednesday's business day.
        ("2026-10-07", "2026-10-08T01:30:00+08:00", {"holiday", "member_day"}),
        ("2026-10-08", "2026-10-08T12:00:00+08:00", set()),
        ("2026-10-14", "2026-10-14T12:00:00+08:00", {"member_day"}),
    ],
)
def test_all_that_was_said_of_a_day_holds_together(day: str, now: str, flags: set[str]) -> None:
    rows = day_flags_from("days.flags", SAID)
    on = BusinessDay(date.fromisoformat(day))
    assert flags_on(rows, day=on, now=instant_from_iso(now)) == flags


@pytest.mark.parametrize(
    "row",
    [
        {"flag": "rain"},
        {"date": "2026-02-30", "flag": "rain"},
        {"date": "2026-10-07", "weekday": 3, "flag": "rain"},
        {"weekday": 0, "flag": "rain"},
        {"weekday": 8, "flag": "rain"},
        {"weekday": 3, "flag": " "},
        {"weekday": 3},
        {"from": "2026-10-07T14:00:00", "until": "2026-10-07T18:00:00+08:00", "flag": "rain"},
        {"from": "2026-10-07T18:00:00+08:00", "until": "2026-10-07T14:00:00+08:00", "flag": "x"},
    ],
)
def test_a_word_without_a_clear_day_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        checked("days.flags", [row])
    assert refused.value.code == "terms.malformed"
