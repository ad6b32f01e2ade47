"""Marketing's figures, one JSON line an engine: `make bench-marketing`.

A million members with a past, a hundred segments and fifty journeys that are active: how long a
marketer waits for a preview, what a sale costs more, how fast members are led on, and how a campaign
to a hundred thousand goes out beside tills that never stop.

    python -m bench.marketing --engine postgresql
    python -m bench.marketing --members 20000 --campaign 5000       # in about a minute an engine
"""

import json
import math
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass

from bench.ledgers.proving import chained
from bench.marketing_parts import followers, previews, sending, steps
from bench.marketing_parts.again import written_again
from bench.marketing_parts.drawings import CAMPAIGN, JOURNEYS, agreed_campaign, listening, live
from bench.marketing_parts.followers import ROUND_SECONDS, Selling, in_turns, selling
from bench.marketing_parts.opening import Opened, opened
from bench.marketing_parts.stays import Stays, served
from bench.marketing_parts.wishes import ACTIVE, active, ready, tried
from bench.scratch.figures import machine
from bench.scratch.servers import Place, on_postgresql, on_sqlite
from bench.settle import prove
from regulars.main import build
from regulars.use_cases.campaigns import journey_id_of

ENGINES = {"sqlite": on_sqlite, "postgresql": on_postgresql}
WALKERS_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure."""

    members: int
    campaign: int
    segments: int
    journeys: int
    seconds: float

    @property
    def walkers(self) -> int:
        """How many members a journey leads on."""
        return min(self.members, WALKERS_MAX)

    @property
    def rounds(self) -> int:
        """How often both shops sell in turn."""
        return math.ceil(self.seconds / ROUND_SECONDS)


def progress(text: str) -> None:
    """Say on standard error how far it is: a million members take a while."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def seen(figures: dict[str, object]) -> dict[str, object]:
    """The same figures, told when they are known: of a run that is broken off they are left."""
    progress(json.dumps(figures))
    return figures


def activated(place: Place, shop: Opened, wanted: Wanted) -> tuple[Stays, dict[str, object]]:
    """Let segments and journeys be active; what previews take beside them."""
    wishes = active(wanted.segments)
    regulars = build(place.settings)
    try:
        progress("segments are filled")
        stays = served(regulars, place, wishes, shop.guests)
        for number, definition in enumerate(listening(wishes, wanted.journeys)):
            live(regulars, f"listening:{number}", definition)
        agreed_campaign(regulars)
        progress("previews")
        found = previews.previewed(regulars, place, [*ready(), *tried()])
    finally:
        regulars.close()
    return stays, seen(previews.told(found, ready()))


def sold(
    place: Place, plain: Place, shop: Opened, wanted: Wanted
) -> tuple[dict[str, object], dict[str, object]]:
    """What a sale costs more, and how a campaign goes out beside the tills."""
    progress("sales, in turns")
    with selling(place, shop, **sending.ON_CONSOLE) as listened:
        with selling(plain, shop) as nothing:
            added = seen(followers.told(in_turns(nothing, listened, wanted.rounds)))
        progress("the campaign beside the tills")
        found = seen(sending.told(sending.prepared(shop, listened)))
    progress("verify")
    for where, sales in ((plain, nothing), (place, listened)):
        chained(where)
        prove(where, shop.visits + made(sales))
    return added, found


def made(sales: Selling) -> int:
    """How many sales a served shop made."""
    return sales.served.made


def by_hand(place: Place, plain: Place, shop: Opened, wanted: Wanted) -> dict[str, object]:
    """The limits: the same rows by the bare driver, into the shop in which nothing happened."""
    progress("the same rows by hand")
    again = written_again(place, plain, journey_id_of(CAMPAIGN), CAMPAIGN)
    seconds = steps.by_hand(plain, shop.guests, wanted.walkers)
    limits: dict[str, object] = {
        "campaign_by_hand_s": round(again.seconds, 1),
        "campaign_rows": again.rows,
        "journey_steps_by_hand_per_s": round(wanted.walkers * steps.STEPS_EACH / seconds),
    }
    return seen(limits)


def measured(engine: str, wanted: Wanted) -> dict[str, object]:
    """All figures of one engine."""
    with ENGINES[engine]() as place:
        progress(f"{engine}: {wanted.members} members and their past")
        shop = opened(place, members=wanted.members, audience=wanted.campaign)
        plain = place.copied("plain.sqlite3" if place.cluster is None else "plain")
        stays, previewed = activated(place, shop, wanted)
        progress("journey steps")
        walked = seen(steps.told(steps.walked(place, shop.guests, wanted.walkers)))
        added, sent = sold(place, plain, shop, wanted)
        limits = by_hand(place, plain, shop, wanted)
        faults = (place.home / "server.log").read_text("utf-8").count('_failed"')
    return {
        "bench": "marketing",
        "engine": engine,
        **previewed,
        **added,
        **walked,
        **sent,
        **limits,
        "members": wanted.members,
        "visits": shop.visits,
        "segments": wanted.segments,
        "segment_rows": stays.rows,
        "journeys": wanted.journeys,
        "job_faults": faults,
        "fill_seconds": round(shop.fill_seconds + stays.seconds),
        "machine": machine(),
    }


def main() -> None:
    """Measure the engines that were asked for."""
    parser = ArgumentParser(prog="bench.marketing")
    parser.add_argument("--engine", choices=sorted(ENGINES), help="one engine alone")
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--campaign", type=int, default=100_000, help="members of its audience")
    parser.add_argument("--segments", type=int, default=ACTIVE)
    parser.add_argument("--journeys", type=int, default=JOURNEYS)
    parser.add_argument("--seconds", type=float, default=8.0, help="of sales with and without")
    args = parser.parse_args()
    wanted = Wanted(
        members=args.members,
        campaign=args.campaign,
        segments=args.segments,
        journeys=args.journeys,
        seconds=args.seconds,
    )
    for engine in ENGINES:
        if args.engine in (None, engine):
            print(json.dumps(measured(engine, wanted)), flush=True)


if __name__ == "__main__":
    main()
