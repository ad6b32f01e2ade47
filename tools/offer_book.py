"""Writes docs/offers.md: every template with its stored form and its sentence in both languages.

`python -m tools.offer_book` after a template or a sentence has changed; a test compares.
"""

import json
from pathlib import Path
from uuid import UUID

from regulars.domain.pricing.recipes import RECIPES, Recipe
from regulars.domain.pricing.sentence import Names, sentence_of
from regulars.domain.pricing.stored import KINDS, OfferHead, offer_from

PAGE = Path(__file__).parents[1] / "docs" / "offers.md"
HEAD = """# Offers: what a definition may say

> **中文摘要**　每个优惠存成一段 JSON：`kind` 是种类，`effect` 是力度，`goods` 是适用商品，
> `condition` 是条件，`groups`、`stack`、`only_with` 说和谁同享，`limits` 是限量和预算，
> `on_return` 说部分退款怎么算。下面是全部现成模板，每个都附上系统读出来的一句话；
> 商品写的是例子，换成自己店里的标签、品类或商品编号即可。

An offer is saved with `PUT /api/v1/offers/{id}`; `POST /api/v1/offers/check` reads a draft without
saving it. The parts of a definition:

| part | what it says | when missing |
|---|---|---|
| `kind`, `effect` | what the guest gets; see the examples | needed |
| `goods` | `products`, `variants`, `categories`, `tags`, and each with `excluded_` before it | everything |
| `condition` | a tree of `all`, `any`, `not`, `compare`, `one_of`, `within` | always |
| `groups` | names; at most one offer of a group is on an order | none |
| `stack`, `only_with` | `free`, `alone`, or `only_with` offers of the named groups | `free` |
| `priority` | decides between equal bills, and the order under the fixed-order policy | 0 |
| `limits` | up to six: `whose` (all, store, member), `span` (ever, day, week, month), `uses`, `amount_minor`, `on_last` (clip, refuse, honour) | none |
| `on_return` | `share`, `reprice` or `choose` | `share` |

Amounts are minor units (2,000 is 20.00), rates are basis points off (1,200 is 12 %, 8.8 折). How each
kind takes units, rounds and shares: [pricing.md](pricing.md).

This page is made from the templates that ship (`GET /api/v1/offer-templates`), by
`python -m tools.offer_book`.
"""


def page() -> str:
    """The page as it should be."""
    parts = [HEAD]
    by_kind: dict[str, list[Recipe]] = {kind: [] for kind in KINDS}
    for recipe in RECIPES:
        by_kind[str(recipe.definition["kind"])].append(recipe)
    for kind, recipes in by_kind.items():
        parts.append(f"## `{kind}`\n")
        parts += [_told(recipe) for recipe in recipes]
    return "\n".join(parts)


def _told(recipe: Recipe) -> str:
    head = OfferHead(id=UUID(int=1), version=1, name=recipe.label)
    sentence = sentence_of(offer_from(head, recipe.definition), Names())
    coupon = " · as a coupon 作为券" if recipe.as_coupon else ""
    definition = json.dumps(recipe.definition, ensure_ascii=False, indent=2)
    return (
        f"### {recipe.label.zh} · {recipe.label.en}{coupon}\n\n"
        f"{sentence.zh}\\\n{sentence.en}\n\n```json\n{definition}\n```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
