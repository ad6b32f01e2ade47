"""The stores, goods and words that random segments ask about, by the names of the small tea shop."""

from uuid import NAMESPACE_URL, UUID, uuid5


def named(name: str) -> UUID:
    """The id that a name stands for, as in the small tea shop."""
    return uuid5(NAMESPACE_URL, name)


TAGS = ("常客", "素食", "附近上班")
PRODUCT_TAGS = ("辣", "甜", "冰")
CHILDREN = tuple(named(f"segment:{number}") for number in range(3))
PASS_KINDS = tuple(named(f"pass:{number}") for number in range(2))
LONDON = named("store:L1")
STORES = (named("store:S1"), named("store:S2"), LONDON)
REGIONS = (named("region"), named("region:west"))
CATEGORIES = (named("category"), named("category:spicy"))
PRODUCTS = tuple(
    named(f"product:{code}") for code in ("milk_tea", "mango_ice", "lemon_tea", "egg_tart")
)
COUPON_TYPES = (named("coupon_type:NEW5"), named("coupon_type:TEN"))
CHANNELS = ("counter", "takeaway", "delivery")
EDGES_DAYS = (1, 7, 14, 28, 30, 60, 90, 180)
