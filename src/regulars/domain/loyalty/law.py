"""The law on prepaid value as it binds one shop on one day, and what it forbids.

A shop in yuan is bound by the rules of China unless its Terms say otherwise. 王芳 has not shown her
identity card and holds 800.00: a top-up of 300.00 is refused, and the refusal names the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.kernel.period import BusinessDay, months_after
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, FieldValues, codes, one_of
from regulars.domain.kernel.terms import TERMS_MALFORMED
from regulars.domain.loyalty.law_rules import LAW_RULES, LawMatter, LawRule

LAW_FORBIDS = refusal_code("law.forbids", "rule", "rule_zh", "rule_en", "limit")


class LawRegion(StrEnum):
    """Whose rules bind: those of the currency's country, of a country by name, or none."""

    BY_CURRENCY = "by_currency"
    NONE = "none"
    CN = "CN"
    US = "US"


_REGION_OF_CURRENCY = {"CNY": LawRegion.CN, "USD": LawRegion.US}
_CODES = frozenset(rule.code for rule in LAW_RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawTerms:
    """Which law the shop follows, and the rules that do not bind it."""

    region: LawRegion = LawRegion.BY_CURRENCY
    off: frozenset[str] = frozenset()


def _rule_codes(field: str, value: object) -> frozenset[str]:
    named = frozenset(codes(field, value))
    if named - _CODES:
        raise TERMS_MALFORMED.because(field=field, part="code")
    return named


REGION = Field("law.region", LawRegion.BY_CURRENCY.value, one_of(*LawRegion))
OFF = Field("law.off", [], _rule_codes)
FIELDS = (REGION, OFF)


def law_terms(values: FieldValues) -> LawTerms:
    """The Terms for the law that these settings make."""
    return LawTerms(region=LawRegion(values.of(REGION)), off=values.of(OFF))


@dataclass(frozen=True, slots=True)
class Law:
    """The rules in force for one shop on one day, by what they are about."""

    rules: Mapping[LawMatter, LawRule]

    def of(self, matter: LawMatter) -> LawRule | None:
        """The rule on a matter, if there is one."""
        return self.rules.get(matter)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidIn:
    """A payment into stored value, as the law looks at it. Units: minor units."""

    principal_minor: int
    held_minor: int
    named: bool
    cash: bool


def region_of(terms: LawTerms, *, currency: str) -> LawRegion:
    """The country whose rules bind a shop."""
    if terms.region is LawRegion.BY_CURRENCY:
        return _REGION_OF_CURRENCY.get(currency, LawRegion.NONE)
    return terms.region


def law_in_force(terms: LawTerms, *, currency: str, on: BusinessDay) -> Law:
    """The rules that bind a shop on a business day."""
    region = region_of(terms, currency=currency)
    return Law(
        {
            rule.matter: rule
            for rule in LAW_RULES
            if rule.region == region.value
            and rule.code not in terms.off
            and rule.from_on <= on
            and (rule.until_on is None or on < rule.until_on)
        }
    )


def check_paid_in(law: Law, paid: PaidIn) -> None:
    """Whether so much money may be taken for stored value. Refuses: law.forbids."""
    if not paid.named:
        _check_below(law.of(LawMatter.IDENTITY_FROM), paid.principal_minor)
    if paid.cash:
        _check_below(law.of(LawMatter.CASH_BELOW), paid.principal_minor)
    check_balance(law, paid.held_minor + paid.principal_minor, named=paid.named)


def check_balance(law: Law, balance_minor: int, *, named: bool) -> None:
    """Whether a member may hold so much principal. Units: minor units. Refuses: law.forbids."""
    rule = law.of(balance_matter(named=named))
    if rule is not None and balance_minor > rule.value:
        raise _forbidden(rule)


def balance_matter(*, named: bool) -> LawMatter:
    """Which rule bounds what a member may hold."""
    return LawMatter.NAMED_BALANCE_MAX if named else LawMatter.UNNAMED_BALANCE_MAX


def principal_expires_on(law: Law, day: BusinessDay, months: int, *, named: bool) -> date | None:
    """The first day on which principal paid in today is no longer usable; None is never.

    What the Terms say of an end is for cards without a registered holder, where the law lets no
    other end. Units: months, 0 for never. Refuses: law.forbids.
    """
    if not months or (named and law.of(LawMatter.NAMED_NO_END) is not None):
        return None
    lasting = [law.of(LawMatter.PAID_END_AFTER)]
    if not named:
        lasting.append(law.of(LawMatter.UNNAMED_END_AFTER))
    for rule in lasting:
        if rule is not None and months < rule.value:
            raise _forbidden(rule)
    return months_after(day, months)


def refund_due_rule(law: Law, *, paid_on: date, on: BusinessDay) -> LawRule | None:
    """The rule by which unspent principal goes back today whatever the Terms say, if any.

    The day of payment is not counted: paid on the 4th, the 11th is the last of seven days.
    """
    rule = law.of(LawMatter.REFUND_WITHIN)
    if rule is None or on > paid_on + timedelta(days=rule.value):
        return None
    return rule


def _check_below(rule: LawRule | None, amount_minor: int) -> None:
    if rule is not None and amount_minor >= rule.value:
        raise _forbidden(rule)


def _forbidden(rule: LawRule) -> Exception:
    return LAW_FORBIDS.because(
        rule=rule.code, rule_zh=rule.label.zh, rule_en=rule.label.en, limit=rule.value
    )
