"""Hearing that the server is told to stop before it waits for its open answers.

The web server lets every answer end before it tells the app that it stops. An answer that goes on for
hours would hold it until it is killed, so those that do end as soon as the signal comes.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def before_stopping(end: Callable[[], object]) -> Iterator[None]:
    """Call `end` when a signal to stop comes, and then whoever listened for it before.

    It is called between two instructions of the main thread, so it does little. Elsewhere than in the
    main thread there are no signals, and nothing is done.
    """
    if current_thread() is not main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    # Where nobody listens the signal ends the process at once, and nothing waits for answers.
    heard = {number: listener for number, listener in before.items() if callable(listener)}

    def stop(number: int, frame: FrameType | None) -> None:
        end()
        listener = heard[signal.Signals(number)]
        listener(number, frame)

    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, listener in heard.items():
            signal.signal(number, listener)
