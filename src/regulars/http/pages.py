"""The built faces, till and back office, served from the package's own folders by their cache rules.

A hashed asset is kept for a year; a missing asset is a 404 and never the start page, since a till
that asks for yesterday's script must not be given HTML.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from regulars.http.auth import TERMINAL_COOKIE
from regulars.http.faults import PATH_UNKNOWN
from regulars.http.policy import PUBLIC

BUILT = Path(__file__).parent.parent / "web"
TILL_FOLDER = BUILT / "till"
OFFICE_FOLDER = BUILT / "office"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
INDEX = "index.html"
ASSETS = "assets/"
COMPRESSED_FROM_BYTES = 1_000
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
COMPRESSED_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One file as it is sent."""

    body: bytes
    compressed: bytes | None
    media_type: str
    cache: str
    tag: str

    @classmethod
    def of(cls, name: str, body: bytes) -> "Page":
        """A file of the build with what its name says about it."""
        suffix = Path(name).suffix
        media_type = TYPES.get(suffix) or mimetypes.guess_type(name)[0]
        media_type = media_type or "application/octet-stream"
        worth = len(body) >= COMPRESSED_FROM_BYTES and media_type.startswith(COMPRESSED_TYPES)
        return cls(
            body=body,
            compressed=gzip.compress(body, 6, mtime=0) if worth else None,
            media_type=media_type,
            cache=FOR_EVER if name.startswith(ASSETS) else ASK_AGAIN,
            tag=f'"{blake2b(body, digest_size=12).hexdigest()}"',
        )

    def sent(self, request: Request) -> Response:
        """The file, or 304 for a caller that has it."""
        headers = {"Cache-Control": self.cache, "ETag": self.tag, "Vary": "Accept-Encoding"}
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = self.body
        if self.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body = self.compressed
            headers["Content-Encoding"] = "gzip"
        return Response(body, 200, headers, self.media_type)


@dataclass(frozen=True, slots=True)
class Face:
    """A built front end, in memory: a name that is not in it cannot be reached."""

    pages: dict[str, Page]

    @classmethod
    def of(cls, folder: Path) -> "Face":
        """Every file of a build folder."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        names = [path.relative_to(folder).as_posix() for path in files]
        return cls(
            {
                name: Page.of(name, path.read_bytes())
                for name, path in zip(names, files, strict=True)
            }
        )

    def page(self, name: str) -> Page:
        """The file of a name, or the start page for a place inside the app.

        Refuses: request.path_unknown.
        """
        found = self.pages.get(name)
        if found is None and not name.startswith(ASSETS):
            found = self.pages.get(INDEX)
        if found is None:
            raise PATH_UNKNOWN.because()
        return found


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def to_a_face(request: Request) -> Response:
    """A browser that was bound as a till goes to the till; whoever else comes, to the office."""
    bound = TERMINAL_COOKIE in request.cookies
    return RedirectResponse("/till/" if bound else "/office/", 302)


@router.api_route("/till", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def to_till_folder() -> Response:
    """The till's own paths are relative to its folder."""
    return RedirectResponse("/till/", 302)


@router.api_route("/till/{name:path}", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def till_page(request: Request, name: str) -> Response:
    """A file of the till. Refuses: request.path_unknown."""
    face: Face = request.app.state.till
    return face.page(name or INDEX).sent(request)


@router.api_route("/office", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def to_office_folder() -> Response:
    """The office's own paths are relative to its folder."""
    return RedirectResponse("/office/", 302)


@router.api_route("/office/{name:path}", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def office_page(request: Request, name: str) -> Response:
    """A file of the back office. Refuses: request.path_unknown."""
    face: Face = request.app.state.office
    return face.page(name or INDEX).sent(request)
