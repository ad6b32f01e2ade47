"""Measures of who a member is: tier, words on her, what she allows and told, birthday, segments.

本月过生日: on 1 May, as her home store counts days, `birthday_this_month` becomes true for 王芳, who
keeps 5 May; nobody's birthday is stored or compared in clear for it.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.kinds import (
    Ahead,
    Argument,
    Course,
    Measure,
    MeasureKind,
    Part,
    Result,
    Sort,
    Unit,
    age,
    constant,
)
from regulars.domain.segments.member_state import Ground, MemberState

BUCKETS = 10_000
# A birthday is looked for so many days around it.
AROUND_MAX = 31
_HASH_LETTERS = 15


def bucket_of(salt: str, member_id: UUID | str) -> int:
    """The bucket, of ten thousand, in which a member lies for a salt: always the same one."""
    letters = sha256(f"{salt}|{member_id}".encode()).hexdigest()[:_HASH_LETTERS]
    return int(letters, 16) % BUCKETS


def _random(measure: Measure, state: MemberState, _: Ground) -> Course:
    bucket = bucket_of(measure.word("salt") or "", state.id)
    return constant(measure.whole("from") <= bucket < measure.whole("to"))


def _birthday(measure: Measure, state: MemberState, ground: Ground) -> Course:
    if not state.birthdays:
        return constant(False)
    home = ground.stores[state.home_store_id]
    first, last = measure.days("from"), measure.days("to")

    def at(now: Instant) -> Known:
        today = home.day(now)
        return any(one + first <= today <= one + last for one in state.birthdays)

    def turns(_: Iterable[int], __: Ahead) -> Iterable[Instant]:
        over = last + timedelta(days=1)
        return [home.begins(one + edge) for one in state.birthdays for edge in (first, over)]

    return Course(at, turns)


def month_of(day: date) -> tuple[date, date]:
    """The first day of a day's month, and of the month after it."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _birthday_this_month(_: Measure, state: MemberState, ground: Ground) -> Course:
    if not state.birthdays:
        return constant(False)
    home = ground.stores[state.home_store_id]

    def at(now: Instant) -> Known:
        first, following = month_of(home.day(now))
        return any(first <= one < following for one in state.birthdays)

    def turns(_: Iterable[int], __: Ahead) -> Iterable[Instant]:
        return [home.begins(edge) for one in state.birthdays for edge in month_of(one)]

    return Course(at, turns)


def _told(
    name: str, value: Callable[[MemberState, Ground], Known], result: Result, *parts: Part
) -> MeasureKind:
    return MeasureKind(
        name=name,
        result=result,
        parts=frozenset(parts),
        course=lambda _, state, ground: constant(value(state, ground)),
    )


KINDS = (
    _told("tier", lambda state, _: state.tier, Result.WORD),
    _told("joined_via", lambda state, _: state.joined_via, Result.WORD),
    _told("language", lambda state, _: state.language, Result.WORD),
    _told("home_store", lambda state, _: str(state.home_store_id), Result.WORD),
    _told(
        "region",
        lambda state, ground: str(ground.stores[state.home_store_id].region_id),
        Result.WORD,
    ),
    _told("told", lambda state, _: state.told, Result.WORDS),
    _told("tags", lambda state, _: state.tags, Result.WORDS, Part.TAGS),
    _told("contacts", lambda state, _: state.contacts, Result.WORDS, Part.CONTACTS),
    _told("consents", lambda state, _: state.consents, Result.WORDS, Part.CONSENTS),
    _told("segments", lambda state, _: state.segments, Result.WORDS, Part.SEGMENTS),
    _told("stage", lambda state, _: state.stage, Result.WORD, Part.INSIGHT),
    _told("rfm", lambda state, _: state.rfm, Result.WORD, Part.INSIGHT),
    _told("everyone", lambda _, __: True, Result.YES_NO),
    MeasureKind(
        name="days_since_joined",
        result=Result.NUMBER,
        unit=Unit.DAYS,
        timed=True,
        course=lambda _, state, __: age(state.joined_at),
    ),
    MeasureKind(
        name="birthday",
        result=Result.YES_NO,
        timed=True,
        by_day=True,
        parts=frozenset({Part.BIRTHDAY}),
        arguments=(
            Argument(name="from", default=0, low=-AROUND_MAX, high=AROUND_MAX),
            Argument(name="to", default=0, low=-AROUND_MAX, high=AROUND_MAX),
        ),
        check=lambda measure: None if measure.whole("from") <= measure.whole("to") else "to",
        course=_birthday,
    ),
    MeasureKind(
        name="birthday_this_month",
        result=Result.YES_NO,
        timed=True,
        by_day=True,
        parts=frozenset({Part.BIRTHDAY}),
        course=_birthday_this_month,
    ),
    MeasureKind(
        name="random",
        result=Result.YES_NO,
        arguments=(
            Argument(name="salt", sort=Sort.WORD, needed=True),
            Argument(name="from", default=0, low=0, high=BUCKETS),
            Argument(name="to", needed=True, low=0, high=BUCKETS),
        ),
        check=lambda measure: None if measure.whole("from") < measure.whole("to") else "to",
        course=_random,
    ),
)
