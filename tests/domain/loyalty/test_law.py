"""The law on prepaid value: which rules bind whom, when, and what they forbid."""

from datetime import date, timedelta

import pytest

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.term_fields import FieldValues
from regulars.domain.loyalty.law import (
    FIELDS,
    Law,
    LawRegion,
    LawTerms,
    PaidIn,
    check_paid_in,
    law_in_force,
    law_terms,
    principal_expires_on,
    refund_due_rule,
)
from regulars.domain.loyalty.law_rules import LAW_RULES, LawMatter

TODAY = BusinessDay(date(2026, 5, 4))
SHIPPED = {field.name: field.default for field in FIELDS}


def china(*off: str) -> Law:
    return law_in_force(LawTerms(off=frozenset(off)), currency="CNY", on=TODAY)


def paid(principal: int, *, held: int = 0, named: bool = False, cash: bool = True) -> PaidIn:
    return PaidIn(principal_minor=principal, held_minor=held, named=named, cash=cash)


def forbidden(law: Law, paid_in: PaidIn) -> str:
    with pytest.raises(Refusal) as refused:
        check_paid_in(law, paid_in)
    assert refused.value.parameters["rule_zh"]
    assert refused.value.parameters["rule_en"]
    return str(refused.value.parameters["rule"])


def test_every_rule_has_its_own_code_and_both_languages() -> None:
    assert len({rule.code for rule in LAW_RULES}) == len(LAW_RULES)
    assert all(rule.label.zh and rule.label.en and rule.source for rule in LAW_RULES)


def test_a_shop_follows_the_law_of_its_currency_unless_it_names_another() -> None:
    assert china().of(LawMatter.REFUND_WITHIN) is not None
    assert law_in_force(LawTerms(), currency="EUR", on=TODAY).rules == {}
    assert law_in_force(LawTerms(region=LawRegion.NONE), currency="CNY", on=TODAY).rules == {}
    american = law_in_force(LawTerms(region=LawRegion.US), currency="CNY", on=TODAY)
    assert set(american.rules) == {LawMatter.PAID_END_AFTER}


def test_a_rule_binds_from_its_first_day() -> None:
    before = BusinessDay(date(2025, 4, 30))
    law = law_in_force(LawTerms(), currency="CNY", on=before)
    assert law.of(LawMatter.REFUND_WITHIN) is None
    following = BusinessDay(before + timedelta(days=1))
    law = law_in_force(LawTerms(), currency="CNY", on=following)
    assert law.of(LawMatter.REFUND_WITHIN) is not None


def test_an_unnamed_card_holds_a_thousand_yuan_and_a_named_one_five_thousand() -> None:
    check_paid_in(china(), paid(100_000))
    assert forbidden(china(), paid(100_001)) == "cn.unnamed_balance_max"
    assert forbidden(china(), paid(1, held=100_000)) == "cn.unnamed_balance_max"
    check_paid_in(china(), paid(400_000, held=100_000, named=True))
    assert forbidden(china(), paid(1, held=500_000, named=True)) == "cn.named_balance_max"


def test_large_sums_need_a_registered_holder_and_no_cash() -> None:
    law = china("cn.unnamed_balance_max", "cn.named_balance_max")
    check_paid_in(law, paid(999_999))
    assert forbidden(law, paid(1_000_000)) == "cn.identity_from"
    assert forbidden(law, paid(5_000_000, named=True)) == "cn.cash_below"
    check_paid_in(law, paid(5_000_000, named=True, cash=False))


def test_principal_does_not_end_where_the_law_forbids_it() -> None:
    with pytest.raises(Refusal) as refused:
        principal_expires_on(china(), TODAY, 35, named=False)
    assert refused.value.parameters["rule"] == "cn.unnamed_end_after"
    for months in (12, 36, 240):
        assert principal_expires_on(china(), TODAY, months, named=True) is None
    without = china("cn.named_no_end")
    assert principal_expires_on(without, TODAY, 12, named=True) == date(2027, 5, 4)


def test_principal_may_end_as_late_as_the_law_wants() -> None:
    assert principal_expires_on(china(), TODAY, 0, named=True) is None
    assert principal_expires_on(china(), TODAY, 36, named=False) == date(2029, 5, 4)
    american = law_in_force(LawTerms(), currency="USD", on=TODAY)
    with pytest.raises(Refusal, match=r"law\.forbids"):
        principal_expires_on(american, TODAY, 59, named=False)
    assert principal_expires_on(american, TODAY, 60, named=True) == date(2031, 5, 4)


def test_the_seventh_day_after_payment_is_the_last() -> None:
    for days, due in ((0, True), (7, True), (8, False)):
        day = BusinessDay(TODAY + timedelta(days=days))
        assert (refund_due_rule(china(), paid_on=TODAY, on=day) is not None) is due
    assert refund_due_rule(china("cn.refund_within"), paid_on=TODAY, on=TODAY) is None


@pytest.mark.parametrize("value", ["cn.refund_within", ["cn.no_such_rule"], [1], [{}]])
def test_only_a_rule_that_there_is_can_be_switched_off(value: object) -> None:
    with pytest.raises(Refusal, match=r"terms\.malformed"):
        law_terms(FieldValues({**SHIPPED, "law.off": value}))
    terms = law_terms(FieldValues({**SHIPPED, "law.off": ["cn.refund_within"]}))
    assert terms.off == {"cn.refund_within"}
