"""Members as segments see them, loaded two hundred at a time: only what somebody asks for.

A shop whose segments ask for visits alone never reads a coupon, and never opens a birthday.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import Instant, instant_of
from regulars.domain.members.member import MemberState as State
from regulars.domain.members.profile import ProfileField, without_year
from regulars.domain.segments.conditions import Needs
from regulars.domain.segments.kinds import DAY, EVER, Part
from regulars.domain.segments.member_state import (
    CouponSeen,
    Ground,
    LotSeen,
    MemberState,
    OrderSeen,
    PassSeen,
)
from regulars.storage import birthdays, members
from regulars.storage import segment_rows as rows
from regulars.storage.engine import Read
from regulars.storage.segment_rows import ByMember, InsightRow, MemberRow
from regulars.storage.segment_sql import Circumstances
from regulars.storage.segment_within import segments_of
from regulars.storage.vault import Vault
from regulars.use_cases.birthdays import kept_on

# Around a month: the widest look back at a birthday, and the longest way to the next one.
_LOOK_BACK = timedelta(days=70)
_LOOK_AHEAD = timedelta(days=470)
_BEGINNING = instant_of(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at members: when, on which ground, with whose keys."""

    now: Instant
    ground: Ground
    vault: Vault

    def born(self, day: date) -> Sequence[bytes]:
        """The hashes of the birthdays that are kept on a day."""
        return [birthdays.blind_index(self.vault, text) for text, _ in kept_on(day)]

    @property
    def circumstances(self) -> Circumstances:
        """The same for a question to the whole shop."""
        return Circumstances(now=self.now, ground=self.ground, born=self.born)


def states_of(
    read: Read, member_ids: Sequence[UUID], needs: Needs, look: Look
) -> list[MemberState]:
    """The members with what is needed of them, in the order of their ids."""
    loaded = load(read, member_ids, needs, look)
    return [loaded.state(one) for one in loaded.ids]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded of some members. Each one is put together, and opened, when asked for."""

    _rows: Mapping[UUID, MemberRow]
    _parts: "_Parts"
    _needs: Needs
    _look: Look

    @property
    def ids(self) -> list[UUID]:
        """The members that there are, in the order of their ids."""
        return list(self._rows)

    def state(self, member_id: UUID) -> MemberState:
        """One of them."""
        return _state(self._rows[member_id], self._parts, self._needs, self._look)


def load(
    read: Read,
    member_ids: Sequence[UUID],
    needs: Needs,
    look: Look,
    *,
    among: Collection[UUID] | None = None,
) -> Loaded:
    """What is needed of some members, read for all of them at once.

    `among`: the segments in which it matters whether they are; None: all.
    """
    known = {row.id: row for row in read.all(rows.MEMBERS, members=member_ids)}
    return Loaded(known, _loaded(read, list(known), _Wanted(needs, among), look.now), needs, look)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What was loaded of many members, each by her id."""

    orders: ByMember[OrderSeen]
    tags: Mapping[UUID, frozenset[str]]
    contacts: Mapping[UUID, frozenset[str]]
    consents: Mapping[UUID, frozenset[str]]
    segments: Mapping[UUID, frozenset[str]]
    balances: Mapping[UUID, Mapping[str, int]]
    lots: ByMember[LotSeen]
    coupons: ByMember[CouponSeen]
    passes: ByMember[PassSeen]
    insights: Mapping[UUID, InsightRow]


class _Wanted(NamedTuple):
    needs: Needs
    among: Collection[UUID] | None


def _loaded(read: Read, who: Sequence[UUID], wanted: _Wanted, now: Instant) -> _Parts:
    needs, among = wanted
    parts = needs.parts
    since = _BEGINNING if needs.days_back >= EVER else Instant(now - needs.days_back * DAY)
    lines = Part.LINES in parts
    return _Parts(
        orders=rows.orders_of(read, who, since=since, lines=lines) if Part.ORDERS in parts else {},
        tags=rows.tags_of(read, who) if Part.TAGS in parts else {},
        contacts=rows.contacts_of(read, who) if Part.CONTACTS in parts else {},
        consents=rows.consents_of(read, who) if Part.CONSENTS in parts else {},
        segments=segments_of(read, who, among=among) if Part.SEGMENTS in parts else {},
        balances=rows.balances_of(read, who) if Part.BALANCES in parts else {},
        lots=rows.lots_of(read, who) if Part.LOTS in parts else {},
        coupons=rows.coupons_of(read, who, now=now) if Part.COUPONS in parts else {},
        passes=rows.passes_of(read, who) if Part.PASSES in parts else {},
        insights=rows.insights_of(read, who) if Part.INSIGHT in parts else {},
    )


def _state(row: MemberRow, found: _Parts, needs: Needs, look: Look) -> MemberState:
    none: frozenset[str] = frozenset()
    insight = found.insights.get(row.id)
    told = {field.value for field in ProfileField if members.ciphertext_of(row, field) is not None}
    return MemberState(
        id=row.id,
        active=row.state == State.ACTIVE.value,
        joined_at=row.joined_at,
        joined_via=row.joined_via,
        language=row.language,
        home_store_id=row.joined_store_id,
        tier=row.tier,
        visits=row.visits,
        spent_minor=row.spent_minor,
        first_visit_at=row.first_visit_at,
        last_visit_at=row.last_visit_at,
        told=frozenset(told),
        orders=tuple(found.orders.get(row.id, ())),
        tags=found.tags.get(row.id, none),
        contacts=found.contacts.get(row.id, none),
        consents=found.consents.get(row.id, none),
        segments=found.segments.get(row.id, none),
        balances=found.balances.get(row.id, {}),
        lots=tuple(found.lots.get(row.id, ())),
        coupons=tuple(found.coupons.get(row.id, ())),
        passes=tuple(found.passes.get(row.id, ())),
        birthdays=_birthdays(row, look) if Part.BIRTHDAY in needs.parts else (),
        stage=insight.stage if insight is not None else None,
        rfm=insight.rfm if insight is not None else None,
    )


def _birthdays(row: MemberRow, look: Look) -> tuple[date, ...]:
    """The days around now on which a member's birthday is kept."""
    if row.wrapped_key is None or row.birthday is None:
        return ()
    key = look.vault.unlock(row.wrapped_key, row.id)
    told = members.opened(key, ProfileField.BIRTHDAY, row.birthday)
    if told is None:
        return ()
    # The largest difference between a store's business day and that of UTC is a day.
    return _calendar(look.now.date().replace(day=1)).get(without_year(told), ())


@lru_cache(maxsize=16)
def _calendar(month: date) -> Mapping[str, tuple[date, ...]]:
    """On which days around a month each birthday is kept."""
    days: dict[str, list[date]] = defaultdict(list)
    day, last = month - _LOOK_BACK, month + _LOOK_AHEAD
    while day <= last:
        for text, _ in kept_on(day):
            days[text].append(day)
        day += timedelta(days=1)
    return {text: tuple(found) for text, found in days.items()}
