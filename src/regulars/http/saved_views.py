"""Views of a list that somebody keeps, for herself or for all who see that list."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import saved_views
from regulars.storage.engine import Read
from regulars.use_cases.saved_views import DropView, ListName, SaveView, ViewSaved

router = APIRouter(prefix="/api/v1", tags=["views"])
Seeing = Annotated[Actor, requires(Permission.SEGMENT_READ)]
Asked = Annotated[
    dict[
        Annotated[str, Field(max_length=60)],
        Annotated[str, Field(max_length=1_000)] | int | bool | list[str] | None,
    ],
    Field(max_length=40),
]


class ViewForm(Body):
    """A name, what the list is asked, and whether others see it too."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    filter: Asked
    shared: Annotated[bool, Field(strict=True)]


class ViewSeen(Answer):
    """A kept view; `yours` says that the caller may change it."""

    id: UUID
    name: str
    filter: Asked
    shared: bool
    yours: bool
    revision: int
    saved_at: AwareDatetime


class Views(Answer):
    """The views of a list that the caller sees, by name."""

    views: list[ViewSeen]


@router.get("/views/members", operation_id="list_member_views", response_model=Views)
async def list_member_views(request: Request, actor: Seeing) -> Response:
    """The views of the members that the caller keeps, and those that are shared."""
    edge = edge_of(request)

    def found(read: Read) -> dict[str, object]:
        rows = read.all(saved_views.SEEN_BY, list_name=ListName.MEMBERS.value, owner=actor.name)
        return {
            "views": [
                {
                    "id": row.id,
                    "name": row.name,
                    "filter": row.filter,
                    "shared": row.shared,
                    "yours": row.owner == actor.name,
                    "revision": row.revision,
                    "saved_at": row.saved_at,
                }
                for row in rows
            ]
        }

    return answered(await asked(edge, found))


@router.put("/views/members/{view_id}", operation_id="save_member_view", response_model=ViewSaved)
async def save_member_view(
    request: Request, view_id: UUID, form: ViewForm, actor: Seeing
) -> Response:
    """Keep a view of the members; If-Match 0 is a new one."""
    command = SaveView(
        id=view_id,
        list_name=ListName.MEMBERS,
        name=form.name,
        filter=form.filter,
        shared=form.shared,
        revision=revision_expected(request),
    )
    return await run(request, command, actor)


@router.delete("/views/{view_id}", operation_id="drop_view", response_model=ViewSaved)
async def drop_view(request: Request, view_id: UUID, actor: Seeing) -> Response:
    """Keep a view no longer."""
    return await run(request, DropView(id=view_id), actor)
