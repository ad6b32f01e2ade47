"""All routes, each with its policy, behind one guard.

A new feature adds its router to `ROUTERS`; a route that names no policy keeps the server from
starting.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from regulars import __version__
from regulars.domain.kernel.money import SCALES
from regulars.http import (
    api_keys,
    audit,
    backtests,
    bulk_actions,
    campaigns,
    catalog,
    chain,
    channels,
    check_ins,
    clearing,
    clicks,
    consents,
    coupon_batches,
    coupon_types,
    coupons,
    docs,
    draws,
    events,
    faults,
    groups,
    health,
    holds,
    insights,
    journey_runs,
    journey_simulations,
    journeys,
    liability,
    mall,
    measurements,
    member_imports,
    member_lists,
    member_tags,
    members,
    menu,
    merges,
    message_templates,
    messages,
    offers,
    orders,
    pages,
    passes,
    points,
    preferences,
    programmes,
    quotes,
    recommendations,
    referrals,
    refunds,
    reports,
    saved_views,
    segments,
    sessions,
    set_checks,
    shelf,
    staff,
    statements,
    stores,
    subject_requests,
    survey_pages,
    surveys,
    tasks,
    terminals,
    terms,
    tiers,
    timeline,
    value,
    value_holds,
    value_moves,
    value_refunds,
    verify_status,
    waiting,
    wallet,
)
from regulars.http.edge import Edge
from regulars.http.express import express_lanes
from regulars.http.guard import SAFE_METHODS, Guard, Log
from regulars.http.hashing import Hashing
from regulars.http.health import Trial
from regulars.http.listeners import Listeners
from regulars.http.menu import Menus
from regulars.http.pages import OFFICE_FOLDER, TILL_FOLDER, Face
from regulars.http.policy import AnySignIn, BoundTerminal, Need, check_policies, policy_of
from regulars.http.schema_names import named_shortly
from regulars.http.stopping import before_stopping
from regulars.storage.stores import ORGANISATION
from regulars.use_cases.backtest_runs import BacktestRuns
from regulars.use_cases.recommending import Popularities

# The busiest first: a request walks this list.
ROUTERS: tuple[APIRouter, ...] = (
    quotes.router,
    orders.router,
    holds.router,
    refunds.router,
    member_imports.router,
    member_lists.router,
    members.router,
    merges.router,
    subject_requests.router,
    statements.router,
    timeline.router,
    member_tags.router,
    bulk_actions.router,
    tiers.router,
    health.router,
    menu.router,
    sessions.router,
    events.router,
    value.router,
    value_holds.router,
    value_refunds.router,
    value_moves.router,
    points.router,
    coupons.router,
    wallet.router,
    coupon_batches.router,
    offers.router,
    coupon_types.router,
    saved_views.router,
    segments.router,
    programmes.router,
    check_ins.router,
    tasks.router,
    draws.router,
    mall.router,
    referrals.router,
    groups.router,
    passes.router,
    insights.router,
    recommendations.router,
    surveys.router,
    waiting.router,
    journeys.router,
    journey_runs.router,
    journey_simulations.router,
    campaigns.router,
    shelf.router,
    backtests.router,
    set_checks.router,
    consents.router,
    channels.router,
    messages.router,
    message_templates.router,
    preferences.router,
    clicks.router,
    stores.router,
    terminals.router,
    staff.router,
    api_keys.router,
    terms.router,
    catalog.router,
    audit.router,
    reports.router,
    liability.router,
    measurements.router,
    clearing.router,
    chain.router,
    verify_status.router,
    docs.router,
    survey_pages.router,
    pages.router,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def routes(*, lifespan: Lifespan | None = None) -> FastAPI:
    """Every route, without a shop behind it: what openapi.json is made from."""
    app = FastAPI(
        title="Regulars 熟客",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    faults.install(app)
    check_policies(app)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    return app


class Work(Protocol):
    """What this process does by itself while it serves."""

    def start(self) -> None:
        """Begin."""

    def close(self) -> None:
        """Finish the step that runs, and begin no other."""


def create_app(
    edge: Edge, *, log: Log, on_close: Callable[[], None], work: Work | None = None
) -> Guard:
    """The whole web edge of an opened shop; `on_close` runs once, after the last answer.

    `work` are the shop's own jobs, where this process does them.
    """

    runs = BacktestRuns(
        edge.database,
        edge.shops,
        clock=edge.clock,
        failed=lambda error: log.error("backtest_failed", error=error),
    )
    listeners = Listeners(edge, log=log)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        with before_stopping(lambda: loop.call_soon_threadsafe(listeners.close)):
            if work is not None:
                work.start()
            yield
        listeners.close()
        if work is not None:
            await asyncio.to_thread(work.close)
        await asyncio.to_thread(runs.close)
        on_close()

    app = routes(lifespan=lifespan)
    app.state.edge = edge
    app.state.trial = Trial()
    app.state.hashing = Hashing()
    app.state.menus = Menus()
    app.state.popular = Popularities()
    app.state.backtests = runs
    app.state.listeners = listeners
    app.state.till = Face.of(edge.facing.till_folder or TILL_FOLDER)
    app.state.office = Face.of(edge.facing.office_folder or OFFICE_FOLDER)
    with edge.database.read() as read:
        organisation = read.one(ORGANISATION)
    return Guard(
        app,
        express=express_lanes(app),
        facing=edge.facing,
        log=log,
        entropy=edge.entropy,
        currency_scale=SCALES.get(organisation.currency, 2) if organisation else 2,
    )


IDEMPOTENCY_KEY: Mapping[str, object] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The client's own id of this write; a retry carries the same one.",
    "schema": {"type": "string", "format": "uuid"},
}


def _policy_words(route: APIRoute) -> str:
    policy = policy_of(route)
    if isinstance(policy, Need):
        return policy.permission.value
    if isinstance(policy, AnySignIn):
        return "signed in"
    return "bound terminal" if isinstance(policy, BoundTerminal) else "public"


def openapi_of(app: FastAPI) -> dict[str, object]:
    """OpenAPI 3.1 of all routes, with each one's policy and the headers that all writes share."""
    document = named_shortly(get_openapi(title=app.title, version=app.version, routes=app.routes))
    paths = document["paths"]
    assert isinstance(paths, dict)
    for route in app.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = paths[route.path_format][method.lower()]
            operation["x-policy"] = _policy_words(route)
            if method not in SAFE_METHODS and not operation.pop("x-asks", False):
                operation.setdefault("parameters", []).append(dict(IDEMPOTENCY_KEY))
    return document
