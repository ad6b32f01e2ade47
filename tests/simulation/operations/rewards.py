"""Rewards of one member: she signs in, claims a task, draws, and orders from the points mall."""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level
from regulars.use_cases.check_ins import CheckInMember
from regulars.use_cases.draws import DrawOnce
from regulars.use_cases.mall import OrderFromMall
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver
from regulars.use_cases.programmes import SaveProgramme
from regulars.use_cases.tasks import ClaimTask
from tests.domain.loyalty.definitions import CHECK_IN, DRAW, MUG, THREE_ORDERS
from tests.simulation.operation import Operation
from tests.simulation.world import World


def programme(world: World, kind: str, definition: Mapping[str, object]) -> UUID:
    """The shop's programme of a kind, started by whoever needs it first."""
    known = world.one_of(kind)
    if known is not None:
        return known
    programme_id = world.shop.new_id()
    world.run(
        SaveProgramme(
            id=programme_id,
            seen=0,
            kind=kind,
            name=Label("活动", "Programme"),
            level=Level.ORGANISATION,
            place_id=None,
            definition=dict(definition),
            effective_at=None,
            ends_at=None,
        )
    )
    world.remember(kind, programme_id)
    return programme_id


def check_in(world: World) -> None:
    """She signs in, perhaps for the second time today."""
    guest = world.one_guest()
    if guest is not None:
        running = programme(world, "check_in", CHECK_IN)
        store = world.at_random_store().store_id
        world.run(CheckInMember(programme_id=running, member_id=guest.id, store_id=store))


def claim(world: World) -> None:
    """She claims the gift for three orders a week."""
    guest = world.one_guest()
    if guest is not None:
        running = programme(world, "task", THREE_ORDERS)
        store = world.shop.store_id
        world.run(ClaimTask(programme_id=running, member_id=guest.id, store_id=store))


def draw(world: World) -> None:
    """She draws once for twenty points."""
    guest = world.one_guest()
    if guest is not None:
        running = programme(world, "draw", DRAW)
        world.run(
            DrawOnce(
                id=world.shop.new_id(),
                programme_id=running,
                member_id=guest.id,
                store_id=world.shop.store_id,
            )
        )


def order(world: World) -> None:
    """She orders a mug for points."""
    guest = world.one_guest()
    if guest is not None:
        running = programme(world, "mall_item", MUG)
        order_id = world.shop.new_id()
        world.run(
            OrderFromMall(
                id=order_id,
                programme_id=running,
                member_id=guest.id,
                store_id=world.shop.store_id,
            )
        )
        world.remember("mall order", order_id)


def end_order(world: World) -> None:
    """The mug is handed over, or goes back to the shelf."""
    order_id = world.one_of("mall order")
    if order_id is None:
        return
    if world.chance.random() < 0.5:
        world.run(HandOver(order_id=order_id))
    else:
        world.run(CancelMallOrder(order_id=order_id, reason="不想要了"))


OPERATIONS = (
    Operation("check in", 2, check_in),
    Operation("claim a task", 2, claim),
    Operation("draw", 2, draw),
    Operation("mall order", 2, order),
    Operation("end a mall order", 1, end_order),
)
