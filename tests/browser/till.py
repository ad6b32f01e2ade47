"""The till as a cashier touches it: what the walks say, in her words."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.browser.running import CASHIER, CODE, OWNER, PASSWORD, RunningShop

WIDE = (1280, 800)
SMALL = (1024, 768)
PIN = "482915"
SCAN_GAP_MILLISECONDS = 20


@dataclass
class Till:
    """One browser in front of a running shop."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or message.type == "warning":
            self.faults.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def part(self, name: str) -> Locator:
        """A part of the screen by its test name."""
        return self.page.locator(f'[data-test="{name}"]')

    def first_sign_in(self, login: str = OWNER) -> None:
        """Set a password with the one-time code and take till A of the first store."""
        self.page.goto("/till/")
        self.page.get_by_role("button", name="第一次登录？").tap()
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("一次性登录码").fill(CODE)
        self.page.get_by_label("新密码", exact=True).fill(PASSWORD)
        self.page.get_by_label("再输一次新密码").fill(PASSWORD)
        self.page.get_by_role("button", name="设好密码并登录").tap()
        self.page.get_by_role("button", name="S1-A").tap()
        expect(self.page.locator(".grid .tile").first).to_be_visible()

    def managed(self) -> None:
        """The owner binds the till and sets a PIN; then the cashier signs in with her password."""
        page = self.page
        self.first_sign_in()
        page.get_by_role("button", name="林娜").tap()
        page.get_by_label("新 PIN，6 到 12 位数字").fill(PIN)
        page.get_by_label("再输一次").fill(PIN)
        page.get_by_role("button", name="保存 PIN").tap()
        page.get_by_role("button", name="林娜").tap()
        page.get_by_role("button", name="退出登录").tap()
        page.get_by_role("button", name="用密码登录").tap()
        page.get_by_role("button", name="第一次登录？").tap()
        page.get_by_label("登录名").fill(CASHIER)
        page.get_by_label("一次性登录码").fill(CODE)
        page.get_by_label("新密码", exact=True).fill(PASSWORD)
        page.get_by_label("再输一次新密码").fill(PASSWORD)
        page.get_by_role("button", name="设好密码并登录").tap()
        expect(page.get_by_role("button", name="赵小雨")).to_be_visible()

    def manager_comes(self) -> None:
        """The owner takes over with her PIN where a cashier may not go on."""
        sheet = self.page.locator("dialog")
        for digit in PIN:
            sheet.get_by_role("button", name=digit, exact=True).tap()
        sheet.get_by_role("button", name="登录", exact=True).tap()

    def order(self, *products: str) -> None:
        """Tap the tiles of products, the usual drink each."""
        for product in products:
            self.page.locator(".grid .tile", has_text=product).tap()

    def type_anywhere(self, text: str) -> None:
        """Type as a person does, without touching a field first."""
        self.page.keyboard.type(text, delay=120)

    def scan(self, text: str) -> None:
        """Keys as a scanner sends them: a key's own time is when it was pressed, however late a busy
        page hears of it."""
        codes = [f"Digit{c}" if c.isdigit() else f"Key{c.upper()}" for c in text]
        self.page.evaluate(
            """async ([codes, gap]) => {
                let pressed = performance.now();
                for (const code of [...codes, 'Enter']) {
                    const told = { code, key: code, bubbles: true, cancelable: true };
                    const key = new KeyboardEvent('keydown', told);
                    Object.defineProperty(key, 'timeStamp', { value: pressed });
                    document.body.dispatchEvent(key);
                    pressed += gap;
                    await new Promise((done) => setTimeout(done, gap));
                }
            }""",
            [codes, SCAN_GAP_MILLISECONDS],
        )

    def join(self) -> None:
        """Two taps on the sheet that offers to join: agree, join."""
        self.part("consent-membership").check()
        self.part("join").tap()
        expect(self.page.locator("dialog")).to_have_count(0)

    def pay(self) -> None:
        """Open the payment once the price stands."""
        self.page.get_by_role("button", name="收款", exact=True).tap()

    def pay_exact_cash(self) -> None:
        """Two taps: pay, exactly so much."""
        self.pay()
        self.part("cash-exact").tap()

    def due(self, amount: str) -> None:
        """The cart says that so much is due."""
        expect(self.page.locator(".cart .figure:not(.guess)").last).to_have_text(amount)

    def paid(self) -> Locator:
        """The receipt that stands on the screen after payment."""
        expect(self.part("next")).to_be_visible()
        return self.page.locator(".receipt")

    def next_order(self) -> None:
        """The next guest."""
        self.part("next").tap()

    def undisturbed(self) -> None:
        """Nothing went wrong behind the screen: no error, no blocked style, no server fault."""
        assert self.faults == []


def new_till(browser: Browser, shop: RunningShop, size: tuple[int, int] = WIDE) -> Till:
    """A fresh browser in front of a shop."""
    context = browser.new_context(
        base_url=shop.url,
        locale="zh-CN",
        reduced_motion="reduce",
        has_touch=True,
        viewport={"width": size[0], "height": size[1]},
    )
    context.set_default_timeout(15_000)
    return Till(context.new_page())


def figures(text: str) -> list[str]:
    """All amounts in a text: ["¥18.00", "−¥5.00"]."""
    return re.findall(r"−?¥[\d,]+\.\d\d", text)
