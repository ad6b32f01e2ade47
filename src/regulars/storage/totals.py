"""What the database did since it was opened: for the bench, the health page and tests.

Re-runs are counted because each one names a fault: a command that wrote before it refused or broke
a rule only at COMMIT, or two commands that took their locks in different orders.
"""

from dataclasses import dataclass

from regulars.storage.transaction import Wire


@dataclass(slots=True)
class Totals:
    """Counters of one writer. `tills` are the commands that somebody at a till waits for."""

    tills: int = 0
    commits: int = 0
    statements: int = 0
    round_trips: int = 0
    reruns: int = 0

    def count(self, wire: Wire) -> None:
        """Add what one transaction took."""
        self.statements += wire.statements
        self.round_trips += wire.round_trips

    def plus(self, other: "Totals") -> "Totals":
        """Both together."""
        return Totals(
            tills=self.tills + other.tills,
            commits=self.commits + other.commits,
            statements=self.statements + other.statements,
            round_trips=self.round_trips + other.round_trips,
            reruns=self.reruns + other.reruns,
        )
