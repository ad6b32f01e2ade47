"""The tills of the demonstration: they quote, then they sell, as the real ones do.

王芳 joins at 11:58, tops up 300.00 and orders at 12:00; her bill is quoted, her points and her
welcome coupon are on it, and stored value pays what is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from regulars.cli.demo_shop.calendar import is_kitchen
from regulars.cli.demo_shop.chain import PLACES, Chain, Crew
from regulars.cli.demo_shop.palate import Palate
from regulars.cli.demo_shop.people import Patron, Visit
from regulars.cli.demo_shop.seeds import new_id
from regulars.domain.catalog.lines import LineRequest
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.orders.shop import Shop
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import NO_CHOICES, Choices
from regulars.domain.stores.actor import Actor
from regulars.storage import ledger
from regulars.storage.engine import Read
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault
from regulars.use_cases import guest as guests
from regulars.use_cases.fees import charged
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.limits import left_for
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settlement import priced
from regulars.use_cases.top_up import TopUp

# A saver tops up when less than this is left. Units: minor units.
RUNNING_LOW_MINOR = 2_500
UNNAMED_CARD_MINOR = 100_000
CASH_SHARE = 0.11
CASH_IN_KITCHEN_SHARE = 0.16
TAKEAWAY_SHARE = 0.32
# From so many points on, a thrifty member uses them.
POINTS_WORTH_USING = 300
COUPONS_REMEMBERED = 0.55
MARKETING_SHARE = 0.55
NOTES_MINOR = (500, 1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Till:
    """Where a visit is rung up, and by whom."""

    store_id: UUID
    terminal_id: UUID
    cashier: Actor


class Counter:
    """Turns visits into the commands of a till."""

    def __init__(self, chain: Chain, shops: Shops, palate: Palate, vault: Vault) -> None:
        self._chain = chain
        self._shops = shops
        self._vault = vault
        self._palate = palate
        self._dice = chain.seed.dice("till")
        self.crews: dict[str, Crew] = {one.code: chain.crew(one.code) for one in PLACES}

    def open_shops(self, read: Read, at: Instant) -> Mapping[UUID, Shop]:
        """Every store as it sells on a day. Nothing changes between opening and closing."""
        ids = [self._chain.store_id(one.code) for one in PLACES]
        return {name: self._shops.in_force(read, name, at=at) for name in ids}

    def till(self, visit: Visit) -> Till:
        """The till of the store that happens to be free."""
        place = PLACES[visit.store]
        return Till(
            self._chain.store_id(place.code),
            self._chain.terminal_id(place.code, self._dice.choice(place.tills)),
            self._dice.choice(self.crews[place.code].cashiers),
        )

    def join(self, visit: Visit, patron: Patron, till: Till, wording: str) -> JoinMember:
        """She becomes a member."""
        dice = self._dice
        profile = {
            ProfileField.NAME: patron.named.name if dice.random() < 0.86 else "",
            ProfileField.GENDER: patron.named.gender if dice.random() < 0.5 else "",
            ProfileField.BIRTHDAY: patron.birthday,
        }
        agreed = [(Channel.PROFILE, Purpose.MEMBERSHIP, True)]
        agreed.append((Channel.SMS, Purpose.MARKETING, dice.random() < MARKETING_SHARE))
        language: Language = "en" if patron.named.language == "en" else "zh-CN"
        return JoinMember(
            member_id=patron.id,
            store_id=till.store_id,
            identities=(IdentityText(kind=IdentityKind.PHONE, text=patron.phone),),
            profile=tuple(
                ProfileText(field=field, text=text) for field, text in profile.items() if text
            ),
            language=language,
            consents=tuple(
                Choice(channel=channel, purpose=purpose, granted=granted, wording_version=wording)
                for channel, purpose, granted in agreed
            ),
        )

    def top_up(self, visit: Visit, patron: Patron, till: Till, held_minor: int) -> TopUp | None:
        """What a saver pays in when her card runs low; None when it does not."""
        if held_minor >= RUNNING_LOW_MINOR * (1 + 4 * is_kitchen(visit.store)):
            return None
        # Nobody here is registered with her identity card, so the law lets a card hold only so much.
        fits = held_minor + patron.top_up_minor <= UNNAMED_CARD_MINOR
        principal_minor = patron.top_up_minor if fits else patron.top_up_minor // 2
        return TopUp(
            id=new_id(self._dice, visit.at),
            member_id=patron.id,
            store_id=till.store_id,
            terminal_id=till.terminal_id,
            principal_minor=principal_minor,
            tender="cash" if self._dice.random() < CASH_SHARE else "external",
        )

    def sale(self, read: Read, visit: Visit, till: Till, shop: Shop) -> SellAtCounter:
        """The order with the payment of exactly what was quoted."""
        dice, patron = self._dice, visit.patron
        wanted = self.lines(visit)
        goods = shop.catalogue.lines(wanted)
        guest = guests.seen(read, patron.id, shop, visit.at) if patron else None
        source = self.source(visit)
        lines = charged(goods, shop, source=source)
        guest = with_facts(read, guest, lines, shop, vault=self._vault)
        choices = self._choices(patron)
        left = left_for(read, shop, guest, visit.at)
        occasion = Occasion(source=source, now=visit.at, left=left)
        bill = priced(lines, shop, guest, choices, occasion)
        if patron and patron.thrift > 0.6 and bill.points.usable_max >= POINTS_WORTH_USING:
            choices = Choices(coupons=choices.coupons, points=bill.points.usable_max)
            bill = priced(lines, shop, guest, choices, occasion)
        cash_share = CASH_IN_KITCHEN_SHARE if is_kitchen(visit.store) else CASH_SHARE
        return SellAtCounter(
            order_id=new_id(dice, visit.at),
            store_id=till.store_id,
            terminal_id=till.terminal_id,
            source=source,
            lines=wanted,
            member_id=patron.id if patron else None,
            choices=choices,
            tenders=_tenders(
                dice,
                visit,
                bill.totals.due_minor,
                shop=shop,
                held_minor=stored_minor(read, patron),
                cash_share=cash_share,
            ),
            fingerprint=bill.fingerprint,
        )

    def lines(self, visit: Visit) -> tuple[LineRequest, ...]:
        """What is ordered."""
        if is_kitchen(visit.store):
            return self._palate.table(self._dice, visit.wall, visit.at)
        usual = visit.patron.usual if visit.patron else ()
        return self._palate.basket(self._dice, visit.wall, visit.at, usual=usual)

    def source(self, visit: Visit) -> str:
        """How it was ordered."""
        if is_kitchen(visit.store):
            return "table"
        return "takeaway" if self._dice.random() < TAKEAWAY_SHARE else "counter"

    def _choices(self, patron: Patron | None) -> Choices:
        # The thrifty think of their coupons, others forget them.
        if patron is None or self._dice.random() < COUPONS_REMEMBERED * (0.5 + patron.thrift):
            return NO_CHOICES
        return Choices(coupons=())


def stored_minor(read: Read, patron: Patron | None) -> int:
    """What is on her card; only savers have one. Units: minor units."""
    if patron is None or not patron.saver:
        return 0
    held = ledger.balances_of(read, patron.id)
    return held.principal_minor + held.bonus_minor


def _tenders(
    dice: Random,
    visit: Visit,
    due_minor: int,
    *,
    shop: Shop,
    held_minor: int,
    cash_share: float,
) -> tuple[Tender, ...]:
    tenders = []
    from_card_minor = min(held_minor, due_minor)
    if from_card_minor:
        tenders.append(
            Tender(
                id=new_id(dice, visit.at),
                kind=TenderKind.STORED_VALUE,
                amount_minor=from_card_minor,
            )
        )
    rest_minor = due_minor - from_card_minor
    in_cash = dice.random() < cash_share
    cash_minor = shop.terms.rounding.rounded(rest_minor) if in_cash else 0
    if cash_minor:
        note_minor = dice.choice(NOTES_MINOR)
        tenders.append(
            Tender(
                id=new_id(dice, visit.at),
                kind=TenderKind.CASH,
                amount_minor=cash_minor,
                tendered_minor=cash_minor + -cash_minor % note_minor,
            )
        )
    elif rest_minor:
        tenders.append(
            Tender(id=new_id(dice, visit.at), kind=TenderKind.EXTERNAL, amount_minor=rest_minor)
        )
    return tuple(tenders)
