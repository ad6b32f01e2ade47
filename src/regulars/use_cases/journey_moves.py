"""What becomes of members on their way when a journey is changed: asked before, done as told.

Version 2 of "老友归来" has no step "week" any more: 34 members rest there. The author says "to step
gift"; the dry run counts them, and when the second person agrees these 34 stand at "gift".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.happenings import MESSAGE_ENDED
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import Wait, WaitFor, WaitSent
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage import journey_moves
from regulars.storage.engine import Read, Write
from regulars.use_cases.moment import Moment

MAPPING_MALFORMED = refusal_code("journey.mapping_malformed", "node")
MAPPING_MISSING = refusal_code("journey.mapping_missing", "nodes")


class Way(StrEnum):
    """Where those go who stand at a step of an older version."""

    STAY = "stay"
    SAME = "same"
    STEP = "step"
    EXIT = "exit"


@dataclass(frozen=True, slots=True)
class Move:
    """What is done with those at one step; `keeps` leaves them the time at which they are due."""

    way: Way
    to: str | None = None
    keeps: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """How many members at a step of older versions go where."""

    node: str
    way: Way
    to: str | None
    keeps: bool
    runs: int


def moves_from(data: Mapping[str, object], journey: Journey) -> dict[str, Move]:
    """The moves that an author sent. Refuses: journey.mapping_malformed."""
    moves: dict[str, Move] = {}
    for node, told in data.items():
        match told:
            case {"way": "stay" | "same" | "exit" as way, **rest}:
                moves[node] = Move(Way(way), None, rest.get("keeps", True) is not False)
            case {"way": "step", "to": str(to), **rest} if to in journey.graph.nodes:
                moves[node] = Move(Way.STEP, to, rest.get("keeps", False) is True)
            case _:
                raise MAPPING_MALFORMED.because(node=node[:40])
        if moves[node].way is Way.SAME and node not in journey.graph.nodes:
            raise MAPPING_MALFORMED.because(node=node[:40])
    return moves


def moves_data(moves: Mapping[str, Move]) -> dict[str, object]:
    """The stored form of the moves."""
    return {
        node: {"way": move.way.value, "to": move.to, "keeps": move.keeps}
        for node, move in moves.items()
    }


def landings(
    read: Read, journey_id: UUID, upto: int, journey: Journey, moves: Mapping[str, Move]
) -> list[Landing]:
    """The dry run: how many stand at each step of older versions, and where they will go.

    A step that nobody spoke of and that is still there keeps its members; one that is gone has to
    be spoken of. Refuses: journey.mapping_missing.
    """
    counted = read.all(journey_moves.ON_OLDER, journey_id=journey_id, upto=upto)
    missing = [node for node, _ in counted if node not in moves and node not in journey.graph.nodes]
    if missing:
        raise MAPPING_MISSING.because(nodes=missing)
    found = []
    for node, runs in counted:
        move = moves.get(node, Move(Way.SAME))
        to = node if move.way is Way.SAME else move.to
        found.append(Landing(node=node, way=move.way, to=to, keeps=move.keeps, runs=runs))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A version that comes into force, and where those on older ones go."""

    journey_id: UUID
    version: int
    journey: Journey
    landings: tuple[Landing, ...]


def carry_out(tx: Write, moment: Moment, change: Change) -> None:
    """Move everybody as the dry run said, one statement for each step, and remember it."""
    upto = change.version
    for one in change.landings:
        where = {"journey_id": change.journey_id, "upto": upto, "from_node": one.node}
        if one.way is Way.STAY:
            continue
        told = f"version {upto}"
        if one.way is Way.EXIT:
            because = Why.STEP_GONE.value
            tx.send(
                journey_moves.LOG_MOVED,
                **where,
                to_node=None,
                at=moment.now,
                because=because,
                told=told,
            )
            tx.send(journey_moves.DROP_WAITS_FROM, **where)
            tx.send(journey_moves.END_FROM, **where, at=moment.now, because=because)
            continue
        assert one.to is not None
        tx.send(
            journey_moves.LOG_MOVED,
            **where,
            to_node=one.to,
            at=moment.now,
            because=Why.MOVED.value,
            told=told,
        )
        node = change.journey.graph.nodes.get(one.to)
        if one.keeps and one.to == one.node and isinstance(node, Wait | WaitFor | WaitSent):
            fact = _waits_for(node)
            if fact is None:
                tx.send(journey_moves.DROP_WAITS_FROM, **where)
            else:
                tx.send(journey_moves.WAIT_FROM, **where, fact=fact, at=moment.now)
            tx.send(journey_moves.REPLACE_KEEPING, **where, to_node=one.to)
        else:
            tx.send(journey_moves.DROP_WAITS_FROM, **where)
            tx.send(journey_moves.REPLACE_ANEW, **where, to_node=one.to, at=moment.now)


def _waits_for(node: Wait | WaitFor | WaitSent) -> str | None:
    """The kind of fact that ends a wait before its time, if any."""
    match node:
        case WaitFor(fact=fact):
            return fact
        case WaitSent():
            return MESSAGE_ENDED
        case Wait():
            return None
        case _:
            assert_never(node)
