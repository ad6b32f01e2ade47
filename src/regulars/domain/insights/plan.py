"""What is promised before the first member is drawn: how long is waited, and what would count.

"28 days, 2,000 members, one false alarm in twenty, and a yuan a member would be worth it." Written
down first, so that nobody can choose the window afterwards in which the figures look best.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.kernel.refusal import refusal_code

PLAN_UNFIT = refusal_code("measurement.plan_unfit", "part")

DAYS_MAX = 366
MEMBERS_MAX = 100_000_000
WORTH_MINOR_MAX = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A programme's measurement as it was declared.

    `window_days`: how long each member's purchases count, from her assignment; as long before it
    is what she is compared with. `members`: planned in all. `alarms`: the share of false alarms,
    `cap`: the percentile at which one guest's figure is cut, both of 10,000. `worth_minor`: the
    smallest gain per member that is worth having. Refuses: measurement.plan_unfit.
    """

    window_days: int = 28
    members: int = 2_000
    alarms: int = 500
    cap: int = 9_900
    worth_minor: int = 0

    def __post_init__(self) -> None:
        checks = {
            "window_days": 1 <= self.window_days <= DAYS_MAX,
            "members": 1 <= self.members <= MEMBERS_MAX,
            "alarms": 1 <= self.alarms <= 2_000,
            "cap": 9_000 <= self.cap <= 10_000,
            "worth_minor": 0 <= self.worth_minor <= WORTH_MINOR_MAX,
        }
        for part, fits in checks.items():
            if not fits:
                raise PLAN_UNFIT.because(part=part)

    @property
    def alpha(self) -> float:
        """The share of false alarms."""
        return self.alarms / 10_000

    def cap_rank(self, members: int) -> int:
        """Which of so many figures, sorted upwards and counted from 0, is the cap."""
        return max(math.ceil(members * self.cap / 10_000) - 1, 0)


def plan_data(plan: Plan) -> dict[str, object]:
    """The stored form."""
    return {
        "window_days": plan.window_days,
        "members": plan.members,
        "alarms": plan.alarms,
        "cap": plan.cap,
        "worth_minor": plan.worth_minor,
    }


def plan_from(data: Mapping[str, object]) -> Plan:
    """The plan that was stored. Refuses: measurement.plan_unfit."""
    match data:
        case {
            "window_days": int(window_days),
            "members": int(members),
            "alarms": int(alarms),
            "cap": int(cap),
            "worth_minor": int(worth_minor),
        }:
            return Plan(
                window_days=window_days,
                members=members,
                alarms=alarms,
                cap=cap,
                worth_minor=worth_minor,
            )
        case _:
            raise PLAN_UNFIT.because(part="form")
