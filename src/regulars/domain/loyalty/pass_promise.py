"""What one kind of pass 次卡 promises, as a shop saves it and as it was frozen at each sale.

{"code": "TEA10", "price_minor": 15000, "uses": 10, "valid_days": 90, "covers_zh": "任意奶茶一杯",
"refund": {"rule": "by_list_price", "list_price_minor": 1800}}: ten cups for 150.00 within 90 days;
who gives it back pays 18.00 for each cup that she had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.term_fields import check_parts, codes, number, one_of, text
from regulars.domain.kernel.terms import TERMS_MALFORMED
from regulars.domain.ledger.units import Unit, pass_unit
from regulars.domain.loyalty.programme import Definition

USES_MAX = 1_000
DAYS_MAX = 3_650
REMIND_DAYS = 7
COVERED_MAX = 50
_FIELD = "pass"
_PARTS = (
    "code",
    "price_minor",
    "uses",
    "valid_days",
    "covers_zh",
    "covers_en",
    "coupon_type",
    "products",
    "freeze_days_max",
    "transferable",
    "refund",
    "remind_days",
    "unused",
)


class RefundRule(StrEnum):
    """What a use counts for when the pass is given back."""

    BY_LIST_PRICE = "by_list_price"
    PRO_RATA = "pro_rata"


class Unused(StrEnum):
    """Where the money of uses that ran out goes. `KEPT_OWED` is the safe choice: it stays owed to
    the guest, who may still have it back; `REVENUE` is for where the law allows it."""

    KEPT_OWED = "kept_owed"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPromise:
    """One kind of pass. Units: minor units, uses, days.

    `coupon_type`: each use hands out one coupon of it, so that the goods go over the till with a
    bill like any other. `products`: what a use is for, as the till shows it.
    """

    code: str
    price_minor: int
    uses: int
    valid_days: int
    covers: Label
    coupon_type: str | None = None
    products: tuple[str, ...] = ()
    freeze_days_max: int = 0
    transferable: bool = False
    refund: RefundRule = RefundRule.PRO_RATA
    list_price_minor: int = 0
    remind_days: int = REMIND_DAYS
    unused: Unused = Unused.KEPT_OWED

    @property
    def unit(self) -> Unit:
        """The unit that its uses are counted in."""
        return pass_unit(self.code)

    def ends_on(self, bought_on: BusinessDay) -> date:
        """The first day on which a pass bought on a day can no longer be used."""
        return bought_on + timedelta(days=self.valid_days)

    def remind_on(self, ends_on: date) -> date:
        """The day on which its holder is told that it will end."""
        return ends_on - timedelta(days=self.remind_days)


def pass_from(data: Mapping[str, object]) -> PassPromise:
    """The kind of pass that a definition spells. Refuses: terms.malformed."""
    check_parts(_FIELD, data, *_PARTS)
    code, *more = codes(_FIELD, [data.get("code")])
    if more or not code.replace("_", "").replace("-", "").isalnum() or not code.isascii():
        raise TERMS_MALFORMED.because(field=_FIELD, part="code")
    refund = data.get("refund", {"rule": RefundRule.PRO_RATA.value})
    if not isinstance(refund, Mapping):
        raise TERMS_MALFORMED.because(field=_FIELD, part="refund")
    check_parts(_FIELD, refund, "rule", "list_price_minor")
    rule = RefundRule(one_of(*RefundRule)("pass.refund", refund.get("rule")))
    promise = PassPromise(
        code=code,
        price_minor=_between(data, "price_minor", 1, 100_000_000),
        uses=_between(data, "uses", 1, USES_MAX),
        valid_days=_between(data, "valid_days", 1, DAYS_MAX),
        covers=_covers(data),
        coupon_type=text(_FIELD, data, "coupon_type") if data.get("coupon_type") else None,
        products=_products(data.get("products", [])),
        freeze_days_max=_between(data, "freeze_days_max", 0, DAYS_MAX, 0),
        transferable=_yes_no(data, "transferable"),
        refund=rule,
        list_price_minor=number(_FIELD, refund, "list_price_minor", 0),
        remind_days=_between(data, "remind_days", 0, 90, REMIND_DAYS),
        unused=Unused(one_of(*Unused)("pass.unused", data.get("unused", "kept_owed"))),
    )
    # A list price below the price of a use would make a used pass worth more than an unused one.
    by_list = promise.refund is RefundRule.BY_LIST_PRICE
    if by_list and promise.list_price_minor * promise.uses < promise.price_minor:
        raise TERMS_MALFORMED.because(field=_FIELD, part="list_price_minor")
    return promise


def pass_data(promise: Definition) -> dict[str, object]:
    """A kind of pass as its definition spells it."""
    assert isinstance(promise, PassPromise)
    told: dict[str, object] = {
        "code": promise.code,
        "price_minor": promise.price_minor,
        "uses": promise.uses,
        "valid_days": promise.valid_days,
        "covers_zh": promise.covers.zh,
        "covers_en": promise.covers.en,
        "products": list(promise.products),
        "freeze_days_max": promise.freeze_days_max,
        "transferable": promise.transferable,
        "refund": {"rule": promise.refund.value, "list_price_minor": promise.list_price_minor},
        "remind_days": promise.remind_days,
        "unused": promise.unused.value,
    }
    if promise.coupon_type is not None:
        told["coupon_type"] = promise.coupon_type
    return told


def _between(
    data: Mapping[str, object], part: str, low: int, high: int, default: int | None = None
) -> int:
    value = number(_FIELD, data, part, default)
    if not low <= value <= high:
        raise TERMS_MALFORMED.because(field=f"{_FIELD}.{part}", part=f"{low}..{high}")
    return value


def _yes_no(data: Mapping[str, object], part: str) -> bool:
    value = data.get(part, False)
    if not isinstance(value, bool):
        raise TERMS_MALFORMED.because(field=_FIELD, part=part)
    return value


def _covers(data: Mapping[str, object]) -> Label:
    return Label(
        text(_FIELD, data, "covers_zh"),
        text(_FIELD, data, "covers_en") if data.get("covers_en") else "",
    )


def _products(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > COVERED_MAX:
        raise TERMS_MALFORMED.because(field=_FIELD, part="products")
    return tuple(text(_FIELD, {"products": one}, "products") for one in value)
