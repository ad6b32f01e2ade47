"""The words on a member, set whole. They are shown on her card."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import run
from regulars.http.policy import requires
from regulars.http.schemas import Body
from regulars.use_cases.member_tags import MemberTags, SetMemberTags

router = APIRouter(prefix="/api/v1", tags=["members"])

Writing = Annotated[Actor, requires(Permission.MEMBER_WRITE)]
Tag = Annotated[str, Field(max_length=200)]


class TagsForm(Body):
    """All words that shall stand on a member."""

    tags: Annotated[list[Tag], Field(max_length=200)]


@router.put("/members/{member_id}/tags", operation_id="set_member_tags", response_model=MemberTags)
async def set_member_tags(
    request: Request, member_id: UUID, form: TagsForm, actor: Writing
) -> Response:
    """Put exactly these words on a member."""
    return await run(request, SetMemberTags(member_id=member_id, tags=tuple(form.tags)), actor)
