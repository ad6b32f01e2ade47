"""The kinds of offer, one file each: its fields, its check at save, its reason on the receipt.

A kind that takes units of its own (第二杯半价) is an item kind; one that acts on the whole bill
(满40减5) is an order kind. Percent and amount are either, as `per` says.
"""

from regulars.domain.pricing.kinds.fixed_amount import FixedAmount
from regulars.domain.pricing.kinds.nth import NthDiscount
from regulars.domain.pricing.kinds.per import Per
from regulars.domain.pricing.kinds.percent import Percent
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave

Effect = Percent | FixedAmount | SpendAndSave | NthDiscount

__all__ = ["Effect", "FixedAmount", "NthDiscount", "Per", "Percent", "SpendAndSave"]
