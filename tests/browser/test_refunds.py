"""C6: one line of three comes back, of a sale with coupon, points and stored value."""

from collections.abc import Callable

from playwright.sync_api import expect

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level
from regulars.domain.pricing.basket import Choices
from regulars.use_cases.offers import SaveOffer
from tests.browser.conftest import OpenShop
from tests.browser.till import Till
from tests.shops import ShopUnderTest, named

PHONE = "13912345678"
TERMS = {"joining.points": 800, "joining.coupon_types": [], "top_up.offers": []}


def sold(shop: ShopUnderTest) -> None:
    """Three lines of 62.00 in all: coupon 10.00, 200 points, 20.00 stored value, 30.00 cash."""
    member = shop.join(PHONE)
    shop.top_up(member, 12_000)
    coupon = shop.coupon(member, "TEN")
    lines = [shop.line("milk_tea"), shop.line("mango_ice"), shop.line("mango_ice", pearls=0)]
    choices = Choices(coupons=(coupon,), points=200)
    shop.run(shop.sale(lines, member=member, stored=2_000, cash=3_000, choices=choices))


def test_the_plan_shows_what_a_refund_undoes_before_anybody_confirms_it(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(sold, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.page.get_by_role("button", name="订单").tap()
    till.page.locator(".rows .row").first.tap()
    till.page.get_by_role("button", name="退款", exact=True).tap()
    sheet = till.page.locator("dialog")
    sheet.get_by_role("button", name="加一份").first.tap()
    plan = till.part("refund-plan")
    expect(plan).to_contain_text("现金")
    expect(plan).to_contain_text("退回使用的积分")
    expect(plan).to_contain_text("扣回本单所得积分")
    expect(plan).to_contain_text("优惠券不退回")
    amount = plan.locator(".amount").inner_text()
    confirm = till.part("refund-confirm")
    expect(confirm).to_be_disabled()
    sheet.get_by_role("button", name="做错了").tap()
    expect(confirm).to_have_text(f"确认退款 {amount}")
    confirm.tap()
    expect(sheet).to_have_count(0)
    receipt = till.page.locator(".receipt")
    expect(receipt).to_contain_text("退款 1")
    expect(receipt).to_contain_text(f"−{amount}")
    expect(receipt).to_contain_text("做错了")
    till.undisturbed()
    shop.ledger_is_clean()


def test_what_came_back_cannot_come_back_again_and_the_rest_returns_the_coupon(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(sold, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.page.get_by_role("button", name="订单").tap()
    till.page.locator(".rows .row").first.tap()
    till.page.get_by_role("button", name="退款", exact=True).tap()
    till.page.locator("dialog").get_by_role("button", name="加一份").first.tap()
    till.page.get_by_role("button", name="品质问题").tap()
    till.part("refund-confirm").tap()
    expect(till.page.locator("dialog")).to_have_count(0)
    till.page.get_by_role("button", name="退款", exact=True).tap()
    expect(till.page.locator("dialog")).to_contain_text("已全部退完")
    till.part("refund-all").tap()
    expect(till.part("refund-plan")).to_contain_text("优惠券退回：立减10元")
    till.page.get_by_role("button", name="顾客不要了").tap()
    till.part("refund-confirm").tap()
    expect(till.page.locator(".rows .row").first).to_contain_text("已退款")
    expect(
        till.page.locator(".detail").get_by_role("button", name="退款", exact=True)
    ).to_have_count(0)
    till.undisturbed()
    shop.ledger_is_clean()


def sold_with_a_choice(shop: ShopUnderTest) -> None:
    """Two teas and a mango ice, 58.00 less 5.00: 满40减5 leaves the cashier the choice."""
    steps = [{"threshold_minor": 4_000, "off_minor": 500}]
    definition = {
        "kind": "spend_and_save",
        "effect": {"steps": steps, "base": "after_item"},
        "on_return": "choose",
    }
    offer = SaveOffer(
        id=named("offer:forty"),
        seen=0,
        name=Label("满40减5", "5 off 40"),
        level=Level.ORGANISATION,
        place_id=None,
        definition=definition,
        effective_at=None,
        ends_at=None,
    )
    shop.run(offer)
    lines = [shop.line("milk_tea", quantity=2), shop.line("mango_ice")]
    shop.run(shop.sale(lines, cash=5_300))


def test_both_ways_stand_side_by_side_where_the_cashier_may_choose(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(sold_with_a_choice, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.page.get_by_role("button", name="订单").tap()
    till.page.locator(".rows .row").first.tap()
    till.page.get_by_role("button", name="退款", exact=True).tap()
    sheet = till.page.locator("dialog")
    sheet.get_by_role("button", name="加一份").nth(1).tap()
    ways = till.part("refund-ways")
    expect(ways).to_contain_text("请选一种")
    expect(till.part("refund-way-return_share")).to_contain_text("20.10")
    expect(till.part("refund-way-return_share")).to_have_attribute("aria-pressed", "true")
    till.part("refund-way-reprice_rest").tap()
    expect(till.part("refund-plan").locator(".amount")).to_contain_text("17.00")
    sheet.get_by_role("button", name="顾客不要了").tap()
    till.part("refund-confirm").tap()
    expect(sheet).to_have_count(0)
    expect(till.page.locator(".receipt")).to_contain_text("−¥17.00")
    till.page.get_by_role("button", name="退款", exact=True).tap()
    till.part("refund-all").tap()
    expect(ways).to_contain_text("整单退清")
    expect(till.part("refund-plan").locator(".amount")).to_contain_text("36.00")
    till.undisturbed()
    shop.ledger_is_clean()
