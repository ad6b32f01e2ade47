"""The liability statement as a page to print: figures first, pictures, then every table."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import escape

from regulars import __version__
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import local
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.breakage import Breakage
from regulars.domain.ledger.liability import AGES
from regulars.use_cases import liability_sheets as sheets
from regulars.use_cases.liability_statements import LiabilityReport
from regulars.use_cases.report_page import Figure, Page, figures_of, page_of, section_of
from regulars.use_cases.report_sheets import Reading, money

TITLE = Label("会员负债表", "What is owed to members")
BY_AGE = Label("期末储值：按存放时间", "Stored value at the end, by age")
USED_SHARE = Label("发出后累计用掉的比例", "Share used so far, by months since issue")
WIDTH, HEIGHT = 1040, 260
LEFT, BOTTOM, TOP = 70, 210, 34
# Told apart by people who see red and green alike, and in grey print by their hatching.
PRINCIPAL, BONUS = "#0b5d8a", "#e0a030"


def page(report: LiabilityReport, language: Language) -> str:
    """The whole page."""
    statement = report.statement
    reading = Reading(language=language, scale=scale_of(statement.currency))
    last = statement.until_on - timedelta(days=1)
    known = f"{local(statement.known_at, report.zone):%Y-%m-%d %H:%M}"
    span = {
        "zh-CN": f"{statement.from_on} 至 {last}（含）· 截至 {known} 已记的账 · {statement.currency}",
        "en": f"{statement.from_on} to {last}, both included · as recorded by {known} · "
        f"{statement.currency}",
    }
    parts = [
        _figures(report, reading),
        _ages(report, reading),
        section_of(sheets.in_short(report), reading),
        section_of(sheets.by_store(report), reading),
        section_of(sheets.by_age(report), reading),
        section_of(sheets.money(report), reading),
        section_of(sheets.checked(report), reading),
        section_of(sheets.forecast(report), reading),
        *_curves(report.breakage, language),
    ]
    return page_of(
        Page(
            title=TITLE,
            lines=(report.organisation.in_language(language), span[language]),
            parts=tuple(parts),
            foot=f"Regulars 熟客 {__version__}",
        ),
        language,
    )


def _figures(report: LiabilityReport, reading: Reading) -> str:
    statement = report.statement
    language = reading.language
    principal = statement.total(AccountKind.PRINCIPAL)
    bonus = statement.total(AccountKind.BONUS)
    points = statement.total(AccountKind.POINTS)
    agrees = Label("全部一致", "All agree") if statement.agrees else Label("有差异", "Differs")
    told = (
        (Label("储值本金", "Principal"), money(principal.closing + principal.kept, reading.scale)),
        (Label("储值赠金", "Bonus money"), money(bonus.closing + bonus.kept, reading.scale)),
        (Label("积分", "Points"), f"{points.closing + points.kept:,}"),
        (
            Label("递延收入（本金加次卡）", "Deferred revenue: principal and passes"),
            money(statement.deferred_minor, reading.scale),
        ),
    )
    figures = [Figure(label.in_language(language), value) for label, value in told]
    checks = Label("批次与账户核对", "Lots against accounts").in_language(language)
    figures.append(Figure(checks, agrees.in_language(language), statement.agrees))
    return figures_of(figures)


def _ages(report: LiabilityReport, reading: Reading) -> str:
    """Principal and bonus side by side, for each age."""
    bars = [
        [
            sum(
                flow.closing
                for key, flow in report.statement.lines.items()
                if key.account is account and key.age == age
            )
            for age in range(AGES)
        ]
        for account in (AccountKind.PRINCIPAL, AccountKind.BONUS)
    ]
    most = max(1, *bars[0], *bars[1])
    step = (WIDTH - LEFT) // AGES
    width = step // 4
    drawn: list[str] = [_grid()]
    for age in range(AGES):
        middle = LEFT + step * age + step // 2
        for at, (colour, amounts) in enumerate(zip((PRINCIPAL, BONUS), bars, strict=True)):
            height = max(amounts[age], 0) * (BOTTOM - TOP) // most
            left = middle + (at - 1) * width
            drawn.append(
                f'<rect x="{left}" y="{BOTTOM - height}" width="{width - 4}" height="{height}" '
                f'fill="{colour}"/>'
            )
            if amounts[age]:
                label = money(amounts[age], reading.scale)
                drawn.append(_text(left + width // 2 - 2, BOTTOM - height - 5, label, size=11))
        drawn.append(
            _text(middle, BOTTOM + 18, sheets.AGE_LABELS[age].in_language(reading.language))
        )
    legend = (
        (PRINCIPAL, sheets.KINDS[AccountKind.PRINCIPAL]),
        (BONUS, sheets.KINDS[AccountKind.BONUS]),
    )
    for at, (colour, kind) in enumerate(legend):
        left = LEFT + at * 160
        drawn.append(f'<rect x="{left}" y="238" width="12" height="12" fill="{colour}"/>')
        words = kind.in_language(reading.language)
        drawn.append(_text(left + 18, 248, words, anchor="start"))
    return _picture(BY_AGE.in_language(reading.language), drawn)


def _curves(told: Sequence[Breakage], language: Language) -> Iterator[str]:
    known = [each for each in told if each.used_basis_points]
    if not known:
        return
    months = max(len(each.used_basis_points) for each in known)
    step = (WIDTH - LEFT - 120) // max(months, 2)
    drawn = [_grid()]
    for share in (0, 2_500, 5_000, 7_500, 10_000):
        height = BOTTOM - share * (BOTTOM - TOP) // 10_000
        drawn.append(_text(LEFT - 8, height + 4, f"{share // 100} %", anchor="end", size=11))
    for each, colour in zip(known, (PRINCIPAL, BONUS), strict=False):
        points = [
            (LEFT + step * (at + 1), BOTTOM - share * (BOTTOM - TOP) // 10_000)
            for at, share in enumerate(each.used_basis_points)
        ]
        line = " ".join([f"{x},{y}" for x, y in [(LEFT, BOTTOM), *points]])
        drawn.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="3"/>')
        x, y = points[-1]
        words = sheets.KINDS[each.account].in_language(language)
        drawn.append(_text(x + 6, y + 4, words, anchor="start"))
    drawn += [
        _text(LEFT + step * month, BOTTOM + 18, str(month), size=11)
        for month in range(1, months + 1, 1 if months <= 12 else 3)
    ]
    yield _picture(USED_SHARE.in_language(language), drawn)


def _grid() -> str:
    return f'<line x1="{LEFT}" y1="{BOTTOM}" x2="{WIDTH}" y2="{BOTTOM}" stroke="#7d8a85"/>'


def _text(x: int, y: int, words: str, *, size: int = 13, anchor: str = "middle") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="#36433e">'
        f"{escape(words)}</text>"
    )


def _picture(title: str, drawn: Sequence[str]) -> str:
    words = escape(title)
    return (
        f'<section><h2>{words}</h2><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{words}" font-family="sans-serif">{"".join(drawn)}</svg></section>'
    )
