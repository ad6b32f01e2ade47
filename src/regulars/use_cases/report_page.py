"""Reports as one printed page: HTML that needs nothing else, on A4 and on a screen.

The page holds its own style, and the server's rules for pages allow exactly this one by its hash.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from regulars.domain.kernel.label import Label, Language
from regulars.use_cases.report_sheets import Amount, Reading, Sheet, shown

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 28px 32px 48px; background: #fff; color: #1d2522;
  font: 14px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
header { border-bottom: 2px solid #1f6f54; margin-bottom: 20px; padding-bottom: 12px; }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 2px; }
h2 { font-size: 17px; margin: 28px 0 8px; }
p { margin: 4px 0 10px; max-width: 75ch; }
.of { color: #4c5a55; margin: 0; }
.note { color: #4c5a55; font-size: 13px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; }
.figure { border: 1px solid #d5ddd9; border-radius: 8px; padding: 10px 14px; }
.figure b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.figure span { color: #4c5a55; font-size: 13px; }
.good { color: #1f6f54; } .bad { color: #b3261e; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
caption { text-align: left; }
th, td { border-bottom: 1px solid #e2e8e5; padding: 6px 8px; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid #7d8a85; color: #36433e; font-weight: 600;
  vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td { min-width: 6em; } td.number { min-width: 0; white-space: nowrap; }
td:first-child { min-width: 11em; }
tr.total td { border-top: 1px solid #7d8a85; font-weight: 600; }
svg { display: block; max-width: 100%; height: auto; }
footer { color: #4c5a55; font-size: 12px; margin-top: 32px; }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } table { font-size: 10px; }
  .wide { overflow: visible; } section { break-inside: avoid; } th, td { padding: 3px 5px; } }
"""
# Allows this style, and no other that stands in a page.
STYLE_HASH = "sha256-" + b64encode(sha256(STYLE.encode()).digest()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its heading, the lines below it, and its parts, which are HTML already."""

    title: Label
    lines: tuple[str, ...]
    parts: tuple[str, ...]
    foot: str


def page_of(page: Page, language: Language) -> str:
    """The whole page."""
    title = escape(page.title.in_language(language))
    lines = "".join([f'<p class="of">{escape(line)}</p>' for line in page.lines])
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1>{lines}</header>\n<main>\n"
        + "\n".join(page.parts)
        + f"\n</main>\n<footer>{escape(page.foot)}</footer>\n</body>\n</html>\n"
    )


def section_of(sheet: Sheet, reading: Reading) -> str:
    """A table under its title."""
    sheet = sheet.without_empty()
    numeric = _numeric(sheet)
    heads = "".join(
        _tag("th", head.in_language(reading.language), number=number)
        for head, number in zip(sheet.heads, numeric, strict=True)
    )
    rows = "\n".join(_row(row, reading, numeric, total=False) for row in sheet.rows)
    if sheet.total is not None:
        rows += "\n" + _row(sheet.total, reading, numeric, total=True)
    title = escape(sheet.title.in_language(reading.language))
    note = ""
    if sheet.note is not None:
        note = f'<p class="note">{escape(sheet.note.in_language(reading.language))}</p>'
    return (
        f'<section><h2>{title}</h2>{note}<div class="wide"><table><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _numeric(sheet: Sheet) -> list[bool]:
    return [
        any(isinstance(row[at], Amount) for row in sheet.all_rows) for at in range(len(sheet.heads))
    ]


def _row(row: Sequence[object], reading: Reading, numeric: Sequence[bool], *, total: bool) -> str:
    cells = "".join(
        _tag("td", shown(cell, reading), number=number)  # type: ignore[arg-type]
        for cell, number in zip(row, numeric, strict=True)
    )
    return f'<tr class="total">{cells}</tr>' if total else f"<tr>{cells}</tr>"


def _tag(name: str, words: str, *, number: bool) -> str:
    kind = ' class="number"' if number else ""
    return f"<{name}{kind}>{escape(words)}</{name}>"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that is read first, and what it is; `good` tells a check's outcome."""

    words: str
    value: str
    good: bool | None = None


def figures_of(figures: Iterable[Figure]) -> str:
    """The figures side by side."""
    boxes = []
    for figure in figures:
        mood = "" if figure.good is None else f' class="{"good" if figure.good else "bad"}"'
        boxes.append(
            f'<div class="figure"><b{mood}>{escape(figure.value)}</b>'
            f"<span>{escape(figure.words)}</span></div>"
        )
    return f'<div class="figures">{"".join(boxes)}</div>'
