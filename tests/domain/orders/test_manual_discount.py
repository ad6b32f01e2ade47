"""How much a person may take off by hand."""

from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import LineId
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.manual_discount import check_manual, within
from regulars.domain.pricing.basket import ManualDiscount
from tests.domain.catalog.builders import FRIES, FRIES_ONLY, a_catalogue, a_request


def a_line(number: int, minor: int, *, discountable: bool = True) -> ChosenLine:
    line = a_catalogue().line(a_request(FRIES, FRIES_ONLY, line=number))
    return replace(line, unit_list_minor=minor, discountable=discountable)


TEA, CAKE, STAMP = a_line(1, 2_000), a_line(2, 8_000), a_line(3, 5_000, discountable=False)
LINES = (TEA, CAKE, STAMP)


def off(number: int, line: LineId | None = None, **amount: int) -> ManualDiscount:
    return ManualDiscount(id=UUID(int=number), reason="洒了", by="", line_id=line, **amount)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ([off(1, TEA.id, amount_minor=200)], True),
        ([off(1, TEA.id, amount_minor=201)], False),
        ([off(1, TEA.id, basis_points=1_000)], True),
        ([off(1, TEA.id, basis_points=1_100)], False),
        # What may not be discounted is no part of the bill that a share is taken of.
        ([off(1, basis_points=1_000)], True),
        ([off(1, amount_minor=1_001)], False),
        ([off(1, TEA.id, amount_minor=100), off(2, TEA.id, amount_minor=101)], False),
        ([off(1, TEA.id, amount_minor=200), off(2, amount_minor=800)], True),
        ([off(1, TEA.id, amount_minor=200), off(2, amount_minor=801)], False),
    ],
)
def test_many_small_discounts_make_no_large_one(
    given: list[ManualDiscount], *, allowed: bool
) -> None:
    check_manual(given, LINES)
    assert within(given, LINES, maximum_basis_points=1_000) is allowed


@pytest.mark.parametrize(
    "given",
    [
        [off(1)],
        [off(1, amount_minor=1, basis_points=1)],
        [off(1, amount_minor=0)],
        [off(1, amount_minor=-100)],
        [off(1, basis_points=10_001)],
        [replace(off(1, amount_minor=1), reason="  ")],
        [replace(off(1, amount_minor=1), reason="洒" * 201)],
        [off(1, amount_minor=1), off(1, amount_minor=1)],
        [off(1, STAMP.id, amount_minor=1)],
        [off(1, LineId(UUID(int=77)), amount_minor=1)],
        [off(number, amount_minor=1) for number in range(11)],
    ],
)
def test_a_discount_that_says_nothing_clear_is_refused(given: list[ManualDiscount]) -> None:
    with pytest.raises(Refusal) as refused:
        check_manual(given, LINES)
    assert refused.value.code == "order.discount_malformed"
