"""Who may call a route: each declares one policy, or the server does not start.

    @router.get("/orders/{order_id}", operation_id="get_order")
    def get_order(order_id: UUID, actor: Annotated[Actor, requires(Permission.ORDER_READ)]): ...

A route names a permission through `requires`, or says aloud that it needs none: `PUBLIC` (anybody),
`TERMINAL` (a bound till's cookie), `SIGNED_IN` (any log-in). A `store_id` in the path is held
against the actor's scope here; ids in bodies are held against it by the use case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute

from regulars.domain.kernel.ids import parse_id
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http import auth


@dataclass(frozen=True, slots=True)
class Need:
    """The caller is signed in and has this right; yields the Actor, narrowed to where it holds."""

    permission: Permission

    async def __call__(self, request: Request) -> Actor:
        """Refuses: session.missing, permission.missing, scope.outside."""
        actor = (await auth.signed_in(request)).actor(self.permission)
        request.scope["regulars.actor"] = actor.name
        store = request.path_params.get("store_id")
        if store is not None:
            actor.scope.check(parse_id(store, field="store_id"))
        return actor


@dataclass(frozen=True, slots=True)
class AnySignIn:
    """The caller is signed in; yields the sign-in."""

    async def __call__(self, request: Request) -> auth.SignedIn:
        """Refuses: session.missing."""
        signed_in = await auth.signed_in(request)
        request.scope["regulars.actor"] = signed_in.name
        return signed_in


@dataclass(frozen=True, slots=True)
class BoundTerminal:
    """The caller is a bound till, with or without a person; yields the terminal."""

    async def __call__(self, request: Request) -> auth.BoundTill:
        """Refuses: terminal.not_bound."""
        till = await auth.bound_till(request)
        request.scope["regulars.actor"] = f"terminal:{till.terminal_id}"
        return till


@dataclass(frozen=True, slots=True)
class Open:
    """Anybody may call."""

    async def __call__(self) -> None:
        """Nothing to check."""


Policy = Need | AnySignIn | BoundTerminal | Open

PUBLIC: Dependency = Depends(Open())
TERMINAL: Dependency = Depends(BoundTerminal())
SIGNED_IN: Dependency = Depends(AnySignIn())


def requires(permission: Permission) -> Dependency:
    """The policy that a route needs one right; as a parameter's annotation it yields the Actor."""
    dependency: Dependency = Depends(Need(permission))
    return dependency


Seller = Annotated[Actor, requires(Permission.ORDER_SELL)]


class PolicyMissingError(RuntimeError):
    """A route that says nothing about who may call it."""


def policies_of(dependant: Dependant) -> Iterator[Policy]:
    """Every policy that a route declares."""
    for inner in dependant.dependencies:
        if isinstance(inner.call, Policy):
            yield inner.call
        yield from policies_of(inner)


def policy_of(route: BaseRoute) -> Policy:
    """The one policy of a route. Raises PolicyMissingError for none, or for two different ones."""
    declared = set(policies_of(route.dependant)) if isinstance(route, APIRoute) else set()
    if len(declared) != 1:
        name = getattr(route, "path", repr(route))
        raise PolicyMissingError(f"{name} declares {len(declared)} policies instead of one")
    return declared.pop()


def check_policies(app: FastAPI) -> int:
    """How many routes were checked; refuses to start over one without a policy."""
    routes = list(app.routes)
    for route in routes:
        policy_of(route)
    return len(routes)
