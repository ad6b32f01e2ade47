"""Reads what a provider answers without trusting its shape.

document = json_object(reply.body)
code = text_of(document, "Code")
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID
from xml.parsers import expat
from zoneinfo import ZoneInfo

import orjson

from regulars.domain.kernel.period import Instant

Document = Mapping[str, object]

CHINA = ZoneInfo("Asia/Shanghai")
CODE_CHARACTERS_MAX = 80
# Of a long text only the beginning is looked at.
CODE_READ_MAX = 500
TAGS_MAX = 200
ID_CHARACTERS_MAX = 200
# Where a machine has no time it says the first of all.
_BEFORE_ALL = Instant(datetime(1970, 1, 1, tzinfo=UTC))
_NOT_CODE = re.compile(r"[^A-Za-z0-9_.:#-]+")
# An e-mail address, or the digits of a phone number however they are set apart.
_OF_A_GUEST = re.compile(r"[^\s,;:<>()]+@[^\s,;:<>()]+|\+?[0-9](?:[ ().-]{0,2}[0-9]){6,}")


class UnreadableError(ValueError):
    """Not the document that was expected."""


def json_object(body: bytes) -> Document:
    """The object in a body. Raises: UnreadableError."""
    value = _json(body)
    if not isinstance(value, dict):
        raise UnreadableError
    return value


def json_objects(body: bytes) -> list[Document]:
    """The objects of a list in a body; what is no object is left out. Raises: UnreadableError."""
    value = _json(body)
    if not isinstance(value, list):
        raise UnreadableError
    return [one for one in value if isinstance(one, dict)]


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnreadableError from None


def text_of(document: Document, name: str) -> str:
    """A field as text, empty when it is missing or something else."""
    value = document.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""


def whole_of(document: Document, name: str) -> int | None:
    """A field as a whole number that is not negative, written as a number or as its digits."""
    text = text_of(document, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def object_of(document: Document, name: str) -> Document:
    """A field as an object, empty when it is none."""
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def objects_of(document: Document, name: str) -> list[Document]:
    """A field as a list of objects; a single object counts as a list of one."""
    value = document.get(name)
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def code_of(text: str) -> str:
    """A provider's code as it may be kept: short, plain, and no phone number or address in it."""
    nobodys = _OF_A_GUEST.sub("#", text[:CODE_READ_MAX])
    return _NOT_CODE.sub("_", nobodys)[:CODE_CHARACTERS_MAX].strip("_") or "unknown"


def their_id(document: Document, name: str) -> str | None:
    """A provider's own id of a message, as it may be kept and looked for; None if it is none."""
    text = text_of(document, name)
    return text if text.isprintable() and 0 < len(text) <= ID_CHARACTERS_MAX else None


def id_of(text: str) -> UUID | None:
    """Our own message id as a provider gives it back."""
    try:
        return UUID(text)
    except ValueError:
        return None


def china_time(text: str) -> Instant | None:
    """`2026-11-22 09:30:00` by the clocks of China."""
    try:
        local = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        at = Instant(local.astimezone(UTC))
    except (ValueError, OverflowError):
        return None
    return at if at > _BEFORE_ALL else None


def unix_time(seconds: int | None) -> Instant | None:
    """Seconds since 1970 as an instant."""
    if seconds is None or not 0 < seconds < 1 << 33:
        return None
    return Instant(datetime.fromtimestamp(seconds, UTC))


def same_secret(given: str, expected: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def xml_fields(body: bytes) -> dict[str, str]:
    """The texts of a provider's small XML document, by their tags; the first of a tag counts.

    A document type, and with it every entity, is refused. Raises: UnreadableError.
    """
    fields: dict[str, str] = {}
    path: list[str] = []
    texts: list[str] = []

    def started(name: str, _: object) -> None:
        if len(fields) + len(path) > TAGS_MAX:
            raise UnreadableError
        path.append(name)
        texts.clear()

    def ended(name: str) -> None:
        path.pop()
        fields.setdefault(name, "".join(texts))
        texts.clear()

    def refused(*_: object) -> None:
        raise UnreadableError

    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        # The last two are encodings that do not exist, or that its reader does not take.
        raise UnreadableError from None
    return fields
