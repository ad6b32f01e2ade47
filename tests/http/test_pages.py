"""The till's files: kept for ever or asked for again, and never the wrong one."""

import gzip

from tests.http.web import Web


def test_the_root_leads_to_the_till(till: Web) -> None:
    stranger = till.client({})
    for path in ("/", "/till"):
        answer = stranger.get(path)
        assert (answer.status, answer.header("location")) == (302, "/till/")


def test_hashed_assets_are_kept_for_ever(till: Web) -> None:
    asset = till.client({}).get("/till/assets/app-1a2b3c.js")
    assert asset.header("cache-control") == "public, max-age=31536000, immutable"
    assert asset.header("content-type") == "text/javascript; charset=utf-8"


def test_a_missing_asset_is_never_the_start_page(till: Web) -> None:
    answer = till.client({}).get("/till/assets/app-gone.js")
    assert (answer.status, answer.code) == (404, "request.path_unknown")


def test_a_place_inside_the_till_is_its_start_page(till: Web) -> None:
    stranger = till.client({})
    for path in ("/till/", "/till/orders/today", "/till/index.html"):
        answer = stranger.get(path)
        assert answer.status == 200
        assert b"<title>till</title>" in answer.body
        assert answer.header("cache-control") == "no-cache"
        again = stranger.get(path, If_None_Match=answer.header("etag") or "")
        assert again.status == 304


def test_files_travel_compressed_where_the_browser_can(till: Web) -> None:
    plain = till.client({}).get("/till/assets/app-1a2b3c.js")
    small = till.client({}).get("/till/assets/app-1a2b3c.js", Accept_Encoding="gzip, br")
    assert small.header("content-encoding") == "gzip"
    assert gzip.decompress(small.body) == plain.body


def test_no_path_leads_out_of_the_folder(till: Web) -> None:
    stranger = till.client({})
    for path in ("/till/../pyproject.toml", "/till/assets/../../shop.sqlite3", "/till//etc/passwd"):
        answer = stranger.get(path)
        assert answer.status == 404 or b"<title>till</title>" in answer.body


def test_the_api_is_described_on_a_page_without_script(till: Web) -> None:
    page = till.client({}).get("/docs")
    assert page.status == 200
    assert b"<script" not in page.body
    assert b"style=" not in page.body
    assert b"sell_at_counter" in page.body
    assert till.client({}).get("/docs/style.css").status == 200
    document = till.client({}).get("/api/v1/openapi.json")
    assert "/api/v1/sales" in str(document.json()["paths"])
