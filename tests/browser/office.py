"""The back office as a manager uses it, with a keyboard and a mouse: what the walks say."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.browser.running import CODE, OWNER, PASSWORD, RunningShop

DESK = (1280, 800)
TABLET = (1024, 768)
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
# What a browser says of an answer that is a refusal: the page tells it in words of its own.
REFUSED = "Failed to load resource"
# A button that was just allowed takes its colour with the next picture, however short its transition.
COLOURS_ARRIVED = """async () => {
  const picture = () => new Promise((seen) => requestAnimationFrame(seen));
  await picture();
  await picture();
  const ends = (one) => one.playState === 'running' && one.effect.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}"""


@dataclass
class Office:
    """One browser in front of a running shop; `language` is what its person reads."""

    page: Page
    language: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        loud = message.type in {"warning", "error"} and REFUSED not in message.text
        if loud or "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def say(self, chinese: str, english: str) -> str:
        """What stands on the screen in this browser's language."""
        return english if self.language == "en" else chinese

    def part(self, name: str) -> Locator:
        """A part of the page by its test name."""
        return self.page.locator(f'[data-test="{name}"]')

    def button(self, chinese: str, english: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=self.say(chinese, english), exact=True)

    def link(self, chinese: str, english: str) -> Locator:
        """A link by its words."""
        return self.page.get_by_role("link", name=self.say(chinese, english), exact=True)

    def field(self, chinese: str, english: str) -> Locator:
        """A field by its label."""
        return self.page.get_by_label(self.say(chinese, english), exact=True)

    def choose(self, field: str, option: str, *, within: Locator | None = None) -> None:
        """Choose one of a list by the words of its field."""
        box = self.page.get_by_role("combobox", name=field, exact=True)
        # What is chosen, or the hint, lies over the field itself.
        (within or self.page).locator(".el-select", has=box).first.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def first_sign_in(self, login: str = OWNER, at: str = "/office/members") -> None:
        """Set a password with the one-time code, at the page where the work is."""
        self.page.goto(at)
        self.button("第一次登录？", "First time here?").click()
        self.field("登录名", "Login name").fill(login)
        self.field("一次性登录码", "One-time code").fill(CODE)
        self.field("新密码", "New password").fill(PASSWORD)
        self.field("再输一次新密码", "New password once more").fill(PASSWORD)
        self.button("设好密码并登录", "Set password and sign in").click()
        expect(self.button("退出登录", "Sign out")).to_be_visible()

    def sign_in(self, login: str = OWNER, password: str = PASSWORD) -> None:
        """Sign in with name and password, wherever the door stands open."""
        self.field("登录名", "Login name").fill(login)
        self.field("密码", "Password").fill(password)
        self.button("登录", "Sign in").click()

    def find_member(self, phone: str) -> None:
        """Find one member by her full number."""
        hint = self.say("完整手机号、邮箱或会员卡号", "Full phone number, e-mail or card number")
        self.page.get_by_label(hint).fill(phone)
        self.page.keyboard.press("Enter")
        expect(self.link("概览", "Overview")).to_be_visible()

    def is_accessible(self) -> None:
        """No serious finding of axe on the page as it stands. Run beside the page, past its CSP."""
        self.page.evaluate(COLOURS_ARRIVED)
        source = AXE.read_text(encoding="utf-8")
        session = self.page.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": source})
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        session.detach()
        serious = [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
        ]
        assert not serious, "\n".join(serious)

    def undisturbed(self) -> None:
        """Nothing went wrong behind the page: no error, no blocked style, no server fault."""
        assert self.faults == []


def new_office(
    browser: Browser,
    shop: RunningShop,
    language: str,
    size: tuple[int, int] = DESK,
    *,
    zone: str | None = None,
) -> Office:
    """A fresh browser in front of a shop; `zone`: what its computer's clock shows."""
    context = browser.new_context(
        base_url=shop.url,
        locale=language,
        reduced_motion="reduce",
        timezone_id=zone,
        viewport={"width": size[0], "height": size[1]},
    )
    context.set_default_timeout(15_000)
    return Office(context.new_page(), language)
