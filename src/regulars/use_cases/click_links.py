"""Short signed links in messages: followed without a log-in, and counted.

王芳 taps `https://shop.example/l/9fQ…`: she is led to the menu, where the message said when it was sent,
and her message counts as clicked. The link names nobody, leads nowhere that its bearer can choose, and
can be made by this shop alone.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.messaging.message import Reaction
from regulars.storage import message_links, messages
from regulars.storage.engine import Read, Write
from regulars.storage.message_links import LinkRow, NewLink
from regulars.storage.messages import Event
from regulars.storage.vault import MemberKey, Vault
from regulars.use_cases.message_facts import tell_click
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

LINK_UNKNOWN = refusal_code("message.link_unknown")

PATH = "/l/"
# How long a link leads anywhere after its message was handed over.
LEADS_FOR = timedelta(days=180)
# A phone that asks twice at once has followed it once.
AT_ONCE = timedelta(seconds=2)
_LOCATOR, _MARK = "click link", "click link mark"
_LOCATOR_BYTES, _MARK_BYTES = 10, 8
TOKEN_LETTERS = 24


class Short(NamedTuple):
    """The short form of one link: under what it is found, and its address."""

    locator: bytes
    url: str


class Counted(NamedTuple):
    """A link that goes out in its short form, and where it leads."""

    short: Short
    target: str


def shortened(vault: Vault, message_id: UUID, name: str, *, public_url: str) -> Short:
    """The short form of a link of a message: the same for each attempt."""
    locator = vault.keyed_digest(_LOCATOR, message_id.bytes + name.encode())[:_LOCATOR_BYTES]
    token = urlsafe_b64encode(locator + _mark(vault, locator)).decode()
    return Short(locator, f"{public_url.rstrip('/')}{PATH}{token}")


def locator_of(vault: Vault, token: str) -> bytes:
    """Under what the link of an address is found. Refuses: message.link_unknown."""
    try:
        known = b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (Error, ValueError):
        raise LINK_UNKNOWN.because() from None
    locator, mark = known[:_LOCATOR_BYTES], known[_LOCATOR_BYTES:]
    if len(token) != TOKEN_LETTERS or not hmac.compare_digest(mark, _mark(vault, locator)):
        raise LINK_UNKNOWN.because()
    return locator


def _mark(vault: Vault, locator: bytes) -> bytes:
    return vault.keyed_digest(_MARK, locator)[:_MARK_BYTES]


def leading(
    moment: Moment, message_id: UUID, key: MemberKey, told: Mapping[str, Counted]
) -> list[NewLink]:
    """Where the links of a message lead that is handed over now, as it is kept."""
    return [
        NewLink(
            locator=short.locator,
            message_id=message_id,
            name=name,
            target=message_links.sealed(key, short.locator, target),
            valid_until=Instant(moment.now + LEADS_FOR),
        )
        for name, (short, target) in sorted(told.items())
    ]


class Followed(NamedTuple):
    """Where a link leads, and whether following it now is a click of its own."""

    target: str
    counts: bool


def followed(read: Read, vault: Vault, locator: bytes, *, now: Instant) -> Followed:
    """Where a link leads. Refuses: message.link_unknown."""
    row = read.one(message_links.LINK, locator=locator)
    if row is None or row.wrapped_key is None or row.valid_until <= now:
        raise LINK_UNKNOWN.because()
    try:
        key = vault.unlock(row.wrapped_key, row.member_id)
        target = message_links.opened(key, locator, row.target)
    except Refusal:
        raise LINK_UNKNOWN.because() from None
    return Followed(target, _is_new(row, now))


def _is_new(row: LinkRow, now: Instant) -> bool:
    last = row.last_clicked_at
    return last is None or not Instant(now - AT_ONCE) < last <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteClick:
    """Somebody followed a link of a message."""

    locator: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickNoted:
    """Whether it counted, and whether it was the first one of its message."""

    counted: bool
    first: bool


@use_case
def note_click(tx: Write, command: NoteClick, moment: Moment) -> ClickNoted:
    """Count a click; the first one of a message is remembered among what happened to it.

    Refuses: message.link_unknown.
    """
    found = tx.one(message_links.LINK, locator=command.locator)
    if found is None:
        raise LINK_UNKNOWN.because()
    # Two links of one message, followed at once: its row says which was first.
    message = tx.one(messages.ONE_LOCKED, message_id=found.message_id)
    row = tx.one(message_links.LINK, locator=command.locator)
    if message is None or row is None or not _is_new(row, moment.now):
        return ClickNoted(counted=False, first=False)
    known = tx.all(message_links.OF_MESSAGE, message_id=row.message_id)
    first = not any(one.clicks for one in known)
    message_links.count(tx, row.locator, at=moment.now)
    if first:
        event = Event(message_id=row.message_id, state=Reaction.CLICKED, detail=row.name)
        messages.tell(tx, [event], at=moment.now, by="member")
        tell_click(tx, moment, message, row.name)
    return ClickNoted(counted=True, first=first)
