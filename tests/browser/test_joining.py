"""C2: a guest without an account joins while paying and has everything at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from playwright.sync_api import expect
from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.storage.statement import Statement
from regulars.storage.tables import members
from tests.browser.conftest import OpenShop
from tests.browser.till import Till, figures

PHONE = "13912345678"


class Granted(NamedTuple):
    """What a guest agreed to, under which words, and when."""

    purpose: str
    wording_version: str
    at: Instant


_CONSENT = members.consent.c
GRANTED: Statement[Granted] = Statement(
    select(_CONSENT.purpose, _CONSENT.wording_version, _CONSENT.at).where(_CONSENT.granted),
    row=Granted,
)
EVERYBODY: Statement[UUID] = Statement(select(members.member.c.id))


def test_a_guest_joins_at_the_counter_and_this_very_sale_has_the_coupon_and_the_points(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.type_anywhere(PHONE)
    till.join()
    till.due("¥35.00")
    expect(till.page.locator(".deductions")).to_contain_text("立减5元")
    till.pay_exact_cash()
    receipt = till.paid()
    expect(receipt).to_contain_text("139****5678")
    expect(receipt).to_contain_text("本次积分+35")
    expect(receipt).to_contain_text("积分余额85")
    assert "−¥5.00" in figures(receipt.inner_text())
    with shop.read() as database, database.read() as read:
        granted = read.all(GRANTED)
    assert [(one.purpose, one.wording_version) for one in granted] == [("membership", "1")]
    assert granted[0].at > datetime.now(UTC) - timedelta(minutes=5)
    till.undisturbed()
    shop.ledger_is_clean()


def test_joining_without_agreeing_to_the_terms_is_not_possible(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.type_anywhere(PHONE)
    till.part("join").tap()
    expect(till.page.get_by_role("alert")).to_contain_text("同意会员条款")
    expect(till.part("consent-membership")).not_to_be_checked()
    with shop.read() as database, database.read() as read:
        assert read.all(EVERYBODY) == []


def test_a_scanned_phone_number_greets_the_member_whatever_is_on_the_screen(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(lambda prepared: prepared.join(PHONE))
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶")
    till.due("¥18.00")
    till.pay()
    till.scan(PHONE)
    expect(till.page.locator(".strip")).to_contain_text("139****5678")
    expect(till.part("rest")).to_have_text("¥13.00")
    till.undisturbed()
