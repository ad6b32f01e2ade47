"""Which function runs which command: `@use_case` reads it from the function's own signature.

@use_case
def settle_order(tx: Write, command: SettleOrder, moment: Moment) -> Settled: ...

A command that must read much before it writes little looks first, on a snapshot of its own:

@looks_first
def figures(read: Read, command: BookClearing, moment: Moment) -> Figures: ...
"""

import inspect
from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

from regulars.storage.engine import Read, Write
from regulars.use_cases.moment import Moment

Function = TypeVar("Function", bound=Callable[..., object])


class UseCase(NamedTuple):
    """One function, and the name under which its commands are stored."""

    name: str
    run: Callable[[Write, object, Moment], object]


Look = Callable[[Read, object, Moment], object]

_use_cases: dict[type, UseCase] = {}
_looks: dict[type, Look] = {}


def use_case(function: Function) -> Function:
    """Register the one function that runs a command; a second one is a programming error."""
    kind = _command_of(function)
    if kind in _use_cases:
        raise TypeError(f"{kind.__name__} already has a use case")
    run = cast("Callable[[Write, object, Moment], object]", function)
    _use_cases[kind] = UseCase(str(function.__name__), run)
    return function


def looks_first(function: Function) -> Function:
    """Register what a command reads before its transaction begins, told to it as `moment.seen`."""
    kind = _command_of(function)
    if kind in _looks:
        raise TypeError(f"{kind.__name__} looks already")
    _looks[kind] = cast("Look", function)
    return function


def look_of(command: object) -> Look | None:
    """What this command reads first, if it does."""
    return _looks.get(type(command))


def use_case_of(command: object) -> UseCase:
    """The use case that runs this command."""
    found = _use_cases.get(type(command))
    if found is None:
        raise TypeError(f"no use case runs {type(command).__name__}")
    return found


def _command_of(function: Callable[..., object]) -> type:
    parameters = list(inspect.signature(function, eval_str=False).parameters.values())
    return _resolved(parameters[1].annotation, function)


def _resolved(annotation: object, function: Callable[..., object]) -> type:
    if isinstance(annotation, str):
        annotation = function.__globals__.get(annotation)
    if not isinstance(annotation, type):
        raise TypeError(f"{function.__name__}: its second parameter names the command's class")
    return annotation
