"""Short addresses in messages: where each leads, and how often it was followed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Bytes, Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member
from regulars.storage.tables.messaging import message, message_link
from regulars.storage.vault import MemberKey


class LinkRow(NamedTuple):
    """One link as it was written when its message was handed over, and whose it is."""

    locator: bytes
    message_id: UUID
    member_id: UUID
    wrapped_key: bytes | None
    name: str
    target: bytes
    valid_until: Instant
    clicks: int
    last_clicked_at: Instant | None


class FollowedRow(NamedTuple):
    """How often one link of a message was followed."""

    name: str
    clicks: int
    first_clicked_at: Instant | None
    last_clicked_at: Instant | None


class NewLink(NamedTuple):
    """A link of a message that is handed over, its target sealed."""

    locator: bytes
    message_id: UUID
    name: str
    target: bytes
    valid_until: Instant


_l = message_link.c
_LOCATED = _l.locator == bindparam("locator", type_=Bytes())
_OF_MESSAGE = _l.message_id == bindparam("message_id", type_=Id())
_AT = bindparam("clicked", type_=At())
LINK = Statement(
    select(
        _l.locator,
        _l.message_id,
        message.c.member_id,
        member.c.wrapped_key,
        _l.name,
        _l.target,
        _l.valid_until,
        _l.clicks,
        _l.last_clicked_at,
    )
    .select_from(
        message_link.join(message, message.c.id == _l.message_id).join(
            member, member.c.id == message.c.member_id
        )
    )
    .where(_LOCATED),
    LinkRow,
)
OF_MESSAGE = Statement(
    select(*[_l[name] for name in FollowedRow._fields]).where(_OF_MESSAGE).order_by(_l.name),
    FollowedRow,
)
# Another attempt at the same message carries the same links.
_COUNT = Statement[object](
    update(message_link)
    .where(_LOCATED)
    .values(
        clicks=_l.clicks + 1,
        first_clicked_at=func.coalesce(_l.first_clicked_at, _AT),
        last_clicked_at=_AT,
    )
)


def add(tx: Write, links: Sequence[NewLink]) -> None:
    """Write the links of messages that are handed over; those that are there stay."""
    tx.add_new(message_link, [{**one._asdict(), "clicks": 0} for one in links])


def count(tx: Write, locator: bytes, *, at: Instant) -> None:
    """Count one click."""
    tx.send(_COUNT, locator=locator, clicked=at)


def sealed(key: MemberKey, locator: bytes, target: str) -> bytes:
    """Where a link leads, as its column holds it."""
    return key.seal(target, **_PLACE, row=locator)


def opened(key: MemberKey, locator: bytes, target: bytes) -> str:
    """Where a link leads. Refuses: vault.seal_broken."""
    return key.open(target, **_PLACE, row=locator)


_PLACE: Mapping[str, str] = {"table": "message_link", "column": "target"}
