"""Letting machines in: with no more rights than their maker has, for 400 days at the most.

The delivery platform's key reads the menu of 人民广场店 until 31 December.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.rights import Grant
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import api_keys, audit
from regulars.storage.engine import Write
from regulars.storage.places import check_place, scope_of_place
from regulars.storage.staff import WHOLE_ORGANISATION
from regulars.storage.tables import stores as tables
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import Changed, own_rights

KEY_EXPIRY = refusal_code("api_key.expiry", "days_max")


KEY_UNKNOWN = refusal_code("api_key.unknown")


KEY_EMPTY = refusal_code("api_key.empty")


KEY_DAYS_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    """Let a machine in: with these rights, at this place, until then."""

    id: UUID
    name: str
    permissions: tuple[Permission, ...]
    level: Level
    place_id: UUID | None
    days: int
    secret_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey:
    """Let a machine in no longer."""

    id: UUID


@dataclass(frozen=True, slots=True)
class KeyCreated:
    """A key without its secret, and when it ends."""

    id: UUID
    expires_at: Instant


@use_case
def create_api_key(tx: Write, command: CreateApiKey, moment: Moment) -> KeyCreated:
    """Let a machine in. Refuses: api_key.expiry, api_key.empty, permission.missing, scope.outside."""
    moment.actor.need(Permission.API_KEY_WRITE)
    if not 1 <= command.days <= KEY_DAYS_MAX:
        raise KEY_EXPIRY.because(days_max=KEY_DAYS_MAX)
    if not command.permissions:
        raise KEY_EMPTY.because()
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    place = scope_of_place(tx, command.level, command.place_id)
    own_rights(moment).check_gives(Grant(frozenset(command.permissions), place))
    names = sorted(set(command.permissions))
    expires_at = Instant(moment.now + timedelta(days=command.days))
    tx.add(
        tables.api_key,
        [
            {
                "id": command.id,
                "name": command.name,
                "secret_hash": command.secret_hash,
                "permissions": names,
                "level": command.level.value,
                "place_id": command.place_id or WHOLE_ORGANISATION,
                "created_by": moment.actor.name,
                "created_at": moment.now,
                "expires_at": expires_at,
                "used_at": None,
                "revoked_at": None,
            }
        ],
    )
    audit.record(
        tx,
        moment,
        action="api_key.created",
        subject=f"api_key:{command.id}",
        after={"permissions": names, "level": command.level.value, "days": command.days},
    )
    return KeyCreated(command.id, expires_at)


@use_case
def revoke_api_key(tx: Write, command: RevokeApiKey, moment: Moment) -> Changed:
    """Let a machine in no longer. Refuses: api_key.unknown, scope.outside."""
    moment.actor.need(Permission.API_KEY_WRITE)
    rows = tx.all(api_keys.KEY_BY_ID, id=command.id)
    if not rows:
        raise KEY_UNKNOWN.because()
    if not api_keys.scope_of_key(rows).inside(moment.actor.scope):
        raise OUT_OF_SCOPE.because()
    if tx.run(api_keys.REVOKE_KEY, key=command.id, at=moment.now):
        audit.record(tx, moment, action="api_key.revoked", subject=f"api_key:{command.id}")
    return Changed(command.id)
