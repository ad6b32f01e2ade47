"""The steps of a journey: what each one is, and where it leads.

"Wait until Sunday at ten; has she been in by herself? Then thank her; else write to her, and give
100 points" is a Wait, a Branch and three Acts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.waits import Until
from regulars.domain.kernel.condition import ALWAYS, Condition
from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.gift import Gift
from regulars.domain.messaging.channels import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """Plan a message by a template, on the first of these channels that may be used.

    It is void so many minutes after it was planned. `values` fill the names that the plan knows.
    Units: minutes; expected value in minor units.
    """

    template: str
    channels: tuple[Channel, ...]
    valid_minutes: int
    values: tuple[tuple[str, str | int], ...] = ()
    expected_value_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveGift:
    """Give points, growth value, bonus money or coupons. Units: `cost_minor` is the most that one
    such gift may cost the shop, drawn from the campaign's budget if there is one."""

    gift: Gift
    cost_minor: int = 0


@dataclass(frozen=True, slots=True)
class PutTag:
    """Put a word on the member, or take it off."""

    tag: str
    put: bool


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Give the staff of her shop something to do."""

    words: Label


Action = SendMessage | GiveGift | PutTag | OpenTask


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on when the time has come."""

    until: Until
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor:
    """Go on when something happens to her, or when it has not happened in time. Units: minutes."""

    fact: str
    timeout_minutes: int
    happened: str
    timed_out: str
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitSent:
    """Go on when it is known whether the message of a step was sent.

    `reasons`: a way of its own for why not (domain/messaging/message.Reason); `unsure`: where nobody
    knows in time, as if it was sent unless told otherwise. Units: minutes.
    """

    step: str
    timeout_minutes: int
    sent: str
    not_sent: str
    unsure: str | None = None
    reasons: tuple[tuple[str, str], ...] = ()

    def way_of(self, reason: str) -> str:
        """Where a member goes whose message was not sent for a reason."""
        return next((way for name, way in self.reasons if name == reason), self.not_sent)


@dataclass(frozen=True, slots=True)
class Branch:
    """Whether a condition over her, as segments know it, holds now."""

    condition: Condition
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a split and its chance. Units: of 10,000."""

    name: str
    weight: int
    next: str


class Learns(StrEnum):
    """What the ways of a split are judged by where their chances are learned."""

    PROFIT = "profit"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Split:
    """By chance, and the same member always the same way under the same salt.

    `learns`: the weights are only where it begins; each day the ways that do better are drawn more
    often, and a member keeps the way that she was drawn when she came in.
    """

    salt: str
    ways: tuple[Way, ...]
    learns: Learns | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Do something once. `failed` is the way where it could not be done; None: go on all the same."""

    action: Action
    next: str
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """She has done what the journey is for: it ends here, and is counted as reached."""


@dataclass(frozen=True, slots=True)
class Exit:
    """The journey ends here."""


Node = Wait | WaitFor | WaitSent | Branch | Split | Act | Goal | Exit


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps by their names, and the first one."""

    start: str
    nodes: dict[str, Node] = field(default_factory=dict)


def ways_of(node: Node) -> Iterator[str]:
    """Where a step may lead."""
    match node:
        case Wait(next=following):
            yield following
        case WaitFor(happened=happened, timed_out=timed_out):
            yield from (happened, timed_out)
        case WaitSent(sent=sent, not_sent=not_sent, unsure=unsure, reasons=reasons):
            yield from (sent, not_sent, *(way for _, way in reasons))
            if unsure is not None:
                yield unsure
        case Branch(yes=yes, no=no):
            yield from (yes, no)
        case Split(ways=ways):
            yield from (way.next for way in ways)
        case Act(next=following, failed=failed):
            yield following
            if failed is not None:
                yield failed
        case Goal() | Exit():
            return
        case _:
            assert_never(node)


def actions_of(graph: Graph) -> list[tuple[str, Action]]:
    """Everything that a journey may do, with the step that does it."""
    return [(name, node.action) for name, node in graph.nodes.items() if isinstance(node, Act)]


def gives(graph: Graph) -> bool:
    """Whether a journey gives anything on its way."""
    return any(isinstance(action, GiveGift) for _, action in actions_of(graph))


def asked_by(graph: Graph) -> list[Condition]:
    """Every condition over a member that a journey asks on its way."""
    return [node.condition for node in graph.nodes.values() if isinstance(node, Branch)]


def effect_key(run_id: UUID, node: str) -> str:
    """The business key of what a step does in one run: it can be done once.

    No way leads back to a step, so the step's name says which visit it was.
    """
    return f"run:{run_id}:{node}:1"


def step_of(key: str) -> str:
    """The step whose business key this is: its name has no colon."""
    return key.split(":")[2]
