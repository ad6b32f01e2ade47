"""What was taken off, in words: one text for each kind of offer.

Reason(QUANTITY_STEP, {"quantity": 3, "basis_points": 2000}) → 满 3 件 8 折
"""

from collections.abc import Callable, Mapping

from regulars.domain.pricing.reason import ReasonCode
from regulars.domain.pricing.reason_words import (
    Texts,
    Told,
    at_texts,
    off_texts,
    percent_text,
    tenths_text,
)


def fixed(zh: str, en: str) -> Callable[[Told], Texts]:
    """A text that needs no values."""
    return lambda _: (zh, en)


def _off(told: Told) -> Texts:
    return off_texts(told.whole("basis_points"))


def _tier(told: Told) -> Texts:
    bp = told.whole("basis_points")
    return f"会员等级 {tenths_text(bp)} 折", f"{percent_text(bp)}% off for your tier"


def _amount(told: Told) -> Texts:
    off = told.money(told.whole("amount_minor"))
    return f"立减 {off}", f"{off} off"


def _nth(told: Told) -> Texts:
    n, m = told.whole("n"), max(told.whole("m"), 1)
    zh, en = at_texts(told.whole("basis_points"))
    if m > 1:
        return f"每 {n} 件中 {m} 件{zh}", f"{m} of every {n} items {en}"
    return f"第 {n} 件{zh}", f"item {n} {en}"


def _spend_and_save(told: Told) -> Texts:
    step, off = told.money(told.whole("threshold_minor")), told.money(told.whole("off_minor"))
    if told.values.get("repeat") == "per_step":
        return f"每满 {step} 减 {off}", f"{off} off for every {step} spent"
    return f"满 {step} 减 {off}", f"spend {step}, save {off}"


def _price(told: Told) -> Texts:
    price = told.money(told.whole("price_minor"))
    return f"特价 {price}", f"special price {price}"


def _bundle(told: Told) -> Texts:
    price = told.money(told.whole("price_minor"))
    return f"组合价 {price}", f"{price} together"


def _buy_get(told: Told) -> Texts:
    n, m = told.whole("n"), told.whole("m")
    if told.whole("basis_points") >= 10_000:
        return f"买 {n} 送 {m}", f"buy {n}, get {m} free"
    zh, en = at_texts(told.whole("basis_points"))
    return f"买 {n} 件，另 {m} 件{zh}", f"buy {n}, get {m} {en}"


def _quantity_step(told: Told) -> Texts:
    quantity = told.whole("quantity")
    zh, en = off_texts(told.whole("basis_points"))
    return f"满 {quantity} 件 {zh}", f"{quantity} or more: {en}"


def _gift(told: Told) -> Texts:
    if told.whole("price_minor"):
        price = told.money(told.whole("price_minor"))
        return f"加 {price} 换购", f"yours for {price}"
    return "赠品", "a gift"


def _fee(told: Told) -> Texts:
    cap = told.values.get("cap_minor")
    if isinstance(cap, int):
        return f"费用最多免 {told.money(cap)}", f"up to {told.money(cap)} of the fee is on us"
    return "免收费用", "the fee is on us"


def _multiplier(told: Told) -> Texts:
    times = f"{told.whole('multiplier_basis_points') / 10_000:g}"
    return f"{times} 倍积分", f"{times}× points"


def _manual(told: Told) -> Texts:
    reason = told.values.get("text")
    if isinstance(reason, str) and reason.isascii() and reason:
        return f"手工优惠：{reason}", f"given by hand: {reason}"
    if isinstance(reason, str) and reason:
        # What a person wrote is not translated: the receipt keeps her words in her language.
        return f"手工优惠：{reason}", "given by hand"
    return "手工优惠", "given by hand"


def _points(told: Told) -> Texts:
    points = told.whole("points")
    return f"使用 {points} 积分", f"{points} points used"


EFFECT_WRITERS: Mapping[ReasonCode, Callable[[Told], Texts]] = {
    ReasonCode.MEMBER_PRICE: fixed("会员价", "member price"),
    ReasonCode.TIER_DISCOUNT: _tier,
    ReasonCode.PERCENT: _off,
    ReasonCode.AMOUNT: _amount,
    ReasonCode.NTH: _nth,
    ReasonCode.FIXED_PRICE: _price,
    ReasonCode.BUNDLE: _bundle,
    ReasonCode.BUY_GET: _buy_get,
    ReasonCode.QUANTITY_STEP: _quantity_step,
    ReasonCode.GIFT: _gift,
    ReasonCode.FEE_WAIVED: _fee,
    ReasonCode.MULTIPLIER: _multiplier,
    ReasonCode.MANUAL: _manual,
    ReasonCode.SPEND_AND_SAVE: _spend_and_save,
    ReasonCode.POINTS: _points,
}
