"""The files of till and office: kept for ever or asked for again, and never the wrong one."""

import gzip

import pytest

from regulars.http.auth import TERMINAL_COOKIE
from tests.http.web import Web

FACES = pytest.mark.parametrize("face", ["till", "office"])


def test_the_root_leads_a_bound_browser_to_the_till_and_others_to_the_office(till: Web) -> None:
    bound = till.client({"Cookie": f"{TERMINAL_COOKIE}=anything"}).get("/")
    assert (bound.status, bound.header("location")) == (302, "/till/")
    stranger = till.client({}).get("/")
    assert (stranger.status, stranger.header("location")) == (302, "/office/")


@FACES
def test_a_face_lives_below_its_folder(till: Web, face: str) -> None:
    answer = till.client({}).get(f"/{face}")
    assert (answer.status, answer.header("location")) == (302, f"/{face}/")


@FACES
def test_hashed_assets_are_kept_for_ever(till: Web, face: str) -> None:
    asset = till.client({}).get(f"/{face}/assets/app-1a2b3c.js")
    assert asset.header("cache-control") == "public, max-age=31536000, immutable"
    assert asset.header("content-type") == "text/javascript; charset=utf-8"


@FACES
def test_a_missing_asset_is_never_the_start_page(till: Web, face: str) -> None:
    answer = till.client({}).get(f"/{face}/assets/app-gone.js")
    assert (answer.status, answer.code) == (404, "request.path_unknown")


@FACES
def test_a_place_inside_a_face_is_its_start_page(till: Web, face: str) -> None:
    stranger = till.client({})
    for path in (f"/{face}/", f"/{face}/orders/today", f"/{face}/index.html"):
        answer = stranger.get(path)
        assert answer.status == 200
        assert f"<title>{face}</title>".encode() in answer.body
        assert answer.header("cache-control") == "no-cache"
        again = stranger.get(path, If_None_Match=answer.header("etag") or "")
        assert again.status == 304


def test_files_travel_compressed_where_the_browser_can(till: Web) -> None:
    plain = till.client({}).get("/till/assets/app-1a2b3c.js")
    small = till.client({}).get("/till/assets/app-1a2b3c.js", Accept_Encoding="gzip, br")
    assert small.header("content-encoding") == "gzip"
    assert gzip.decompress(small.body) == plain.body


@FACES
def test_no_path_leads_out_of_the_folder(till: Web, face: str) -> None:
    stranger = till.client({})
    for path in ("../pyproject.toml", "assets/../../shop.sqlite3", "/etc/passwd"):
        answer = stranger.get(f"/{face}/{path}")
        assert answer.status == 404 or f"<title>{face}</title>".encode() in answer.body


def test_the_api_is_described_on_a_page_without_script(till: Web) -> None:
    page = till.client({}).get("/docs")
    assert page.status == 200
    assert b"<script" not in page.body
    assert b"style=" not in page.body
    assert b"sell_at_counter" in page.body
    assert till.client({}).get("/docs/style.css").status == 200
    document = till.client({}).get("/api/v1/openapi.json")
    assert "/api/v1/sales" in str(document.json()["paths"])
