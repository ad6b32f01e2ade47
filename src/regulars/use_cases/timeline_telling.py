"""What those who tell a timeline's lines share: the member, the names of things, local times.

Names are read when the first line needs them, once a page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant, business_day_of, local
from regulars.domain.members.member import MemberState
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.stores.scope import Scope
from regulars.domain.timeline.kinds import Kind
from regulars.domain.timeline.line import Line, Rule, RuleKind, Told, said
from regulars.storage import timeline_rewards as stored
from regulars.storage.engine import Read
from regulars.storage.stores import ORGANISATION, STORES, StoreRow
from regulars.storage.timeline import Key, Spot
from regulars.storage.timeline_rewards import ProgrammeRow
from regulars.storage.timeline_trade import HerRow
from regulars.use_cases.segment_views import segment_names

UTC = "UTC"
_ELSEWHERE = Label("门店", "a store")
_MOMENT = timedelta(microseconds=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Telling:
    """One page that is being told."""

    def __init__(self, *, read: Read, her: HerRow, scope: Scope, now: Instant) -> None:
        """`her`: the member whose timeline it is; `scope`: the stores that its reader may see."""
        self.read = read
        self.her = her
        self.scope = scope
        self.now = now

    @property
    def member_id(self) -> UUID:
        """Whose timeline it is."""
        return self.her.id

    @property
    def erased(self) -> bool:
        """Whether only what the law keeps may be told: nothing that somebody wrote about her."""
        return self.her.state == MemberState.ERASED.value

    @cached_property
    def stores(self) -> Mapping[UUID, StoreRow]:
        """The stores."""
        return {row.id: row for row in self.read.all(STORES)}

    @cached_property
    def scale(self) -> int:
        """Units: digits after the point of the shop's money."""
        organisation = self.read.one(ORGANISATION)
        return 2 if organisation is None else scale_of(organisation.currency)

    @cached_property
    def names(self) -> Names:
        """What goods, segments, tiers and coupons are called."""
        return segment_names(self.read, self.now)

    @property
    def zone(self) -> str:
        """The clock of her own store."""
        home = self.stores.get(self.her.joined_store_id)
        return UTC if home is None else home.zone

    def store(self, store_id: UUID) -> Label:
        """What a store is called."""
        row = self.stores.get(store_id)
        return _ELSEWHERE if row is None else Label(row.name_zh, row.name_en)

    def tier(self, code: str) -> Label:
        """What a tier is called."""
        return Label(*self.names.of_tier(code))

    def said(self, kind: Kind, **told: Told) -> Label:
        """A line's sentence."""
        return said(kind, told, scale=self.scale)

    def written(self, text: str | None) -> Label | None:
        """What somebody wrote as a reason; nothing of one who was erased."""
        return Label(text, text) if text and not self.erased else None

    def last_day_before(self, ends_at: Instant) -> date:
        """The last business day before an end."""
        home = self.stores.get(self.her.joined_store_id)
        cut_off = 0 if home is None else home.cut_off_minutes
        last = Instant(ends_at - _MOMENT)
        return business_day_of(last, zone=self.zone, cut_off_minutes=cut_off)

    def clock(self, at: Instant) -> Label:
        """A moment by the clock of her own store: 11月23日 09:00."""
        wall = local(at, self.zone)
        return Label(
            f"{wall.month}月{wall.day}日 {wall:%H:%M}",
            f"{wall.day} {_MONTHS[wall.month - 1]} {wall:%H:%M}",
        )

    def programmes(
        self, asked: Iterable[tuple[UUID, int]]
    ) -> Mapping[tuple[UUID, int], ProgrammeRow]:
        """Versions of programmes."""
        wanted = set(asked)
        rows = self.read.all(
            stored.PROGRAMMES,
            programmes=sorted({one for one, _ in wanted}),
            versions=sorted({version for _, version in wanted}),
        )
        return {(row.id, row.version): row for row in rows if (row.id, row.version) in wanted}


_A_PROGRAMME = Label("活动", "a programme")


def programme_rule(row: ProgrammeRow | None) -> tuple[Label, Rule | None]:
    """What a programme is called, and the rule that its version is."""
    if row is None:
        return _A_PROGRAMME, None
    name = Label(row.name_zh, row.name_en)
    return name, Rule(RuleKind.PROGRAMME, row.id, str(row.version), name)


def keys(spots: Iterable[Spot], *parts: int) -> list[Key]:
    """The rows of some spots, of those parts alone where any are named."""
    return list(dict.fromkeys(one.key for one in spots if not parts or one.part in parts))


def in_rows(about: Label, *more: Label) -> Label:
    """Several reasons after each other."""
    found = [one for one in (about, *more) if one.zh or one.en]
    return Label(
        "；".join(one.in_language("zh-CN") for one in found),
        "; ".join(one.in_language("en") for one in found),
    )


def id_of(spot: Spot) -> UUID:
    """The id of the row of a spot."""
    assert isinstance(spot.key, UUID)
    return spot.key


Teller = Callable[[Telling, Sequence[Spot]], Mapping[Spot, Line]]


def teller(tells: Callable[[Telling, Sequence[Spot]], Iterator[tuple[Spot, Line]]]) -> Teller:
    """The lines of some spots, by their spots."""
    return lambda telling, spots: dict(tells(telling, spots))
