"""The picture of a back-test: one SVG file that needs nothing else to be looked at.

Above, day by day, what the drafts cost so far beside what was really given; below, week by week,
what the drafts cost in each store, one bar on the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.backtest_figures import OTHER_STORES

SVG = "http://www.w3.org/2000/svg"
WIDTH, HEIGHT = 960, 720
LEFT, RIGHT = 90, 930
STORES_MAX = 7
TICKS = 4
# What a tick may begin with.
ROUND = (10, 15, 20, 25, 30, 40, 50, 60, 80)
DATES_MAX = 8
# Told apart by people who see red and green alike.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999")
DRAFT, GIVEN, BUDGET = "#d55e00", "#0072b2", "#555555"

TITLE = Label("回测", "Back-test")
DRAFT_SO_FAR = Label("草案优惠累计", "Drafts so far")
GIVEN_SO_FAR = Label("实际优惠累计", "Really given so far")
BY_WEEK = Label("草案优惠：按周、按门店", "Drafts by week and store")
BUDGET_LINE = Label("预算", "Budget")
OTHERS = Label("其他门店", "Other stores")
NOTHING = Label("这段时间没有订单", "There are no orders in this time")

Row = Mapping[str, object]


class _Frame(NamedTuple):
    """Where a chart stands, and how much it shows. Units: minor units."""

    top: int
    bottom: int
    most: int

    def y(self, amount_minor: int) -> int:
        """The height of an amount on the page."""
        return self.bottom - (self.bottom - self.top) * amount_minor // self.most


def plot_of(name: str, result: Mapping[str, object], *, scale: int) -> str:
    """The picture of a result. Units: `scale` is how many digits of money are after the point."""
    days = _rows(_mapping(result["burn"])["days"])
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="{SVG}" {size} role="img" font-family="sans-serif" font-size="13">',
        f"<title>{_both(TITLE)} · {escape(name)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 32, f"{_both(TITLE)} · {escape(name)}", size=18),
        _text(LEFT, 54, f"{result['since']} … {result['until']}"),
    ]
    if days:
        parts += _curves(days, _mapping(result["burn"]).get("budget_minor"), scale)
        parts += _bars(_rows(result["weeks"]), _rows(result["stores"]), scale)
    else:
        parts.append(_text(LEFT, 100, _both(NOTHING)))
    # One sentence a line: a picture does not wrap its words.
    assumed = [
        str(result["assumption_zh"]),
        *str(result["assumption_en"]).replace(". ", ".\n").split("\n"),
    ]
    for at, words in enumerate(assumed):
        parts.append(_text(LEFT, HEIGHT - 36 + 14 * at, escape(words), size=11))
    return "\n".join([*parts, "</svg>", ""])


def _curves(days: Sequence[Row], budget: object, scale: int) -> Iterable[str]:
    lines = (
        (DRAFT_SO_FAR, DRAFT, [_whole(row["draft_so_far_minor"]) for row in days]),
        (GIVEN_SO_FAR, GIVEN, [_whole(row["given_so_far_minor"]) for row in days]),
    )
    budget_minor = budget if isinstance(budget, int) else 0
    most = max(1, budget_minor, *[max(values) for _, _, values in lines])
    frame = _Frame(110, 350, _topped(most))
    yield from _axis(frame, scale)
    xs = [LEFT + (RIGHT - LEFT) * at // max(len(days) - 1, 1) for at in range(len(days))]
    yield from _dates([(x, str(row["day"])) for x, row in zip(xs, days, strict=True)], frame)
    for at, (label, colour, values) in enumerate(lines):
        points = " ".join([f"{x},{frame.y(one)}" for x, one in zip(xs, values, strict=True)])
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        yield from _legend(
            LEFT + 300 * at, 88, colour, f"{_both(label)} {money(values[-1], scale)}"
        )
    if budget_minor:
        y = frame.y(budget_minor)
        yield (
            f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}" stroke="{BUDGET}"'
            ' stroke-dasharray="6 4"/>'
        )
        yield from _legend(
            LEFT + 600, 88, BUDGET, f"{_both(BUDGET_LINE)} {money(budget_minor, scale)}"
        )


def _bars(weeks: Sequence[Row], shops: Sequence[Row], scale: int) -> Iterable[str]:
    totals: dict[str, int] = {}
    for row in weeks:
        store = str(row["store"])
        if store != OTHER_STORES:
            totals[store] = totals.get(store, 0) + _whole(row["draft_minor"])
    first = sorted(totals, key=lambda store: (-totals[store], store))[:STORES_MAX]
    bars: dict[str, dict[str, int]] = {}
    for row in weeks:
        store = str(row["store"])
        bar = bars.setdefault(str(row["monday"]), {})
        shown = store if store in first else OTHER_STORES
        bar[shown] = bar.get(shown, 0) + _whole(row["draft_minor"])
    most = max([sum(bar.values()) for bar in bars.values()], default=1)
    frame = _Frame(440, 640, _topped(most))
    yield _text(LEFT, 400, _both(BY_WEEK), size=15)
    yield from _axis(frame, scale)
    step = (RIGHT - LEFT) // max(len(bars), 1)
    mondays = sorted(bars)
    yield from _dates([(LEFT + step * at, monday) for at, monday in enumerate(mondays)], frame)
    order = [*first, OTHER_STORES]
    for at, monday in enumerate(mondays):
        so_far = 0
        for colour, store in zip(COLOURS, order, strict=False):
            amount = bars[monday].get(store, 0)
            if amount:
                top, bottom = frame.y(so_far + amount), frame.y(so_far)
                yield (
                    f'<rect x="{LEFT + step * at + 2}" y="{top}" width="{max(step - 4, 1)}"'
                    f' height="{max(bottom - top, 1)}" fill="{colour}"/>'
                )
                so_far += amount
    names = {str(row["id"]): str(row["code"]) for row in shops}
    used = [store for store in order if any(store in bar for bar in bars.values())]
    for at, store in enumerate(used):
        label = _both(OTHERS) if store == OTHER_STORES else escape(names.get(store, store))
        yield from _legend(LEFT + 100 * at, 422, COLOURS[order.index(store)], label)


def _topped(most: int) -> int:
    """The top of an axis whose ticks are round amounts."""
    step = 1
    while True:
        for digits in ROUND:
            if TICKS * digits * step >= most:
                return TICKS * digits * step
        step *= 10


def _axis(frame: _Frame, scale: int) -> Iterable[str]:
    for tick in range(TICKS + 1):
        amount = frame.most * tick // TICKS
        y = frame.y(amount)
        yield f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}" stroke="#dddddd"/>'
        yield _text(LEFT - 8, y + 4, money(amount, scale), anchor="end", size=11)


def _dates(places: Sequence[tuple[int, str]], frame: _Frame) -> Iterable[str]:
    every = len(places) // DATES_MAX + 1
    for x, day in places[::every]:
        yield _text(x, frame.bottom + 18, day, size=11)


def _legend(x: int, y: int, colour: str, label: str) -> Iterable[str]:
    yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
    yield _text(x + 18, y, label)


def _text(x: int, y: int, words: str, *, size: int = 13, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">{words}</text>'


def money(amount_minor: int, scale: int) -> str:
    """An amount as people write it. Units: minor units, digits after the point."""
    whole, rest = divmod(abs(amount_minor), 10**scale)
    written = f"{whole:,}.{rest:0{scale}d}" if scale else f"{whole:,}"
    return f"-{written}" if amount_minor < 0 else written


def _both(label: Label) -> str:
    return escape(f"{label.zh} {label.en}")


def _rows(value: object) -> list[Row]:
    assert isinstance(value, list)
    return value


def _mapping(value: object) -> Row:
    assert isinstance(value, Mapping)
    return value


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
