"""The express lane: the routes that a till waits for, without what they do not need.

FastAPI solves the parameters of any signature; `POST /sales` has one body and one actor. For routes
of that shape the lane does the same three steps directly (who calls, what was sent, the endpoint)
and saves 0.1 ms of each sale. The routes themselves stay as they are declared: policy, body and
endpoint are read from them, so there is no second list (docs/decisions/0022-an-express-lane.md).
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import get_type_hints

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from regulars.domain.kernel.refusal import Refusal
from regulars.http.faults import answer_of, invalid
from regulars.http.guard import SAFE_METHODS
from regulars.http.policy import Need, policies_of
from regulars.http.problem import problem

Endpoint = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Express:
    """One route of the shape (request, one body, one actor)."""

    app: FastAPI
    route: APIRoute
    endpoint: Endpoint
    need: Need
    form: type[BaseModel]
    names: tuple[str, str, str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["app"] = self.app
        scope["route"] = self.route
        scope["path_params"] = {}
        request = Request(scope, receive, send)
        try:
            answer = await self._answer(request)
        except Refusal as refusal:
            answer = problem(request, refusal)
        except ValidationError as error:
            answer = invalid(
                request,
                [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)],
            )
        except HTTPException as error:
            answer = answer_of(request, error)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        actor = await self.need(request)
        form = self.form.model_validate_json(await request.body())
        request_name, form_name, actor_name = self.names
        return await self.endpoint(**{request_name: request, form_name: form, actor_name: actor})


def express_of(app: FastAPI, route: APIRoute) -> Express | None:
    """The express lane of a route, if it has the shape for it."""
    needs = [one for one in policies_of(route.dependant) if isinstance(one, Need)]
    dependant = route.dependant
    bodies = dependant.body_params
    others = (*dependant.query_params, *dependant.header_params, *dependant.cookie_params)
    plain = "{" not in route.path and len(bodies) == 1 and len(needs) == 1 and not others
    if not plain or not inspect.iscoroutinefunction(route.endpoint):
        return None
    form = get_type_hints(route.endpoint).get(bodies[0].name)
    actors = [one.name for one in dependant.dependencies if isinstance(one.call, Need) and one.name]
    names = (dependant.request_param_name, bodies[0].name, actors[0] if actors else None)
    if not (isinstance(form, type) and issubclass(form, BaseModel)):
        return None
    if set(inspect.signature(route.endpoint).parameters) != set(names):
        return None
    request_name, form_name, actor_name = names
    if request_name is None or actor_name is None:
        return None
    return Express(
        app=app,
        route=route,
        endpoint=route.endpoint,
        need=needs[0],
        form=form,
        names=(request_name, form_name, actor_name),
    )


def express_lanes(app: FastAPI) -> Mapping[tuple[str, str], Express]:
    """The routes of the lane, by method and path."""
    found: dict[tuple[str, str], Express] = {}
    for route in app.routes:
        if not isinstance(route, APIRoute):
            continue
        lane = express_of(app, route)
        for method in route.methods or ():
            if lane is not None and method not in SAFE_METHODS:
                found[method, route.path] = lane
    return found
