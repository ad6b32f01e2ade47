"""Three dozen members with every kind of past, for tests that hold segments against each other.

Half of what happened lies on the edges that segments ask about: exactly seven, thirty or ninety
days ago, a microsecond before or after, at midnight and at the cut-off of the home store.
"""

import random
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, select, update

from regulars.domain.insights.lifecycle import Stage
from regulars.domain.insights.rfm import RfmClass
from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.member import JoinedVia
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Statement, Write
from regulars.storage.tables import catalog as goods
from regulars.storage.tables import (
    insights,
    ledger,
    members,
    offers,
    orders,
    passes,
    segments,
    stores,
)
from regulars.use_cases.joining import IdentityText, JoinMember
from tests.segment_things import (
    CATEGORIES,
    CHANNELS,
    CHILDREN,
    COUPON_TYPES,
    EDGES_DAYS,
    LONDON,
    PASS_KINDS,
    PRODUCT_TAGS,
    PRODUCTS,
    REGIONS,
    STORES,
    TAGS,
)
from tests.shops import ShopUnderTest, named

MEMBERS = 36
NO_REASON: dict[str, object] = {}
BIRTHDAYS = (
    *("1990-05-04", "--05-01", "--05-31", "--04-30", "1988-02-29", "--06-01", "2000-12-31"),
    *("lunar:--03-18", "lunar:--04-15", "lunar:--12-30", "--05-07", "--01-01"),
)


_FIGURES: Statement[object] = Statement(
    update(members.member_stats)
    .where(members.member_stats.c.member_id == bindparam("who", type_=Id()))
    .values(
        visits=bindparam("n", type_=Whole()),
        spent_minor=bindparam("spent", type_=Whole()),
        first_visit_at=bindparam("first", type_=At()),
        last_visit_at=bindparam("last", type_=At()),
        tier=bindparam("rung", type_=Words()),
    )
)
_STATE: Statement[object] = Statement(
    update(members.member)
    .where(members.member.c.id == bindparam("who", type_=Id()))
    .values(state=bindparam("now_state", type_=Words()))
)
_POINTS: Statement[int] = Statement(
    select(ledger.account.c.id)
    .where(
        ledger.account.c.owner_id == bindparam("who", type_=Id()),
        ledger.account.c.kind.in_(("points", "bonus")),
    )
    .order_by(ledger.account.c.id)
)


class World:
    """The shop with its members, all of it from one seed."""

    def __init__(self, shop: ShopUnderTest, seed: int) -> None:
        self.shop = shop
        self.dice = random.Random(seed)
        self.now = shop.now
        self.members: list[UUID] = []
        shop.database.write(self._more_places).result()
        for number in range(MEMBERS):
            self.members.append(self._joined(number))
        shop.now = self.now
        shop.database.write(self._children).result()
        for member_id in self.members:
            shop.database.write(partial(self._past, who=member_id)).result()

    def moment(self) -> Instant:
        """When something happened: often on an edge that a segment asks about."""
        dice = self.dice
        if dice.random() < 0.4:
            back = timedelta(days=dice.choice(EDGES_DAYS))
            return Instant(self.now - back + timedelta(microseconds=dice.choice((-1, 0, 1))))
        return Instant(self.now - timedelta(seconds=dice.randrange(1, 400 * 86_400)))

    def new_id(self) -> UUID:
        """A fresh id of this world."""
        return uuid7(self.now, self.dice.randbytes(10))

    def _more_places(self, tx: Write) -> None:
        names = {"name_zh": "西区", "name_en": "West"}
        tx.add(stores.region, [{"id": REGIONS[1], **names}])
        place = {"region_id": REGIONS[1], "zone": "Europe/London", "cut_off_minutes": 0}
        shop = {"id": LONDON, "code": "L1", "name_zh": "伦敦店", "name_en": "London"}
        tx.add(stores.store, [{**shop, **place, "kind": "tea", "state": "open"}])
        till = {"id": named("terminal:L1:A"), "store_id": LONDON, "letter": "A"}
        tx.add(stores.terminal, [{**till, "name": "L1-A", "state": "active"}])
        shelf = {"name_zh": "辣味", "name_en": "Spicy", "position": 2}
        tx.add(goods.category, [{"id": CATEGORIES[1], **shelf}])
        change: Statement[object] = Statement(
            update(goods.product)
            .where(goods.product.c.id == bindparam("what", type_=Id()))
            .values(
                tags=bindparam("words", type_=goods.product.c.tags.type),
                category_id=bindparam("shelf", type_=Id()),
            )
        )
        for number, product_id in enumerate(PRODUCTS):
            words = list(PRODUCT_TAGS[: number % 4])
            tx.run(change, what=product_id, words=words, shelf=CATEGORIES[number % 2])

    def _joined(self, number: int) -> UUID:
        self.shop.now = Instant(self.now - timedelta(days=self.dice.randrange(0, 500)))
        member_id = self.new_id()
        identities = [IdentityText(kind=IdentityKind.PHONE, text=f"1380013{8000 + number}")]
        if self.dice.random() < 0.4:
            text = f"guest{number}@example.com"
            identities.append(IdentityText(kind=IdentityKind.EMAIL, text=text))
        profile = []
        if self.dice.random() < 0.7:
            birthday = self.dice.choice(BIRTHDAYS)
            profile.append(ProfileText(field=ProfileField.BIRTHDAY, text=birthday))
        if self.dice.random() < 0.5:
            profile.append(ProfileText(field=ProfileField.NAME, text="王芳"))
        command = JoinMember(
            member_id=member_id,
            store_id=self.dice.choice(STORES),
            identities=tuple(identities),
            profile=tuple(profile),
            language=self.dice.choice(("zh-CN", "en")),
            via=self.dice.choice(tuple(JoinedVia)),
        )
        self.shop.run(command)
        return member_id

    def _children(self, tx: Write) -> None:
        for number, child in enumerate(CHILDREN):
            head = {"id": child, "name_zh": f"人群{number}", "name_en": f"Segment {number}"}
            rest = {"state": "active", "version": 1, "serving": 1, "tag": None}
            tx.add(segments.segment, [{**head, **rest, "made_at": self.now}])

    def _past(self, tx: Write, who: UUID) -> None:
        dice = self.dice
        if dice.random() < 0.1:
            tx.run(_STATE, who=who, now_state=dice.choice(("frozen", "closed")))
        self._orders(tx, who)
        self._words(tx, who)
        self._value(tx, who)

    def _orders(self, tx: Write, who: UUID) -> None:
        moments = sorted(self.moment() for _ in range(self.dice.choice((0, 0, 1, 2, 5, 9, 14))))
        kept, spent = 0, 0
        for number, at in enumerate(moments):
            state = self.dice.choices(("paid", "part_refunded", "refunded"), (8, 1, 1))[0]
            due = self.dice.randrange(0, 20_000)
            back = {"paid": 0, "part_refunded": due // 3, "refunded": due}[state]
            self._order(tx, who, at, (state, due, back), number)
            kept += state != "refunded"
            spent += due - back
        tx.run(
            _FIGURES,
            who=who,
            n=kept,
            spent=spent,
            first=moments[0] if moments else None,
            last=moments[-1] if moments else None,
            rung=self.dice.choice(("leaf", "gold")),
        )

    def _order(
        self, tx: Write, who: UUID, at: Instant, money: tuple[str, int, int], number: int
    ) -> None:
        state, due, back = money
        order_id = self.new_id()
        store_id = self.dice.choice(STORES)
        terminals = dict(zip(STORES, ("S1", "S2", "L1"), strict=True))
        row = {
            "id": order_id,
            "store_id": store_id,
            "member_id": who,
            "state": state,
            "terminal_id": named(f"terminal:{terminals[store_id]}:A"),
            "business_day": at.date(),
            "number": f"{who.hex}-{number}",
            "source": self.dice.choice(CHANNELS),
            "opened_by": "test",
            "settled_by": "test",
            "revision": 1,
            "opened_at": at,
            "settled_at": at,
            "note": None,
            "tier": None,
            "list_minor": due,
            "discount_minor": 0,
            "tax_minor": 0,
            "rounding_minor": 0,
            "due_minor": due,
            "refunded_minor": back,
            "points_earned": 0,
            "points_spent": 0,
            "growth_earned": 0,
            "priced_with": None,
        }
        tx.add(orders.orders, [row])
        for position in range(self.dice.randrange(1, 4)):
            self._line(tx, order_id, position)

    def _line(self, tx: Write, order_id: UUID, position: int) -> None:
        product_id = self.dice.choice(PRODUCTS)
        row = {
            "order_id": order_id,
            "position": position,
            "id": self.new_id(),
            "product_id": product_id,
            "variant_id": product_id,
            "name_zh": "茶",
            "name_en": "Tea",
            "quantity": 1,
            "options": [],
            "unit_list_minor": 0,
            "net_minor": 0,
            "tax_code": "food",
            "tax_minor": 0,
            "units": [],
            "state": self.dice.choice(("sold", "sold", "sold", "void")),
            "note": None,
            "kind": "goods",
            "cost_minor": None,
        }
        tx.add(orders.order_line, [row])

    def _words(self, tx: Write, who: UUID) -> None:
        dice = self.dice
        for tag in TAGS:
            if dice.random() < 0.3:
                row = {"member_id": who, "tag": tag, "since": self.now, "by": "test"}
                tx.add(members.member_tag, [row])
        if dice.random() < 0.8:
            row = self._insight(who)
            tx.add(insights.member_insight, [row])
        for child in CHILDREN:
            if dice.random() < 0.4:
                row = {"segment_id": child, "member_id": who, "entered_at": self.moment()}
                left = self.now if dice.random() < 0.3 else None
                rest = {"left_at": left, "why": NO_REASON, "left_why": None, "version": 1}
                tx.add(segments.segment_member, [{**row, **rest, "fact_sequence": None}])
        for _ in range(dice.randrange(0, 5)):
            row = {
                "id": self.new_id(),
                "member_id": who,
                "granted": dice.random() < 0.5,
                "channel": dice.choice(("sms", "email")),
                "purpose": "marketing",
                "wording_version": "1",
                "language": "en",
                "source": "till",
                "at": self.now - timedelta(days=dice.randrange(0, 3)),
                "by": "test",
            }
            tx.add(members.consent, [row])

    def _insight(self, who: UUID) -> dict[str, object]:
        return {
            **dict.fromkeys(("number", "visits", "gap_days"), 1),
            "member_id": who,
            "stage": self.dice.choice(tuple(Stage)).value,
            "stage_since": self.now.date(),
            "rfm": self.dice.choice((None, *(one.value for one in RfmClass))),
            "why": NO_REASON,
            "last_on": None,
            "judged_at": self.now,
            "due_at": None,
        }

    def _value(self, tx: Write, who: UUID) -> None:
        dice = self.dice
        accounts = tx.all(_POINTS, who=who)
        today = self.now.date()
        for _ in range(dice.randrange(0, 4)):
            amount = dice.randrange(1, 200)
            row = {
                "id": self.new_id(),
                "account_id": dice.choice(accounts),
                "amount": amount,
                "remaining": amount,
                "acquired_at": self.now,
                "entry_id": self.new_id(),
                "expires_on": dice.choice((None, self._day(today))),
                "origin": "gift",
                "pair_id": None,
                "store_id": STORES[0],
                "usable_on": None,
            }
            tx.add(ledger.lot, [{**row, "spend_order": None}])
        for _ in range(dice.randrange(0, 4)):
            begins = Instant(self.now + timedelta(days=dice.choice((-40, -1, 0, 2))))
            ends = Instant(begins + timedelta(days=dice.choice((1, 7, 30, 47))))
            row = {
                "id": self.new_id(),
                "type_id": dice.choice(COUPON_TYPES),
                "member_id": who,
                "state": dice.choice(("issued", "issued", "void")),
                "valid_from": begins,
                "valid_until": ends,
                "issued_at": begins,
                "issue_key": str(self.new_id()),
            }
            tx.add(offers.coupon, [row])
        for kind in PASS_KINDS:
            if dice.random() < 0.3:
                self._pass(tx, who, kind, self._day(today))

    def _day(self, today: date) -> date:
        return today + timedelta(days=self.dice.choice((-2, 0, 1, 3, 6, 7, 8, 30)))

    def _pass(self, tx: Write, who: UUID, kind: UUID, ends_on: date) -> None:
        row = {
            "id": self.new_id(),
            "programme_id": kind,
            "programme_version": 1,
            "member_id": who,
            "store_id": STORES[0],
            "sold_at": self.now,
            "by": "test",
            "tender": "cash",
            "unit": "PASS.x",
            "lot_id": self.new_id(),
            "price_minor": 100,
            "uses": 10,
            "used": self.dice.randrange(0, 11),
            "deferred_minor": 0,
            "state": self.dice.choice(("active", "expired")),
            "ends_on": ends_on,
            "remind_on": ends_on,
            "reminded": False,
            "frozen_on": None,
            "frozen_until": None,
            "frozen_days": 0,
        }
        tx.add(passes.member_pass, [row])
