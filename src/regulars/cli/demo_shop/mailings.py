"""The coupons that the demonstration's marketing sends: who has not come lately, holidays, thanks.

On the 5th of a month 顾晓棠 sends 满20减5 to members who stayed away for a month; on 1 October a
holiday coupon to some; on the 18th the best guests are thanked, each month with something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from regulars.cli.demo_shop.people import Patron

AWAY = timedelta(days=30)
AWAY_MOST = timedelta(days=90)
# Of all members, so many get one letter at most.
LETTER_SHARE = 0.06
MISSED_ON, THANKED_ON = 5, 18
THANKS = ("CUP1", "SWEET", "PAIR", "STEPS", "FRIEND6")
HOLIDAYS = frozenset({(1, 1), (5, 1), (6, 1), (10, 1), (12, 24)})


@dataclass(frozen=True, slots=True)
class Mailing:
    """One coupon to several members, and why."""

    voucher: str
    reason: str
    members: tuple[Patron, ...]


def mailing(day: date, patrons: Sequence[Patron], dice: Random) -> Mailing | None:
    """What is sent on a day, if anything."""
    most = int(len(patrons) * LETTER_SHARE)
    if (day.month, day.day) in HOLIDAYS:
        return Mailing("FEST88", "节日活动", _some(list(patrons), most * 2, dice))
    if day.day == MISSED_ON:
        away = [one for one in patrons if AWAY < day - one.last_on < AWAY_MOST]
        return Mailing("BACK5", "一个月没来的会员", _some(away, most, dice))
    if day.day == THANKED_ON:
        keen = sorted(patrons, key=lambda one: (-one.keenness, one.number))
        here = [one for one in keen if day - one.last_on < AWAY]
        thanks = THANKS[day.month % len(THANKS)]
        return Mailing(thanks, "感谢常来的会员", tuple(here[: most // 3]))
    return None


def _some(patrons: Sequence[Patron], most: int, dice: Random) -> tuple[Patron, ...]:
    return tuple(dice.sample(patrons, min(most, len(patrons))))
