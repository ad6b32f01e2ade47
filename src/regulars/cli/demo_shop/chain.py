"""The organisation of the demonstration: two regions, four stores, nine tills, seventeen people.

华东: 梧桐里店, 滨江店 and 山野小馆; 华南: 荔湾里店. Everybody has a log-in; nobody a password
until she sets one with her one-time code.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.cli.demo_shop.seeds import Seed
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.domain.stores.store import StoreKind

ZONE = "Asia/Shanghai"
CUT_OFF_MINUTES = 240
BRAND = Label("山野茶事", "Hillside Tea")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One store as the demonstration plans it. `share`: of all orders."""

    code: str
    name: Label
    region: str
    kind: StoreKind
    share: float
    tills: str


REGIONS = {"east": Label("华东", "East China"), "south": Label("华南", "South China")}
PLACES = (
    Place(
        code="S1",
        name=Label("山野茶事·梧桐里店", "Hillside Tea, Plane Tree Lane"),
        region="east",
        kind=StoreKind.TEA,
        share=0.35,
        tills="ABC",
    ),
    Place(
        code="S2",
        name=Label("山野茶事·滨江店", "Hillside Tea, Riverside"),
        region="east",
        kind=StoreKind.TEA,
        share=0.26,
        tills="AB",
    ),
    Place(
        code="S3",
        name=Label("山野茶事·荔湾里店", "Hillside Tea, Lychee Bay"),
        region="south",
        kind=StoreKind.TEA,
        share=0.25,
        tills="AB",
    ),
    Place(
        code="K1",
        name=Label("山野小馆·梧桐里店", "Hillside Kitchen, Plane Tree Lane"),
        region="east",
        kind=StoreKind.RESTAURANT,
        share=0.14,
        tills="AB",
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here: log-in, name, role and where it counts."""

    login: str
    name: str
    role: Role
    place: str = ""

    @property
    def level(self) -> Level:
        """Where the role counts."""
        if not self.place:
            return Level.ORGANISATION
        return Level.REGION if self.place in REGIONS else Level.STORE


PEOPLE = (
    Person("owner", "沈山野", Role.OWNER),
    Person("marketing", "顾晓棠", Role.MARKETER),
    Person("accounts", "钱慎之", Role.ACCOUNTANT),
    Person("east", "陆知行", Role.REGION_MANAGER, "east"),
    Person("south", "区嘉怡", Role.REGION_MANAGER, "south"),
    Person("s1-manager", "王芳", Role.STORE_MANAGER, "S1"),
    Person("s1-cashier1", "李敏", Role.CASHIER, "S1"),
    Person("s1-cashier2", "赵小雨", Role.CASHIER, "S1"),
    Person("s2-manager", "周立", Role.STORE_MANAGER, "S2"),
    Person("s2-cashier1", "孙倩", Role.CASHIER, "S2"),
    Person("s2-cashier2", "吴一凡", Role.CASHIER, "S2"),
    Person("s3-manager", "黎国栋", Role.STORE_MANAGER, "S3"),
    Person("s3-cashier1", "何咏诗", Role.CASHIER, "S3"),
    Person("s3-cashier2", "梁子轩", Role.CASHIER, "S3"),
    Person("k1-manager", "郑师傅", Role.STORE_MANAGER, "K1"),
    Person("k1-cashier1", "冯小满", Role.CASHIER, "K1"),
    Person("k1-cashier2", "蒋文静", Role.CASHIER, "K1"),
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The organisation with the ids that a seed gives it."""

    seed: Seed
    opened_at: Instant

    @property
    def organisation_id(self) -> UUID:
        """The organisation."""
        return self._id("organisation")

    def region_id(self, code: str) -> UUID:
        """A region."""
        return self._id(f"region:{code}")

    def store_id(self, code: str) -> UUID:
        """A store."""
        return self._id(f"store:{code}")

    def terminal_id(self, code: str, letter: str) -> UUID:
        """A till of a store."""
        return self._id(f"terminal:{code}:{letter}")

    def staff_id(self, login: str) -> UUID:
        """Somebody who works here."""
        return self._id(f"staff:{login}")

    def place_id(self, person: Person) -> UUID:
        """Where somebody's role counts; the whole organisation has no place."""
        match person.level:
            case Level.ORGANISATION:
                return UUID(int=0)
            case Level.REGION:
                return self.region_id(person.place)
            case Level.STORE:
                return self.store_id(person.place)

    def actor(self, person: Person) -> Actor:
        """Somebody with the rights of her role."""
        stores = {
            self.store_id(one.code) for one in PLACES if person.place in (one.code, one.region)
        }
        return Actor(
            kind=ActorKind.STAFF,
            id=self.staff_id(person.login),
            permissions=PERMISSIONS_OF[person.role],
            scope=Scope(frozenset(stores)) if person.place else EVERYWHERE,
        )

    def crew(self, code: str) -> "Crew":
        """Who stands at the tills of a store."""
        here = [one for one in PEOPLE if one.place == code]
        return Crew(
            manager=self.actor(next(one for one in here if one.role is Role.STORE_MANAGER)),
            cashiers=tuple(self.actor(one) for one in here if one.role is Role.CASHIER),
        )

    def marketer(self) -> Actor:
        """Who sends coupons."""
        return self.actor(next(one for one in PEOPLE if one.role is Role.MARKETER))

    def _id(self, name: str) -> UUID:
        return self.seed.id(name, at=self.opened_at)


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of one store."""

    manager: Actor
    cashiers: tuple[Actor, ...]
