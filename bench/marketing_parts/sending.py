"""A campaign that goes to its whole audience while the tills sell, from its start to its last word.

The shop has sold for a while when the manager lets the campaign begin. Its members come in, its
control group is held back, every message is planned, passes the gates and gets its text; an SMS goes
no further than the server's own terminal. Then every member of the audience is accounted for.
"""

import time
from dataclasses import dataclass

from bench.marketing_parts import accounts
from bench.marketing_parts.accounts import JOURNEY
from bench.marketing_parts.followers import Selling
from bench.marketing_parts.opening import Opened
from bench.scratch.figures import Sold
from bench.scratch.processes import memory_mb, peak_memory_mb
from regulars.domain.kernel.period import Instant
from regulars.main import clock

# No provider is asked: an SMS is a line on the server's terminal.
ON_CONSOLE = {"REGULARS_CONSOLE": "sms"}
ROUND_SECONDS, IDLE_ROUNDS, PATIENCE_SECONDS = 1.0, 6, 3_600.0
COUNTED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the campaign came to, and what the tills noticed. Units: seconds, MB."""

    sent: accounts.Sent
    seconds: float
    idle: Sold
    beside: Sold
    facts_behind: int
    memory_mb: float
    peak_mb: float


def prepared(shop: Opened, selling: Selling) -> Prepared:
    """Let the campaign begin beside the tills, and wait until its last message is decided."""
    server = selling.served.server
    rounds: list[tuple[Instant, Sold]] = []

    def sell() -> None:
        rounds.append((clock(), selling.served.sell(ROUND_SECONDS)))

    for _ in range(IDLE_ROUNDS):
        sell()
    memory, behind = memory_mb(server.pids()), selling.facts_behind()
    shop.manager.post(server, f"/api/v1/journeys/{JOURNEY}/resume")
    end = time.monotonic() + PATIENCE_SECONDS
    while not accounts.is_over(selling.watching):
        if time.monotonic() > end:
            raise RuntimeError("the campaign does not come to its end")
        sell()
    sent = accounts.accounted(selling.watching, shop.guests)
    idle, beside = Sold(), Sold()
    for at, sold in rounds:
        if at < sent.begun_at:
            idle.join(sold)
        elif at < sent.ended_at:
            beside.join(sold)
    return Prepared(
        sent=sent,
        seconds=(sent.ended_at - sent.begun_at).total_seconds(),
        idle=idle,
        # Of a few members all may be done within the round in which the campaign began.
        beside=beside if beside.sales else rounds[-1][1],
        facts_behind=behind,
        memory_mb=memory,
        peak_mb=peak_memory_mb(server.pids()),
    )


def told(found: Prepared) -> dict[str, object]:
    """The figures of a campaign."""
    sent, idle, beside = found.sent, found.idle, found.beside
    return {
        "campaign_100k_s": round(found.seconds * COUNTED / sent.messages, 1),
        "campaign_s": round(found.seconds, 1),
        "campaign_entered_s": round((sent.entered_at - sent.begun_at).total_seconds(), 1),
        "campaign_facts_behind": found.facts_behind,
        "campaign_audience": sent.audience,
        "campaign_messages": sent.messages,
        "campaign_suppressed": sent.suppressed,
        "campaign_held_out": sent.held_out,
        "settle_p99_ratio": round(beside.latency_ms(0.99) / idle.latency_ms(0.99), 2),
        "p99_ms_idle": round(idle.latency_ms(0.99), 1),
        "p99_ms_beside": round(beside.latency_ms(0.99), 1),
        "sales_per_s_idle": round(idle.per_second),
        "sales_per_s_beside": round(beside.per_second),
        "memory_mb_before": round(found.memory_mb),
        "peak_memory_mb": round(found.peak_mb),
    }
