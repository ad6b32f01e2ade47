"""docs/offers.md says what the templates that ship say."""

from regulars.domain.pricing.recipes import RECIPES
from regulars.domain.pricing.stored import KINDS
from tools.offer_book import PAGE, page


def test_the_page_of_offers_is_made_from_the_templates() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tools.offer_book"


def test_every_kind_has_a_template_to_start_from() -> None:
    assert {str(recipe.definition["kind"]) for recipe in RECIPES} == set(KINDS)
