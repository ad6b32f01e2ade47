"""Long reads: two at a time, some wait, and whoever is too many is told to come again."""

import asyncio
from threading import Event, Lock

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.aside import AT_ONCE, ENTERED_MAX, RETRY_AFTER_SECONDS, Aside
from tests.http.web import A1, Web


class Works:
    """Long reads that end when the test says so; the most that ever ran together."""

    def __init__(self) -> None:
        self.may_end = Event()
        self.all_run = Event()
        self.most = 0
        self._running = 0
        self._lock = Lock()

    def __call__(self) -> str:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
            if self._running == AT_ONCE:
                self.all_run.set()
        self.may_end.wait(timeout=30)
        with self._lock:
            self._running -= 1
        return "told"


async def full(aside: Aside, works: Works) -> list[asyncio.Task[str]]:
    """As many long reads as one process takes."""
    tasks = [asyncio.create_task(aside.run(works)) for _ in range(ENTERED_MAX)]
    await asyncio.to_thread(works.all_run.wait, 30)
    return tasks


def test_two_run_at_once_the_others_wait_and_one_too_many_is_refused() -> None:
    aside, works = Aside(), Works()

    async def rush() -> list[str]:
        tasks = await full(aside, works)
        with pytest.raises(Refusal) as refused:
            await aside.run(lambda: "too many")
        assert refused.value.code == "server.overloaded"
        assert refused.value.parameters == {"retry_after_seconds": RETRY_AFTER_SECONDS}
        works.may_end.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(rush()) == ["told"] * ENTERED_MAX
    assert works.most == AT_ONCE


def test_whoever_gives_up_makes_room_when_the_work_is_done() -> None:
    aside, works = Aside(), Works()

    async def given_up() -> str:
        tasks = await full(aside, works)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Those that waited never begin; those that run still do.
        rest = [asyncio.create_task(aside.run(works)) for _ in range(ENTERED_MAX - AT_ONCE)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal):
            await aside.run(works)
        works.may_end.set()
        await asyncio.gather(*rest)
        return await aside.run(lambda: "told")

    assert asyncio.run(given_up()) == "told"


def test_a_report_too_many_is_told_to_come_again_while_the_till_is_answered(web: Web) -> None:
    works = Works()
    aside = web.edge.aside
    wang = web.shop.join("13800138000")
    web.shop.pass_time(days=40)
    accountant = web.browser(web.hire(Role.ACCOUNTANT))
    cashier = web.browser(web.hire(Role.CASHIER, Level.STORE, A1))
    paths = ("liability", "clearing?from=2026-05-04&to=2026-06-01")

    async def busy() -> None:
        tasks = await full(aside, works)
        try:
            await asyncio.to_thread(look)
        finally:
            works.may_end.set()
            await asyncio.gather(*tasks)

    def look() -> None:
        for path in paths:
            refused = accountant.get(f"/api/v1/{path}")
            assert (refused.status, refused.code) == (503, "server.overloaded")
            assert refused.header("retry-after") == str(RETRY_AFTER_SECONDS)
        form = {"from_on": "2026-05-04", "until_on": "2026-06-01"}
        assert accountant.send("POST", "/api/v1/clearing", form).code == "server.overloaded"
        assert cashier.get(f"/api/v1/members/{wang}").status == 200

    asyncio.run(busy())
    assert [accountant.get(f"/api/v1/{path}").status for path in paths] == [200, 200]
