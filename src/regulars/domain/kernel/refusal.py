"""Why a command said no, as data.

A command refuses by raising a `Refusal`. The code is declared beside the function that raises
it, so a reader finds the rule and its "no" in one place; texts and HTTP status live at the edge.

    STORED_VALUE_SHORT = refusal_code("ledger.balance_short", "missing_minor")
    raise STORED_VALUE_SHORT.because(missing_minor=250)
"""

from collections.abc import Mapping
from dataclasses import dataclass

Value = int | str | bool | None | list[str] | list[int]

_declared: dict[str, "RefusalCode"] = {}


class Refusal(Exception):
    """A command that changed nothing, and the reason why."""

    def __init__(self, code: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = dict(parameters)

    def __str__(self) -> str:
        # Parameters may hold what a guest typed: they go to the caller, never into a log line.
        return self.code


@dataclass(frozen=True, slots=True)
class RefusalCode:
    """One declared reason: its name and the parameters its text may use."""

    code: str
    names: frozenset[str]

    def because(self, **parameters: Value) -> Refusal:
        """The refusal to raise, with the values that its text shows."""
        unknown = parameters.keys() - self.names
        if unknown:
            raise ValueError(f"{self.code} does not declare {sorted(unknown)}")
        return Refusal(self.code, parameters)


def refusal_code(code: str, *names: str) -> RefusalCode:
    """Declare a reason once; a second declaration of the same code is a programming error."""
    if code in _declared:
        raise ValueError(f"refusal code {code} is declared twice")
    declared = RefusalCode(code, frozenset(names))
    _declared[code] = declared
    return declared


def all_codes() -> dict[str, RefusalCode]:
    """Every reason declared by the modules imported so far."""
    return dict(_declared)
