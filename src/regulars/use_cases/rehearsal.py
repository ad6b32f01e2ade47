"""A dry run: commands run for real, and are undone before they are kept.

An import with --dry-run meets every check that the import itself will meet, in the database as it
is, and leaves nothing behind.
"""

from collections.abc import Sequence

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.constraints import refusal_of
from regulars.storage.engine import Database, Lane, Write
from regulars.use_cases.moment import Moment
from regulars.use_cases.registry import use_case_of

Outcome = Refusal | None


class _Undone(Exception):
    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


def rehearse(
    database: Database, commands: Sequence[object], moments: Sequence[Moment]
) -> list[Outcome]:
    """What each command would have met, run one after the other in one undone transaction.

    None: it would have gone through.
    """

    def run_all(tx: Write) -> None:
        outcomes: list[Outcome] = []
        for command, moment in zip(commands, moments, strict=True):
            outcomes.append(_outcome(tx, command, moment))
        raise _Undone(outcomes)

    try:
        database.write(run_all, lane=Lane.JOB).result()
    except _Undone as undone:
        return undone.outcomes
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        return [refusal] * len(commands)
    raise AssertionError("a rehearsal is always undone")


def _outcome(tx: Write, command: object, moment: Moment) -> Outcome:
    try:
        use_case_of(command).run(tx, command, moment)
        tx.flush()
    except Refusal as refusal:
        return refusal
    return None
