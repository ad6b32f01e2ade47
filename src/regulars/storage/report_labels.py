"""What people are called in reports: read by those who may see the staff."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.domain.stores.actor import ActorKind
from regulars.storage.columns import Id
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.stores import staff


class StaffName(NamedTuple):
    """Somebody's name."""

    id: UUID
    name: str


STAFF_NAMES = Statement(
    select(staff.c.id, staff.c.name).where(one_of(staff.c.id, "people", Id())), StaffName
)
_STAFF = f"{ActorKind.STAFF}:"


def names_of(read: Read, actors: Iterable[str]) -> dict[str, str]:
    """What the people among some actors are called."""
    people = sorted({actor for actor in actors if actor.startswith(_STAFF)})
    known = read.all(STAFF_NAMES, people=[UUID(one.removeprefix(_STAFF)) for one in people])
    return {f"{_STAFF}{person.id}": person.name for person in known}
