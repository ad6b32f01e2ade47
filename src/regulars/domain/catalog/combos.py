"""A combo and what fills its slots.

双人套餐 36.00 with two drinks and a snack: 珍珠奶茶 (18.00 alone), 芒果冰 (22.00, 2.00 extra)
and 薯条 (12.00). The unit costs 38.00, and the parts carry 12.46, 17.23 and 8.31 of it.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from regulars.domain.catalog.lines import ChosenPick, ComboPick
from regulars.domain.catalog.prices import VariantPrice
from regulars.domain.catalog.products import ComboChoice, ComboSlot, Product
from regulars.domain.kernel.ids import VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import split
from regulars.domain.kernel.refusal import refusal_code

COMBO_CHOICE_MISSING = refusal_code("catalog.combo_choice_missing", "slot_zh", "slot_en")
COMBO_CHOICE_UNKNOWN = refusal_code("catalog.combo_choice_unknown")

# The picks, and what they cost beyond the combo's price in minor units.
Picked = tuple[tuple[ChosenPick, ...], int]


def picked(
    combo: Product,
    wanted: Sequence[ComboPick],
    part_of: Callable[[VariantId], tuple[Product, Label] | None],
    prices: Mapping[VariantId, VariantPrice],
    combo_minor: int,
) -> Picked:
    """The parts that fill a combo's slots, each with its share of the combo's price.

    Shares follow what the parts cost alone; an extra stays with its part. Units: minor units.
    Refuses: catalog.combo_choice_missing, catalog.combo_choice_unknown, catalog.sold_out.
    """
    slots = {slot.id: slot for slot in combo.slots}
    filled: dict[UUID, int] = dict.fromkeys(slots, 0)
    found: list[tuple[ComboPick, ComboChoice, Product, Label]] = []
    for pick in wanted:
        choice = _choice(slots.get(pick.slot_id), pick)
        part = part_of(pick.variant_id)
        filled[pick.slot_id] += 1
        if part is None or filled[pick.slot_id] > slots[pick.slot_id].quantity:
            raise COMBO_CHOICE_UNKNOWN.because()
        found.append((pick, choice, *part))
    for slot in combo.slots:
        if filled[slot.id] < slot.quantity:
            raise COMBO_CHOICE_MISSING.because(
                slot_zh=slot.name.in_language("zh-CN"), slot_en=slot.name.in_language("en")
            )
    if not found:
        return (), 0
    alone = [
        prices[pick.variant_id].amount_minor if pick.variant_id in prices else 0
        for pick, *_ in found
    ]
    picks = tuple(
        ChosenPick(
            pick.slot_id,
            product.id,
            pick.variant_id,
            name,
            choice.extra_minor,
            share + choice.extra_minor,
        )
        for (pick, choice, product, name), share in zip(
            found, split(combo_minor, alone), strict=True
        )
    )
    return picks, sum(pick.extra_minor for pick in picks)


def _choice(slot: ComboSlot | None, pick: ComboPick) -> ComboChoice:
    for choice in slot.choices if slot is not None else ():
        if choice.variant_id == pick.variant_id:
            return choice
    raise COMBO_CHOICE_UNKNOWN.because()
