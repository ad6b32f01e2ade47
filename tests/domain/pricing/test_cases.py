"""The cases that merchants wrote, in `cases/*.txt`, each priced and compared line by line."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.quote import Quote
from tests.domain.pricing.builders import priced
from tests.domain.pricing.case_text import Case, cases_in, minor, shown
from tests.domain.pricing.properties import apart

CASES = cases_in(Path(__file__).parent / "cases")


def bill_of(case: Case, lines: Sequence[ChosenLine]) -> Quote:
    return priced(
        case.basket(lines),
        *case.offers,
        member=case.guest,
        choices=case.choices_on(lines),
        terms=case.terms,
        now=case.now,
    )


def told(bill: Quote) -> str:
    """The bill in the words of an `expect:` row."""
    parts = [f"{one.name.zh} -{shown(one.amount_minor)}" for one in bill.deductions()]
    return "; ".join([*parts, f"pay {shown(bill.totals.due_minor)}"])


def units_told(bill: Quote, names: Mapping[str, int]) -> str:
    of_product = {number: name for name, number in names.items()}
    return ", ".join(
        " ".join(
            [of_product[quoted.line.product_id.int - 1_000]]
            + [shown(unit.net_minor) for unit in quoted.units]
        )
        for quoted in bill.lines
    )


def why_told(bill: Quote, name: str) -> list[str]:
    """What the verdicts say about an offer or coupon: its code and parameters."""
    return [
        " ".join(
            [one.reason.code.value]
            + [f"{key} {_shown(key, value)}" for key, value in one.reason.parameters.items()]
        )
        for one in bill.verdicts
        if one.name.zh == name
    ]


def _shown(key: str, value: object) -> str:
    if isinstance(value, Label):
        return value.zh
    if isinstance(value, int) and key.endswith("_minor"):
        return shown(value)
    return str(value)


def check_why(bill: Quote, text: str) -> None:
    name, _, reason = text.partition(":")
    assert reason.strip() in why_told(bill, name.strip())


def check_hint(bill: Quote, text: str) -> None:
    hints = [
        f"{hint.name.zh} add {shown(hint.missing_minor)} save {shown(hint.saving_minor)}"
        for hint in bill.hints
    ]
    assert ("; ".join(hints) or "none") == text


def check_gift(bill: Quote, text: str) -> None:
    gifts = [
        f"{gift.name.zh} add {gift.quantity} for {shown(gift.price_minor)}" for gift in bill.gifts
    ]
    assert ("; ".join(gifts) or "none") == text


def check_refusal(price: Callable[[], Quote], text: str) -> None:
    with pytest.raises(Refusal) as refused:
        price()
    values = " ".join(f"{key} {value}" for key, value in refused.value.parameters.items())
    assert f"{refused.value.code} {values}".strip() == text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_case_comes_to_what_the_merchant_expects(case: Case) -> None:
    assert case.expected
    if case.expected[0][0] == "refused":
        check_refusal(lambda: bill_of(case, case.lines), case.expected[0][1])
        return
    bill = bill_of(case, case.lines)
    for kind, text in case.expected:
        match kind:
            case "expect":
                assert told(bill) == text
            case "units":
                assert units_told(bill, case.names) == text
            case "why":
                check_why(bill, text)
            case "gift":
                check_gift(bill, text)
            case _:
                check_hint(bill, text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_case_costs_the_same_with_each_unit_on_a_line_of_its_own(case: Case) -> None:
    if case.expected[0][0] == "refused":
        check_refusal(lambda: bill_of(case, apart(case.lines)), case.expected[0][1])
        return
    whole = bill_of(case, case.lines)
    parts = bill_of(case, apart(case.lines))
    assert parts.totals.discount_minor == whole.totals.discount_minor
    assert parts.totals.points_minor == whole.totals.points_minor
    assert [one.name for one in parts.deductions()] == [one.name for one in whole.deductions()]


def test_the_worked_example_of_the_documentation_is_a_case() -> None:
    text = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text(encoding="utf-8")
    examples = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    known = {path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("cases/*.txt")}
    assert examples
    for example in examples:
        assert any(example.strip() in case for case in known)


def test_there_are_enough_cases_to_trust_the_engine() -> None:
    assert len(CASES) >= 170
    assert minor("12.30") == 1230
