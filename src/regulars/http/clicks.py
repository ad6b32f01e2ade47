"""The short links in messages: followed by whoever has one, and counted when a person did.

Where a link leads was written when its message was sent; nothing in the address says so, and nothing in
it names anybody. Mail scanners and previews follow links too: what says that it only looks ahead is
led on and not counted.
"""

import asyncio
import re
from contextlib import suppress

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.actor import SYSTEM
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import PUBLIC
from regulars.http.problem import STATUS, TEXTS
from regulars.storage.engine import Lane
from regulars.use_cases.click_links import LINK_UNKNOWN, NoteClick, followed, locator_of

router = APIRouter(include_in_schema=False)

ENTROPY_BYTES = 10
# A guest waits no longer for her click to be counted; it is counted all the same.
COUNTED_WITHIN_SECONDS = 1.0
# With these a browser says that nobody has tapped anything yet.
AHEAD_HEADERS = ("purpose", "x-purpose", "sec-purpose", "x-moz")
AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
MACHINES = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scan|preview|prefetch|monitor|facebookexternalhit|whatsapp/"
    r"|slack|skype|telegram|barracuda|proofpoint|mimecast|curl/|wget/|python|java/|okhttp"
    r"|go-http|libwww|headless",
    re.IGNORECASE,
)
NEVER_KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@router.api_route("/l/{token}", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def follow_link(request: Request, token: str) -> Response:
    """Lead on to where a message said, and count it; a plain page for a link that leads nowhere."""
    edge = edge_of(request)
    try:
        locator = locator_of(edge.vault, token)
        now = edge.clock()
        found = await asked(edge, lambda read: followed(read, edge.vault, locator, now=now))
    except Refusal as refusal:
        if refusal.code != LINK_UNKNOWN.code:
            raise
        request.scope["regulars.refusal"] = refusal.code
        return _nowhere()
    if found.counts and _is_a_person(request):
        await _count(edge, locator)
    return RedirectResponse(found.target, 302, NEVER_KEPT)


async def _count(edge: Edge, locator: bytes) -> None:
    command_id = uuid7(edge.clock(), edge.entropy(ENTROPY_BYTES))
    # She is led on whether or not the shop has time to count her.
    with suppress(Refusal, TimeoutError):
        async with asyncio.timeout(COUNTED_WITHIN_SECONDS):
            await edge.runner.run(
                NoteClick(locator=locator), actor=SYSTEM, command_id=command_id, lane=Lane.JOB
            )


def _is_a_person(request: Request) -> bool:
    headers = request.headers
    if request.method != "GET" or any(AHEAD.search(headers.get(one, "")) for one in AHEAD_HEADERS):
        return False
    # A browser that is led somewhere by a tap says "navigate"; a picture or a script does not.
    if headers.get("sec-fetch-mode", "navigate") != "navigate":
        return False
    agent = headers.get("user-agent", "")
    return bool(agent) and MACHINES.search(agent) is None


def _nowhere() -> Response:
    words = TEXTS[LINK_UNKNOWN.code]
    body = (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words.zh}</title>\n"
        '<link rel="stylesheet" href="/preferences.css">\n</head>\n<body>\n<main>\n'
        f'<h1>{words.zh}</h1>\n<p lang="en">{words.en}</p>\n</main>\n</body>\n</html>\n'
    )
    return Response(body, STATUS[LINK_UNKNOWN.code], NEVER_KEPT, "text/html; charset=utf-8")
