"""Terminals: put into stores, bound to the browser that stands on the counter."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.codes import token_hash, token_of
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, command_secret, run, tag_expected
from regulars.http.auth import TERMINAL_COOKIE, asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, Name
from regulars.http.tries import set_cookie
from regulars.storage import stores
from regulars.storage.engine import Read
from regulars.storage.stores import tag_of
from regulars.use_cases.staff import Changed
from regulars.use_cases.terminals import AddTerminal, BindTerminal, ChangeTerminal

router = APIRouter(prefix="/api/v1", tags=["terminals"])

BOUND_DAYS = 365
Letter = Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]


class NewTerminal(Body):
    """A till to put into a store."""

    id: UUID
    store_id: UUID
    letter: Letter
    name: Name


class TerminalChange(Body):
    """A till as it should be."""

    name: Name
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRowView:
    """A till; `revision` goes back in If-Match."""

    id: UUID
    store_id: UUID
    letter: str
    name: str
    bound: bool
    state: str
    revision: str


@router.get("/terminals", operation_id="list_terminals", response_model=list[TerminalRowView])
async def list_terminals(
    request: Request, actor: Annotated[Actor, requires(Permission.STORE_READ)]
) -> Response:
    """The tills of the stores where one works."""

    def views(read: Read) -> list[TerminalRowView]:
        return [
            TerminalRowView(
                id=row.id,
                store_id=row.store_id,
                letter=row.letter,
                name=row.name,
                bound=row.bound_at is not None,
                state=row.state,
                revision=tag_of(row),
            )
            for row in read.all(stores.TERMINALS)
            if actor.scope.holds(row.store_id)
        ]

    return answered(await asked(edge_of(request), views))


@router.post("/terminals", operation_id="add_terminal", response_model=Changed, status_code=201)
async def add_terminal(
    request: Request,
    body: NewTerminal,
    actor: Annotated[Actor, requires(Permission.STORE_WRITE)],
) -> Response:
    """Put a till into a store."""
    return await run(request, AddTerminal(**body.model_dump()), actor, status=201)


@router.patch("/terminals/{terminal_id}", operation_id="change_terminal", response_model=Changed)
async def change_terminal(
    request: Request,
    terminal_id: UUID,
    body: TerminalChange,
    actor: Annotated[Actor, requires(Permission.STORE_WRITE)],
) -> Response:
    """Rename a till, or put it out of use. Needs If-Match."""
    command = ChangeTerminal(id=terminal_id, expected=tag_expected(request), **body.model_dump())
    return await run(request, command, actor)


@router.post("/terminals/{terminal_id}/bind", operation_id="bind_terminal", response_model=Changed)
async def bind_terminal(
    request: Request,
    terminal_id: UUID,
    actor: Annotated[Actor, requires(Permission.TERMINAL_BIND)],
) -> Response:
    """Make this browser that till; the browser that was it before is it no longer."""
    secret = token_of(command_secret(request, actor, "terminal"))
    command = BindTerminal(id=terminal_id, secret_hash=token_hash(secret))
    answer = await run(request, command, actor)
    set_cookie(answer, TERMINAL_COOKIE, secret, days=BOUND_DAYS)
    return answer
