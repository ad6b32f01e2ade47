"""Ways to change a basket that must not change its bill."""

from collections.abc import Sequence
from dataclasses import replace

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import LineId
from tests.domain.pricing.builders import number


def apart(lines: Sequence[ChosenLine]) -> list[ChosenLine]:
    """Each line of n as n lines of one, with ids that keep the order."""
    return [
        replace(line, id=LineId(number(line.id.int * 100 + unit)), quantity=1)
        for line in lines
        for unit in range(line.quantity)
    ]
