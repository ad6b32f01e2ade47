"""Members: they join, get coupons, and are frozen and let go again."""

from regulars.use_cases.members import FreezeMember, UnfreezeMember
from tests.simulation.operation import Operation
from tests.simulation.world import Guest, World

GUESTS_MAX = 12


def join(world: World) -> None:
    """One more member."""
    number = len(world.guests)
    if number < GUESTS_MAX:
        member = world.shop.join(f"1380013{number:04d}")
        world.guests.append(Guest(number, member, f"guest {number}"))


def coupon(world: World) -> None:
    """A coupon as a kindness."""
    if world.guests:
        guest = world.chance.choice(world.guests)
        guest.coupons.append(world.shop.coupon(guest.id, world.chance.choice(["NEW5", "TEN"])))


def freeze(world: World) -> None:
    """A member's value is stopped, or may move again."""
    if world.guests:
        guest = world.chance.choice(world.guests)
        kind = world.chance.choice([FreezeMember, UnfreezeMember, UnfreezeMember])
        world.tell(f"   {guest.name} {kind.__name__}")
        world.run(kind(member_id=guest.id, reason="卡丢了"))


OPERATIONS = (
    Operation("join", 4, join),
    Operation("coupon", 1, coupon),
    Operation("freeze", 1, freeze),
)
