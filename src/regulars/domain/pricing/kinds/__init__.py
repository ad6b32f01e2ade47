"""The kinds of offer, one file each: its fields, its check at save, its reason on the receipt.

How a kind acts on a basket is said in the few words of `acts.py`; how it is stored, in
`stored.py`. 第二杯半价 takes units, 满40减5 acts on the bill, 会员价 is a price, 免配送费 pays a fee
and 双倍积分 changes what is earned.
"""

from regulars.domain.pricing.kinds.bundle import BundlePrice, BundleSlot
from regulars.domain.pricing.kinds.buy_get import BuyGet
from regulars.domain.pricing.kinds.fee_waiver import FeeWaiver
from regulars.domain.pricing.kinds.fixed_amount import FixedAmount
from regulars.domain.pricing.kinds.gift import Gift
from regulars.domain.pricing.kinds.nth import NthDiscount
from regulars.domain.pricing.kinds.per import Per
from regulars.domain.pricing.kinds.percent import Percent
from regulars.domain.pricing.kinds.points_multiplier import PointsMultiplier
from regulars.domain.pricing.kinds.price import SpecialPrice
from regulars.domain.pricing.kinds.quantity_ladder import QuantityLadder, QuantityStep
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave
from regulars.domain.pricing.kinds.unit_price import UnitPrice

Effect = (
    Percent
    | FixedAmount
    | SpendAndSave
    | NthDiscount
    | BundlePrice
    | BuyGet
    | UnitPrice
    | SpecialPrice
    | QuantityLadder
    | Gift
    | FeeWaiver
    | PointsMultiplier
)

__all__ = [
    "BundlePrice",
    "BundleSlot",
    "BuyGet",
    "Effect",
    "FeeWaiver",
    "FixedAmount",
    "Gift",
    "NthDiscount",
    "Per",
    "Percent",
    "PointsMultiplier",
    "QuantityLadder",
    "QuantityStep",
    "SpecialPrice",
    "SpendAndSave",
    "UnitPrice",
]
