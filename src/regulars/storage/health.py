"""One small write that shows whether the disk still takes a sale."""

from sqlalchemy.dialects.postgresql import insert

from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables import system

_NAME = "health"
BEAT: Statement[object] = Statement(
    insert(system.revision)
    .values(name=_NAME, number=1)
    .on_conflict_do_update(
        index_elements=[system.revision.c.name], set_={"number": system.revision.c.number + 1}
    )
)


def beat(tx: Write) -> None:
    """Write a row and commit it."""
    tx.run(BEAT)
