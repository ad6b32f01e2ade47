"""API keys: a machine is let in with some rights at some place until a day; its secret is shown once."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.codes import token_hash, token_of
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, command_secret, run, run_showing
from regulars.http.auth import KEY_PREFIX, asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, Name
from regulars.storage import api_keys, staff
from regulars.storage.engine import Read
from regulars.use_cases.api_keys import CreateApiKey, RevokeApiKey
from regulars.use_cases.staff import Changed

router = APIRouter(prefix="/api/v1", tags=["api keys"])


class NewApiKey(Body):
    """A machine to let in. Units: days until it ends."""

    id: UUID
    name: Name
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=40)]
    level: Level
    place_id: UUID | None = None
    days: Annotated[int, Field(strict=True, ge=1, le=400)]


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A new key: its secret is shown here and nowhere else."""

    id: UUID
    expires_at: Instant
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """A key without its secret."""

    id: UUID
    name: str
    permissions: list[str]
    level: str
    place_id: UUID | None
    created_by: str
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None
    revoked_at: Instant | None


@router.get("/api-keys", operation_id="list_api_keys", response_model=list[ApiKeyView])
async def list_api_keys(
    request: Request, actor: Annotated[Actor, requires(Permission.API_KEY_WRITE)]
) -> Response:
    """The keys whose whole scope one may see, with when each was last used."""

    def views(read: Read) -> list[ApiKeyView]:
        rows: dict[UUID, list[api_keys.KeyRow]] = {}
        for row in read.all(api_keys.KEYS):
            rows.setdefault(row.id, []).append(row)
        return [
            _key_view(ones[0])
            for ones in rows.values()
            if api_keys.scope_of_key(ones).inside(actor.scope)
        ]

    return answered(await asked(edge_of(request), views))


def _key_view(row: api_keys.KeyRow) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        name=row.name,
        permissions=[str(one) for one in row.permissions]
        if isinstance(row.permissions, list)
        else [],
        level=row.level,
        place_id=staff.place_shown(row.place_id),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


@router.post("/api-keys", operation_id="create_api_key", response_model=KeyShown, status_code=201)
async def create_api_key(
    request: Request, body: NewApiKey, actor: Annotated[Actor, requires(Permission.API_KEY_WRITE)]
) -> Response:
    """Let a machine in; the answer holds its secret."""
    secret = token_of(command_secret(request, actor, "api-key"), prefix=KEY_PREFIX)
    command = CreateApiKey(
        id=body.id,
        name=body.name,
        permissions=tuple(body.permissions),
        level=body.level,
        place_id=body.place_id,
        days=body.days,
        secret_hash=token_hash(secret),
    )
    return await run_showing(request, command, actor, {"secret": secret})


@router.delete("/api-keys/{key_id}", operation_id="revoke_api_key", response_model=Changed)
async def revoke_api_key(
    request: Request, key_id: UUID, actor: Annotated[Actor, requires(Permission.API_KEY_WRITE)]
) -> Response:
    """Let a machine in no longer."""
    return await run(request, RevokeApiKey(id=key_id), actor)
