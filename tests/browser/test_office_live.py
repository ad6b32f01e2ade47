"""What somebody does elsewhere shows on an open page by itself, and takes nothing from under a hand."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Protocol
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Request, expect

from regulars.domain.loyalty.gift import Gift
from regulars.domain.stores.permissions import Role
from regulars.use_cases.ready_journeys import SwitchOn
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import CODE, PASSWORD, RunningShop
from tests.browser.staffing import add_person
from tests.shops import ShopUnderTest, named

ELSEWHERE = "chenmin"
# Somebody who looks at the page sees it in so long, without touching anything.
SEEN_WITHIN_MILLISECONDS = 3_000
EVENTS = "/api/v1/events"


def with_a_colleague(shop: ShopUnderTest) -> None:
    """One journey waits, there is a member, and 陈敏 works here too."""
    add_person(shop, ELSEWHERE, Role.OWNER, ("organisation", named("organisation")))
    shop.run(SwitchOn(code="big_bill", gift=Gift(points=50), cost_minor=500))
    shop.join("13800138000")


class Colleague(Protocol):
    """Does something at another desk."""

    def __call__(self, path: str, body: object, *, status: int = 200) -> None: ...


@pytest.fixture
def colleague_at() -> Iterator[Callable[[RunningShop], Colleague]]:
    """Somebody who is signed in at another desk."""
    with ExitStack() as desks:

        def at(shop: RunningShop) -> Colleague:
            client = desks.enter_context(httpx.Client(base_url=shop.url, timeout=30))
            form = {"login": ELSEWHERE, "code": CODE, "password": PASSWORD}
            answer = client.post("/api/v1/session/first", json=form)
            assert answer.status_code == 200, answer.text
            cookie = answer.headers["set-cookie"].partition(";")[0]

            def act(path: str, body: object, *, status: int = 200) -> None:
                headers = {"Cookie": cookie, "Idempotency-Key": str(uuid4())}
                done = client.post(f"/api/v1{path}", json=body, headers=headers)
                assert done.status_code == status, done.text

            return act

        yield at


def offer_a_gift(colleague: Colleague, code: str) -> None:
    """She switches a ready journey on; its gift waits for a second person."""
    gift = {"points": 20, "bonus_minor": 0, "coupon_types": [], "cost_minor": 200}
    colleague(f"/ready-journeys/{code}/switch-on", {"gift": gift})


def listens(office: Office) -> list[Request]:
    """The streams that the page opens from now on."""
    opened: list[Request] = []
    office.page.on("request", lambda one: opened.append(one) if EVENTS in one.url else None)
    return opened


def listening(office: Office, *, at: str) -> None:
    """She signs in at a page, which listens from then on."""
    with office.page.expect_response(lambda answer: EVENTS in answer.url):
        office.first_sign_in(at=at)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_approval_that_is_asked_for_elsewhere_stands_on_the_open_page(
    shop_server: OpenShop,
    office_at: OpenOffice,
    colleague_at: Callable[[RunningShop], Colleague],
    language: str,
) -> None:
    shop = shop_server(with_a_colleague)
    office = office_at(shop, language)
    colleague = colleague_at(shop)
    listening(office, at="/office/approvals")
    waiting = office.part("waiting-journey")
    expect(waiting).to_have_count(1)
    # She is in the middle of the page, with the keyboard on a button.
    button = waiting.get_by_role("button").first
    button.focus()
    office.page.evaluate("scrollTo(0, 40)")
    before = office.page.evaluate("scrollY")
    offer_a_gift(colleague, "come_back")
    expect(waiting).to_have_count(2, timeout=SEEN_WITHIN_MILLISECONDS)
    expect(waiting.nth(0).get_by_role("button").first).to_be_focused()
    assert office.page.evaluate("scrollY") == before
    office.is_accessible()
    office.undisturbed()


def test_while_a_question_is_open_the_page_waits_with_what_is_new(
    shop_server: OpenShop,
    office_at: OpenOffice,
    colleague_at: Callable[[RunningShop], Colleague],
) -> None:
    shop = shop_server(with_a_colleague)
    office = office_at(shop)
    colleague = colleague_at(shop)
    listening(office, at="/office/approvals")
    waiting = office.part("waiting-journey")
    waiting.get_by_role("button").first.click()
    expect(office.part("yes")).to_be_visible()
    offer_a_gift(colleague, "come_back")
    office.page.wait_for_timeout(SEEN_WITHIN_MILLISECONDS)
    expect(waiting).to_have_count(1)
    office.page.keyboard.press("Escape")
    expect(waiting).to_have_count(2, timeout=SEEN_WITHIN_MILLISECONDS)
    office.undisturbed()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_new_members_are_a_word_above_the_list_and_no_row_moves(
    shop_server: OpenShop,
    office_at: OpenOffice,
    colleague_at: Callable[[RunningShop], Colleague],
    language: str,
) -> None:
    shop = shop_server(with_a_colleague)
    office = office_at(shop, language)
    colleague = colleague_at(shop)
    streams = listens(office)
    listening(office, at="/office/members")
    rows = office.page.locator("main tbody tr")
    expect(rows).to_have_count(1)
    member = {
        "id": str(named("member:new")),
        "store_id": str(named("store:S1")),
        "identities": [{"kind": "phone", "text": "13900139000"}],
    }
    colleague("/members", member, status=201)
    news = office.part("newcomers")
    expect(news).to_have_text(
        office.say("有新会员加入，点击显示", "New members have joined: show them"),
        timeout=SEEN_WITHIN_MILLISECONDS,
    )
    expect(rows).to_have_count(1)
    office.is_accessible()
    news.click()
    expect(rows).to_have_count(2)
    expect(news).to_have_count(0)
    # From page to page it is one and the same stream.
    office.link("首页", "Home").click()
    expect(office.part("tasks")).to_be_visible()
    assert len(streams) == 1
    office.undisturbed()


def test_the_first_page_counts_what_waits_while_it_is_open(
    shop_server: OpenShop,
    office_at: OpenOffice,
    colleague_at: Callable[[RunningShop], Colleague],
) -> None:
    shop = shop_server(with_a_colleague)
    office = office_at(shop)
    colleague = colleague_at(shop)
    listening(office, at="/office/home")
    waiting = office.part("tasks").locator("li", has_text=office.say("审批", "approv"))
    expect(waiting.locator(".chip")).to_have_text("1")
    # The page has just looked: it looks again when it is time, and once for all that came.
    offer_a_gift(colleague, "come_back")
    offer_a_gift(colleague, "tier_up")
    expect(waiting.locator(".chip")).to_have_text("3")
    office.undisturbed()
