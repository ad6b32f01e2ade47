"""Two people change the same thing: the second one is told, instead of undoing the first.

The region manager opens 珍珠奶茶 at revision 7; head office saves revision 8; his save of
revision 7 is refused and shows him what is there now.
"""

from regulars.domain.kernel.refusal import refusal_code

PRECONDITION_FAILED = refusal_code("precondition.failed")
PRECONDITION_MISSING = refusal_code("precondition.missing")


def check_revision(known: int, *, expected: int) -> None:
    """The revision is still the one that the caller saw. Refuses: precondition.failed."""
    if known != expected:
        raise PRECONDITION_FAILED.because()
