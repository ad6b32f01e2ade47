"""An upgrade that dies by SIGKILL before its n-th statement: a program of its own.

python -m tests.faults.upgrade_killed URL ROLE 17         # prints how many there were, if it lives
python -m tests.faults.upgrade_killed URL ROLE careless   # commits a migration without its number
"""

import os
import signal
import sys
from itertools import count

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPICursor

from regulars.storage.migrate import upgrade

CARELESS = "careless"
NUMBERED = "UPDATE alembic_version"


def main(url: str, role: str, dies: str) -> None:
    """Upgrade, and die on the way; before statement 0 means never."""
    numbers = count(1)
    seen = [0]

    def before(_: object, cursor: DBAPICursor, statement: str, *__: object) -> None:
        seen[0] = next(numbers)
        if dies == CARELESS and statement.startswith(NUMBERED):
            cursor.connection.commit()
            os.kill(os.getpid(), signal.SIGKILL)
        if dies == str(seen[0]):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    upgrade(url, app_role=role or None)
    print(seen[0])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
