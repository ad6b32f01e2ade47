"""Two records of one person: found, looked at side by side, made one, and taken apart again.

And two that only look like it: said to be two people's, listed, and taken back.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.members.merge import Keep
from regulars.domain.members.profile import ProfileField
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import Reason, ReasonForm
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import merges
from regulars.storage.audit import NEWEST
from regulars.storage.engine import Read
from regulars.use_cases.duplicate_pairs import CURSOR, PairPage, pairs_from
from regulars.use_cases.duplicates import Candidate, candidates_of
from regulars.use_cases.kept_apart import ApartNow, ApartPage, KeepApart, UndoApart, apart_page
from regulars.use_cases.merge_preview import AskMerge, MergePreview, previewed
from regulars.use_cases.merge_profile import FieldChoice
from regulars.use_cases.merge_undo import MergeTakenBack, UndoMerge
from regulars.use_cases.merging import MembersMerged, MergeMembers

router = APIRouter(prefix="/api/v1", tags=["members"])
Looking = Annotated[Actor, requires(Permission.MEMBER_WRITE)]
Merging = Annotated[Actor, requires(Permission.VALUE_MOVE)]


class FieldChoiceForm(Body):
    """Whose text of one field stays."""

    field: ProfileField
    keep: Keep


class MergePreviewForm(Body):
    """Which other record would become part of this one."""

    store_id: UUID
    absorbed_id: UUID
    choices: Annotated[tuple[FieldChoiceForm, ...], Field(max_length=len(ProfileField))] = ()

    def fields(self) -> tuple[FieldChoice, ...]:
        """The choices that a command takes."""
        return tuple(FieldChoice(one.field, one.keep) for one in self.choices)


class MergeForm(MergePreviewForm):
    """Which other record becomes part of this one, and why."""

    id: UUID
    reason: Reason


class PairsQuery(Body):
    """From where on."""

    cursor: Annotated[str | None, Field(max_length=300, pattern=CURSOR)] = None


class ApartForm(Body):
    """Which two records are two people's, and why."""

    store_id: UUID
    member_id: UUID
    other_id: UUID
    reason: Reason


class Candidates(Answer):
    """The records that may be this member's too, the surest first."""

    candidates: list[Candidate]


class MergeSeen(Answer):
    """A merge that a record took part in. Units: minor units, points, growth value."""

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    at: AwareDatetime
    by: str
    reason: str
    undo_until: AwareDatetime
    undone_at: AwareDatetime | None
    principal_minor: int
    bonus_minor: int
    points: int
    growth_value: int


class Merges(Answer):
    """Under which record a member answers today, and the merges, newest first."""

    answers_as: UUID
    merges: list[MergeSeen]


@router.get("/duplicates", operation_id="list_duplicates", response_model=PairPage)
async def list_duplicates(
    request: Request, actor: Looking, query: Annotated[PairsQuery, Query()]
) -> Response:
    """Pairs of records that may be one person's, some at a time, with the evidence."""
    edge = edge_of(request)
    page = await asked(edge, lambda read: pairs_from(read, edge.vault, query.cursor))
    return answered(page)


@router.get("/duplicates/apart", operation_id="list_kept_apart", response_model=ApartPage)
async def list_kept_apart(request: Request, actor: Looking, cursor: UUID | None = None) -> Response:
    """Pairs of records that are two people's though they look like one's, newest first."""
    edge = edge_of(request)
    before = cursor or NEWEST
    page = await asked(edge, lambda read: apart_page(read, edge.vault, before_id=before))
    return answered(page)


@router.post(
    "/duplicates/apart", operation_id="keep_apart", status_code=201, response_model=ApartNow
)
async def keep_apart(request: Request, form: ApartForm, actor: Merging) -> Response:
    """Say that two records are two people's: they are not shown as one person's again."""
    command = KeepApart(
        member_id=form.member_id,
        other_id=form.other_id,
        store_id=form.store_id,
        reason=form.reason,
    )
    return await run(request, command, actor, status=201)


@router.post(
    "/duplicates/apart/{apart_id}/undo", operation_id="undo_apart", response_model=ApartNow
)
async def undo_apart(
    request: Request, apart_id: UUID, form: ReasonForm, actor: Merging
) -> Response:
    """Take it back: the two may be shown as one person's again."""
    return await run(request, UndoApart(apart_id=apart_id, reason=form.reason), actor)


@router.get(
    "/members/{member_id}/duplicates",
    operation_id="list_duplicates_of_member",
    response_model=Candidates,
)
async def list_duplicates_of_member(request: Request, member_id: UUID, actor: Looking) -> Response:
    """The records that may be this member's too. Refuses: member.unknown."""
    edge = edge_of(request)
    found = await asked(edge, lambda read: candidates_of(read, edge.vault, member_id))
    return answered({"candidates": list(found)})


@router.post(
    "/members/{member_id}/merges/preview",
    operation_id="preview_merge",
    response_model=MergePreview,
    openapi_extra=ASKS,
)
async def preview_merge(
    request: Request, member_id: UUID, form: MergePreviewForm, actor: Merging
) -> Response:
    """What a merge would move and keep, and what stands in its way; nothing is changed."""
    edge = edge_of(request)
    actor.scope.check(form.store_id)
    ask = AskMerge(
        survivor_id=member_id,
        absorbed_id=form.absorbed_id,
        store_id=form.store_id,
        choices=form.fields(),
    )

    def preview(read: Read) -> MergePreview:
        return previewed(read, ask, vault=edge.vault, shops=edge.shops, now=edge.clock())

    return answered(await asked(edge, preview))


@router.post(
    "/members/{member_id}/merges",
    operation_id="merge_members",
    status_code=201,
    response_model=MembersMerged,
)
async def merge_members(
    request: Request, member_id: UUID, form: MergeForm, actor: Merging
) -> Response:
    """Make another record of the same person part of this one."""
    command = MergeMembers(
        id=form.id,
        survivor_id=member_id,
        absorbed_id=form.absorbed_id,
        store_id=form.store_id,
        reason=form.reason,
        choices=form.fields(),
    )
    return await run(request, command, actor, status=201)


@router.post("/merges/{merge_id}/undo", operation_id="undo_merge", response_model=MergeTakenBack)
async def undo_merge(
    request: Request, merge_id: UUID, form: ReasonForm, actor: Merging
) -> Response:
    """Make two of one again; what was spent since stays where it was spent, and is told."""
    return await run(request, UndoMerge(merge_id=merge_id, reason=form.reason), actor)


@router.get("/members/{member_id}/merges", operation_id="list_merges", response_model=Merges)
async def list_merges(request: Request, member_id: UUID, actor: Looking) -> Response:
    """The merges that a record took part in, and under which one it answers today."""
    edge = edge_of(request)

    def found(read: Read) -> dict[str, object]:
        rows = read.all(merges.MERGES_OF, member=member_id)
        undone = {one.merge_id: one.at for one in read.all(merges.UNDONE, ids=[r.id for r in rows])}
        shown = MergeSeen.model_fields.keys()
        return {
            "answers_as": merges.surviving(read, member_id),
            "merges": [
                {
                    **{name: value for name, value in row._asdict().items() if name in shown},
                    "undone_at": undone.get(row.id),
                }
                for row in rows
            ],
        }

    return answered(await asked(edge, found))
