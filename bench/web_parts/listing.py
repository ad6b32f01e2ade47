"""The members' list as a manager uses it: its first page, more of it, a search, a filter.

Two figures of each: from her click until the answer stands in a frame, and the slowest request
behind it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

from bench.till import quantile
from bench.web_parts.screens import shown_ms, watched
from bench.web_parts.shops import Crowded
from bench.web_parts.wire import Asked, Wire

LIST = "/office/members"
ROWS = "main tbody tr"
FIRST_PAGES, MORE_PAGES, FILTER_ROUNDS = 10, 10, 5

# From the next click on: "rows" are there when the list was busy and is no more, a "member" when
# she has taken the place of the list.
_ARM = """(kind) => {
  let began = null;
  let wasBusy = false;
  window.answered = null;
  const heard = (event) => { began = event.timeStamp; };
  addEventListener('click', heard, { capture: true, once: true });
  const isThere = () => {
    if (began === null) return false;
    if (kind === 'member') {
      const isList = document.querySelector('main form[data-search]') !== null;
      return !isList && document.querySelector('main h1') !== null;
    }
    const isBusy = document.querySelector('main [aria-busy="true"]') !== null;
    wasBusy ||= isBusy;
    return wasBusy && !isBusy;
  };
  const watch = new MutationObserver(() => {
    if (!isThere()) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      const shown = new MessageChannel();
      shown.port1.onmessage = () => { window.answered = performance.now() - began; };
      shown.port2.postMessage(0);
    });
  });
  const seen = { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-busy'] };
  watch.observe(document.body, seen);
}"""


@dataclass(slots=True)
class Times:
    """How long the answers of one kind took. Units: milliseconds."""

    shown: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Listing:
    """One page in front of the members of a shop."""

    page: Page
    wire: Wire
    times: dict[str, Times] = field(default_factory=dict)

    def first_pages(self) -> None:
        """The list opened by its address, again and again."""
        watched(self.page, ROWS)
        for _ in range(FIRST_PAGES):
            self.page.goto(LIST)
            shown = shown_ms(self.wire, ROWS)
            self.wire.settled()
            self._add("first_page", shown, self.wire.ended())

    def more_pages(self) -> None:
        """From the end of the list on, so many pages more, as far as there are members."""
        self.page.goto(LIST)
        self.page.locator(ROWS).first.wait_for()
        more = self.page.locator('main [data-test="more"]').first
        for _ in range(MORE_PAGES):
            if not more.count():
                return
            before = self.page.locator(ROWS).count()
            self._timed("next_page", "rows", more.click)
            if self.page.locator(ROWS).count() <= before:
                raise RuntimeError("the list did not grow")

    def searches(self, crowded: Crowded) -> None:
        """Members by their phone, e-mail address and card, each from the list."""
        for one in crowded.searched:
            for kind, text in (("phone", one.phone), ("email", one.email), ("card", one.card)):
                self.page.locator(f'a[href="{LIST}"]').first.click()
                self.page.locator(ROWS).first.wait_for()
                self.wire.settled()
                self.page.locator("main form[data-search] input").fill(text)
                find = self.page.locator("main form[data-search] button[type=submit]")
                self._timed(f"search_{kind}", "member", find.click)

    def filters(self, crowded: Crowded) -> None:
        """The members of each segment in turn."""
        self.page.goto(LIST)
        self.page.locator(ROWS).first.wait_for()
        self.wire.settled()
        for _ in range(FILTER_ROUNDS):
            for name in crowded.segments:
                self.page.locator("main .el-select.segment").click()
                option = self.page.get_by_role("option", name=name, exact=True)
                option.wait_for()
                self._timed("filter", "rows", option.click)

    def told(self) -> dict[str, object]:
        """The figures of each kind."""
        figures: dict[str, object] = {}
        for name, times in self.times.items():
            figures[f"{name}_p50_ms"] = quantile(times.shown, 0.5)
            figures[f"{name}_p95_ms"] = quantile(times.shown, 0.95)
            figures[f"{name}_worst_ms"] = quantile(times.shown, 1.0)
            figures[f"{name}_request_p95_ms"] = quantile(times.asked, 0.95)
            figures[f"{name}_request_worst_ms"] = quantile(times.asked, 1.0)
        worst = max(self.times, key=lambda name: max(self.times[name].asked))
        figures["slowest_request_ms"] = quantile(self.times[worst].asked, 1.0)
        figures["slowest_request"] = worst
        return figures

    def _timed(self, name: str, kind: str, click: Callable[[], None]) -> None:
        known = set(self.wire.asked)
        self.page.evaluate(_ARM, kind)
        click()
        shown = self.wire.noted("window.answered", name)
        self.wire.settled()
        self._add(name, shown, self.wire.ended(but=known))

    def _add(self, name: str, shown: float, asked: list[Asked]) -> None:
        times = self.times.setdefault(name, Times())
        answers = [one for one in asked if one.path.startswith("/api/")]
        refused = [one for one in answers if one.status >= 400]
        if refused:
            raise RuntimeError(f"{name}: {refused[0].status} {refused[0].name}")
        if not answers:
            raise RuntimeError(f"{name}: nothing was asked of the server")
        times.shown.append(shown)
        times.asked.append(max(one.ms for one in answers))


def listed(page: Page, wire: Wire, crowded: Crowded) -> dict[str, object]:
    """Everything that is done with the list, timed."""
    listing = Listing(page, wire)
    listing.first_pages()
    listing.more_pages()
    listing.filters(crowded)
    listing.searches(crowded)
    return listing.told()
