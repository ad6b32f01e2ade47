"""What the demonstration needs of the shop's own jobs, which lie in another room.

`regulars.main` puts them together and hands them in; here they are known by what they do.
"""

from dataclasses import dataclass
from typing import Protocol

from regulars.cli.demo_shop.pump import Clock
from regulars.storage.engine import Database
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """The opened shop of the demonstration and its clock."""

    database: Database
    shops: Shops
    vault: Vault
    clock: Clock


class Worker(Protocol):
    """The jobs of marketing by the demonstration's clock; messages go to a console nobody reads."""

    def measures(self) -> None:
        """Take the shop's measure, and judge everybody by it."""

    def works(self) -> None:
        """Do all that is due at this moment."""


class Hiring(Protocol):
    """Whoever puts such jobs together: the same seed, the same work."""

    def __call__(self, premises: Premises, *, seed: int) -> Worker: ...
