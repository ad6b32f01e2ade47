"""Back-tests over HTTP: asked for, done beside the tills, and taken away."""

from pathlib import Path

import orjson

from regulars.cli.backtest import drafts_of
from regulars.domain.stores.permissions import Role
from tests.answers import part, rows
from tests.backtesting import TENTH
from tests.http.test_offers import marketer_of
from tests.http.web import A1, Client, Web
from tests.limited_offers import bought
from tests.shops import named

PATH = "/api/v1/backtests"


def asked(web: Web, **more: object) -> dict[str, object]:
    draft = {"id": str(named("draft")), "name_zh": "全场九折", "definition": TENTH}
    days = {"since": "2026-05-01", "until": "2026-06-01"}
    what = {"id": str(web.shop.new_id()), "name": "九折试算", "drafts": [draft]}
    return {**what, **days, **more}


def finished(client: Client, path: str) -> dict[str, object]:
    """The back-test once it has come to an end."""
    while True:
        answer = client.get(path).json()
        if answer["state"] not in ("queued", "running"):
            return answer


def test_a_backtest_is_asked_for_and_its_figures_are_taken_away(web: Web) -> None:
    bought(web.shop, "mango_ice", due=2_200)
    client = marketer_of(web)
    body = asked(web, store_ids=[str(A1)], budget_minor=200)
    started = client.send("POST", PATH, body)
    assert (started.status, started.json()["state"]) == (202, "queued")
    path = f"{PATH}/{body['id']}"
    found = finished(client, path)
    assert (found["state"], found["done"], found["total"]) == ("done", 1, 1)
    assert part(part(found, "result"), "totals")["draft_minor"] == 220
    assert part(found, "definition")["store_ids"] == [str(A1)]
    assert [row["id"] for row in client.get(PATH).rows()] == [body["id"]]
    table = client.get(f"{path}/result.csv")
    assert "totals,draft_minor,220" in table.body.decode("utf-8-sig")
    picture = client.get(f"{path}/plot.svg")
    assert picture.header("content-type") == "image/svg+xml"
    assert "九折试算" in picture.body.decode()
    assert client.send("POST", f"{path}/stop").code == "backtest.finished"


def test_what_nobody_could_replay_is_refused(till: Web) -> None:
    client = marketer_of(till)
    wrong = asked(till, since="2026-06-01", until="2026-05-01")
    assert client.send("POST", PATH, wrong).code == "backtest.period_wrong"
    assert client.send("POST", PATH, asked(till, months=99)).code == "request.invalid"
    nonsense = {"kind": "percent", "effect": {"basis_points": 20_000, "per": "order"}}
    draft = {"id": str(named("draft")), "name_zh": "全场", "definition": nonsense}
    assert client.send("POST", PATH, asked(till, drafts=[draft])).status == 422
    unknown = f"{PATH}/{till.shop.new_id()}"
    assert client.get(unknown).code == "backtest.unknown"
    assert client.get(f"{unknown}/plot.svg").code == "backtest.unknown"
    assert client.get(PATH).rows() == []


def test_a_cashier_asks_for_none(till: Web) -> None:
    cashier = till.browser(till.hire(Role.CASHIER))
    assert cashier.send("POST", PATH, asked(till)).code == "permission.missing"


def test_the_drafts_of_a_request_are_the_drafts_of_a_file(till: Web, tmp_path: Path) -> None:
    file = tmp_path / "drafts.json"
    drafts = rows(asked(till), "drafts")
    file.write_bytes(orjson.dumps(drafts))
    (draft,) = drafts_of(file)
    assert (str(draft.id), draft.name.zh, draft.definition) == (
        drafts[0]["id"],
        drafts[0]["name_zh"],
        TENTH,
    )
