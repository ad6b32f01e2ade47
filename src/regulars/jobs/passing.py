"""What passes by itself, and what a row that makes no sense does to a step.

The disk is full: everything waits and is tried again. One member's store has no clock any more: she
alone waits, and the others go on.
"""

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.tasks import PASSING
from regulars.storage.constraints import of_driver

# What a row that makes no sense raises in our own code.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def passes(error: Exception) -> bool:
    """Whether it is the database's trouble, which passes, and no fault of what was asked."""
    if isinstance(error, Refusal):
        return error.code in PASSING
    return of_driver(error) or not isinstance(error, _FAULTS)
