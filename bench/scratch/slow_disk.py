"""A server whose every commit takes longer, as on a slower disk: `BENCH_FLUSH_SECONDS`.

Only the bench starts it; `regulars serve` knows no such thing.
"""

import os

from regulars.cli.serve import serve
from regulars.http.guard import Guard
from regulars.main import build, opened
from regulars.settings import Settings


def app() -> Guard:
    """The web edge of one server process."""
    settings = Settings.read(os.environ)
    seconds = float(os.environ["BENCH_FLUSH_SECONDS"])
    return opened(build(settings, flush_delay_seconds=seconds), settings)


if __name__ == "__main__":
    serve(Settings.read(os.environ), {}, target="bench.scratch.slow_disk:app")
