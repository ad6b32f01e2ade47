"""A tea shop with more on offer than one bill can use, for the walks about its best bill.

第二杯半价 on lemon tea, 满60减6 and 满120减20, a free egg tart from 30.00, double points on tea,
10 % off for four, a weekday nobody can hit, and coupons of 5.00 and 10.00.
"""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.terms import Level
from regulars.storage import coupon_batches as batches
from regulars.use_cases.coupon_batches import MakeBatch, exported
from regulars.use_cases.offers import SaveOffer
from regulars.use_cases.presented import cipher_of
from tests.shops import ShopUnderTest, named

PHONE = "13912345678"
TERMS: Mapping[str, object] = {
    "joining.points": 800,
    "joining.coupon_types": [],
    "top_up.offers": [],
    "coupons.per_order_max": 2,
}
OVER = instant_from_iso("2030-01-01T00:00:00+08:00")
SAVE = {"threshold_minor": 6_000, "off_minor": 600}, {"threshold_minor": 12_000, "off_minor": 2_000}
TEAS = {"products": [str(named("product:lemon_tea")), str(named("product:milk_tea"))]}
TART = {"products": [str(named("product:egg_tart"))]}
ICES = {"products": [str(named("product:egg_tart")), str(named("product:mango_ice"))]}


def compared(field: str, comparison: str, value: int | str) -> dict[str, object]:
    """One condition, as an offer is saved with it."""
    return {"kind": "compare", "field": field, "is": comparison, "value": value}


SAVING = (
    "满60减6 满120减20",
    "6 off 60, 20 off 120",
    {"kind": "spend_and_save", "effect": {"steps": list(SAVE)}},
)
DOUBLE = (
    "茶饮双倍积分",
    "Double points on tea",
    {"kind": "points_multiplier", "effect": {"multiplier_basis_points": 20_000}, "goods": TEAS},
)
FOR_FOUR = (
    "四人同行九折",
    "10% off for four",
    {
        "kind": "percent",
        "effect": {"basis_points": 1_000, "per": "order"},
        "condition": compared("party", "at_least", 4),
        "stack": "alone",
    },
)
NEVER = (
    "周年庆五折",
    "Anniversary at half price",
    {
        "kind": "percent",
        "effect": {"basis_points": 5_000, "per": "order"},
        "condition": compared("visits", "at_least", 900),
    },
)


def gift(get: Mapping[str, object]) -> tuple[str, str, dict[str, object]]:
    """One of these goods for nothing from 30.00."""
    effect = {"threshold_minor": 3_000, "get": get}
    return "满30送甜品", "A treat from 30", {"kind": "gift", "effect": effect}


def offer(shop: ShopUnderTest, told: tuple[str, str, Mapping[str, object]]) -> None:
    """Save one offer for the whole organisation."""
    chinese, english, definition = told
    command = SaveOffer(
        id=named(f"offer:{chinese}"),
        seen=0,
        name=Label(chinese, english),
        level=Level.ORGANISATION,
        place_id=None,
        definition=definition,
        effective_at=None,
        ends_at=None,
    )
    shop.run(command)


def promising(shop: ShopUnderTest) -> None:
    """Everything on offer, and a member with five coupons, 800 points and 120.00."""
    for told in (SAVING, DOUBLE, FOR_FOUR, NEVER):
        offer(shop, told)
    member = shop.join(PHONE)
    for code in ("NEW5", "TEN", "NEW5", "TEN", "NEW5"):
        shop.coupon(member, code)
    shop.top_up(member, 12_000)


def printed_codes(shop: ShopUnderTest) -> list[str]:
    """The codes of a flyer, each good for 10.00 once."""
    batch_id = shop.new_id()
    command = MakeBatch(
        id=batch_id,
        type_id=named("coupon_type:TEN"),
        name="开学传单",
        channel="flyer",
        size=5,
        length=12,
        valid_from=Instant(shop.now),
        valid_until=OVER,
    )
    shop.run(command)
    with shop.database.read() as read:
        batch = read.one(batches.BATCH, batch_id=batch_id)
    assert batch is not None
    return [code for _, code in exported(batch, cipher_of(shop.vault), lambda _: None)]
