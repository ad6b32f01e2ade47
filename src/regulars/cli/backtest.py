"""`regulars backtest`: what draft offers would have cost on the shop's own past.

$ regulars backtest --offers 草案.json --months 3 --budget 500000 --plot 回测.svg
回测 Back-test · 2026-08-22 … 2026-11-22 · 14,210 张订单 orders
草案优惠 drafts 6,210.00 · 命中 on 1,840 张订单 orders · 比实际多 more than given 5,798.00

It only reads, so a server may sell meanwhile.
"""

import multiprocessing
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level
from regulars.domain.pricing.backtest import Backtest
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.domain.stores.scope import EVERYWHERE
from regulars.domain.stores.store import STORE_UNKNOWN
from regulars.storage.engine import Database, Read, open_database
from regulars.storage.schema import require_current
from regulars.storage.shops import Shops
from regulars.storage.stores import ORGANISATION, STORES
from regulars.use_cases.backtest_csv import csv_of
from regulars.use_cases.backtest_plot import money, plot_of
from regulars.use_cases.backtest_runs import told
from regulars.use_cases.backtests import DraftOffer, Wanted, definition_of, plan_from
from regulars.use_cases.replay import OffersOf, Plan, Replay

if TYPE_CHECKING:
    from argparse import _SubParsersAction

OFFERS_FILE = refusal_code("backtest.offers_file")

TITLE = "回测 · back-test"
ADVANCE = 100
LOOK_SECONDS = 0.2
OFFER_PARTS = frozenset({"id", "name_zh", "name_en", "level", "place_id", "definition"})
# Drafts of a file that have no id of their own are named by their place in it.
DRAFTS = UUID("6f1c9f58-6d0e-4f0a-9d6b-2f5f0f5b7a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some days to replay, and what another process needs to do it."""

    database: str
    engine: MilpEngine | None
    plan: Plan


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database`, and `engine`, which makes the engine."""
    parser = subparsers.add_parser("backtest", help="回测 · draft offers on the shop's own past")
    parser.add_argument("--offers", type=Path, metavar="FILE", help="草案 JSON · draft offers")
    parser.add_argument(
        "--saved",
        action="append",
        default=[],
        metavar="ID",
        type=UUID,
        help="已保存的活动 · a saved offer as a draft",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="ID",
        type=UUID,
        help="去掉的活动或券 · an offer or kind of coupon to leave out",
    )
    parser.add_argument("--months", type=int, metavar="N", help="最近几个月 · the last months")
    parser.add_argument("--since", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="不含 · excluded")
    parser.add_argument("--store", action="append", default=[], metavar="CODE")
    parser.add_argument("--now", action="store_true", help="用今天的活动 · today's own offers")
    parser.add_argument("--budget", type=int, metavar="MINOR", help="预算（分）· minor units")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="进程数 · processes")
    parser.add_argument("--out", type=Path, metavar="FILE", help="JSON")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="CSV")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="SVG")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Replay, write the files that were asked for, and say what it comes to.

    Refuses: backtest.*, offer.*, condition.*, store.unknown, database.*.
    """
    now = Instant(datetime.now(UTC))
    drafts = () if args.offers is None else drafts_of(args.offers)
    database = open_database(args.database, read_only=True, threads=1)
    try:
        require_current(database)
        with database.read() as read:
            wanted = _wanted(read, args, drafts)
            plan = plan_from(read, definition_of(read, wanted, EVERYWHERE, now), now)
            shops, organisation = read.all(STORES), read.one(ORGANISATION)
        found = replayed(database, plan, engine=args.engine(), jobs=args.jobs)
    finally:
        database.close()
    result = told(found, plan, shops, budget_minor=args.budget)
    scale = 2 if organisation is None else scale_of(organisation.currency)
    title = " · ".join([one.offer.name.zh for one in plan.drafts])
    if args.out is not None:
        args.out.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    if args.csv is not None:
        args.csv.write_text(csv_of(result), encoding="utf-8-sig", newline="")
    if args.plot is not None:
        args.plot.write_text(plot_of(title, result, scale=scale), encoding="utf-8")
    sys.stdout.write(summary(result, scale=scale))
    return 0


def drafts_of(path: Path) -> tuple[DraftOffer, ...]:
    """The offers of a file: one, or a list, each with the parts of a saved offer.

    Refuses: backtest.offers_file.
    """
    try:
        given = orjson.loads(path.read_bytes())
        listed = given if isinstance(given, list) else [given]
        return tuple(_draft(at, one) for at, one in enumerate(listed))
    except (OSError, ValueError, KeyError, AttributeError):
        raise OFFERS_FILE.because() from None


def _draft(at: int, given: Mapping[str, object]) -> DraftOffer:
    if not given.keys() <= OFFER_PARTS:
        raise OFFERS_FILE.because()
    place = given.get("place_id")
    name = given.get("id")
    return DraftOffer(
        id=uuid5(DRAFTS, str(at)) if name is None else UUID(str(name)),
        name=Label(str(given["name_zh"]), str(given.get("name_en", ""))),
        level=Level(str(given.get("level", "organisation"))),
        place_id=None if place is None else UUID(str(place)),
        definition=given["definition"],
    )


def _wanted(read: Read, args: Namespace, drafts: tuple[DraftOffer, ...]) -> Wanted:
    codes = {row.code: row.id for row in read.all(STORES)}
    if not codes.keys() >= set(args.store):
        raise STORE_UNKNOWN.because()
    return Wanted(
        months=args.months,
        since=args.since,
        until=args.until,
        store_ids=tuple(codes[code] for code in args.store),
        drafts=drafts,
        draft_ids=tuple(args.saved),
        without=tuple(args.without),
        offers=OffersOf.NOW if args.now else OffersOf.THEN,
        budget_minor=args.budget,
    )


def replayed(database: Database, plan: Plan, *, engine: MilpEngine | None, jobs: int) -> Backtest:
    """The plan replayed. Where an order's bill depends on those before it, by one process."""
    replay = Replay(database, Shops(engine), plan)
    parts = [plan] if plan.in_order else plan.parts(max(jobs, 1))
    with _bar(replay.total()) as advance:
        if len(parts) > 1:
            work = [Part(database=database.url, engine=engine, plan=part) for part in parts]
            return _side_by_side(work, advance)
        for at, _ in enumerate(replay.orders(), start=1):
            if at % ADVANCE == 0:
                advance(at)
    return replay.found


def _side_by_side(work: list[Part], advance: Callable[[int], None]) -> Backtest:
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    with ProcessPoolExecutor(
        len(work), mp_context=context, initializer=_counting, initargs=(counter,)
    ) as pool:
        futures = [pool.submit(_replayed_part, part) for part in work]
        while wait(futures, timeout=LOOK_SECONDS).not_done:
            advance(counter.value)
        found = Backtest(work[0].plan.draft_ids)
        for future in futures:
            found.merge(future.result())
    return found


_counters: list["Synchronized[int]"] = []


def _counting(counter: "Synchronized[int]") -> None:
    """What a process of the pool counts its orders with."""
    _counters.append(counter)


def _replayed_part(part: Part) -> Backtest:
    database = open_database(part.database, read_only=True, threads=1)
    try:
        replay = Replay(database, Shops(part.engine), part.plan)
        for at, _ in enumerate(replay.orders(), start=1):
            if at % ADVANCE == 0:
                with _counters[0].get_lock():
                    _counters[0].value += ADVANCE
    finally:
        database.close()
    return replay.found


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn(TITLE), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def summary(result: Mapping[str, object], *, scale: int) -> str:
    """What a back-test comes to, in a few lines of both languages."""
    totals, burn = result["totals"], result["burn"]
    assert isinstance(totals, Mapping)
    assert isinstance(burn, Mapping)
    draft, more = (money(totals[name], scale) for name in ("draft_minor", "difference_minor"))
    margin, was = (money(totals[name], scale) for name in ("margin_minor", "margin_given_minor"))
    orders, touched, unknown = (
        f"{totals[name]:,}" for name in ("orders", "orders_with_draft", "units_without_cost")
    )
    lines = [
        f"回测 Back-test · {result['since']} … {result['until']} · {orders} 张订单 orders",
        f"草案优惠 drafts {draft} · {touched} 张订单 orders · 比实际多 more than given {more}",
        f"毛利 margin {margin} · 实际 really {was} · 成本未知 cost unknown {unknown} 件 units",
    ]
    if burn["used_up_on"] is not None:
        lines.append(f"预算用完 budget used up · {burn['used_up_on']}")
    lines += [str(result["assumption_zh"]), str(result["assumption_en"])]
    return "\n".join([*lines, ""])
