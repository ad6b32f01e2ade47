"""What surrounds one command: when it is, who acts, and which ids it may use.

李敏 settles an order at 12:31:05: the moment holds that instant, her rights, the command's id, and
the shop as it is in force.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor

if TYPE_CHECKING:
    from regulars.storage.shops import Shops
    from regulars.storage.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The surroundings of one command, the same when it has to run again.

    `seen`: what a command that looks first has read, on a snapshot from before its transaction.
    """

    now: Instant
    actor: Actor
    command_id: UUID
    new_id: Callable[[], UUID]
    vault: "Vault"
    shops: "Shops"
    seen: object = None
