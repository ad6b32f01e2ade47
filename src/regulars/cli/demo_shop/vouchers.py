"""The coupon types of the demonstration, and whose wallet holds one of several to try out.

新人券 for whoever joins, 甜品券 and 兑换券 for regulars, one to share with a friend, and 10,000 flyer
codes that nobody owns yet.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from regulars.cli.demo_shop.menu import MenuIds
from regulars.cli.demo_shop.promotions import Part, ladder, shelves, spend_from, things
from regulars.domain.kernel.label import Label

# What 10000000001 finds in her wallet on the last evening.
TO_TRY = ("CUP1", "SWEET", "STEPS", "FEST88", "FRIEND6")

# What a full group of the group deal gets.
TEAM = "TEAM9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """One coupon type. Units: business days."""

    code: str
    name: Label
    definition: Part
    valid_days: int
    issue_max: int | None = None
    rules: Part | None = None


class Flyers(NamedTuple):
    """A batch of open codes: of which coupon type, how many, and for how long."""

    code: str
    size: int
    name: str
    channel: str
    lasts: timedelta


FLYERS = Flyers("FLYER5", 10_000, "周年庆传单", "flyer", timedelta(days=90))


def vouchers(ids: MenuIds) -> tuple[Voucher, ...]:
    """Every coupon type."""
    return (*_off_the_bill(), *_of_things(ids), *_to_hand_on())


def _off(amount_minor: int, spend_minor: int) -> Part:
    return {
        "kind": "amount",
        "effect": {"amount_minor": amount_minor},
        "condition": spend_from(spend_minor),
    }


def _off_the_bill() -> tuple[Voucher, ...]:
    return (
        Voucher(
            code="NEW10",
            name=Label("新人券 满30减10", "Welcome: 10 off 30"),
            definition=_off(1_000, 3_000),
            valid_days=30,
        ),
        Voucher(
            code="BACK5",
            name=Label("想念券 满20减5", "We miss you: 5 off 20"),
            definition=_off(500, 2_000),
            valid_days=14,
        ),
        Voucher(
            code="FEST88",
            name=Label("节日8.8折券 最多减20", "Holiday: 12% off, 20 at most"),
            definition={
                "kind": "percent",
                "effect": {"basis_points": 1_200, "cap_minor": 2_000},
            },
            valid_days=30,
        ),
        Voucher(
            code="STEPS",
            name=Label("满减券 满50减8 满80减15", "8 off 50, 15 off 80"),
            definition={
                "kind": "spend_and_save",
                "effect": ladder((5_000, 800), (8_000, 1_500)),
            },
            valid_days=30,
        ),
    )


def _of_things(ids: MenuIds) -> tuple[Voucher, ...]:
    return (
        Voucher(
            code="CUP1",
            name=Label("招牌9.9元兑换券", "Any signature drink for 9.90"),
            definition={
                "kind": "unit_price",
                "effect": {"price_minor": 990, "units_max": 1},
                "goods": things(ids, "MT01", "FT04", "CF03"),
            },
            valid_days=30,
            issue_max=5_000,
        ),
        Voucher(
            code="SWEET",
            name=Label("甜品券 茶点半价一份", "Dessert coupon: a tea snack half price"),
            definition={
                "kind": "percent",
                "effect": {"basis_points": 5_000, "per": "unit", "units_max": 1},
                "goods": shelves(ids, "snacks"),
            },
            valid_days=30,
        ),
        Voucher(
            code="PAIR",
            name=Label("闺蜜券 奶茶买一送一", "Two milk teas for one"),
            definition={
                "kind": "nth",
                "effect": {"n": 2, "basis_points": 10_000, "groups_max": 1},
                "goods": shelves(ids, "milk-tea"),
            },
            valid_days=30,
            rules={"transferable": True, "per_order_max": 1},
        ),
    )


def _to_hand_on() -> tuple[Voucher, ...]:
    return (
        Voucher(
            code="FRIEND6",
            name=Label("好友分享券 满25减6", "Share with a friend: 6 off 25"),
            definition=_off(600, 2_500),
            valid_days=30,
            rules={"transferable": True, "shareable": True, "per_order_max": 1},
        ),
        Voucher(
            code=TEAM,
            name=Label("拼团券 满16减9", "Team deal: 9 off 16"),
            definition=_off(900, 1_600),
            valid_days=30,
        ),
        Voucher(
            code=FLYERS.code,
            name=Label("周年庆传单券 满15减5", "Anniversary flyer: 5 off 15"),
            definition=_off(500, 1_500),
            valid_days=30,
            rules={"per_order_max": 1},
        ),
    )
