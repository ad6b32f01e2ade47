"""Figures of several rounds, and what must be said beside them."""

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Sold:
    """What the rounds of one kind came to. Units: seconds."""

    sales: int = 0
    seconds: float = 0.0
    server_cpu: float = 0.0
    database_cpu: float = 0.0
    client_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)

    def add(self, count: int, seconds: float) -> None:
        """One more round."""
        self.sales += count
        self.seconds += seconds
        self.rounds.append(round(count / seconds))

    def join(self, other: "Sold") -> None:
        """Another's rounds too."""
        self.sales += other.sales
        self.seconds += other.seconds
        self.server_cpu += other.server_cpu
        self.database_cpu += other.database_cpu
        self.client_cpu += other.client_cpu
        self.latencies += other.latencies
        self.rounds += other.rounds

    @property
    def per_second(self) -> float:
        """Sales a second."""
        return self.sales / self.seconds

    @property
    def cpu(self) -> float:
        """All CPU that one sale took, whoever used it. Units: milliseconds."""
        return self.cpu_ms(self.server_cpu + self.database_cpu + self.client_cpu)

    def cpu_ms(self, seconds: float) -> float:
        """Seconds of CPU as milliseconds of one sale."""
        return 1_000 * seconds / self.sales

    def latency_ms(self, share: float) -> float:
        """The latency that this share of the sales stayed under."""
        ordered = sorted(self.latencies)
        return 1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Where the figures were taken, and what else ran there."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{os.cpu_count()} x {model}, {platform.system()}, Python {python}, load {load:.1f}"
