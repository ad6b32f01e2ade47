"""How much work one bill may cost, in steps counted the same on every till.

Thirty lines under sixty offers: after so many steps the best bill found is the bill, and the
certificate says how far from the least it may be. A clock would make two tills disagree.
"""

STEPS_MAX = 800_000


class Effort:
    """The steps that are left. A step is about one way to treat one unit in one state."""

    __slots__ = ("left",)

    def __init__(self, steps: int = STEPS_MAX) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        """Note some work; answers whether more may be done."""
        self.left -= steps
        return self.left > 0

    @property
    def over(self) -> bool:
        """Whether nothing more than what must be done may be done."""
        return self.left <= 0
