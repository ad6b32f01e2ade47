"""Many members at once, for whoever may work with segments: newest first, or those of a segment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.masking import masked, short_name
from regulars.domain.members.profile import ProfileField
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.tiers.ladder import Ladder
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import identities, member_lists, members, segments
from regulars.storage.engine import Read
from regulars.storage.identities import IdentityRow
from regulars.storage.member_lists import LAST_ID, ListedRow
from regulars.storage.vault import Vault

router = APIRouter(prefix="/api/v1", tags=["members"])
Lister = Annotated[Actor, requires(Permission.SEGMENT_READ)]
ROWS_MAX = 100
ROWS_USUAL = 50
STORES_MAX = 200
# So many are looked at for a page of some stores: a few milliseconds, however rare hers are.
LOOKED_AT = 5_000


class MembersQuery(Body):
    """Which members: those of a segment, or all; who joined in these stores, or in any."""

    segment_id: UUID | None = None
    store_id: Annotated[tuple[UUID, ...], Field(max_length=STORES_MAX)] = ()
    cursor: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=ROWS_MAX)] = ROWS_USUAL


class ListedMember(Answer):
    """A member in a list, masked. Units: minor units, visits."""

    id: UUID
    name: str
    masked_phone: str
    tier_zh: str
    tier_en: str
    state: str
    joined_at: AwareDatetime
    joined_store_id: UUID
    visits: int
    spent_minor: int
    last_visit_at: AwareDatetime | None


class MemberPage(Answer):
    """Some members, newest first, and where the next page begins: also when this one is short."""

    members: list[ListedMember]
    next_cursor: UUID | None


@router.get("/members", operation_id="list_members", response_model=MemberPage)
async def list_members(
    request: Request, actor: Lister, query: Annotated[MembersQuery, Query()]
) -> Response:
    """Members, the newest first: of the whole house as segments are, since any store serves any.

    Refuses: segment.unknown, scope.outside.
    """
    for store_id in query.store_id:
        actor.scope.check(store_id)
    edge = edge_of(request)

    def page(read: Read) -> dict[str, object]:
        found, next_cursor = _rows(read, query)
        return {"members": shown_members(read, edge, found, actor), "next_cursor": next_cursor}

    return answered(await asked(edge, page))


def _rows(read: Read, query: MembersQuery) -> tuple[list[ListedRow], UUID | None]:
    listing = member_lists.EVERYBODY
    named: dict[str, object] = {"before_id": query.cursor or LAST_ID}
    if query.segment_id is not None:
        segments.known(read, query.segment_id)
        listing, named["segment_id"] = member_lists.INSIDE, query.segment_id
    if not query.store_id:
        found = read.all(listing.all, **named, rows=query.limit)
        return found, found[-1].id if len(found) == query.limit else None
    looked = {**named, "looked_at": LOOKED_AT}
    found = read.all(listing.of_stores, **looked, stores=list(query.store_id), rows=query.limit)
    if len(found) == query.limit:
        return found, found[-1].id
    return found, read.one(listing.until, **looked)


def shown_members(
    read: Read, edge: Edge, rows: Sequence[ListedRow], actor: Actor
) -> list[dict[str, object]]:
    """Members as a list shows them, masked."""
    if not rows:
        return []
    known_by: dict[UUID, list[IdentityRow]] = {}
    for one in read.all(member_lists.IDENTITIES, members=[row.id for row in rows]):
        sealed = IdentityRow(one.blind_index, one.kind, one.value, one.added_at)
        known_by.setdefault(one.member_id, []).append(sealed)
    ladders = _ladders(read, edge, {row.joined_store_id for row in rows}, actor)
    return [
        {
            **_person(edge.vault, row, known_by.get(row.id, [])),
            "tier_zh": ladders[row.joined_store_id].named(row.tier).label.zh,
            "tier_en": ladders[row.joined_store_id].named(row.tier).label.en,
        }
        for row in rows
    ]


def _ladders(read: Read, edge: Edge, stores: Iterable[UUID], actor: Actor) -> Mapping[UUID, Ladder]:
    """The ladder of each store as the caller's own stores have it (see `store_for`)."""
    now, within = edge.clock(), actor.scope.stores
    return {
        store: edge.shops.in_force(
            read, store if not within or store in within else min(within), at=now
        ).terms.ladder
        for store in stores
    }


def _person(vault: Vault, row: ListedRow, known_by: Sequence[IdentityRow]) -> dict[str, object]:
    shown = row._asdict()
    for hidden in ("wrapped_key", "name", "tier"):
        del shown[hidden]
    if row.wrapped_key is None:
        return {**shown, "name": "", "masked_phone": ""}
    key = vault.unlock(row.wrapped_key, row.id)
    phones = [one for one in known_by if one.kind == IdentityKind.PHONE] or known_by
    return {
        **shown,
        "name": short_name(members.opened(key, ProfileField.NAME, row.name) or ""),
        "masked_phone": masked(identities.opened(key, phones[0])) if phones else "",
    }
