"""Stored value that is kept, passed on, given back, or stopped by itself."""

from regulars.domain.ledger.holds import HoldPurpose
from regulars.use_cases.held_value import HoldValue, PostHold, VoidHold
from regulars.use_cases.top_up import TopUp
from regulars.use_cases.top_up_refunds import RefundTopUp
from regulars.use_cases.value_moves import FreezeValue, UnfreezeValue
from regulars.use_cases.value_transfers import TransferValue
from tests.simulation.operation import Operation
from tests.simulation.world import World, whole


def top_up(world: World) -> None:
    """Money in."""
    guest = world.one_guest()
    if guest is None:
        return
    till = world.at_random_store()
    minor = world.chance.choice([0, 1, 500, 10_000, 10_000, 12_345, 30_000, 10**9])
    world.tell(f"   {guest.name} pays in {minor}")
    top_up_id = world.shop.new_id()
    world.run(
        TopUp(
            id=top_up_id,
            member_id=guest.id,
            store_id=till.store_id,
            terminal_id=till.terminal_id,
            principal_minor=minor,
            tender="cash",
        )
    )
    world.paid_in_minor += minor
    world.remember("top up", top_up_id)


def refund_top_up(world: World) -> None:
    """Some of a top-up goes back, or all that is unspent."""
    top_up_id = world.one_of("top up")
    if top_up_id is None:
        return
    told = world.run(
        RefundTopUp(
            id=world.shop.new_id(),
            top_up_id=top_up_id,
            principal_minor=world.chance.choice([None, 1, 700, 10**6]),
            reason="不再来了",
        )
    )
    world.paid_in_minor -= whole(told["principal_minor"])


def transfer(world: World) -> None:
    """Stored value passes from one member to another."""
    giver, taker = world.one_guest(), world.one_guest()
    if giver is None or taker is None:
        return
    world.run(
        TransferValue(
            id=world.shop.new_id(),
            from_member_id=giver.id,
            to_member_id=taker.id,
            store_id=world.shop.store_id,
            amount_minor=world.chance.choice([None, 0, 1, 777, 5_000]),
            reason="转给家人",
        )
    )


def hold_value(world: World) -> None:
    """Some value is kept for later."""
    guest = world.one_guest()
    if guest is None:
        return
    hold_id = world.shop.new_id()
    world.run(
        HoldValue(
            id=hold_id,
            member_id=guest.id,
            store_id=world.shop.store_id,
            amount_minor=world.chance.choice([0, 1, 990, 4_000]),
            points=world.chance.choice([0, 0, 20, 100]),
            purpose=world.chance.choice(list(HoldPurpose)),
            subject_id=None,
            minutes=world.chance.choice([5, 60, 600]),
        )
    )
    world.remember("hold", hold_id)


def end_hold(world: World) -> None:
    """What was kept is taken, in part or whole, or given back."""
    hold_id = world.one_of("hold")
    if hold_id is None:
        return
    if world.chance.random() < 0.4:
        world.run(VoidHold(hold_id=hold_id))
    else:
        part = world.chance.choice([None, 0, 1, 500])
        world.run(PostHold(hold_id=hold_id, amount_minor=part))


def freeze_value(world: World) -> None:
    """A member's stored value is stopped by itself, or may move again."""
    guest = world.one_guest()
    if guest is None:
        return
    kind = world.chance.choice([FreezeValue, UnfreezeValue, UnfreezeValue])
    world.run(kind(member_id=guest.id, reason="卡丢了"))


OPERATIONS = (
    Operation("top up", 4, top_up),
    Operation("refund a top-up", 2, refund_top_up),
    Operation("transfer", 2, transfer),
    Operation("hold value", 2, hold_value),
    Operation("end a hold", 2, end_hold),
    Operation("freeze value", 1, freeze_value),
)
