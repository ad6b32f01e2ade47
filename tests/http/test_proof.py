"""The chain, proofs of the books and the shop's own jobs over HTTP."""

import asyncio
from datetime import timedelta

from pydantic import TypeAdapter
from starlette.types import Message

from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.app import create_app
from regulars.http.chain import AnchorView, HeadView
from regulars.http.verify_status import (
    JobsView,
    VerifyFound,
    VerifyRunView,
    VerifyStatus,
)
from regulars.jobs.job import Workshop
from regulars.jobs.nightly import runs_of
from regulars.jobs.plan import JOBS
from regulars.jobs.work import Work
from regulars.storage.jobs import lease_of
from regulars.use_cases.chaining import anchor_day, append_fresh
from tests.answers import part
from tests.http.web import A1, Client, Web

API = "/api/v1"


def accountant_of(web: Web) -> Client:
    return web.browser(web.hire(Role.ACCOUNTANT))


def workshop_of(web: Web) -> Workshop:
    return Workshop(
        database=web.shop.database,
        shops=web.shop.shops,
        runner=web.shop.runner,
        clock=web.edge.clock,
        entropy=web.edge.entropy,
        log=web.log,
    )


def test_the_accountant_proves_the_books(web: Web) -> None:
    accountant = accountant_of(web)
    assert accountant.get(f"{API}/verify/status").json() == {
        "differ": None,
        "last": None,
        "running": None,
    }
    body = {"id": str(web.shop.new_id())}
    started = accountant.send("POST", f"{API}/verify/runs", body)
    assert (started.status, started.json()["state"]) == (202, "queued")
    again = accountant.send("POST", f"{API}/verify/runs", {"id": str(web.shop.new_id())})
    assert (again.status, again.code) == (409, "verify.under_way")
    runs_of(workshop_of(web)).run_next()

    found = accountant.get(f"{API}/verify/runs/{body['id']}")
    TypeAdapter(VerifyFound).validate_json(found.body)
    assert (found.json()["state"], found.json()["differences"]) == ("done", 0)
    listed = accountant.get(f"{API}/verify/runs")
    names = {row["asked_by_name"] for row in listed.rows()}
    assert len(names) == 1
    assert names != {None}
    TypeAdapter(list[VerifyRunView]).validate_json(listed.body)
    assert [row["id"] for row in listed.rows()] == [body["id"]]
    status = accountant.get(f"{API}/verify/status")
    TypeAdapter(VerifyStatus).validate_json(status.body)
    assert status.json()["differ"] is False
    assert part(status.json(), "last")["id"] == body["id"]


def test_a_proof_of_all_books_is_for_who_looks_after_all_of_them(till: Web) -> None:
    clerk = till.browser(till.hire(Role.ACCOUNTANT, Level.STORE, A1))
    body = {"id": str(till.shop.new_id())}
    assert clerk.send("POST", f"{API}/verify/runs", body).code == "scope.outside"
    assert clerk.get(f"{API}/verify/runs").code == "scope.outside"
    assert clerk.get(f"{API}/verify/status").status == 200
    unknown = accountant_of(till).get(f"{API}/verify/runs/{till.shop.new_id()}")
    assert (unknown.status, unknown.code) == (404, "verify.unknown")


def test_the_end_of_the_chain_is_there_to_be_printed(web: Web) -> None:
    accountant = accountant_of(web)
    head = accountant.get(f"{API}/chain/head")
    TypeAdapter(HeadView).validate_json(head.body)
    assert head.json()["head"] == "0:" + "0" * 64
    web.shop.join("13800138000")
    append_fresh(web.shop.database, web.shop.now)
    anchor_day(web.shop.database, _today(web), web.shop.now)
    head = accountant.get(f"{API}/chain/head")
    TypeAdapter(HeadView).validate_json(head.body)
    assert head.json()["number"] == 1
    anchors = accountant.get(f"{API}/chain/anchors")
    TypeAdapter(list[AnchorView]).validate_json(anchors.body)
    assert [row["head"] for row in anchors.rows()] == [head.json()["head"]]


def test_how_the_jobs_are_is_shown(web: Web) -> None:
    accountant = accountant_of(web)
    nobody = accountant.get(f"{API}/jobs").json()
    assert (nobody["holder"], nobody["alive"], nobody["jobs"]) == (None, False, [])
    work = Work.of(workshop_of(web), holder="server-1", verify_hour=4)
    for _ in range(3):
        _rounds(work)
        web.shop.pass_time(seconds=11)
    _rounds(work)
    shown = accountant.get(f"{API}/jobs")
    view = TypeAdapter(JobsView).validate_json(shown.body)
    assert (view.holder, view.alive) == ("server-1", True)
    names = [job.name for job in view.jobs]
    assert len(names) == len(set(names))
    assert set(names) >= {job.name for job in JOBS}
    chain = next(job for job in view.jobs if job.name == "chain")
    assert chain.steps > 0
    assert chain.failures == 0
    assert {day.name for day in view.days} >= {"anchor", "verify_nightly"}
    work.close()
    web.shop.now = Instant(web.shop.now + timedelta(minutes=1))
    assert accountant.get(f"{API}/jobs").json()["alive"] is False


def test_the_server_works_while_it_serves_and_stops_cleanly(web: Web) -> None:
    closed: list[str] = []
    work = Work.of(workshop_of(web), holder="server-1", verify_hour=4)
    guard = create_app(web.edge, log=web.log, on_close=lambda: closed.append("shop"), work=work)

    async def serve() -> None:
        told: asyncio.Queue[Message] = asyncio.Queue()
        said: asyncio.Queue[Message] = asyncio.Queue()
        life = asyncio.create_task(guard({"type": "lifespan"}, told.get, said.put))
        await told.put({"type": "lifespan.startup"})
        assert (await said.get())["type"] == "lifespan.startup.complete"
        while not await asyncio.to_thread(_held, web):
            await asyncio.sleep(0.01)
        assert closed == []
        await told.put({"type": "lifespan.shutdown"})
        assert (await said.get())["type"] == "lifespan.shutdown.complete"
        await life

    asyncio.run(serve())
    assert closed == ["shop"]
    with web.shop.database.read() as read:
        lease = lease_of(read)
    assert lease is not None
    assert lease.until_at <= web.shop.now


def test_two_servers_share_the_jobs_and_one_that_dies_is_told_of(web: Web) -> None:
    follower, leader = (
        Work.of(workshop_of(web), holder=name, verify_hour=4) for name in ("server-1", "server-2")
    )
    for _ in range(2):
        follower.loops[0].round()
        leader.loops[1].round()
        web.shop.pass_time(seconds=11)
    accountant = accountant_of(web)
    view = TypeAdapter(JobsView).validate_json(accountant.get(f"{API}/jobs").body)
    assert (view.holder, view.alive) == ("server-1", True)
    holders = {job.name: job.holder for job in view.jobs}
    assert (holders["segments"], holders["journey_calendar"]) == ("server-1", "server-2")
    web.shop.pass_time(seconds=25)
    follower.loops[0].round()
    assert accountant.get(f"{API}/jobs").json()["alive"] is False
    for work in (follower, leader):
        work.close()


def _rounds(work: Work) -> None:
    for loop in work.loops:
        loop.round()


def _held(web: Web) -> bool:
    with web.shop.database.read() as read:
        return lease_of(read) is not None


def _today(web: Web) -> BusinessDay:
    return BusinessDay(web.shop.now.date())
