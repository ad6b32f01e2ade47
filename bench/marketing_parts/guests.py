"""Members with a past, of whom some are invited by a campaign: they have a name, a phone, a choice.

Every so many-th member is one of the audience, so that its rows lie scattered as in a shop. Of these
three in a hundred were never asked whether they may be texted, and two took it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from bench.marketing_parts.visits import Figures, next_buyer
from bench.scratch.bulk import Bulk, Row
from bench.scratch.crowd import MEMBER, STATS, Crowd
from regulars.domain.insights.lifecycle import Stage
from regulars.domain.insights.rfm import RfmClass
from regulars.domain.members.profile import ProfileField
from regulars.storage.members import sealed
from regulars.storage.vault import Vault

TAG = "周年庆"
NAMES = ("王芳", "李敏", "林小雨", "张伟", "陈静", "刘洋", "赵磊", "周倩")
NEVER_ASKED_EVERY, TOOK_BACK_EVERY, TOOK_BACK_AT = 33, 50, 7
DAY_MICROSECONDS = 86_400_000_000
AWAY_DAYS, GONE_DAYS = 30, 60
_CONSENT = 0x110


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests(Crowd):
    """A crowd of whom so many are the audience of a campaign."""

    audience: int
    figures: Figures = field(repr=False)
    vault: Vault = field(repr=False)

    def buyer(self, place: int) -> int:
        """Who makes the n-th sale: regulars, and those who come now and then, as they always did."""
        return next_buyer(self.members, place)

    @property
    def every(self) -> int:
        """One member of so many is invited."""
        return self.members // self.audience

    def invited(self, number: int) -> bool:
        """Whether a member is of the audience."""
        return number % self.every == 0 and number // self.every < self.audience

    def allows(self, number: int) -> bool:
        """Whether one of the audience may be texted."""
        place = number // self.every
        return place % NEVER_ASKED_EVERY != 0 and not _took_back(place)

    def _people(self, bulk: Bulk, numbers: range) -> None:
        members: list[Row] = []
        identities: list[Row] = []
        for number in numbers:
            if not self.invited(number):
                members.append((*self._member(number), None, None))
                continue
            wrapped, name, identity = self._named(number)
            members.append((*self._member(number), wrapped, name))
            identities.append(identity)
        bulk.put("member", (*MEMBER, "wrapped_key", "name"), members)
        visited = (*STATS, "first_visit_at", "last_visit_at")
        bulk.put("member_stats", visited, [self._figures(number) for number in numbers])
        bulk.put("member_insight", INSIGHT, [self._insight(number) for number in numbers])
        invited = [number for number in numbers if self.invited(number)]
        if invited:
            bulk.put("identity", IDENTITY, identities)
            bulk.put("consent", CONSENT, [row for n in invited for row in self._choices(n)])
            bulk.put("member_tag", MEMBER_TAG, [self._tag(number) for number in invited])

    def _named(self, number: int) -> tuple[bytes, bytes | None, Row]:
        member, place = self.member(number), number // self.every
        wrapped, key = self.vault.new_key(member)
        phone = f"+86138{place:08d}"
        index = self.vault.blind_index("phone", phone)
        value = key.seal(phone, table="identity", column="value", row=index)
        name = sealed(key, ProfileField.NAME, NAMES[place % len(NAMES)])
        return wrapped, name, (index, member, "phone", value, self._joined(number))

    def _figures(self, number: int) -> Row:
        known = self.figures
        who = (self.member(number), self.tier(number), self._joined(number))
        figures = (known.visits[number], known.spent_minor[number])
        return (*who, *figures, known.first_at[number] or None, known.last_at[number] or None)

    def _insight(self, number: int) -> Row:
        visits, last = self.figures.visits[number], self.figures.last_at[number]
        now = self.at_milliseconds * 1_000
        stage, rfm = _standing(visits, (now - last) // DAY_MICROSECONDS)
        last_on = _day_of(last) if last else None
        since = last_on or _day_of(self._joined(number))
        return (self.member(number), 1, stage, since, rfm, "{}", visits, last_on, 14, now, None)

    def _choices(self, number: int) -> Iterator[Row]:
        member, place = self.member(number), number // self.every
        if place % NEVER_ASKED_EVERY == 0:
            return
        told = ("sms", "marketing")
        words = ("2026-01", "zh-CN", "till")
        at = self._joined(number)
        yield (_choice_id(at, 2 * place), member, *told, True, *words, at, "bench")
        if _took_back(place):
            yield (_choice_id(at, 2 * place + 1), member, *told, False, *words, at + 1, "bench")

    def _tag(self, number: int) -> Row:
        return (self.member(number), TAG, self._joined(number), "bench")


def _took_back(place: int) -> bool:
    return place % TOOK_BACK_EVERY == TOOK_BACK_AT


def _choice_id(at: int, number: int) -> UUID:
    high = (at // 1_000 << 16) | 0x7000 | _CONSENT
    return UUID(int=(high << 64) | (0b10 << 62) | number)


def _day_of(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).date().isoformat()


def _standing(visits: int, days_away: int) -> tuple[str, str | None]:
    """A stage and a class by rules of thumb: the product's own come with the next visit."""
    if not visits:
        return Stage.PROSPECT.value, None
    if days_away >= GONE_DAYS:
        return Stage.LOST.value, RfmClass.WIN_BACK.value
    if days_away >= AWAY_DAYS:
        often = RfmClass.KEY_WIN_BACK if visits > 2 else RfmClass.RETAIN
        return Stage.AT_RISK.value, often.value
    if visits == 1:
        return Stage.FIRST_TIMER.value, RfmClass.NEWCOMER.value
    often = RfmClass.HIGH_VALUE if visits > 3 else RfmClass.STEADY
    return Stage.REGULAR.value, often.value


INSIGHT = (
    *("member_id", "number", "stage", "stage_since", "rfm", "why", "visits", "last_on"),
    *("gap_days", "judged_at", "due_at"),
)
IDENTITY = ("blind_index", "member_id", "kind", "value", "added_at")
CONSENT = (
    *("id", "member_id", "channel", "purpose", "granted", "wording_version", "language"),
    *("source", "at", "by"),
)
MEMBER_TAG = ("member_id", "tag", "since", "by")
