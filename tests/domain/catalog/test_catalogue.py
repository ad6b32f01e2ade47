"""What the menu makes of a request, and what it says no to."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.catalog.lines import ChosenOption, LineRequest
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from tests.domain.catalog import builders as shop
from tests.domain.catalog.builders import (
    DRINK_SLOT,
    FRIES_ONLY,
    FULL_SUGAR,
    HALF_SUGAR,
    JELLY,
    LARGE,
    MANGO_ONLY,
    MEDIUM,
    OLD_TOPPING,
    PEARLS,
    SNACK_SLOT,
    a_catalogue,
    a_combo,
    a_tea,
    number,
)


def refusal_of(action: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value


def test_a_tea_with_double_pearls_costs_its_size_and_its_pearls() -> None:
    line = a_catalogue().line(a_tea((HALF_SUGAR, 1), (PEARLS, 2), variant=LARGE, quantity=2))
    assert (line.unit_list_minor, line.extras_minor, line.quantity) == (2700, 600, 2)
    assert line.name == Label("珍珠奶茶 大杯", "Pearl milk tea Large")
    assert line.options == (
        ChosenOption(HALF_SUGAR, Label("半糖", "Half sugar"), 1, 0),
        ChosenOption(PEARLS, Label("珍珠", "Pearls"), 2, 300),
    )
    assert line.tax.code == "food"
    assert line.tags == {"tea"}


def test_member_prices_are_those_of_the_variant_alone() -> None:
    line = a_catalogue().line(a_tea((HALF_SUGAR, 1), (PEARLS, 1)))
    assert line.unit_list_minor == 2100
    assert line.member_price_minor == {"gold": 1600}


def test_the_only_variant_of_a_product_goes_without_saying() -> None:
    fries = LineRequest(
        id=LineId(number(1)), product_id=shop.FRIES, variant_id=FRIES_ONLY, quantity=1
    )
    assert a_catalogue().line(fries).name == Label("薯条", "Fries")


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_a_quantity_nobody_means_is_refused(quantity: int) -> None:
    refused = refusal_of(lambda: a_catalogue().line(a_tea(quantity=quantity)))
    assert refused.code == "order.quantity_out_of_range"
    assert refused.parameters == {"maximum": 99}


@pytest.mark.parametrize("product", [shop.GONE, ProductId(number(999))])
def test_what_is_not_on_the_menu_is_unknown(product: ProductId) -> None:
    request = replace(a_tea(), product_id=product)
    assert refusal_of(lambda: a_catalogue().line(request)).code == "catalog.product_unknown"


@pytest.mark.parametrize(
    "variant", [shop.RETIRED, shop.PRICELESS, FRIES_ONLY, VariantId(number(9))]
)
def test_a_variant_withdrawn_unpriced_or_of_another_product_is_unknown(variant: VariantId) -> None:
    refused = refusal_of(lambda: a_catalogue().line(a_tea(variant=variant)))
    assert refused.code == "catalog.variant_unknown"


@pytest.mark.parametrize("gone", [shop.TEA, MEDIUM])
def test_what_ran_out_is_refused_by_name(gone: ProductId | VariantId) -> None:
    refused = refusal_of(lambda: a_catalogue(sold_out=[gone]).line(a_tea()))
    assert refused.code == "catalog.sold_out"
    assert refused.parameters == {"name_zh": "珍珠奶茶 中杯", "name_en": "Pearl milk tea Medium"}


def test_another_size_is_still_sold_when_one_ran_out() -> None:
    assert a_catalogue(sold_out=[MEDIUM]).line(a_tea(variant=LARGE)).unit_list_minor == 2100


def test_pearls_that_ran_out_are_refused_by_name() -> None:
    request = a_tea((HALF_SUGAR, 1), (PEARLS, 1))
    refused = refusal_of(lambda: a_catalogue(sold_out=[PEARLS]).line(request))
    assert (refused.code, refused.parameters["name_zh"]) == ("catalog.sold_out", "珍珠")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (((PEARLS, 1),), "catalog.options_too_few"),
        (((HALF_SUGAR, 1), (FULL_SUGAR, 1)), "catalog.options_too_many"),
        (((HALF_SUGAR, 1), (PEARLS, 3)), "catalog.options_too_many"),
        (((HALF_SUGAR, 1), (PEARLS, 2), (PEARLS, 1)), "catalog.options_too_many"),
        (((HALF_SUGAR, 1), (PEARLS, 2), (JELLY, 2)), "catalog.options_too_many"),
        (((HALF_SUGAR, 1), (JELLY, 0)), "catalog.option_unknown"),
        (((HALF_SUGAR, 1), (OLD_TOPPING, 1)), "catalog.option_unknown"),
        (((HALF_SUGAR, 1), (OptionId(number(9)), 1)), "catalog.option_unknown"),
    ],
)
def test_options_outside_their_group_are_refused(
    options: tuple[tuple[OptionId, int], ...], code: str
) -> None:
    assert refusal_of(lambda: a_catalogue().line(a_tea(*options))).code == code


def test_a_product_without_modifiers_takes_none() -> None:
    fries = replace(a_tea(), product_id=shop.FRIES, variant_id=FRIES_ONLY)
    assert refusal_of(lambda: a_catalogue().line(fries)).code == "catalog.option_unknown"


def test_a_combo_shares_its_price_over_its_parts() -> None:
    request = a_combo((DRINK_SLOT, MEDIUM), (DRINK_SLOT, MANGO_ONLY), (SNACK_SLOT, FRIES_ONLY))
    line = a_catalogue().line(request)
    assert (line.unit_list_minor, line.extras_minor) == (3800, 200)
    assert [pick.share_minor for pick in line.picks] == [1246, 1723, 831]
    assert sum(pick.share_minor for pick in line.picks) == line.unit_list_minor
    assert line.picks[0].label == Label("珍珠奶茶 中杯", "Pearl milk tea Medium")


@pytest.mark.parametrize(
    ("picks", "code"),
    [
        ([(DRINK_SLOT, MEDIUM), (SNACK_SLOT, FRIES_ONLY)], "catalog.combo_choice_missing"),
        ([(DRINK_SLOT, MEDIUM)] * 3 + [(SNACK_SLOT, FRIES_ONLY)], "catalog.combo_choice_unknown"),
        ([(DRINK_SLOT, LARGE)] * 2 + [(SNACK_SLOT, FRIES_ONLY)], "catalog.combo_choice_unknown"),
        ([(DRINK_SLOT, MEDIUM)] * 2 + [(SNACK_SLOT, shop.RETIRED)], "catalog.combo_choice_unknown"),
        ([(number(9), MEDIUM)], "catalog.combo_choice_unknown"),
        ([], "catalog.combo_choice_missing"),
    ],
)
def test_a_combo_put_together_wrong_is_refused(
    picks: list[tuple[UUID, VariantId]], code: str
) -> None:
    request = a_combo(*picks)
    assert refusal_of(lambda: a_catalogue().line(request)).code == code


def test_a_combo_whose_part_ran_out_is_refused_by_the_name_of_the_part() -> None:
    request = a_combo((DRINK_SLOT, MEDIUM), (DRINK_SLOT, MEDIUM), (SNACK_SLOT, FRIES_ONLY))
    refused = refusal_of(lambda: a_catalogue(sold_out=[FRIES_ONLY]).line(request))
    assert (refused.code, refused.parameters["name_zh"]) == ("catalog.sold_out", "薯条")


def test_what_is_no_combo_takes_no_picks() -> None:
    request = replace(a_combo((DRINK_SLOT, MEDIUM)), product_id=shop.TEA, variant_id=MEDIUM)
    request = replace(request, options=a_tea().options)
    assert refusal_of(lambda: a_catalogue().line(request)).code == "catalog.combo_choice_unknown"


def test_a_basket_takes_a_hundred_lines_and_no_line_twice() -> None:
    catalogue = a_catalogue()
    teas = [a_tea(line=line) for line in range(100)]
    assert len(catalogue.lines(teas)) == 100
    more = [*teas, a_tea(line=100)]
    assert refusal_of(lambda: catalogue.lines(more)).code == "order.too_many_lines"
    twice = [teas[0], teas[0]]
    assert refusal_of(lambda: catalogue.lines(twice)).code == "order.line_repeated"
