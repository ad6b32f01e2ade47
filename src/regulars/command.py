"""The command `regulars`, and the door that the web server opens in each of its processes.

    regulars verify

Nothing is imported before it is needed: the composition root brings every route with it, which is
seconds of work that proving the books or letting a cashier in does without.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from regulars.domain.kernel.refusal import Refusal
from regulars.http.problem import tell
from regulars.settings import Settings
from regulars.storage.constraints import refusal_of

if TYPE_CHECKING:
    from regulars.cli.demo_shop.serving import Premises
    from regulars.domain.pricing.search.milp import MilpEngine
    from regulars.http.guard import Guard
    from regulars.jobs.led import Led
    from regulars.jobs.work import Work


def main(argv: Sequence[str] | None = None) -> int:
    """The command `regulars`. 2 when it was refused, with the reason in both languages."""
    # The processes of the web server need none of the commands: 25 MB less in each.
    from regulars import cli  # noqa: PLC0415

    args = cli.read(argv)
    environment = {**os.environ, **cli.environment_of(args)}
    try:
        settings = Settings.read(environment)
        args.settings, args.environment = settings, environment
        args.home, args.database = settings.home, settings.database
        args.database_owner, args.master_key = settings.database_owner, settings.master_key
        args.tell, args.document, args.hiring = tell, document, hired
        args.engine, args.work = lambda: engine_of(settings), lambda: working(settings)
        outcome: int = args.run(args)
    except Exception as error:
        refusal = error if isinstance(error, Refusal) else refusal_of(error)
        if refusal is None:
            raise
        sys.stderr.write(f"{tell(refusal, 'zh-CN')}\n{tell(refusal, 'en')}\n")
        return 2
    return outcome


def document() -> Mapping[str, object]:
    """The description of the whole API."""
    from regulars.http.app import openapi_of, routes  # noqa: PLC0415

    return openapi_of(routes())


def engine_of(settings: Settings) -> "MilpEngine | None":
    """The engine for the hard tail of the best bill, as the settings name it."""
    from regulars import main as root  # noqa: PLC0415

    return root.engine_of(settings.solver)


def working(settings: Settings) -> "AbstractContextManager[Work]":
    """An opened shop whose own jobs this process does."""
    from regulars import main as root  # noqa: PLC0415

    return root.working(settings)


def hired(premises: "Premises", *, seed: int) -> "Led":
    """The jobs of marketing by another clock than ours."""
    from regulars import main as root  # noqa: PLC0415

    return root.hired(premises, seed=seed)


def app() -> "Guard":
    """The web edge of one server process."""
    # All that is made here stays: looking through it again and again for what may go costs a
    # quarter of the start.
    gc.disable()
    try:
        from regulars import main as root  # noqa: PLC0415

        return root.app()
    finally:
        gc.enable()
