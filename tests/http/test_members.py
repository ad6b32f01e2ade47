"""The members' routes: what a till may ask, what it is shown, and what it never learns."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from regulars.domain.members.member import MemberState
from regulars.domain.stores.permissions import PERMISSIONS_OF, Permission, Role
from regulars.http import consents, coupons, faults, members, statements
from regulars.http.edge import Edge, Facing
from regulars.http.policy import check_policies
from regulars.storage.engine import Database
from regulars.storage.tables import stores
from tests.shops import ShopUnderTest, named, open_shop

PHONE = "13812345678"
ROUTERS = (members.router, statements.router, consents.router, coupons.router)


@dataclass(frozen=True, slots=True)
class Till:
    """A caller with a key of its own."""

    shop: ShopUnderTest
    client: TestClient
    token: str

    def get(self, path: str) -> Response:
        """Ask."""
        answer: Response = self.client.get(f"/api/v1{path}", headers=self._headers())
        return answer

    def send(
        self,
        path: str,
        body: object,
        *,
        method: str = "POST",
        revision: int | None = None,
        key: UUID | None = None,
    ) -> Response:
        """Write."""
        headers = self._headers() | {"Idempotency-Key": str(key or self.shop.new_id())}
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        answer: Response = self.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        return answer

    def joined(self, phone: str = PHONE, **more: object) -> Response:
        """A guest who joins."""
        identities = [{"kind": "phone", "text": phone}]
        body = {
            "id": str(self.shop.new_id()),
            "store_id": str(self.shop.store_id),
            "identities": identities,
        }
        return self.send("/members", {**body, **more})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


@pytest.fixture
def client(shop: ShopUnderTest) -> Iterator[TestClient]:
    app = FastAPI()
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    faults.install(app)
    app.state.edge = Edge(
        database=shop.database,
        vault=shop.vault,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
        facing=Facing(),
    )
    with TestClient(app, base_url="https://till.test") as opened:
        yield opened


def a_till(shop: ShopUnderTest, client: TestClient, role: Role) -> Till:
    """A caller with a role's rights in the first store."""
    token = f"rk_{role.value}".ljust(60, "x")
    row = {
        "id": named(f"key:{role.value}"),
        "name": role.value,
        "secret_hash": hashlib.sha256(token.encode()).digest(),
        "permissions": sorted(PERMISSIONS_OF[role]),
        "level": "store",
        "place_id": shop.store_id,
        "created_by": "test",
        "created_at": shop.now,
        "expires_at": shop.now + timedelta(days=1),
    }
    shop.database.write(lambda tx: tx.add(stores.api_key, [row])).result()
    return Till(shop, client, token)


@pytest.fixture
def cashier(shop: ShopUnderTest, client: TestClient) -> Till:
    return a_till(shop, client, Role.CASHIER)


@pytest.fixture
def manager(shop: ShopUnderTest, client: TestClient) -> Till:
    return a_till(shop, client, Role.STORE_MANAGER)


def code_of(response: Response) -> str:
    code: str = response.json()["code"]
    return code


def test_every_route_says_who_may_call_it() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    assert check_policies(app) >= 15


def test_a_guest_joins_and_is_greeted_with_her_gift(cashier: Till) -> None:
    answer = cashier.joined(name="李敏")
    assert answer.status_code == 201
    card = answer.json()
    assert (card["name"], card["masked_phone"], card["points"]) == ("李敏", "138****5678", 50)
    assert card["gift"]["points"] == 50
    assert card["gift"]["coupons"][0]["name_en"] == "5 off"
    assert card["tier"]["name_zh"] == "茶友"
    assert card["next_tier"] == {
        "code": "gold",
        "name_zh": "金叶",
        "name_en": "Gold leaf",
        "missing": 100,
    }
    assert [one["name_zh"] for one in card["coupons"]] == ["立减5元"]


def test_a_retry_of_joining_shows_the_same_member(cashier: Till, shop: ShopUnderTest) -> None:
    key, body = (
        shop.new_id(),
        {
            "id": str(shop.new_id()),
            "store_id": str(shop.store_id),
            "identities": [{"kind": "phone", "text": PHONE}],
        },
    )
    first = cashier.send("/members", body, key=key)
    assert cashier.send("/members", body, key=key).json() == first.json()


def test_a_member_is_looked_up_in_the_body_and_by_her_id(cashier: Till) -> None:
    card = cashier.joined().json()
    for text in (PHONE, "+86 138 1234 5678"):
        found = cashier.send("/members/lookup", {"text": text})
        assert found.status_code == 200
        assert found.json()["id"] == card["id"]
    assert cashier.get(f"/members/{card['id']}").json()["masked_phone"] == "138****5678"


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("13912345678", 404, "member.unknown"),
        ("1381234", 404, "member.unknown"),
        ("李敏", 422, "member.lookup_malformed"),
        ("138%", 422, "member.lookup_malformed"),
    ],
)
def test_part_of_a_number_or_a_name_finds_nobody(
    cashier: Till, text: str, status: int, code: str
) -> None:
    cashier.joined(name="李敏")
    answer = cashier.send("/members/lookup", {"text": text})
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert text not in answer.text


def test_a_phone_that_is_taken_tells_nothing_of_its_owner(cashier: Till) -> None:
    card = cashier.joined(name="李敏").json()
    answer = cashier.joined(name="别人")
    assert (answer.status_code, code_of(answer)) == (409, "member.identity_taken")
    assert card["id"] not in answer.text
    assert PHONE not in answer.text


def test_a_cashier_sees_a_masked_profile_and_cannot_reveal_it(cashier: Till, manager: Till) -> None:
    member_id = cashier.joined(name="李敏").json()["id"]
    told = {"birthday": "1990-05-01", "address": "南京西路 1 号", "taboos": "不吃香菜"}
    assert manager.send(f"/members/{member_id}/profile", told, method="PATCH", revision=1).json()
    seen = cashier.get(f"/members/{member_id}/profile").json()
    assert (seen["birthday"], seen["address"], seen["taboos"]) == ("--05-01", "****", "不吃香菜")
    assert PHONE[3:7] not in str(seen)
    reason = {"reason": "会员来电核对"}
    refused = cashier.send(f"/members/{member_id}/reveal", reason)
    assert (refused.status_code, code_of(refused)) == (403, "permission.missing")
    full = manager.send(f"/members/{member_id}/reveal", reason).json()
    assert full["birthday"] == "1990-05-01"
    assert full["identities"][0]["shown"] == f"+86{PHONE}"


def test_a_profile_is_changed_from_the_revision_that_was_seen(cashier: Till, manager: Till) -> None:
    member_id = cashier.joined().json()["id"]
    path = f"/members/{member_id}/profile"
    tag = manager.get(path).headers["etag"]
    revision = int(tag.strip('"'))
    assert (
        manager.send(path, {"name": "李敏"}, method="PATCH", revision=revision).status_code == 200
    )
    stale = manager.send(path, {"name": "王"}, method="PATCH", revision=revision)
    assert (stale.status_code, code_of(stale)) == (412, "precondition.failed")
    assert manager.send(path, {"name": "王"}, method="PATCH").status_code in {412, 428}
    unknown = manager.send(path, {"balance": 5}, method="PATCH", revision=2)
    assert unknown.status_code == 422
    taken_back = manager.send(path, {"name": None}, method="PATCH", revision=2)
    assert taken_back.status_code == 200
    assert manager.get(path).json()["name"] is None


def test_identities_and_cards_are_the_managers_business(cashier: Till, manager: Till) -> None:
    member_id = cashier.joined().json()["id"]
    added = {"kind": "email", "text": "Li.Min@qq.com"}
    path = f"/members/{member_id}/identities"
    assert cashier.send(path, added).status_code == 403
    assert manager.send(path, added).status_code == 201
    code = manager.send(f"/members/{member_id}/cards", None).json()["card_code"]
    for text in ("li.min@qq.com", code):
        assert cashier.send("/members/lookup", {"text": text}).json()["id"] == member_id
    assert manager.send(f"{path}/remove", added).status_code == 200
    assert cashier.send("/members/lookup", {"text": "li.min@qq.com"}).status_code == 404


def test_freezing_shows_on_the_card(cashier: Till, manager: Till) -> None:
    member_id = cashier.joined().json()["id"]
    manager.send(f"/members/{member_id}/freeze", {"reason": "卡丢了"})
    assert cashier.get(f"/members/{member_id}").json()["state"] == MemberState.FROZEN
    manager.send(f"/members/{member_id}/unfreeze", {"reason": "找到了"})
    assert cashier.get(f"/members/{member_id}").json()["state"] == MemberState.ACTIVE


def test_consent_is_given_and_taken_back_in_the_same_way(cashier: Till) -> None:
    wordings = cashier.get("/wordings").json()
    marketing = next(one for one in wordings if one["purpose"] == "marketing")
    assert marketing["text_zh"]
    assert marketing["text_en"]
    member_id = cashier.joined().json()["id"]
    path = f"/members/{member_id}/consents"
    assert cashier.get(path).json() == []
    for granted in (True, False):
        choice = {
            "channel": "sms",
            "purpose": "marketing",
            "granted": granted,
            "wording_version": marketing["version"],
        }
        assert cashier.send(path, {"choices": [choice]}).status_code == 201
        cashier.shop.pass_time(minutes=1)
    assert [one["granted"] for one in cashier.get(path).json()] == [True, False]


def test_a_coupon_is_given_and_taken_back_by_hand(cashier: Till, manager: Till) -> None:
    shop, member_id = manager.shop, cashier.joined().json()["id"]
    body = {
        "id": str(shop.new_id()),
        "coupon_type_id": str(named("coupon_type:TEN")),
        "store_id": str(shop.store_id),
        "reason": "饮品做错了",
    }
    path = f"/members/{member_id}/coupons"
    assert cashier.send(path, body).status_code == 403
    assert manager.send(path, body).status_code == 201
    elsewhere = {**body, "id": str(shop.new_id()), "store_id": str(shop.other_store_id)}
    assert code_of(manager.send(path, elsewhere)) == "scope.outside"
    reason = {"reason": "发错了"}
    assert manager.send(f"/coupons/{body['id']}/void", reason).status_code == 200
    assert code_of(manager.send(f"/coupons/{body['id']}/void", reason)) == "coupon.not_open"


def test_a_statement_lists_what_moved(cashier: Till) -> None:
    member_id = cashier.joined().json()["id"]
    page = cashier.get(f"/members/{member_id}/statement").json()
    assert [(row["kind"], row["amount"]) for row in page["rows"]] == [("gift", 50)]
    assert cashier.get(f"/members/{cashier.shop.new_id()}/statement").status_code == 404


def test_nobody_without_a_right_reads_a_member(shop: ShopUnderTest, client: TestClient) -> None:
    accountant = a_till(shop, client, Role.ACCOUNTANT)
    assert Permission.MEMBER_READ not in PERMISSIONS_OF[Role.ACCOUNTANT]
    member_id = shop.join(PHONE)
    assert accountant.get(f"/members/{member_id}").status_code == 403
    assert accountant.send("/members/lookup", {"text": PHONE}).status_code == 403
    assert client.get(f"/api/v1/members/{member_id}").status_code == 401
