"""What every route does at its ends: name the command, hand it over, answer with bytes.

    return await run(request, SettleOrder(...), actor)

A client sends its own id for each write as `Idempotency-Key`; the same key with the same body gets
the stored answer byte for byte.
"""

from collections.abc import Mapping
from hashlib import blake2b
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import PRECONDITION_MISSING
from regulars.domain.stores.actor import Actor
from regulars.http.edge import edge_of
from regulars.use_cases.runner import Answer

JSON = "application/json"
# What marks an unsafe method that changes nothing a retry could double: it takes no key.
ASKS: dict[str, object] = {"x-asks": True}

KEY_MALFORMED = refusal_code("request.idempotency_key")
UUID_LETTERS = 36
TAG_LETTERS_MAX = 64


def command_id(request: Request) -> UUID:
    """The client's id of this write. Refuses: request.idempotency_key."""
    text = request.headers.get("idempotency-key", "")
    try:
        named = UUID(text)
    except ValueError:
        raise KEY_MALFORMED.because() from None
    if len(text) != UUID_LETTERS or named.int == 0:
        raise KEY_MALFORMED.because()
    return named


def json_answer(
    body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Bytes that are JSON already. Answers about people and money are kept by no cache."""
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, JSON)


def as_json(value: object) -> bytes:
    """JSON of dataclasses, rows, ids and instants."""
    return orjson.dumps(value, default=_row)


def _row(value: object) -> object:
    as_mapping = getattr(value, "_asdict", None)
    if as_mapping is None:
        raise TypeError(f"{type(value).__name__} is no part of an answer")
    return as_mapping()


def answered(value: object, *, status: int = 200) -> Response:
    """A dataclass, rows or plain values as JSON."""
    return json_answer(as_json(value), status=status)


async def run(request: Request, command: object, actor: Actor, *, status: int = 200) -> Response:
    """Run a command and answer with what it answered, now or the first time it came."""
    answer = await edge_of(request).runner.run(command, actor=actor, command_id=command_id(request))
    return _told(answer, status)


async def run_aside(
    request: Request, command: object, actor: Actor, *, status: int = 200
) -> Response:
    """Run a command that reads much before it writes, in the turn of long reads.

    Refuses: server.overloaded, and what the command refuses.
    """
    edge, name = edge_of(request), command_id(request)
    answer = await edge.aside.run(
        lambda: edge.runner.run_now(command, actor=actor, command_id=name)
    )
    return _told(answer, status)


def _told(answer: Answer, status: int) -> Response:
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else None
    return json_answer(answer.body, status=status, headers=headers)


def command_secret(request: Request, actor: Actor, purpose: str) -> bytes:
    """The 32 secret bytes of a command that makes a secret: the same ones for its retry.

    Only the organisation's key can make them, so nothing of a secret is stored with the answer.
    """
    value = f"{actor.name}|{command_id(request)}".encode()
    return edge_of(request).vault.keyed_digest(purpose, value)


async def run_showing(
    request: Request, command: object, actor: Actor, shown: Mapping[str, str]
) -> Response:
    """Run a command that made a secret, and show the secret beside what is stored as its answer."""
    answer = await run(request, command, actor, status=201)
    return answered({**orjson.loads(answer.body), **shown}, status=201)


def tag_expected(request: Request) -> str:
    """The tag of what the caller saw, from If-Match. Refuses: precondition.missing."""
    text = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if not text or len(text) > TAG_LETTERS_MAX:
        raise PRECONDITION_MISSING.because()
    return text


def revision_expected(request: Request) -> int:
    """The revision that the caller saw, from If-Match. Refuses: precondition.missing."""
    text = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise PRECONDITION_MISSING.because()
    return int(text)


def versioned(value: object, revision: int) -> Response:
    """JSON with the revision to send back in If-Match."""
    return json_answer(as_json(value), headers={"ETag": f'"{revision}"'})


def cached(request: Request, body: bytes) -> Response:
    """JSON that its caller may keep and ask about again: 304 while it is still the same."""
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, JSON)
