"""Who comes, when, and what becomes of her: guests with a story of their own, and a crowd beside them.

wang = diary.joins("wang", day=1)
diary.comes(wang, 1, 4)          # two visits, then 45 days of silence: 老友归来
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from uuid import UUID

from regulars.cli.demo_shop.calendar import Busy, year
from regulars.cli.demo_shop.names import phone
from regulars.cli.demo_shop.opening import WORDING_VERSION
from regulars.cli.demo_shop.people import Crowd, Visit
from regulars.cli.demo_shop.programmes import TEN_CUPS, programme_id
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.till import Counter, stored_minor
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant, instant, zone_of
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.passes import SellPass
from regulars.use_cases.survey_links import token_of
from regulars.use_cases.surveys import AnswerSurvey
from regulars.use_cases.top_up import TopUp
from tests.scenarios.long_run.erasing import erase
from tests.scenarios.long_run.opened import FIRST, SHANGHAI, LongShop

TEA, NEW_TEA = "MT01", "FT06"
FIRST_NUMBER = 9_001
# Between these minutes the shop's calendar comes: nobody is served just then.
CALENDAR_FROM, CALENDAR_UPTO = time(9, 50), time(10, 18)
LATER = timedelta(minutes=32)
SOON = timedelta(seconds=5)
WELCOMED, THANKED = timedelta(minutes=11, seconds=30), timedelta(hours=2, minutes=3)

YES = (Channel.SMS, Purpose.MARKETING, True)
NO = (Channel.SMS, Purpose.MARKETING, False)
HISTORY_MAY_BE_USED = (Channel.PROFILE, Purpose.PERSONALISATION, True)
Told = tuple[Channel, Purpose, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One guest with a story."""

    name: str
    id: UUID
    phone: str
    home: str

    @property
    def address(self) -> str:
        """Her number as providers write it."""
        return f"+86{self.phone}"


@dataclass(order=True, slots=True)
class Entry:
    """One thing that happens."""

    at: Instant
    number: int
    does: Callable[[], object] = field(compare=False)


def on(day: int, hour: int = 12, minute: int = 30) -> Instant:
    """A time of a day of the run, by the clock of Shanghai; the first day is 0."""
    wall = datetime.combine(FIRST + timedelta(days=day), time(hour, minute))
    return instant(wall.replace(tzinfo=zone_of(SHANGHAI)))


def choices(told: Sequence[Told]) -> tuple[Choice, ...]:
    """What somebody allows, in the shop's words."""
    return tuple(
        Choice(channel=channel, purpose=purpose, granted=granted, wording_version=WORDING_VERSION)
        for channel, purpose, granted in told
    )


@dataclass(slots=True)
class Diary:
    """Everything that will happen, in its order. Some of it is looked at by the jobs at once."""

    shop: LongShop
    days: int
    hears: Callable[[str, str], object]
    guests: dict[str, Guest] = field(default_factory=dict)
    bills: dict[tuple[str, int], UUID] = field(default_factory=dict)
    # As each member told hers, by her id.
    birthdays: dict[UUID, str] = field(default_factory=dict)
    _coming: list[Entry] = field(default_factory=list)
    _looks: list[Instant] = field(default_factory=list)
    _number: int = 0

    def put(self, at: Instant, does: Callable[[], object], *looks: timedelta) -> None:
        """Something happens then, and the jobs run so long after it."""
        self._number += 1
        heappush(self._coming, Entry(at, self._number, does))
        for after in looks:
            heappush(self._looks, Instant(at + after))

    def next_before(self, at: Instant) -> Entry | None:
        """What happens next, if it happens before a moment."""
        return heappop(self._coming) if self._coming and self._coming[0].at < at else None

    def look_before(self, at: Instant) -> Instant | None:
        """When the jobs are to run next, if that is before a moment."""
        return heappop(self._looks) if self._looks and self._looks[0] < at else None

    # What guests do.

    def joins(
        self,
        name: str,
        *,
        day: int = 1,
        home: str = "S1",
        birthday: str = "",
        told: Sequence[Told] = (YES,),
        language: Language = "zh-CN",
    ) -> Guest:
        """A new member."""
        at = on(day, 11, len(self.guests))
        number = FIRST_NUMBER + len(self.guests)
        member_id = new_id(self.shop.dice, at)
        guest = Guest(name=name, id=member_id, phone=phone(number), home=home)
        self.guests[name] = guest
        if birthday:
            self.birthdays[guest.id] = birthday
        command = JoinMember(
            member_id=guest.id,
            store_id=self.shop.store(home),
            identities=(IdentityText(kind=IdentityKind.PHONE, text=guest.phone),),
            profile=(ProfileText(field=ProfileField.BIRTHDAY, text=birthday),) if birthday else (),
            language=language,
            consents=choices(told),
        )
        self.put(at, lambda: self.shop.run(command), SOON, WELCOMED)
        return guest

    def comes(
        self, guest: Guest, *days: int, goods: str = TEA, quantity: int = 1, hour: int = 12
    ) -> None:
        """She is served on some days, mostly at lunch time."""
        for day in days:

            def served(day: int = day) -> None:
                lines = self.shop.goods(goods, quantity)
                sold = self.shop.sell(guest.home, guest.id, lines)
                self.bills[guest.name, day] = sold.order_id

            looks = (SOON, THANKED) if quantity > 1 else ()
            self.put(on(day, hour, 30 + len(self.guests) % 20), served, *looks)

    def marks(self, guest: Guest, day: int, score: int) -> None:
        """She says how her visit of a day was, that evening."""

        def answers() -> None:
            token = token_of(self.shop.vault, self.bills[guest.name, day])
            given = {"recommend": (str(score),)}
            self.shop.run(AnswerSurvey(token=token, given=given, language="zh-CN"))

        self.put(on(day, 19, 5), answers, SOON)

    def tops_up(self, guest: Guest, day: int, minor: int = 10_000) -> None:
        """She pays in."""

        def pays() -> None:
            command = TopUp(
                id=self.shop.new_id(),
                member_id=guest.id,
                store_id=self.shop.store(guest.home),
                terminal_id=self.shop.till(guest.home),
                principal_minor=minor,
                tender="external",
            )
            self.shop.run(command)

        self.put(on(day, 12, 5), pays, SOON)

    def buys_pass(self, guest: Guest, day: int) -> None:
        """She buys ten cups ahead, and forgets them."""

        def buys() -> None:
            command = SellPass(
                id=self.shop.new_id(),
                member_id=guest.id,
                programme_id=programme_id(self.shop.chain, TEN_CUPS),
                store_id=self.shop.store(guest.home),
                terminal_id=self.shop.till(guest.home),
                tender="external",
            )
            self.shop.run(command)

        self.put(on(day, 12, 10), buys)

    def chooses(
        self, guest: Guest, day: int, *told: Told, hour: int = 15, minute: int = 20
    ) -> None:
        """She says at the till what she allows."""
        command = RecordConsent(
            member_id=guest.id, choices=choices(told), language="zh-CN", source="till"
        )
        self.put(on(day, hour, minute), lambda: self.shop.run(command), SOON)

    def writes_back(self, guest: Guest, day: int, text: str) -> None:
        """She answers a message; the provider passes it on."""
        heard = timedelta(seconds=50)
        self.put(on(day, 15, 40), lambda: self.hears(guest.address, text), heard)

    def is_frozen(self, guest: Guest, day: int, *, until: int, minute: int = 900) -> None:
        """Her card is lost, and found."""
        lost = FreezeMember(member_id=guest.id, reason="卡丢了")
        found = UnfreezeMember(member_id=guest.id, reason="卡找到了")
        self.put(on(day, minute // 60, minute % 60), lambda: self.shop.run(lost), SOON)
        self.put(on(until, 15, 0), lambda: self.shop.run(found), SOON)

    def is_erased(self, guest: Guest, day: int, *, hour: int = 15, minute: int = 10) -> None:
        """She is forgotten."""
        self.put(on(day, hour, minute), lambda: erase(self.shop, guest.id), SOON)

    def crowd(self, *, members: int, orders: int) -> None:
        """Members as the demonstration draws them, with habits of their own."""
        shop = self.shop
        counter = Counter(shop.chain, shop.shops, shop.palate, shop.vault)
        crowd = Crowd(shop.chain.seed, shop.palate, members=members)
        days = [FIRST + timedelta(days=number) for number in range(self.days)]
        for busy in year(shop.chain.seed, days, orders=orders, members=members):
            # A day's guests are drawn when it begins, of those who had joined by then.
            self.put(on((busy.day - FIRST).days, 4, 1), _day_of(self, counter, crowd, busy))

    def serves(self, counter: Counter, visit: Visit) -> None:
        """One member of the crowd comes: joins, tops up and is served, each in its turn."""
        patron, shop = visit.patron, self.shop
        if patron is None:
            return
        till = counter.till(visit)
        if visit.joins:
            if patron.birthday:
                self.birthdays[patron.id] = patron.birthday
            joining = counter.join(visit, patron, till, WORDING_VERSION)
            self.put(
                Instant(visit.at - timedelta(seconds=100)),
                lambda: shop.run(joining),
                SOON,
                WELCOMED,
            )

        def tops_up() -> None:
            with shop.database.read() as read:
                held = stored_minor(read, patron)
            command = counter.top_up(visit, patron, till, held)
            if command is not None:
                shop.run(command)
                heappush(self._looks, Instant(shop.now + SOON))

        def is_served() -> None:
            with shop.database.read() as read:
                in_force = shop.shops.in_force(read, till.store_id, at=shop.now)
                sale = counter.sale(read, replace(visit, at=shop.now), till, in_force)
            shop.run(sale)

        if patron.saver:
            self.put(Instant(visit.at - timedelta(seconds=40)), tops_up)
        self.put(visit.at, is_served)


def _day_of(diary: Diary, counter: Counter, crowd: Crowd, busy: Busy) -> Callable[[], object]:
    def begins() -> None:
        for visit in crowd.visits(busy):
            diary.serves(counter, _beside_the_calendar(visit))

    return begins


def _beside_the_calendar(visit: Visit) -> Visit:
    """The same visit, half an hour later where the shop's calendar comes just then."""
    if CALENDAR_FROM <= visit.wall.time() < CALENDAR_UPTO:
        return replace(visit, wall=visit.wall + LATER, at=Instant(visit.at + LATER))
    return visit
