"""What the demonstration's shops promise: Terms, offers and coupon types.

第二杯半价 on milk tea on weekday afternoons, 满40减5, 8.8折 on fruit tea in summer; whoever
joins gets 50 points and 满30减10.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.cli.demo_shop.chain import Chain
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One field of Terms as somebody set it. `place`: code of a region or store, or nothing."""

    field: str
    value: object
    level: Level = Level.ORGANISATION
    place: str = ""
    low: int | None = None
    high: int | None = None
    locked: bool = False


def _tier(code: str, name: Label, growth_from: int, off: int, times: int) -> dict[str, object]:
    return {
        "code": code,
        "name_zh": name.zh,
        "name_en": name.en,
        "growth_from": growth_from,
        "discount_basis_points": off,
        "multiplier_basis_points": times,
    }


# Tea leaves by their picking grade.
LADDER = [
    _tier("bud", Label("青芽", "Green Bud"), 0, 0, 10_000),
    _tier("leaf", Label("翠叶", "Jade Leaf"), 300, 200, 11_000),
    _tier("silver", Label("银毫", "Silver Tip"), 1_000, 300, 12_500),
    _tier("gold", Label("金毫", "Golden Tip"), 2_500, 500, 15_000),
]
TOP_UPS = ((10_000, 1_000), (30_000, 4_500), (50_000, 10_000))

PROMISES = (
    Promise(field="tiers.ladder", value=LADDER, locked=True),
    Promise(field="earning.points_per_hundred_minor", value=1, low=1, high=2),
    Promise(field="earning.points_per_hundred_minor", value=2, level=Level.REGION, place="south"),
    Promise(field="earning.expiry_months", value=12, locked=True),
    Promise(field="spending.minimum", value=200),
    Promise(field="joining.points", value=50),
    Promise(field="joining.coupon_types", value=["NEW10"]),
    Promise(
        field="top_up.offers",
        value=[
            {"principal_minor": principal, "bonus_minor": bonus} for principal, bonus in TOP_UPS
        ],
    ),
    Promise(field="top_up.minimum_minor", value=5_000),
    Promise(field="rounding.step_minor", value=1, low=1, high=100),
    Promise(field="rounding.step_minor", value=10, level=Level.STORE, place="K1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One offer. `months`: the months of a year in which it runs; none is the whole year."""

    code: str
    name: Label
    definition: dict[str, object]
    level: Level = Level.ORGANISATION
    place: str = ""
    months: tuple[int, int] | None = None


Shelves = Callable[..., dict[str, object]]
DRINKS = ("milk-tea", "fruit-tea", "leaf-tea", "cheese-foam", "coffee", "slush", "hot")
DISHES = ("cold-dishes", "mains", "staples", "soups")


def _per_unit(basis_points: int, **more: object) -> dict[str, object]:
    return {"basis_points": basis_points, "per": "unit", **more}


def _weekdays(low: int, high: int) -> dict[str, object]:
    return {
        "kind": "all",
        "parts": [
            {"kind": "one_of", "field": "weekday", "values": [1, 2, 3, 4, 5]},
            {"kind": "within", "field": "minute_of_day", "low": low, "high": high},
        ],
    }


def promotions(chain: Chain) -> tuple[Promotion, ...]:
    """Every offer of the year."""

    def shelves(*codes: str) -> dict[str, object]:
        return {"categories": [str(category_id(chain, code)) for code in codes]}

    return (*_everywhere(shelves), *_here_and_there(shelves))


def _everywhere(shelves: Shelves) -> tuple[Promotion, ...]:
    return (
        Promotion(
            code="second-half-price",
            name=Label("鲜奶茶第二杯半价", "Second milk tea half price"),
            definition={
                "kind": "nth",
                "effect": {"n": 2, "basis_points": 5_000},
                "goods": shelves("milk-tea"),
                "condition": _weekdays(14 * 60, 17 * 60),
                "groups": ["drinks"],
            },
        ),
        Promotion(
            code="spend-40-save-5",
            name=Label("满40减5", "Spend 40, save 5"),
            definition={
                "kind": "spend_and_save",
                "effect": {
                    "steps": [
                        {"threshold_minor": 4_000, "off_minor": 500},
                        {"threshold_minor": 8_000, "off_minor": 1_200},
                    ]
                },
                "goods": shelves(*DRINKS, "snacks"),
            },
        ),
        Promotion(
            code="summer-fruit",
            name=Label("夏日果茶8.8折", "Summer fruit tea, 12% off"),
            definition={
                "kind": "percent",
                "effect": _per_unit(1_200),
                "goods": shelves("fruit-tea", "slush"),
                "groups": ["drinks"],
            },
            months=(6, 8),
        ),
        Promotion(
            code="winter-hot",
            name=Label("围炉热饮立减3元", "3.00 off fireside drinks"),
            definition={
                "kind": "amount",
                "effect": {"amount_minor": 300, "per": "unit"},
                "goods": shelves("hot"),
                "groups": ["drinks"],
            },
            months=(11, 2),
        ),
    )


def _here_and_there(shelves: Shelves) -> tuple[Promotion, ...]:
    return (
        Promotion(
            code="kitchen-lunch",
            name=Label("工作日午市9折", "Weekday lunch, 10% off"),
            definition={
                "kind": "percent",
                "effect": _per_unit(1_000),
                "goods": shelves(*DISHES),
                "condition": _weekdays(11 * 60, 14 * 60),
            },
            level=Level.STORE,
            place="K1",
        ),
        Promotion(
            code="members-morning",
            name=Label("会员早茶时段8折", "Members' mornings, 20% off"),
            definition={
                "kind": "percent",
                "effect": _per_unit(2_000, units_max=1),
                "goods": shelves("leaf-tea", "coffee"),
                "condition": {
                    "kind": "all",
                    "parts": [
                        {"kind": "compare", "field": "member", "is": "equal", "value": True},
                        {"kind": "within", "field": "minute_of_day", "low": 480, "high": 660},
                    ],
                },
                "groups": ["drinks"],
            },
            level=Level.REGION,
            place="south",
        ),
    )


def category_id(chain: Chain, code: str) -> UUID:
    """The category of a shelf."""
    return chain.seed.id(f"category:{code}", at=chain.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """One coupon type. Units: business days."""

    code: str
    name: Label
    definition: dict[str, object]
    valid_days: int
    issue_max: int | None = None


def _from(spend_minor: int) -> dict[str, object]:
    return {"kind": "compare", "field": "spend", "is": "at_least", "value": spend_minor}


VOUCHERS = (
    Voucher(
        code="NEW10",
        name=Label("新人券 满30减10", "Welcome: 10 off 30"),
        definition={
            "kind": "amount",
            "effect": {"amount_minor": 1_000},
            "condition": _from(3_000),
        },
        valid_days=30,
    ),
    Voucher(
        code="BACK5",
        name=Label("想念券 满20减5", "We miss you: 5 off 20"),
        definition={"kind": "amount", "effect": {"amount_minor": 500}, "condition": _from(2_000)},
        valid_days=14,
    ),
    Voucher(
        code="FEST88",
        name=Label("节日8.8折券", "Holiday: 12% off"),
        definition={"kind": "percent", "effect": {"basis_points": 1_200, "cap_minor": 2_000}},
        valid_days=10,
    ),
    Voucher(
        code="CUP1",
        name=Label("请你喝一杯", "A drink on us"),
        definition={
            "kind": "percent",
            "effect": {"basis_points": 10_000, "per": "unit", "units_max": 1},
            "goods": {"tags": ["signature"]},
        },
        valid_days=15,
        issue_max=5_000,
    ),
)


def seasons(months: tuple[int, int], first: date, last: date) -> Iterator[tuple[date, date]]:
    """The stretches [from, until) of these months that touch a span of days."""
    begin, end = months
    for year in range(first.year - 1, last.year + 1):
        until_year, until_month = (year + (end < begin), end + 1)
        if until_month == 13:
            until_year, until_month = until_year + 1, 1
        from_on, until_on = date(year, begin, 1), date(until_year, until_month, 1)
        if from_on <= last and until_on > first:
            yield max(from_on, first), until_on
