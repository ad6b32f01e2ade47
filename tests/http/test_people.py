"""What a manager does with members' records at the routes: pairs that are two people, what is asked."""

from uuid import UUID

import pytest
from pydantic import TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.members.subject_request import RequestKind, RequestState
from regulars.domain.stores.permissions import Role
from regulars.http.subject_requests import PAGE_ROWS, RequestPage
from regulars.use_cases.duplicate_pairs import Pair, PairPage
from regulars.use_cases.kept_apart import ApartPage, ApartSeen
from regulars.use_cases.members import ChangeProfile
from regulars.use_cases.subject_requests import EndRequest, TakeRequest
from tests.http.web import Client, Web
from tests.shops import ShopUnderTest

API = "/api/v1"


def wang_fang(shop: ShopUnderTest, phone: str) -> UUID:
    member = shop.join(phone)
    name = ProfileText(field=ProfileField.NAME, text="王芳")
    birthday = ProfileText(field=ProfileField.BIRTHDAY, text="1995-06-18")
    shop.run(ChangeProfile(member_id=member, revision=1, told=(name, birthday)))
    return member


def pairs_of(client: Client) -> tuple[Pair, ...]:
    body = client.get(f"{API}/duplicates").body
    return TypeAdapter(PairPage).validate_json(body).pairs


def apart_of(client: Client) -> tuple[ApartSeen, ...]:
    body = client.get(f"{API}/duplicates/apart").body
    return TypeAdapter(ApartPage).validate_json(body).pairs


def page_of(client: Client, cursor: UUID | None = None) -> RequestPage:
    query = "" if cursor is None else f"?cursor={cursor}"
    body = client.get(f"{API}/subject-requests{query}").body
    return TypeAdapter(RequestPage).validate_json(body)


def test_a_pair_is_put_aside_listed_and_suggested_again(web: Web) -> None:
    shop = web.shop
    wang, daughter = wang_fang(shop, "13800138000"), wang_fang(shop, "13900139000")
    manager = web.browser(web.hire(Role.STORE_MANAGER))
    assert len(pairs_of(manager)) == 1
    said = {
        "store_id": str(shop.store_id),
        "member_id": str(daughter),
        "other_id": str(wang),
        "reason": "母女两人",
    }
    key = str(shop.new_id())
    done = manager.send("POST", f"{API}/duplicates/apart", said, key=key)
    assert (done.status, done.json()["apart"]) == (201, True)
    again = manager.send("POST", f"{API}/duplicates/apart", said, key=key)
    assert again.json() == done.json(), "sent twice it is said once"
    assert manager.send("POST", f"{API}/duplicates/apart", said).code == "apart.already"
    assert pairs_of(manager) == ()
    assert manager.get(f"{API}/members/{wang}/duplicates").json()["candidates"] == []
    (row,) = apart_of(manager)
    assert (row.reason, str(row.id)) == ("母女两人", done.json()["id"])
    assert {row.shown, row.other_shown} == {"王芳 138****8000", "王芳 139****9000"}
    undo = f"{API}/duplicates/apart/{row.id}/undo"
    assert manager.send("POST", undo, {"reason": ""}).status == 422
    assert manager.send("POST", undo, {"reason": "是同一位"}).json()["apart"] is False
    gone = manager.send("POST", undo, {"reason": "是同一位"})
    assert (gone.status, gone.code) == (409, "apart.undone_already")
    assert apart_of(manager) == ()
    assert len(pairs_of(manager)) == 1


def manager_here(web: Web) -> Client:
    """The manager of the first store alone."""
    return web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, web.shop.store_id))


def test_who_may_not_merge_says_nothing_of_pairs(web: Web) -> None:
    shop = web.shop
    wang, daughter = wang_fang(shop, "13800138000"), wang_fang(shop, "13900139000")
    said = {
        "store_id": str(shop.store_id),
        "member_id": str(wang),
        "other_id": str(daughter),
        "reason": "母女两人",
    }
    cashier = web.browser(web.hire(Role.CASHIER))
    assert cashier.send("POST", f"{API}/duplicates/apart", said).status == 403
    manager = manager_here(web)
    elsewhere = {**said, "store_id": str(shop.other_store_id)}
    assert manager.send("POST", f"{API}/duplicates/apart", elsewhere).code == "scope.outside"
    assert len(pairs_of(manager)) == 1


@pytest.mark.parametrize("cursor", ["x", "n.zz.00", "d.abc", "d.ab.cd", "n.ab", f"d.{'ab' * 65}"])
def test_a_page_mark_of_duplicates_that_is_none_is_refused(web: Web, cursor: str) -> None:
    manager = web.browser(web.hire(Role.STORE_MANAGER))
    assert manager.get(f"{API}/duplicates?cursor={cursor}").status == 422


def asked_by(shop: ShopUnderTest, count: int, store: UUID | None = None) -> list[UUID]:
    """So many members who want a copy, one a day but for the first ten."""
    requests = []
    for number in range(count):
        if number > 10:
            shop.pass_time(days=1)
        command = TakeRequest(
            id=shop.new_id(),
            member_id=shop.join(f"13{8 if store is None else 7}001{number:05}"),
            store_id=store or shop.store_id,
            kind=RequestKind.COPY,
        )
        shop.run(command)
        requests.append(command.id)
    return requests


def test_requests_are_listed_by_their_day_page_by_page_and_none_is_lost(web: Web) -> None:
    shop = web.shop
    elsewhere = asked_by(shop, 3, shop.other_store_id)
    requests = asked_by(shop, PAGE_ROWS + 5)
    manager = manager_here(web)
    first = page_of(manager)
    found = [row.id for row in first.requests]
    assert len(found) == PAGE_ROWS
    # The one that marks the page ends meanwhile, and so does one before it.
    for one in (found[-1], found[0]):
        ended = EndRequest(request_id=one, state=RequestState.REFUSED, reason="不是本人")
        shop.run(ended)
    rest = page_of(manager, first.next_cursor)
    found += [row.id for row in rest.requests]
    assert rest.next_cursor is None
    assert set(found) == set(requests)
    assert len(found) == len(requests)
    days = [row.due_on for row in (*first.requests, *rest.requests)]
    assert days == sorted(days)
    unknown = manager.get(f"{API}/subject-requests?cursor={shop.new_id()}")
    assert (unknown.status, unknown.code) == (404, "privacy.request_unknown")
    theirs = manager.get(f"{API}/subject-requests?cursor={elsewhere[0]}")
    assert (theirs.status, theirs.code) == (404, "privacy.request_unknown")
    owner = web.browser(web.hire(Role.OWNER))
    assert set(elsewhere) <= {row.id for row in page_of(owner).requests}
