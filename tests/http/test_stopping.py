"""A server that is told to stop does so at once, however many pages listen."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic
from types import FrameType

import httpx

from regulars.http.stopping import before_stopping
from tests.browser.running import CODE, OWNER, PASSWORD, filled, served

STOPPED_WITHIN_SECONDS = 8.0


@contextmanager
def listened_by(calls: list[str]) -> Iterator[None]:
    """Somebody else's ear for SIGTERM, as the web server has."""

    def heard(number: int, _: FrameType | None) -> None:
        calls.append(signal.Signals(number).name)

    before = signal.signal(signal.SIGTERM, heard)
    try:
        yield
        assert signal.getsignal(signal.SIGTERM) is heard
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_signal_is_heard_first_and_then_by_who_listened_before() -> None:
    calls: list[str] = []
    with listened_by(calls):
        with before_stopping(lambda: calls.append("ended")):
            signal.raise_signal(signal.SIGTERM)
        assert calls == ["ended", "SIGTERM"]
        signal.raise_signal(signal.SIGTERM)
        assert calls == ["ended", "SIGTERM", "SIGTERM"]


def test_outside_the_main_thread_no_signal_is_touched() -> None:
    calls: list[str] = []
    with listened_by(calls):
        before = signal.getsignal(signal.SIGTERM)

        def elsewhere() -> None:
            with before_stopping(lambda: calls.append("ended")):
                assert signal.getsignal(signal.SIGTERM) is before

        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert calls == []


def test_the_server_stops_while_pages_listen(tmp_path: Path) -> None:
    file = filled(tmp_path / "home", prepare=lambda shop: shop, terms=None)
    with ExitStack() as pages:
        with served(file) as shop:
            client = pages.enter_context(httpx.Client(base_url=shop.url, timeout=30))
            form = {"login": OWNER, "code": CODE, "password": PASSWORD}
            answer = client.post("/api/v1/session/first", json=form)
            assert answer.status_code == 200, answer.text
            # The cookie is for HTTPS alone; a browser makes an exception for its own machine.
            cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
            open_streams = [
                pages.enter_context(client.stream("GET", "/api/v1/events", headers=cookie))
                for _ in range(2)
            ]
            lines = [stream.iter_lines() for stream in open_streams]
            assert [next(line) for line in lines] == ["retry: 3000", "retry: 3000"]
            begun = monotonic()
        assert monotonic() - begun < STOPPED_WITHIN_SECONDS
        # Each ended as an answer does: one that is cut off in the middle is a fault to its reader.
        assert all("event: listening" in list(line) for line in lines)
