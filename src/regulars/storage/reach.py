"""Waiting for a database server that is not there yet.

After a power cut the box of the till is up before PostgreSQL has read its log again.
"""

from collections.abc import Callable
from time import monotonic, sleep

from regulars.storage.engine import POSTGRES_SCHEMES
from regulars.storage.troubles import STORAGE_UNAVAILABLE

PATIENCE_SECONDS = 60.0
STEP_SECONDS = 0.25
ANSWER_SECONDS = 5


def wait_until_reachable(
    url: str, *, waiting: Callable[[str], object], seconds: float = PATIENCE_SECONDS
) -> None:
    """Answer as soon as the database lets somebody in; a file always does.

    `waiting` hears once, with the server's own reason, that there is something to wait for.
    Refuses: server.storage_unavailable after so many seconds.
    """
    if not url.startswith(POSTGRES_SCHEMES):
        return
    import psycopg  # noqa: PLC0415

    end = monotonic() + seconds
    told = False
    while True:
        try:
            psycopg.connect(url, connect_timeout=ANSWER_SECONDS).close()
        except psycopg.OperationalError as error:
            if not told:
                waiting(str(error).strip())
                told = True
            if monotonic() >= end:
                raise STORAGE_UNAVAILABLE.because() from None
            sleep(STEP_SECONDS)
        else:
            return
