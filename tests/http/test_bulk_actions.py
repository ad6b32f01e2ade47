"""One act for many members over the wire: proposed, agreed to, its list as a file, and every no."""

import csv
from io import StringIO
from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.stores.permissions import Role
from regulars.jobs.bulk_actions import carry_out
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores as tables
from regulars.use_cases.members import ChangeProfile
from tests.http.test_segments import marketer_of
from tests.http.web import A1, Client, Web
from tests.shops import OPENING, named
from tests.workshops import run_out

API = "/api/v1/bulk-actions"
FORMULA = "=HYPERLINK(1)"


def four_eyes(web: Web) -> None:
    """A second person has always to agree."""

    def work(tx: Write) -> None:
        row = {"id": named("alone"), "field": "members.bulk_alone_max", "value": 0}
        common = {"level": "organisation", "effective_at": OPENING, "version": 1, "locked": False}
        who = {"recorded_at": OPENING, "recorded_by": "test"}
        tx.add(tables.setting, [{**row, **common, **who}])
        raise_revision(tx, "terms")

    web.write(work)


def form(web: Web, kind: str, *, ticked: tuple[UUID, ...] = (), **act: object) -> dict[str, object]:
    chosen = {"member_ids": [str(one) for one in ticked]}
    body = {"act": {"kind": kind, **act}, "chosen": chosen, "reason": "开业三周年"}
    return {"id": str(web.shop.new_id()), **body}


def proposed(client: Client, body: dict[str, object]) -> str:
    answer = client.send("POST", API, body)
    assert answer.status == 201, answer.body
    return str(body["id"])


def lines(text: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(text.decode("utf-8-sig"))))


def test_a_list_is_agreed_to_taken_out_masked_and_without_formulas(web: Web) -> None:
    four_eyes(web)
    shop = web.shop
    wang, _ = shop.join("13912345678"), shop.join("13800138001")
    told = (ProfileText(field=ProfileField.NAME, text=FORMULA),)
    shop.run(ChangeProfile(member_id=wang, revision=1, told=told))
    owner, marketer = web.browser(web.hire(Role.OWNER)), marketer_of(web)
    reach = marketer.get(f"{API}/reach").json()
    assert reach == {"members": 2, "alone_max": 0}
    action = proposed(marketer, form(web, "export"))
    listed = marketer.get(API).json()["actions"]
    assert isinstance(listed, list)
    assert [(one["id"], one["state"], one["members"]) for one in listed] == [(action, "waiting", 2)]
    file = f"{API}/{action}/file?language=en"
    assert marketer.send("POST", file).code == "bulk.no_file"
    assert marketer.send("POST", f"{API}/{action}/approve").code == "bulk.same_person"
    assert owner.send("POST", f"{API}/{action}/approve").json()["state"] == "running"
    assert owner.send("POST", f"{API}/{action}/approve").code == "bulk.not_waiting"
    run_out(carry_out, shop)
    assert owner.send("POST", file).code == "bulk.file_not_yours"
    key = shop.new_id()
    answer = marketer.send("POST", file, key=key)
    assert (answer.status, answer.header("cache-control")) == (200, "no-store")
    heads, *rows = lines(answer.body)
    assert heads[:3] == ["Member", "Known by", "Tier"]
    known = {row[1]: row for row in rows}
    assert set(known) == {"139****5678", "138****8001"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert known["139****5678"][6:9] == ["2026-05-04", "People's Square", "Active"]
    assert lines(marketer.send("POST", file, key=key).body) == [heads, *rows]
    assert b"13912345678" not in answer.body
    shop.pass_time(days=8)
    marketer = marketer_of(web)
    assert marketer.get(f"{API}/{action}").json()["state"] == "done"


def test_for_whom_it_was_not_done_is_told_masked(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13912345678")
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    tags = {"tags": [f"标签{number}" for number in range(30)]}
    assert manager.send("PUT", f"/api/v1/members/{wang}/tags", tags).status == 200
    body = form(web, "tag", ticked=(wang,), tag="老街坊")
    action = proposed(manager, body)
    run_out(carry_out, shop)
    seen = manager.get(f"{API}/{action}").json()
    assert (seen["state"], seen["found"], seen["tag"]) == ("done", {"tags_too_many": 1}, "老街坊")
    page = manager.get(f"{API}/{action}/refused").json()
    row = {"id": str(wang), "name": "", "masked_phone": "139****5678", "outcome": "tags_too_many"}
    assert page == {"members": [row], "next_cursor": None}


def test_the_same_proposal_twice_is_one_and_a_wrong_one_changes_nothing(web: Web) -> None:
    wang = web.shop.join("13912345678")
    marketer = marketer_of(web)
    body = form(web, "export", ticked=(wang,))
    key = web.shop.new_id()
    first = marketer.send("POST", API, body, key=key)
    assert marketer.send("POST", API, body, key=key).body == first.body
    assert marketer.send("POST", API, {**body, "reason": "别的"}, key=key).code == "command.reused"
    for wrong, code in (
        (form(web, "coupon", ticked=(wang,)), "bulk.malformed"),
        (form(web, "tag", ticked=(wang,), tag="常客"), "permission.missing"),
        (form(web, "export", ticked=(web.shop.new_id(),)), "member.unknown"),
        ({**form(web, "export"), "reason": "  "}, "bulk.reason_missing"),
    ):
        refused = marketer.send("POST", API, wrong)
        assert refused.code == code
    listed = marketer.get(API).json()["actions"]
    assert isinstance(listed, list)
    assert [one["id"] for one in listed] == [body["id"]]


def test_whoever_may_agree_declines_with_a_reason(web: Web) -> None:
    four_eyes(web)
    wang = web.shop.join("13912345678")
    marketer = marketer_of(web)
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    action = proposed(manager, form(web, "tag", ticked=(wang,), tag="常客"))
    other = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    reason = {"reason": "先别打标签"}
    assert other.send("POST", f"{API}/{action}/end", reason).code == "permission.missing"
    assert other.send("POST", f"{API}/{action}/approve").code == "permission.missing"
    assert marketer.send("POST", f"{API}/{action}/end", reason).json()["state"] == "declined"
    seen = manager.get(f"{API}/{action}").json()
    assert (seen["state"], seen["end_reason"]) == ("declined", "先别打标签")
    assert manager.send("POST", f"{API}/{action}/end", reason).code == "bulk.over"
    assert manager.get(f"{API}/{web.shop.new_id()}").code == "bulk.unknown"
