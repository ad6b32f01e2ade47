"""Whose things a sample call of the matrix aims at, and whose scope it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from regulars.domain.stores.permissions import Permission
from tests.http.web import B1, REGION_A, REGION_B, TERMINALS
from tests.shops import named


class Reach(Enum):
    """Whose scope a call needs."""

    STORE = auto()
    CHAIN = auto()
    ANYWHERE = auto()


@dataclass(frozen=True)
class Target:
    """The things of one store."""

    store: UUID
    open_order: UUID
    open_line: UUID
    paid_order: UUID
    price_list: UUID
    offer: UUID
    staff: UUID
    api_key: UUID

    @property
    def terminal(self) -> UUID:
        return TERMINALS[self.store]

    @property
    def region(self) -> UUID:
        return REGION_B if self.store == B1 else REGION_A

    @property
    def secrets(self) -> tuple[str, ...]:
        """Ids that nobody outside this store's scope may ever be shown."""
        ids = (
            self.terminal,
            self.open_order,
            self.open_line,
            self.paid_order,
            self.price_list,
            self.offer,
            self.staff,
            self.api_key,
        )
        return tuple(str(one) for one in ids)


@dataclass(frozen=True)
class Fresh:
    """Ids for what a call makes, and the member whom it is about."""

    member: UUID
    new: Callable[[], UUID]


@dataclass(frozen=True)
class Call:
    """How to call one route: its path, and what is sent. `also`: a right that this very thing needs
    beside the route's."""

    path: str
    reach: Reach
    body: Callable[[Target, Fresh], object] = lambda target, fresh: None
    headers: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[Permission] = frozenset()

    def url(self, target: Target, fresh: Fresh) -> str:
        """The path with this target's ids."""
        return self.path.format(
            store=target.store,
            region=target.region,
            terminal=target.terminal,
            open=target.open_order,
            line=target.open_line,
            paid=target.paid_order,
            prices=target.price_list,
            offer=target.offer,
            staff=target.staff,
            key=target.api_key,
            member=fresh.member,
            product=named("product:milk_tea"),
            group=named("group:topping"),
            new=fresh.new(),
        )
