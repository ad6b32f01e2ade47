"""An upgrade that dies by SIGKILL before its n-th statement: a program of its own.

python -m tests.faults.upgrade_killed URL ROLE 17     # prints how many there were, if it lives
"""

import os
import signal
import sys
from itertools import count

from sqlalchemy import event
from sqlalchemy.engine import Engine

from regulars.storage.migrate import upgrade


def main(url: str, role: str, dies_at: int) -> None:
    """Upgrade, and die on the way; 0 never dies."""
    numbers = count(1)
    seen = [0]

    def before(*_: object) -> None:
        seen[0] = next(numbers)
        if seen[0] == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    upgrade(url, app_role=role or None)
    print(seen[0])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
