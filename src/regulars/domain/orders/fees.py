"""Fees that come with an order: packaging 打包费, delivery 配送费, service 服务费, as lines of it.

Takeaway costs 1.00 an order for the bag and 0.50 for each cup's carrier: the bill of three cups has
two more lines, 打包袋 × 1 and 杯托 × 3. A guest cannot order a fee, and no offer for goods sees one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.lines import ChosenLine, LineKind, LineRequest
from regulars.domain.kernel.ids import LineId, VariantId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import TERMS_MALFORMED

FEE_NOT_ORDERED = refusal_code("order.fee_not_ordered")

SOURCES = ("counter", "takeaway", "table", "phone", "delivery")
RULES_MAX = 20


class FeePer(StrEnum):
    """What a fee is counted by."""

    ORDER = "order"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule:
    """A variant that is charged by itself on orders of some kinds, at its price on the menu."""

    variant_id: VariantId
    sources: frozenset[str]
    per: FeePer


def fee_rules_from(field: str, value: object) -> tuple[FeeRule, ...]:
    """The rules that a setting spells. Refuses: terms.malformed."""
    if not isinstance(value, list) or len(value) > RULES_MAX:
        raise TERMS_MALFORMED.because(field=field, part="rows")
    return tuple(_rule(field, row) for row in value)


def _rule(field: str, row: object) -> FeeRule:
    if not isinstance(row, Mapping) or not row.keys() <= {"variant_id", "sources", "per"}:
        raise TERMS_MALFORMED.because(field=field, part="row")
    sources = row.get("sources")
    if not isinstance(sources, list) or not sources or not set(SOURCES).issuperset(sources):
        raise TERMS_MALFORMED.because(field=field, part="sources")
    try:
        variant_id = VariantId(UUID(str(row.get("variant_id"))))
    except ValueError:
        raise TERMS_MALFORMED.because(field=field, part="variant_id") from None
    try:
        per = FeePer(str(row.get("per")))
    except ValueError:
        raise TERMS_MALFORMED.because(field=field, part="per") from None
    return FeeRule(variant_id=variant_id, sources=frozenset(sources), per=per)


def check_no_fee(requests: Sequence[LineRequest], rules: Sequence[FeeRule]) -> None:
    """A fee comes by itself and is never asked for. Refuses: order.fee_not_ordered."""
    fees = {rule.variant_id for rule in rules}
    if fees and any(request.variant_id in fees for request in requests):
        raise FEE_NOT_ORDERED.because()


def with_fees(
    lines: tuple[ChosenLine, ...],
    catalogue: Catalogue,
    rules: Sequence[FeeRule],
    *,
    source: str,
    order_id: UUID,
) -> tuple[ChosenLine, ...]:
    """The lines of an order and, after them, its fees: one line for each variant that is charged.

    A fee without a price at this store, or at 0.00, is not charged there. `order_id`: the fees of
    one order always have the same ids; a basket that is no order yet lends its store's.
    """
    counts: dict[VariantId, int] = {}
    for rule in rules:
        if source in rule.sources and lines:
            units = 1 if rule.per is FeePer.ORDER else sum(line.quantity for line in lines)
            counts[rule.variant_id] = counts.get(rule.variant_id, 0) + units
    fees: list[ChosenLine] = []
    for variant_id, count in counts.items():
        line = catalogue.unasked_line(fee_line_id(order_id, variant_id), variant_id)
        if line is not None and line.unit_list_minor:
            fees.append(replace(line, quantity=count, kind=LineKind.FEE, discountable=False))
    return (*lines, *fees)


def fee_line_id(order_id: UUID, variant_id: VariantId) -> LineId:
    """The id of a fee's line, the same whenever the order is priced."""
    named = blake2b(b"fee|" + order_id.bytes + variant_id.bytes, digest_size=16)
    return LineId(UUID(bytes=named.digest()))
