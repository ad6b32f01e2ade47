"""Two records turn out to be one person, and sometimes were two people after all."""

from regulars.use_cases.merge_undo import UndoMerge
from regulars.use_cases.merging import MergeMembers
from tests.simulation.operation import Operation
from tests.simulation.world import World


def merge(world: World) -> None:
    """One record becomes part of another; guests still come with either card."""
    survivor, absorbed = world.one_guest(), world.one_guest()
    if survivor is None or absorbed is None:
        return
    merge_id = world.shop.new_id()
    world.tell(f"   {absorbed.name} is {survivor.name}")
    world.run(
        MergeMembers(
            id=merge_id,
            survivor_id=survivor.id,
            absorbed_id=absorbed.id,
            store_id=world.at_random_store().store_id,
            reason="同一个人",
        )
    )
    world.remember("merge", merge_id)


def undo_merge(world: World) -> None:
    """They are two people after all."""
    merge_id = world.one_of("merge")
    if merge_id is None:
        return
    world.run(UndoMerge(merge_id=merge_id, reason="是两个人"))


OPERATIONS = (
    Operation("merge", 2, merge),
    Operation("undo a merge", 2, undo_merge),
)
