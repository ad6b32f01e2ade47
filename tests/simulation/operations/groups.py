"""Rewards that need others or last: group buying, passes."""

from uuid import UUID

from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.pass_refunds import RefundPass, refund_plan
from regulars.use_cases.pass_times import FreezePass, TransferPass, UnfreezePass
from regulars.use_cases.pass_uses import UndoPassUse, UsePass
from regulars.use_cases.passes import SellPass
from tests.inviting import TEN_CUPS, THREE_TOGETHER
from tests.simulation.operation import Operation
from tests.simulation.operations.rewards import programme
from tests.simulation.world import World

PASS_PRICE_MINOR = 15_000
# A seat's cash goes in and out by hand; the drawer is counted by the other operations.
SEAT_TENDERS = ("stored_value", "external")
# Few enough that one is named twice now and then, and refused.
PAYMENTS = 10_000


def open_group(world: World) -> None:
    """She opens a group and takes its first seat."""
    guest = world.one_guest()
    if guest is None:
        return
    group_id, tender = world.shop.new_id(), world.chance.choice(SEAT_TENDERS)
    world.run(
        OpenGroup(
            id=group_id,
            seat_id=world.shop.new_id(),
            programme_id=programme(world, "group_buy", THREE_TOGETHER),
            member_id=guest.id,
            store_id=world.shop.store_id,
            terminal_id=world.shop.terminal_id,
            tender=tender,
            reference=f"wx-{world.chance.randrange(PAYMENTS)}" if tender == "external" else None,
        )
    )
    world.remember("group", group_id)


def join_group(world: World) -> None:
    """She takes one more seat, if there is one."""
    guest, group_id = world.one_guest(), world.one_of("group")
    if guest is None or group_id is None:
        return
    tender = world.chance.choice(SEAT_TENDERS)
    world.run(
        JoinGroup(
            seat_id=world.shop.new_id(),
            group_id=group_id,
            member_id=guest.id,
            store_id=world.shop.store_id,
            terminal_id=world.shop.terminal_id,
            tender=tender,
            reference=f"wx-{world.chance.randrange(PAYMENTS)}" if tender == "external" else None,
        )
    )


def sell_pass(world: World) -> None:
    """She buys ten cups."""
    guest = world.one_guest()
    if guest is None:
        return
    pass_id = world.shop.new_id()
    world.run(
        SellPass(
            id=pass_id,
            member_id=guest.id,
            programme_id=programme(world, "pass", TEN_CUPS),
            store_id=world.shop.store_id,
            terminal_id=world.shop.terminal_id,
            tender="cash",
        )
    )
    world.paid_in_minor += PASS_PRICE_MINOR
    world.remember("pass sold", pass_id)


def use_pass(world: World) -> None:
    """Some cups are had; sometimes it was a slip."""
    pass_id = world.one_of("pass sold")
    if pass_id is None:
        return
    till = world.at_random_store()
    use_id: UUID = world.shop.new_id()
    world.run(
        UsePass(
            id=use_id,
            pass_id=pass_id,
            store_id=till.store_id,
            terminal_id=till.terminal_id,
            count=world.chance.choice([0, 1, 1, 2, 11]),
        )
    )
    if world.chance.random() < 0.3:
        undo_id = world.shop.new_id()
        world.run(UndoPassUse(id=undo_id, pass_id=pass_id, use_id=use_id, reason="按错了"))


def rest_pass(world: World) -> None:
    """A pass rests, or runs again."""
    pass_id = world.one_of("pass sold")
    if pass_id is not None:
        world.run(world.chance.choice([FreezePass, UnfreezePass])(pass_id=pass_id))


def pass_on(world: World) -> None:
    """A pass is given to somebody else."""
    guest, pass_id = world.one_guest(), world.one_of("pass sold")
    if guest is not None and pass_id is not None:
        change_id = world.shop.new_id()
        world.run(TransferPass(id=change_id, pass_id=pass_id, to_member_id=guest.id, reason="转赠"))


def refund_pass(world: World) -> None:
    """A pass is given back for what the guest was told."""
    pass_id = world.one_of("pass sold")
    if pass_id is None:
        return
    with world.database.read() as read:
        amount = refund_plan(read, pass_id).amount_minor
    world.run(
        RefundPass(
            id=world.shop.new_id(),
            pass_id=pass_id,
            store_id=world.shop.store_id,
            terminal_id=world.shop.terminal_id,
            amount_minor=amount,
            reason="不再来了",
        )
    )
    world.paid_in_minor -= amount


OPERATIONS = (
    Operation("open a group", 2, open_group),
    Operation("join a group", 3, join_group),
    Operation("sell a pass", 1, sell_pass),
    Operation("use a pass", 3, use_pass),
    Operation("rest a pass", 1, rest_pass),
    Operation("pass on", 1, pass_on),
    Operation("refund a pass", 1, refund_pass),
)
