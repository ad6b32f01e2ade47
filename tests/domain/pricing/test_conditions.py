"""What a condition may ask of a basket and its guest, and what it hears where nobody knows."""

from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.kernel.condition import Known, OneOf, fields_of, verdict
from regulars.domain.pricing.basket import Basket, MemberView
from regulars.domain.pricing.kinds import Percent
from regulars.domain.pricing.units import unrolled
from regulars.domain.pricing.view import BASKET_FIELDS, OWN_FIELDS, BasketView
from tests.domain.pricing.builders import FRIDAY, a_basket, a_line, a_member, an_offer

LINES = (
    a_line(1, 1_800, quantity=2, tags=["tea"], member_price_minor={"gold": 1_600}),
    a_line(2, 1_200, tags=["cake"], category=1),
    a_line(3, 9_000, discountable=False, tags=["box"], category=2),
)
TEA, CAKE = UUID(int=1_001), UUID(int=1_002)


def basket(
    *, flags: frozenset[str] = frozenset(), party: int | None = None, tender: str | None = None
) -> Basket:
    return replace(a_basket(*LINES), flags=flags, party=party, tender=tender)


def view(guest: MemberView | None = None, given: Basket | None = None) -> BasketView:
    return BasketView(unrolled(given or basket(), guest), guest, FRIDAY)


GUEST = replace(
    a_member(points=50, visits=2), tags=frozenset({"vip"}), birthday_offset=-3, bought=frozenset()
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "counter"),
        ("store", str(UUID(int=1))),
        ("region", str(UUID(int=2))),
        ("weekday", 5),
        ("date", 20_260_501),
        ("minute_of_day", 840),
        ("quantity", 3),
        ("spend", 4_400),
        ("spend_list", 4_800),
        ("tags", frozenset({"tea", "cake"})),
        ("products", frozenset({str(TEA), str(CAKE)})),
        ("categories", frozenset({str(UUID(int=3_000)), str(UUID(int=3_001))})),
        ("member", True),
        ("tier", "gold"),
        ("visits", 2),
        ("visit_number", 3),
        ("new_member", False),
        ("points", 50),
        ("member_tags", frozenset({"vip"})),
        ("birthday_offset", -3),
        ("first_purchase", True),
        ("own_quantity", 3),
        ("own_spend", 4_400),
        ("own_spend_list", 4_800),
        ("flags", frozenset({"rain"})),
        ("party", 4),
        ("tender", "stored_value"),
    ],
)
def test_a_field_tells_what_is_known(field: str, value: Known) -> None:
    given = basket(flags=frozenset({"rain"}), party=4, tender="stored_value")
    assert view(GUEST, given)[field] == value


def test_every_field_has_a_value_or_nobody_knows_it() -> None:
    seen = view()
    assert len(seen) == len(BASKET_FIELDS) == len(list(seen))
    unknown = {field for field in seen if seen[field] is None}
    assert unknown == {
        "tier",
        "visits",
        "visit_number",
        "new_member",
        "points",
        "member_tags",
        "birthday_offset",
        "first_purchase",
        "party",
        "tender",
    }


@pytest.mark.parametrize("field", ["party", "tender", "birthday_offset", "first_purchase", "tier"])
def test_what_nobody_knows_never_holds_and_says_so(field: str) -> None:
    answer = verdict(OneOf(field, (1, "gold", "cash", True, False)), view())
    assert not answer.holds
    assert answer.failed is not None
    assert (answer.failed.field, answer.failed.actual) == (field, None)


def test_an_offer_sees_its_own_goods_apart_from_the_others() -> None:
    whole = view(GUEST)
    own = whole.of([2])
    assert {field: own[field] for field in sorted(OWN_FIELDS)} == {
        "first_purchase": True,
        "own_quantity": 1,
        "own_spend": 1_200,
        "own_spend_list": 1_200,
    }
    assert own["spend"] == whole["spend"]
    assert list(own) == list(whole)
    assert len(own) == len(whole)
    assert whole.of([0, 1])["own_spend"] == 3_200
    assert whole.of([0, 1])["own_spend_list"] == 3_600


def test_a_first_purchase_is_of_something_she_never_bought() -> None:
    knows_tea = replace(GUEST, bought=frozenset({TEA}))
    assert view(knows_tea).of([0, 1])["first_purchase"] is False
    assert view(knows_tea).of([0, 2])["first_purchase"] is True
    assert view(replace(GUEST, bought=None)).of([2])["first_purchase"] is None


def test_a_field_that_does_not_exist_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        view()["mood"]
    with pytest.raises(KeyError):
        view().of([0])["mood"]


def test_an_offer_knows_what_its_condition_asks() -> None:
    condition = OneOf("tier", ("gold",))
    offer = an_offer(1, Percent(basis_points=100), condition=condition)
    assert offer.asks == fields_of(condition) == frozenset({"tier"})
    assert an_offer(2, Percent(basis_points=100)).asks == frozenset()
