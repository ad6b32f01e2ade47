"""Every field that a merchant may set in Terms, its shipped value, and how it is read.

Head office sets `earning.points_per_hundred_minor` to 1 and lets regions go to 2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import TERMS_MALFORMED, TERMS_UNKNOWN_FIELD, Resolved
from regulars.domain.loyalty.earning import EarningTerms
from regulars.domain.loyalty.joining import JoinGift
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.loyalty.top_up import TopUpOffer, TopUpTerms
from regulars.domain.orders.day_flags import DayFlag, day_flags_from
from regulars.domain.orders.fees import FeeRule, fee_rules_from
from regulars.domain.payments.rounding import CashRounding, RoundingMode
from regulars.domain.pricing.basket import OnFloor, Policy
from regulars.domain.tiers.ladder import Ladder, Tier

# No step, bonus or growth value passes it: sums of them stay far inside 64 bits.
NUMBER_MAX = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is without a setting, and the check that its value must pass."""

    default: object
    check: Callable[[str, object], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTerms:
    """All Terms in force at one store at one moment."""

    earning: EarningTerms
    spending: PointsAsMoney
    joining: JoinGift
    top_up: TopUpTerms
    ladder: Ladder
    rounding: CashRounding
    tax_mode: str
    coupons_per_order_max: int
    policy: str
    floor_basis_points: int | None
    on_floor: str
    fees: tuple[FeeRule, ...]
    day_flags: tuple[DayFlag, ...]
    manual_discount_basis_points_max: int
    hold_minutes: int
    version: int


def _whole(low: int, high: int) -> Callable[[str, object], int]:
    def check(field: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise TERMS_MALFORMED.because(field=field, part=f"{low}..{high}")
        return value

    return check


def _whole_or_none(low: int, high: int) -> Callable[[str, object], int | None]:
    check = _whole(low, high)
    return lambda field, value: None if value is None else check(field, value)


def _one_of(*choices: str) -> Callable[[str, object], str]:
    def check(field: str, value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise TERMS_MALFORMED.because(field=field, part=" | ".join(choices))
        return value

    return check


def _rows(field: str, value: object, maximum: int) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list) or len(value) > maximum:
        raise TERMS_MALFORMED.because(field=field, part="rows")
    for row in value:
        if not isinstance(row, Mapping):
            raise TERMS_MALFORMED.because(field=field, part="row")
    return value


def _number(field: str, row: Mapping[str, object], part: str, default: int | None = None) -> int:
    value = row.get(part, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= NUMBER_MAX:
        raise TERMS_MALFORMED.because(field=field, part=part)
    return value


def _text(field: str, row: Mapping[str, object], part: str) -> str:
    value = row.get(part)
    if not isinstance(value, str) or not 1 <= len(value) <= 60:
        raise TERMS_MALFORMED.because(field=field, part=part)
    return value


def _codes(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise TERMS_MALFORMED.because(field=field, part="codes")
    codes = tuple(code for code in value if isinstance(code, str) and 1 <= len(code) <= 40)
    if len(codes) != len(value):
        raise TERMS_MALFORMED.because(field=field, part="code")
    return codes


def _ladder(field: str, value: object) -> Ladder:
    return Ladder(
        tuple(
            Tier(
                code=_text(field, row, "code"),
                label=Label(_text(field, row, "name_zh"), _text(field, row, "name_en")),
                growth_from=_number(field, row, "growth_from"),
                discount_basis_points=_number(field, row, "discount_basis_points", 0),
                multiplier_basis_points=_number(field, row, "multiplier_basis_points", 10_000),
            )
            for row in _rows(field, value, 12)
        )
    )


def _offers(field: str, value: object) -> tuple[TopUpOffer, ...]:
    offers = tuple(
        TopUpOffer(
            _number(field, row, "principal_minor"),
            _number(field, row, "bonus_minor"),
        )
        for row in _rows(field, value, 20)
    )
    steps = [offer.principal_minor for offer in offers]
    if len(set(steps)) != len(steps):
        raise TERMS_MALFORMED.because(field=field, part="principal_minor")
    return tuple(sorted(offers, key=lambda offer: offer.principal_minor))


FIELDS: dict[str, Field] = {
    "earning.points_per_hundred_minor": Field(1, _whole(0, 1_000)),
    "earning.growth_per_hundred_minor": Field(1, _whole(0, 1_000)),
    "earning.expiry_months": Field(12, _whole(0, 120)),
    "spending.points_per_hundred_minor": Field(100, _whole(0, 100_000)),
    "spending.step": Field(100, _whole(1, 100_000)),
    "spending.minimum": Field(100, _whole(0, 1_000_000)),
    "spending.share_basis_points_max": Field(5_000, _whole(0, 10_000)),
    "joining.points": Field(0, _whole(0, 100_000)),
    "joining.coupon_types": Field([], _codes),
    "top_up.offers": Field([], _offers),
    "top_up.minimum_minor": Field(100, _whole(1, 10_000_000)),
    "top_up.balance_minor_max": Field(500_000, _whole(1, 1_000_000_000)),
    "tiers.ladder": Field(
        [{"code": "member", "name_zh": "会员", "name_en": "Member", "growth_from": 0}], _ladder
    ),
    "rounding.step_minor": Field(1, _whole(1, 10_000)),
    "rounding.mode": Field("down", _one_of(*RoundingMode)),
    "tax.mode": Field("line", _one_of("line", "order")),
    "orders.hold_minutes": Field(15, _whole(1, 120)),
    "orders.manual_discount_basis_points_max": Field(1_000, _whole(0, 10_000)),
    "coupons.per_order_max": Field(1, _whole(0, 3)),
    "pricing.policy": Field("guest", _one_of(*Policy)),
    "pricing.margin_floor_basis_points": Field(None, _whole_or_none(0, 1_000_000)),
    "pricing.on_floor": Field("clip", _one_of(*OnFloor)),
    "fees.rules": Field([], fee_rules_from),
    "days.flags": Field([], day_flags_from),
}
DEFAULTS: dict[str, object] = {name: field.default for name, field in FIELDS.items()}


def checked(field: str, value: object) -> object:
    """The value itself, if the field exists and takes it.

    Refuses: terms.unknown_field, terms.malformed, tiers.ladder_malformed.
    """
    known = FIELDS.get(field)
    if known is None:
        raise TERMS_UNKNOWN_FIELD.because(field=field)
    known.check(field, value)
    return value


def shop_terms(resolved: Mapping[str, Resolved]) -> ShopTerms:
    """The typed Terms of one store, from its resolved fields."""
    versions = [one.source.version for one in resolved.values() if one.source is not None]

    def whole(name: str) -> int:
        value = FIELDS[name].check(name, resolved[name].value)
        assert isinstance(value, int)
        return value

    def text(name: str) -> str:
        value = FIELDS[name].check(name, resolved[name].value)
        assert isinstance(value, str)
        return value

    return ShopTerms(
        earning=EarningTerms(
            points_per_hundred_minor=whole("earning.points_per_hundred_minor"),
            growth_per_hundred_minor=whole("earning.growth_per_hundred_minor"),
            expiry_months=whole("earning.expiry_months"),
        ),
        spending=PointsAsMoney(
            points_per_hundred_minor=whole("spending.points_per_hundred_minor"),
            step=whole("spending.step"),
            minimum=whole("spending.minimum"),
            share_basis_points_max=whole("spending.share_basis_points_max"),
        ),
        joining=JoinGift(
            points=whole("joining.points"),
            coupon_types=_codes("joining.coupon_types", resolved["joining.coupon_types"].value),
        ),
        top_up=TopUpTerms(
            offers=_offers("top_up.offers", resolved["top_up.offers"].value),
            minimum_minor=whole("top_up.minimum_minor"),
            balance_minor_max=whole("top_up.balance_minor_max"),
        ),
        ladder=_ladder("tiers.ladder", resolved["tiers.ladder"].value),
        rounding=CashRounding(
            step_minor=whole("rounding.step_minor"), mode=RoundingMode(text("rounding.mode"))
        ),
        tax_mode=text("tax.mode"),
        coupons_per_order_max=whole("coupons.per_order_max"),
        policy=text("pricing.policy"),
        floor_basis_points=_whole_or_none(0, 1_000_000)(
            "pricing.margin_floor_basis_points",
            resolved["pricing.margin_floor_basis_points"].value,
        ),
        on_floor=text("pricing.on_floor"),
        fees=fee_rules_from("fees.rules", resolved["fees.rules"].value),
        day_flags=day_flags_from("days.flags", resolved["days.flags"].value),
        manual_discount_basis_points_max=whole("orders.manual_discount_basis_points_max"),
        hold_minutes=whole("orders.hold_minutes"),
        version=max(versions, default=0),
    )
