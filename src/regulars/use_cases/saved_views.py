"""Views of a list that somebody keeps 常用视图: a name, and what the list is narrowed to.

李敏 opens the members every morning with "久未到店的金卡". She keeps that once, and shares it with the
shop; only she changes or drops it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import orjson

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import check_revision
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, saved_views
from regulars.storage.engine import Write
from regulars.storage.saved_views import ViewRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

VIEW_UNKNOWN = refusal_code("view.unknown")
VIEW_NAMELESS = refusal_code("view.nameless")
VIEW_NOT_YOURS = refusal_code("view.not_yours")
VIEW_TOO_LARGE = refusal_code("view.too_large", "maximum_bytes")
NAME_MAX = 40
FILTER_BYTES_MAX = 4_000


class ListName(StrEnum):
    """Which list a view is of."""

    MEMBERS = "members"


# Whoever may see a list may keep views of it.
SEES: Mapping[ListName, Permission] = {ListName.MEMBERS: Permission.SEGMENT_READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView:
    """Keep a view; `revision` 0 is a new one. `filter` is as the list itself is asked."""

    id: UUID
    list_name: ListName
    name: str
    filter: Mapping[str, object]
    shared: bool
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropView:
    """Keep a view no longer."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSaved:
    """Which view, and its revision."""

    id: UUID
    revision: int


@use_case
def save_view(tx: Write, command: SaveView, moment: Moment) -> ViewSaved:
    """Keep a view of a list.

    Refuses: permission.missing, view.unknown, view.not_yours, view.nameless, view.too_large,
    precondition.failed, member.text_malformed, member.text_too_long, member.payment_card_refused.
    """
    moment.actor.need(SEES[command.list_name])
    name = checked_text(command.name, field="name", maximum=NAME_MAX)
    if not name:
        raise VIEW_NAMELESS.because()
    if len(orjson.dumps(dict(command.filter))) > FILTER_BYTES_MAX:
        raise VIEW_TOO_LARGE.because(maximum_bytes=FILTER_BYTES_MAX)
    known = tx.one(saved_views.VIEW_LOCKED, view=command.id)
    check_revision(0 if known is None else known.revision, expected=command.revision)
    if known is None:
        row = ViewRow(
            id=command.id,
            list_name=command.list_name.value,
            name=name,
            filter=dict(command.filter),
            owner=moment.actor.name,
            shared=command.shared,
            revision=1,
            saved_at=moment.now,
        )
        tx.take(saved_views.ADD, refusal=VIEW_NOT_YOURS.because(), **row._asdict())
    else:
        _check_owner(known, moment)
        tx.send(
            saved_views.CHANGE,
            view=known.id,
            seen=known.revision,
            new_name=name,
            new_filter=dict(command.filter),
            now_shared=command.shared,
            at=moment.now,
        )
    _noted(tx, command.id, "saved", moment)
    return ViewSaved(id=command.id, revision=command.revision + 1)


@use_case
def drop_view(tx: Write, command: DropView, moment: Moment) -> ViewSaved:
    """Keep a view no longer. Refuses: permission.missing, view.unknown, view.not_yours."""
    known = tx.one(saved_views.VIEW_LOCKED, view=command.id)
    if known is None:
        raise VIEW_UNKNOWN.because()
    moment.actor.need(SEES[ListName(known.list_name)])
    _check_owner(known, moment)
    tx.send(saved_views.DROP, view=known.id)
    _noted(tx, known.id, "dropped", moment)
    return ViewSaved(id=known.id, revision=known.revision)


def _check_owner(known: ViewRow, moment: Moment) -> None:
    if known.owner != moment.actor.name:
        raise VIEW_NOT_YOURS.because()


def _noted(tx: Write, view_id: UUID, what: str, moment: Moment) -> None:
    audit.record(tx, moment, action=f"view.{what}", subject=f"view:{view_id}")
