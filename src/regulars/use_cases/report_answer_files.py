"""A report as a file: page, workbook or CSV, in either language, with its days and its moment."""

from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from regulars import __version__
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import local
from regulars.domain.reports.answer import Row
from regulars.domain.reports.metric import Figures, Metric, Unit
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import DIMENSIONS, METRICS, REPORTS, Dimension
from regulars.domain.reports.takings import PAID_BY, Taking
from regulars.use_cases.liability_files import BYTE_ORDER_MARK, Format
from regulars.use_cases.report_page import Page, page_of, section_of
from regulars.use_cases.report_sheets import Amount, Cell, Measure, Reading, Sheet, csv_of
from regulars.use_cases.reports import ReportTold

MEASURES = {Unit.MONEY: Measure.MONEY, Unit.COUNT: Measure.COUNT, Unit.SHARE: Measure.SHARE}
TOTAL = Label("合计", "Total")
VERDICT = Label("结论", "Verdict")
ONE_DAY = timedelta(days=1)
# What a note of a row is about, where it is no verdict.
NOTES = {
    Dimension.TAKING: Label("营业日状态", "State of the day"),
    Dimension.TENDER: Label("营业日状态", "State of the day"),
}
TAKING_HEADS = (
    DIMENSIONS[Dimension.DAY],
    DIMENSIONS[Dimension.STORE],
    DIMENSIONS[Dimension.TENDER],
)


def sheets_of(found: ReportTold) -> tuple[Sheet, ...]:
    """The report as tables: its figures, and what each of them counts."""
    return _figures(found), _meanings(found)


def file_of(found: ReportTold, wanted: Format, language: Language) -> bytes:
    """The whole file; JSON is told by the address itself."""
    reading = Reading(language=language, scale=scale_of(found.currency))
    match wanted:
        case Format.HTML:
            return _page(found, reading).encode()
        case Format.CSV:
            return (BYTE_ORDER_MARK + csv_of(sheets_of(found), reading)).encode()
        case Format.XLSX:
            # A server that writes no workbook carries none of it.
            from regulars.use_cases.report_workbook import xlsx_of  # noqa: PLC0415

            return xlsx_of(sheets_of(found), reading)
        case Format.JSON:
            raise ValueError("a report's JSON is an answer, no file")
        case _:
            assert_never(wanted)


def _figures(found: ReportTold) -> Sheet:
    answer = found.answer
    report = REPORTS[answer.question.report]
    compared = answer.compared is not None
    noted = any(row.note is not None for row in answer.rows)
    heads = list(TAKING_HEADS if _is_taking(report.dimension) else (DIMENSIONS[report.dimension],))
    keys = len(heads)
    for metric in report.metrics:
        name = METRICS[metric].name
        heads.append(name)
        if compared:
            heads.append(Label(f"{name.zh}（对比）", f"{name.en}, compared"))
    total = (*(("",) * keys), *_cells(answer.total, report.metrics, compared=compared))
    rows = [
        (
            *_heads(row, answer.question),
            *_cells(row, report.metrics, compared=compared),
            *_note(row, noted=noted),
        )
        for row in answer.rows
    ]
    if report.dimension is Dimension.ALL:
        return Sheet(title=report.title, heads=tuple(heads), rows=((TOTAL, *total[1:]),))
    return Sheet(
        title=report.title,
        heads=(*heads, *((NOTES.get(report.dimension, VERDICT),) if noted else ())),
        rows=tuple(rows),
        total=(TOTAL, *total[1:], *((None,) if noted else ())),
        note=Label(*_span(answer.question, found)),
    )


def _is_taking(dimension: Dimension) -> bool:
    return dimension is Dimension.TAKING


def _heads(row: Row, question: Question) -> tuple[Cell, ...]:
    """What a row is of; a day's taking in cells of its own, so that a spreadsheet can sort them."""
    if not isinstance(row.key, Taking):
        return (_head(row),)
    store_id = row.key.store_id
    store = next((one.name for one in question.places if one.store_id == store_id), None)
    return row.key.day.isoformat(), store, PAID_BY[row.key.paid_by]


def _head(row: Row) -> Cell:
    if isinstance(row.key, date):
        return row.key.isoformat()
    return row.label or (str(row.key) if isinstance(row.key, UUID) else "")


def _note(row: Row, *, noted: bool) -> tuple[Cell, ...]:
    return (row.note,) if noted else ()


def _cells(row: Row, metrics: tuple[Metric, ...], *, compared: bool) -> list[Cell]:
    cells: list[Cell] = []
    for metric in metrics:
        cells.append(_cell(row.figures, metric))
        if compared:
            cells.append(_cell(row.before or {}, metric))
    return cells


def _cell(figures: Figures, metric: Metric) -> Cell:
    value = figures.get(metric)
    return None if value is None else Amount(value, MEASURES[METRICS[metric].unit])


def _meanings(found: ReportTold) -> Sheet:
    metrics = REPORTS[found.answer.question.report].metrics
    return Sheet(
        title=Label("指标说明", "What the figures count"),
        heads=(Label("指标", "Figure"), Label("怎么算", "What it counts")),
        rows=tuple((METRICS[metric].name, METRICS[metric].meaning) for metric in metrics),
    )


def _span(question: Question, found: ReportTold) -> tuple[str, str]:
    last = question.days.until_on - ONE_DAY
    at = f"{local(question.as_of, question.places[0].zone):%Y-%m-%d %H:%M}"
    compared = found.answer.compared
    zh = f"{question.days.from_on} 至 {last}（含）· 截至 {at} · {found.currency}"
    en = f"{question.days.from_on} to {last}, both included · as of {at} · {found.currency}"
    if compared is not None:
        before = compared.days.until_on - ONE_DAY
        zh += f" · 对比 {compared.days.from_on} 至 {before}"
        en += f" · compared with {compared.days.from_on} to {before}"
    return zh, en


def _page(found: ReportTold, reading: Reading) -> str:
    question = found.answer.question
    language = reading.language
    zh, en = _span(question, found)
    stores = "、" if language == "zh-CN" else ", "
    return page_of(
        Page(
            title=REPORTS[question.report].title,
            lines=(
                found.organisation.in_language(language),
                stores.join(place.name.in_language(language) for place in question.places),
                Label(zh, en).in_language(language),
            ),
            parts=tuple(section_of(sheet, reading) for sheet in sheets_of(found)),
            foot=f"Regulars 熟客 {__version__}",
        ),
        language,
    )
