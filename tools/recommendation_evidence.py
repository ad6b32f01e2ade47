"""Holds back the last fifth of a demonstration and asks what would have been suggested.

python -m tools.recommendation_evidence            # writes docs/evidence/recommendation.md
python -m tools.recommendation_evidence --file my-shop/shop.sqlite3     # of a shop that is there
python -m tools.recommendation_evidence --csv baskets.csv --title "…"   # of other orders, added

What is measured is the code that the till runs: `suggestions` beside its named baseline,
`best_sellers`. Nothing of the held-back weeks is counted before it is asked about, but for a
member's own earlier visits, which the shop would have known by then.
"""

import argparse
import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from regulars.cli.demo_shop.making import Order, make
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.size import Size
from regulars.domain.insights.affinity import (
    MONTH_WEIGHTS,
    Affinities,
    Asked,
    Candidate,
    Daypart,
    Popularity,
    Sold,
    Suggestion,
    Together,
    best_sellers,
    favourites,
    suggestions,
)
from regulars.domain.insights.baskets import Counts, PairKey, SalesKey, month_of
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.main import hired
from regulars.storage.baskets import OrderedAt
from regulars.storage.engine import SQLITE_SCHEME, open_database
from regulars.storage.statement import Statement
from regulars.storage.tables.catalog import product
from regulars.storage.tables.orders import order_line, orders
from regulars.storage.tables.stores import store
from regulars.use_cases.counting_baskets import occasion_of

REPORT = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "recommendation.md"
HELD_BACK = 0.2
VISITS_MIN = 3
TOPS = (1, 3, 5, 10)
SEED = 7
# So many questions are asked at most: more would move the third digit.
ASKED_MAX = 3_000


class Row(NamedTuple):
    """One dish of one paid order."""

    order_id: UUID
    store_id: UUID
    business_day: date
    opened_at: Instant
    zone: str
    cut_off_minutes: int
    member_id: UUID | None
    product_id: UUID
    category_id: UUID


ROWS = Statement(
    select(
        orders.c.id,
        orders.c.store_id,
        orders.c.business_day,
        orders.c.opened_at,
        store.c.zone,
        store.c.cut_off_minutes,
        orders.c.member_id,
        order_line.c.product_id,
        product.c.category_id,
    )
    .join_from(orders, store, store.c.id == orders.c.store_id)
    .join(order_line, order_line.c.order_id == orders.c.id)
    .join(product, product.c.id == order_line.c.product_id)
    .where(
        orders.c.state.in_(("paid", "part_refunded")),
        order_line.c.state == "sold",
        order_line.c.kind == "goods",
    )
    .order_by(orders.c.opened_at, orders.c.id),
    Row,
)


@dataclass
class Basket:
    """One order, and each dish's shelf."""

    at: OrderedAt
    member_id: UUID | None
    dishes: dict[UUID, UUID] = field(default_factory=dict)


def rows_of(path: Path) -> Iterator[Row]:
    """Orders of elsewhere: columns order, member, at (by the store's own clock), dish, shelf."""

    def named(text: str) -> UUID:
        return uuid5(NAMESPACE_URL, text)

    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            at = instant_from_iso(line["at"])
            yield Row(
                named(line["order"]),
                named("store"),
                at.date(),
                at,
                "UTC",
                0,
                named(line["member"]) if line["member"] else None,
                named(line["dish"]),
                named(line["shelf"]),
            )


def baskets_of(rows: Iterable[Row]) -> list[Basket]:
    """The orders in the order in which guests sat down."""
    found: dict[UUID, Basket] = {}
    for row in rows:
        at = OrderedAt(
            row.order_id,
            row.store_id,
            row.business_day,
            row.opened_at,
            row.zone,
            row.cut_off_minutes,
        )
        basket = found.setdefault(row.order_id, Basket(at, row.member_id))
        basket.dishes[row.product_id] = row.category_id
    return list(found.values())


class Shop:
    """What the shop had counted when the held-back weeks began."""

    def __init__(self, trained: Sequence[Basket], *, month: int) -> None:
        """Count the baskets as the job does."""
        counts = Counts()
        self._menu: dict[UUID, dict[UUID, UUID]] = {}
        for basket in trained:
            counts.count(basket.dishes, occasion_of(basket.at), times=1)
            self._menu.setdefault(basket.at.store_id, {}).update(basket.dishes)
        self.affinities = Affinities.of(_together(counts.pairs, month))
        self._sold = {
            store_id: Popularity.of(_sold(counts.sales, month, store_id)) for store_id in self._menu
        }

    def candidates(self, store_id: UUID) -> list[Candidate]:
        """What a store sold."""
        menu = self._menu.get(store_id, {})
        return [Candidate(product_id=one, category_id=shelf) for one, shelf in menu.items()]

    def popularity(self, store_id: UUID) -> Popularity:
        """What a store sold most."""
        return self._sold.get(store_id) or Popularity.of(())


def _weight(month: int, now: int) -> int:
    age = now - month
    return MONTH_WEIGHTS[age] if 0 <= age < len(MONTH_WEIGHTS) else 0


def _together(pairs: Counter[PairKey], now: int) -> Iterator[Together]:
    weights: Counter[tuple[UUID, UUID]] = Counter()
    counts: Counter[tuple[UUID, UUID]] = Counter()
    for key, count in pairs.items():
        weights[key.product_id, key.with_id] += count * _weight(key.month, now)
        counts[key.product_id, key.with_id] += count
    return (Together(*key, weights[key], count) for key, count in counts.items())


def _sold(sales: Counter[SalesKey], now: int, store_id: UUID) -> Iterator[Sold]:
    weights: Counter[tuple[str, UUID]] = Counter()
    counts: Counter[tuple[str, UUID]] = Counter()
    for key, count in sales.items():
        if key.store_id == store_id:
            weights[key.daypart, key.product_id] += count * _weight(key.month, now)
            counts[key.daypart, key.product_id] += count
    return (Sold(*key, weights[key], count) for key, count in counts.items())


class Question(NamedTuple):
    """What was known, what is in the basket, and what would have been right."""

    store_id: UUID
    daypart: Daypart
    basket: Collection[UUID]
    visits: list[frozenset[UUID]]
    right: frozenset[UUID]


Ranker = Callable[[Shop, Question, int], Sequence[Suggestion]]


def baseline(shop: Shop, one: Question, count: int) -> Sequence[Suggestion]:
    """Best sellers of the daypart."""
    return best_sellers(
        shop.candidates(one.store_id),
        one.basket,
        shop.popularity(one.store_id),
        daypart=one.daypart,
        count=count,
    )


def with_basket(shop: Shop, one: Question, count: int) -> Sequence[Suggestion]:
    """What goes with the basket, and nothing of the guest."""
    return _suggested(shop, one._replace(visits=[]), count)


def with_both(shop: Shop, one: Question, count: int) -> Sequence[Suggestion]:
    """The basket and the guest's own visits."""
    return _suggested(shop, one, count)


def with_visits(shop: Shop, one: Question, count: int) -> Sequence[Suggestion]:
    """The guest's own visits; of the basket only what it holds already."""
    nothing = Affinities.of(())
    return _suggested(shop, one, count, affinities=nothing)


def _suggested(
    shop: Shop, one: Question, count: int, *, affinities: Affinities | None = None
) -> Sequence[Suggestion]:
    asked = Asked(
        candidates=shop.candidates(one.store_id),
        basket=one.basket,
        daypart=one.daypart,
        liked=favourites(one.visits),
    )
    known = shop.affinities if affinities is None else affinities
    return suggestions(asked, known, shop.popularity(one.store_id), count=count)


RANKERS: dict[str, Ranker] = {
    "best sellers of the daypart (baseline)": baseline,
    "what goes with the basket": with_basket,
    "her own visits": with_visits,
    "both, as the till shows it": with_both,
}


def questions(
    held: Sequence[Basket], visits: dict[UUID, list[frozenset[UUID]]]
) -> tuple[list[Question], list[Question]]:
    """What she orders next, and one dish hidden from a basket of several; of regulars."""
    dice = Random(SEED)
    following, hidden = [], []
    for basket in held:
        if basket.member_id is None:
            continue
        known = visits.setdefault(basket.member_id, [])
        daypart = occasion_of(basket.at).daypart
        dishes = frozenset(basket.dishes)
        if len(known) >= VISITS_MIN:
            empty = Question(basket.at.store_id, daypart, (), list(known), dishes)
            following.append(empty)
            if len(dishes) > 1:
                gone = dice.choice(sorted(dishes))
                hidden.append(empty._replace(basket=dishes - {gone}, right=frozenset({gone})))
        known.insert(0, dishes)
    return _some(following, dice), _some(hidden, dice)


def _some(asked: list[Question], dice: Random) -> list[Question]:
    return asked if len(asked) <= ASKED_MAX else dice.sample(asked, ASKED_MAX)


def hit_rates(shop: Shop, asked: Sequence[Question], ranker: Ranker) -> list[float]:
    """How often something right was among the first so many."""
    hits = dict.fromkeys(TOPS, 0)
    for one in asked:
        shown = [found.product_id for found in ranker(shop, one, max(TOPS))]
        for top in TOPS:
            hits[top] += bool(one.right & set(shown[:top]))
    return [hits[top] / max(len(asked), 1) for top in TOPS]


def table(shop: Shop, asked: Sequence[Question]) -> tuple[list[str], list[list[float]]]:
    """The rates of every ranker as a table, and as figures."""
    heads = " | ".join(f"hit@{top}" for top in TOPS)
    lines = [f"| suggested by | {heads} |", f"|---|{'---|' * len(TOPS)}"]
    figures = []
    for name, ranker in RANKERS.items():
        rates = hit_rates(shop, asked, ranker)
        figures.append(rates)
        lines.append(f"| {name} | {' | '.join(f'{rate:.3f}' for rate in rates)} |")
    return lines, figures


def verdict(figures: list[list[float]]) -> list[str]:
    """In words, which of the rankers beat the baseline."""
    base, lines = figures[0], []
    for name, shown in zip(list(RANKERS)[1:], figures[1:], strict=True):
        better = [top for top, old, new in zip(TOPS, base, shown, strict=True) if new > old]
        if len(better) == len(TOPS):
            told = "beats the baseline at every length"
        elif better:
            told = f"beats the baseline at {', '.join(map(str, better))} only"
        else:
            told = "does not beat the baseline"
        lines.append(f"- {name}: {told}.")
    return lines


def report(baskets: Sequence[Basket], what: str) -> str:
    """One data set's part of the document."""
    begin = int(len(baskets) * (1 - HELD_BACK))
    trained, held = baskets[:begin], baskets[begin:]
    visits: dict[UUID, list[frozenset[UUID]]] = {}
    for basket in trained:
        if basket.member_id is not None:
            visits.setdefault(basket.member_id, []).insert(0, frozenset(basket.dishes))
    shop = Shop(trained, month=month_of(held[0].at.business_day))
    following, hidden = questions(held, visits)
    lines = [
        f"## {what}",
        "",
        f"{len(trained):,} orders counted, {len(held):,} held back, from {held[0].at.business_day} on.",
        f"Asked of members with at least {VISITS_MIN} earlier visits, at most {ASKED_MAX:,} questions.",
        "",
        f"### What she orders next ({len(following):,} visits; right: any dish of the order)",
        "",
    ]
    rates, figures = table(shop, following)
    lines += [*rates, "", *verdict(figures), ""]
    lines += [
        f"### One dish hidden from her basket ({len(hidden):,} baskets; right: that dish)",
        "",
    ]
    rates, figures = table(shop, hidden)
    lines += [*rates, "", *verdict(figures), ""]
    return "\n".join(lines) + "\n"


HEAD = """# Recommendations on held-back baskets

`python -m tools.recommendation_evidence` makes the first part, `… --csv FILE --title TITLE` adds one
for orders of elsewhere. The last fifth of the orders is held back; what is asked is the code that the
till runs, beside its named baseline. *hit@k*: something right was among the first k.

Without consent and without a basket a guest is given the baseline itself. The generated guests draw
each dish of a basket on its own, mostly from their usual two or three: there, dishes of one basket
have nothing to do with each other but through her, so nothing can be found in what goes together.
That part tells about favourites; whether baskets tell anything is for real ones.

"""


def of_a_shop(given: argparse.Namespace) -> list[Basket]:
    """The orders of a shop's database; without one, of a demonstration made for it."""
    with tempfile.TemporaryDirectory() as folder:
        file = given.file or Path(folder) / "demo.sqlite3"
        if given.file is None:
            size = Size(
                orders=given.orders, members=given.members, days=given.days, until=given.until
            )
            order = Order(
                home=Path(folder), file=file, seed=Seed(given.seed), size=size, hiring=hired
            )
            make(order, lambda done: None)
        database = open_database(f"{SQLITE_SCHEME}{file}")
        try:
            with database.read() as read:
                return baskets_of(read.all(ROWS))
        finally:
            database.close()


def main() -> int:
    """Read the arguments, make the demonstration unless there is one, and write the report."""
    parser = argparse.ArgumentParser(description="Recommendations on held-back baskets.")
    parser.add_argument("--file", type=Path, help="a demonstration's database")
    parser.add_argument("--csv", type=Path, help="orders of elsewhere; added to the report")
    parser.add_argument("--title", help="what the orders are")
    parser.add_argument("--orders", type=int, default=9_000)
    parser.add_argument("--members", type=int, default=600)
    parser.add_argument("--days", type=int, default=150)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 5, 4))
    parser.add_argument("--seed", type=int, default=20_260_501)
    parser.add_argument("--out", type=Path, default=REPORT)
    given = parser.parse_args()
    baskets = baskets_of(rows_of(given.csv)) if given.csv else of_a_shop(given)
    what = given.title or f"Generated trade: {given.orders:,} orders of {given.members:,} members"
    told = report(baskets, what)
    before = given.out.read_text("utf-8") if given.csv and given.out.exists() else HEAD
    given.out.write_text(before + told, "utf-8")
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
