"""Live updates: a page that is open hears that something changed, and asks for it anew.

    event: changed
    data: {"changed": [{"topic": "approvals", "store_id": null}]}

Only that: a topic, and the store where there is one; what it is she reads through the routes that
have their own rights (docs/decisions/0044-live-updates-tell-only-that.md).
"""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from regulars.domain.kernel.refusal import Refusal
from regulars.http.auth import SESSION_MISSING, SignedIn, recognised
from regulars.http.listeners import Listener, Listeners, Taken
from regulars.http.policy import SIGNED_IN
from regulars.http.schemas import Answer
from regulars.http.topics import EventTopic
from regulars.storage import news

router = APIRouter(prefix="/api/v1", tags=["events"])

EVENT_STREAM = "text/event-stream"
RETRY_MILLISECONDS = 3_000
HEADERS = {
    "Cache-Control": "no-store, no-transform",
    # For a proxy in front that would gather the answer before it passes it on.
    "X-Accel-Buffering": "no",
}
_PLACE = r"^[0-9]{1,15}\.[0-9]{13}$"

Place = Annotated[str | None, Query(pattern=_PLACE)]
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", pattern=_PLACE)]


class ChangeView(Answer):
    """Something of a topic changed; at a store, if the change belongs to one."""

    topic: EventTopic
    store_id: UUID | None


class ChangedView(Answer):
    """The `data` of an event `changed`."""

    changed: Annotated[list[ChangeView], Field(min_length=1)]


class EventStream(Response):
    """An answer that goes on until one of both sides has enough."""

    media_type = EVENT_STREAM

    def __init__(self, request: Request, listeners: Listeners, listener: Listener) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._request = request
        self._listeners = listeners
        self._listener = listener
        self._is_hung_up = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell what there is to tell."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        hanging_up = asyncio.create_task(self._end_with(receive))
        try:
            await send({"type": "http.response.start", **start})
            async for text in self._texts():
                part = {"type": "http.response.body", "body": text, "more_body": True}
                async with asyncio.timeout(self._listeners.pace.sent_within_seconds):
                    await send(part)
            if not self._is_hung_up:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            # Nobody reads any more: there is nobody to tell it to.
            return
        finally:
            self._listeners.leave(self._listener)
            hanging_up.cancel()

    async def _end_with(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_hung_up = True
        self._listener.end()

    async def _texts(self) -> AsyncIterator[bytes]:
        listener, beat_seconds = self._listener, self._listeners.pace.beat_seconds
        yield f"retry: {RETRY_MILLISECONDS}\n".encode() + told("listening", {}, listener.place)
        beat_at = monotonic() + beat_seconds
        while not listener.is_over:
            if monotonic() >= beat_at:
                if not await self._is_recognised():
                    yield told("ended", {"code": SESSION_MISSING.code}, listener.place)
                    return
                yield f": beat\nid: {news.text_of(listener.place)}\n\n".encode()
                beat_at = monotonic() + beat_seconds
            if await listener.waited(max(0.0, beat_at - monotonic())) and not listener.is_over:
                yield text_of(listener.taken())

    async def _is_recognised(self) -> bool:
        """Whether the log-in still holds; what she may hear from now on is what she may do now."""
        try:
            self._listener.rights = (await recognised(self._request)).rights
        except Refusal as refusal:
            # While the database is away nobody can say: there is nothing to tell either.
            return refusal.code != SESSION_MISSING.code
        return True


def text_of(taken: Taken) -> bytes:
    """What a listener is told, as one event."""
    if taken.everything:
        return told("look_again", {}, taken.place)
    changed = [
        {"topic": one.topic.value, "store_id": one.store_id}
        for one in sorted(taken.changes, key=lambda one: (one.topic, str(one.store_id)))
    ]
    return told("changed", {"changed": changed}, taken.place)


def told(event: str, value: object, place: news.Place) -> bytes:
    """One event as it goes over the wire."""
    head = f"event: {event}\nid: {news.text_of(place)}\ndata: ".encode()
    return head + orjson.dumps(value) + b"\n\n"


@router.get(
    "/events",
    operation_id="listen",
    # Said here, since it stands in no argument of the answer.
    status_code=200,
    response_class=EventStream,
    response_model=None,
    responses={200: {"model": ChangedView}},
)
async def listen(
    request: Request,
    signed_in: Annotated[SignedIn, SIGNED_IN],
    after: Place = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Hear that something changed, as server-sent events, until the log-in ends.

    `listening` comes first, `changed` names topics with their stores, `look_again` says that anything
    may have changed, `ended` that the log-in is over. Whoever comes back sends the last `id`, as
    `Last-Event-ID` or as `after`, and hears what she missed.
    """
    listeners: Listeners = request.app.state.listeners
    # A browser that reconnects by itself repeats the address it began with: what it sends is newer.
    text = last_event_id or after
    listener = await listeners.join(signed_in, after=news.place_of(text) if text else None)
    return EventStream(request, listeners, listener)
