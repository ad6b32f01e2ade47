"""What a member told about herself, all of it voluntary.

A birthday may lack the year, and may be of the lunar calendar, as many guests celebrate theirs.

    >>> Birthday.read("lunar:--08-15", today=date(2026, 5, 1)).written()
    'lunar:--08-15'
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.writing import checked_text, unformatted

BIRTHDAY_MALFORMED = refusal_code("member.birthday_malformed")
GUARDIAN_NEEDED = refusal_code("member.guardian_needed", "age")
GENDER_UNKNOWN = refusal_code("member.gender_unknown")

# Under this age the law asks for a guardian's consent. Source: PIPL 28, 31.
AGE_OF_OWN_CONSENT = 14
NAME_MAX = 60
TEXT_MAX = 200
_BIRTHDAY = re.compile(r"(lunar:)?(?:(\d{4})[-/.]|--)(\d{1,2})[-/.](\d{1,2})")


class ProfileField(StrEnum):
    """What a member may tell about herself."""

    NAME = "name"
    GENDER = "gender"
    BIRTHDAY = "birthday"
    ADDRESS = "address"
    LIKES = "likes"
    TABOOS = "taboos"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileText:
    """One field as a form carries it; an empty text takes back what was told."""

    field: ProfileField
    text: str


class Calendar(StrEnum):
    """By which calendar a birthday is kept."""

    SOLAR = "solar"
    LUNAR = "lunar"


class Gender(StrEnum):
    """How a member wants to be addressed."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Birthday:
    """A day of the year, with the year if it was told."""

    month: int
    day: int
    year: int | None = None
    calendar: Calendar = Calendar.SOLAR

    @classmethod
    def read(cls, text: str, *, today: date) -> "Birthday":
        """The birthday that a text such as 1990-05-01, --05-01 or lunar:1990-04-07 spells.

        Refuses: member.birthday_malformed, member.guardian_needed.
        """
        found = _BIRTHDAY.fullmatch(unformatted(text))
        if found is None:
            raise BIRTHDAY_MALFORMED.because()
        year = None if found[2] is None else int(found[2])
        calendar = Calendar.LUNAR if found[1] else Calendar.SOLAR
        birthday = cls(month=int(found[3]), day=int(found[4]), year=year, calendar=calendar)
        birthday._check(today)
        return birthday

    def _check(self, today: date) -> None:
        longest = 30 if self.calendar is Calendar.LUNAR else 31
        if not (1 <= self.month <= 12 and 1 <= self.day <= longest):
            raise BIRTHDAY_MALFORMED.because()
        if self.calendar is Calendar.SOLAR:
            try:
                date(self.year or 2000, self.month, self.day)
            except ValueError:
                raise BIRTHDAY_MALFORMED.because() from None
        if self.year is None:
            return
        if not today.year - 130 < self.year <= today.year:
            raise BIRTHDAY_MALFORMED.because()
        # A lunar birthday falls up to two months later than its number of the month says.
        month = self.month + (2 if self.calendar is Calendar.LUNAR else 0)
        still_to_come = (today.month, today.day) < (month, self.day)
        if today.year - self.year - still_to_come < AGE_OF_OWN_CONSENT:
            raise GUARDIAN_NEEDED.because(age=AGE_OF_OWN_CONSENT)

    def written(self) -> str:
        """The text that `read` reads back."""
        year = "--" if self.year is None else f"{self.year:04}-"
        kind = "lunar:" if self.calendar is Calendar.LUNAR else ""
        return f"{kind}{year}{self.month:02}-{self.day:02}"


def without_year(birthday: str) -> str:
    """The written birthday as a till may see it: the day to congratulate on."""
    kind, mark, day = birthday.rpartition(":")
    return f"{kind}{mark}--{day[-5:]}"


def kept(told: ProfileText, *, today: date) -> str | None:
    """What is kept of one field of a form; None: nothing.

    Refuses: member.text_malformed, member.text_too_long, member.payment_card_refused,
    member.gender_unknown, member.birthday_malformed, member.guardian_needed.
    """
    if not told.text.strip():
        return None
    match told.field:
        case ProfileField.NAME:
            return checked_text(told.text, field=told.field.value, maximum=NAME_MAX)
        case ProfileField.GENDER:
            return gender_of(told.text).value
        case ProfileField.BIRTHDAY:
            return Birthday.read(told.text, today=today).written()
        case ProfileField.ADDRESS | ProfileField.LIKES | ProfileField.TABOOS:
            return checked_text(told.text, field=told.field.value, maximum=TEXT_MAX)
        case _:
            assert_never(told.field)


def gender_of(text: str) -> Gender:
    """Refuses: member.gender_unknown."""
    try:
        return Gender(text)
    except ValueError:
        raise GENDER_UNKNOWN.because() from None
