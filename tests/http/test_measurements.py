"""Measurement over HTTP: the verdict in both languages, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.storage.engine import Write
from regulars.use_cases.assigning import Eligible, hold_out, this_years
from tests.answers import part, rows
from tests.http.web import Client, Web
from tests.measuring import (
    PROGRAMME,
    assigned,
    bought,
    declared,
    habits,
    halves,
    keep_out,
    moment_of,
    past_members,
)
from tests.shops import ShopUnderTest

PATH = f"/api/v1/measurements/{PROGRAMME}"


def a_campaign(shop: ShopUnderTest, *, control: int = 5_000) -> None:
    declared(shop, replace(halves("coupon", "points"), control=control))
    members = past_members(shop, 300)
    arms = assigned(shop, members)
    bills = []
    for one, habit in zip(members, habits(300, seed=1), strict=True):
        more = 600 * arms[one].contacted
        bills.append((one, Instant(shop.now - timedelta(days=3)), habit))
        bills.append((one, Instant(shop.now + timedelta(days=3)), habit + more))
    bought(shop, bills)
    shop.pass_time(days=28)


def marketer(web: Web) -> Client:
    return web.browser(web.hire(Role.MARKETER))


def test_the_verdict_comes_with_its_sentence_and_its_figures(web: Web) -> None:
    a_campaign(web.shop)
    told = marketer(web).get(PATH).json()
    assert (told["finding"], told["basis"], told["window_days"]) == ("works", "profit", 28)
    assert str(told["sentence_zh"]).startswith("有效：28 天里")
    assert str(told["sentence_en"]).startswith("It works: within 28 days")
    adjusted = part(part(told, "profit"), "adjusted")
    assert adjusted["difference"] == pytest.approx(600, abs=20)
    assert {one["arm"] for one in rows(told, "arms")} == {"control", "coupon", "points"}
    assert rows(told, "arms")[0]["arm"] == "control"
    assert part(told, "sample_ratio")["holds"] is True
    assert {one["kind"] for one in rows(told, "parts")} == {"variant", "store", "channel"}
    assert {one["name"] for one in rows(told, "variants")} == {"coupon", "points"}
    hint = marketer(web).get(f"{PATH}?days=7").json()
    assert (hint["window_days"], hint["declared_window_days"]) == (7, 28)
    assert "only a hint" in str(hint["sentence_en"])


def test_without_a_control_group_it_declines_politely(web: Web) -> None:
    a_campaign(web.shop, control=0)
    client = marketer(web)
    answer = client.get(PATH)
    assert (answer.status, answer.code) == (409, "measurement.no_control")
    told = answer.json()
    assert "没有留对照组" in str(told["detail_zh"])
    assert "hold back at least one in ten" in str(told["detail_en"])
    funnel = part(client.get(f"{PATH}/funnel").json(), "whole")
    assert rows(funnel, "steps")[0] == {"step": "invited", "members": 300, "of_before": None}


def test_what_was_never_drawn_is_not_found(web: Web) -> None:
    answer = marketer(web).get(PATH)
    assert (answer.status, answer.code) == (404, "assignment.programme_unknown")


def test_what_could_be_shown_and_what_the_past_says(web: Web) -> None:
    a_campaign(web.shop)
    client = marketer(web)
    told = client.get("/api/v1/measurements/detectable?members=2000&control=5000").json()
    assert told["members_known"] == 300
    assert float(str(told["detectable_minor"])) > float(str(told["at_one_look_minor"])) > 0
    tried = client.get("/api/v1/measurements/sham?splits=20").json()
    assert (tried["splits"], tried["sound"]) == (20, True)
    empty = client.get(f"/api/v1/measurements/sham?store_id={web.shop.other_store_id}")
    assert (empty.status, empty.code) == (409, "measurement.past_too_short")
    for bad in ("detectable", "detectable?members=1", "sham?days=0", f"{PROGRAMME}?days=9999"):
        assert client.get(f"/api/v1/measurements/{bad}").status == 422


def test_one_store_is_asked_about_by_whoever_manages_it(web: Web) -> None:
    a_campaign(web.shop)
    client = web.browser(web.hire(Role.MARKETER, Level.STORE, web.shop.store_id))
    assert client.get(PATH).code == "scope.outside"
    assert client.get(f"{PATH}?store_id={web.shop.other_store_id}").code == "scope.outside"
    assert client.get(f"{PATH}?store_id={web.shop.store_id}").json()["finding"] == "works"
    cashier = web.browser(web.hire(Role.CASHIER))
    assert cashier.get(PATH).code == "permission.missing"


def test_a_member_is_told_why_she_hears_of_it_or_does_not(web: Web) -> None:
    shop = web.shop
    declared(shop, halves())
    members = past_members(shop, 20)
    arms = assigned(shop, members)
    client = marketer(web)
    for one in members:
        (told,) = rows(client.get(f"/api/v1/members/{one}/assignments").json(), "assignments")
        assert (told["arm"], told["contacted"]) == (arms[one].arm, arms[one].contacted)
        assert (told["propensity"], told["eligible_set"]) == (5_000, "segment:test:1")
    assert {arms[one].contacted for one in members} == {True, False}


def test_all_marketing_of_a_year_is_asked_about_by_the_year(web: Web) -> None:
    shop = web.shop
    keep_out(shop, 200)
    members = past_members(shop, 200)
    eligible = [Eligible(one, shop.store_id, "leaf") for one in members]

    def work(tx: Write) -> frozenset[UUID]:
        moment = moment_of(shop)
        return hold_out(tx, moment, this_years(tx, moment), eligible, eligible_set="all")

    held = shop.database.write(work).result()
    told = marketer(web).get("/api/v1/measurements/everything/2026").json()
    drawn = {one["arm"]: one["assigned"] for one in rows(told, "arms")}
    assert drawn == {"control": len(held), "marketing": 200 - len(held)}
    assert (told["finding"], told["control_basis_points"]) == ("too_early", 200)
    never = marketer(web).get("/api/v1/measurements/everything/2031")
    assert (never.status, never.code) == (404, "assignment.programme_unknown")
