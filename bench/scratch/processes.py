"""What processes cost: their CPU and memory, as the kernel counts them."""

import os
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    for listed in (_PROC / str(pid) / "task").glob("*/children"):
        for child in _read(listed).split():
            yield from family(int(child))


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU that these processes used since they began, with that of their children that ended."""
    total = 0
    for pid in pids:
        _, _, rest = _read(_PROC / str(pid) / "stat").rpartition(")")
        fields = rest.split()
        # utime, stime, cutime and cstime: fields 14 to 17 of the line.
        total += sum(map(int, fields[11:15]))
    return total / _TICKS


def memory_mb(pids: Iterable[int]) -> float:
    """Resident memory of these processes together; what they share is counted in each."""
    total = 0
    for pid in pids:
        for line in _read(_PROC / str(pid) / "status").splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total / 1_024


def peak_memory_mb(pids: Iterable[int]) -> float:
    """The most resident memory that one of these processes ever had."""
    most = 0
    for pid in pids:
        for line in _read(_PROC / str(pid) / "status").splitlines():
            if line.startswith("VmHWM:"):
                most = max(most, int(line.split()[1]))
    return most / 1_024


def pid_of_cluster(port: int) -> int:
    """The first process of the PostgreSQL server that listens there."""
    for folder in _PROC.glob("[0-9]*"):
        words = _read(folder / "cmdline").split("\0")
        if words[0].endswith("postgres") and ("-p", str(port)) in pairwise(words):
            return int(folder.name)
    raise LookupError(f"no PostgreSQL listens on {port}")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
