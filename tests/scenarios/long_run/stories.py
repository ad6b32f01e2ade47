"""The guests whose lives are written out: for each ready journey somebody to whom its story happens, and
somebody to whom it does not.

Whatever lies beyond the last day of a shorter run does not happen in it.
"""

from datetime import date

from regulars.domain.members.consent import Channel, Purpose
from tests.scenarios.long_run.diary import (
    HISTORY_MAY_BE_USED,
    NEW_TEA,
    NO,
    YES,
    Diary,
)

# Of each birthday the days on which it is kept, as any calendar on a wall has them.
BIRTHDAYS: dict[str, tuple[str, tuple[date, ...]]] = {
    "leap": ("1996-02-29", (date(2027, 2, 28),)),
    "may": ("1990-05-20", (date(2026, 5, 20), date(2027, 5, 20))),
    "far": ("--05-20", (date(2026, 5, 20), date(2027, 5, 20))),
    "new_year": ("--01-02", (date(2027, 1, 2),)),
    "dragon_boat": ("lunar:--05-05", (date(2026, 6, 19), date(2027, 6, 9))),
    "mid_autumn": ("lunar:1988-08-15", (date(2026, 9, 25),)),
    "laba": ("lunar:--12-08", (date(2027, 1, 15),)),
    # The year's last month has 29 days: who was born on its 30th keeps New Year's Eve.
    "eve": ("lunar:--12-30", (date(2027, 2, 5),)),
    "spring": ("lunar:--01-01", (date(2027, 2, 6),)),
}
ALL_BILLS = 30
NO_SERVICE = (Channel.SMS, Purpose.MEMBERSHIP, False)
OPTED_OUT = "stops"


def write_down(diary: Diary) -> None:
    """Put every story into the diary."""
    _who_stays_away(diary)
    _who_comes(diary)
    _who_pays(diary)
    _who_was_born(diary)
    _who_is_away_from_the_list(diary)
    _who_says_what_she_allows(diary)
    _who_lives_abroad(diary)


def _who_stays_away(diary: Diary) -> None:
    wang = diary.joins("wang")
    # Away for 45 days, asked twice, back; away again, asked once and back within the week.
    diary.comes(wang, 1, 4, 80, 83, 131, 134)
    li = diary.joins("li")
    diary.comes(li, 1)
    zhao = diary.joins("zhao")
    diary.comes(zhao, 1, 9)
    # She comes by herself before she is away for long enough, and on the morning of the message.
    early = diary.joins("early")
    diary.comes(early, 1, 4, 48)
    late = diary.joins("late")
    diary.comes(late, 1, 4)
    diary.comes(late, 50, hour=8)


def _who_comes(diary: Diary) -> None:
    mei = diary.joins("mei")
    diary.comes(mei, 2, 4, 6, 8, *range(11, 33, 3), 200, 202, 204, 206, 215, 217)
    taster = diary.joins("taster")
    diary.comes(taster, 1)
    diary.comes(taster, 5, 7, 60, goods=NEW_TEA)
    critic = diary.joins("critic")
    diary.comes(critic, 10, 30)
    diary.marks(critic, 10, 3)
    diary.marks(critic, 30, 9)
    stern = diary.joins("stern", home="S3", told=(NO,))
    diary.comes(stern, 12, 26, 40)
    diary.marks(stern, 12, 6)
    diary.marks(stern, 26, 7)
    diary.marks(stern, 40, 0)


def _who_pays(diary: Diary) -> None:
    feast = diary.joins("feast")
    diary.comes(feast, 20, 23, 40, quantity=ALL_BILLS)
    diary.comes(feast, 2, 6)
    saver = diary.joins("saver")
    diary.comes(saver, 3, 100)
    diary.tops_up(saver, 3)
    diary.tops_up(saver, 100, 30_000)
    for name, home in (("holder", "S1"), ("holder_south", "S3"), ("holder_abroad", "S2")):
        holder = diary.joins(name, home=home)
        diary.comes(holder, 5, 15)
        diary.buys_pass(holder, 15)
    # Points end with the quarter in the south.
    south = diary.joins("south", home="S3")
    diary.comes(south, 3, 20, 50, 90, 150, 250)
    rich = diary.joins("rich", home="S3")
    diary.comes(rich, 10, 110, 210, 310, quantity=ALL_BILLS)


def _who_was_born(diary: Diary) -> None:
    for name, (birthday, _) in BIRTHDAYS.items():
        born = diary.joins(name, home="S2" if name == "far" else "S1", birthday=birthday)
        diary.comes(born, 1)


def _who_is_away_from_the_list(diary: Diary) -> None:
    frozen = diary.joins("frozen")
    diary.comes(frozen, 1, 4, 120)
    diary.is_frozen(frozen, 30, until=60)
    # Frozen between the moment at which she is found and ten.
    chilled = diary.joins("chilled", birthday="--06-29")
    diary.comes(chilled, 1, 4)
    diary.is_frozen(chilled, 49, until=58)
    erased = diary.joins("erased", birthday="1985-08-08")
    diary.comes(erased, 1, 4, 6, 8)
    diary.is_erased(erased, 40)
    # After a text was planned for them, and before it could leave.
    vanishes = diary.joins("vanishes")
    diary.comes(vanishes, 1)
    diary.is_erased(vanishes, 12, hour=10, minute=5)
    loses_card = diary.joins("loses_card")
    diary.comes(loses_card, 1, 4)
    diary.is_frozen(loses_card, 50, until=55, minute=606)
    gone = diary.joins("gone", birthday="1985-06-30")
    diary.comes(gone, 1)
    diary.is_erased(gone, 8)


def _who_says_what_she_allows(diary: Diary) -> None:
    never = diary.joins("never", told=(NO,), birthday="--06-02")
    diary.comes(never, 1, 4, 6, 8)
    unasked = diary.joins("unasked", told=(), birthday="--06-03")
    diary.comes(unasked, 1, 4, 6, 8)
    stops = diary.joins(OPTED_OUT, birthday="--06-04")
    diary.comes(stops, 2, 4, 6, 8, 30, 33)
    diary.writes_back(stops, 12, "TD")
    diary.chooses(stops, 150, YES)
    diary.comes(stops, 151, 153)
    diary.writes_back(stops, 260, "退订")
    # She says no two minutes before what was written for her would leave.
    no_more = diary.joins("no_more", birthday="--06-05")
    diary.comes(no_more, 1, 4)
    diary.chooses(no_more, 50, NO, hour=10, minute=8)
    diary.chooses(no_more, 70, YES)
    diary.chooses(no_more, 200, NO)
    served = diary.joins("no_service", told=(NO_SERVICE, NO))
    diary.comes(served, 1, 12)
    diary.tops_up(served, 12)
    house = diary.joins("in_the_house", told=(NO, HISTORY_MAY_BE_USED), birthday="--06-06")
    diary.comes(house, 1, 4, 6, 8)
    guest = diary.joins("abroad_words", language="en", birthday="--06-07")
    diary.comes(guest, 1, 4, 6, 8)


def _who_lives_abroad(diary: Diary) -> None:
    far = diary.joins("new_yorker", home="S2", birthday="--11-04")
    diary.comes(far, 1, 4, 100, 103, 180, 183, 290, 293, 350)
    busy = diary.joins("busy_abroad", home="S2")
    diary.comes(busy, 2, 4, 6, 8, 120, 122, 124, 126)
    diary.comes(busy, 21, quantity=ALL_BILLS)
