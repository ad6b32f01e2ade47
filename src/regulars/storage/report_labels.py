"""What people are called in reports: read by those who may see the staff."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.storage.columns import Id
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.stores import staff


class StaffName(NamedTuple):
    """Somebody's name."""

    id: UUID
    name: str


STAFF_NAMES = Statement(
    select(staff.c.id, staff.c.name).where(one_of(staff.c.id, "people", Id())), StaffName
)
