"""The page of metrics and the program say the same: every figure once, in both languages."""

import re
from pathlib import Path

import pytest

from regulars.domain.kernel.label import Language
from regulars.domain.reports.metric import Metric, Query
from regulars.domain.reports.registry import METRICS, REPORTS, TASKS, ReportName

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"
ROW = re.compile(r"^\| (.+?) \| `([a-z_]+)` \| (.+?) \| \S+ \| `([a-z_]+)` \|$", re.MULTILINE)
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


def told(language: Language) -> str:
    english, _, chinese = PAGE.read_text(encoding="utf-8").partition("\n# 指标")
    return english if language == "en" else chinese


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_stands_on_the_page_as_the_program_has_it(language: Language) -> None:
    rows = [match.groups() for match in ROW.finditer(told(language))]
    assert rows == [
        (
            definition.name.in_language(language),
            metric.value,
            definition.meaning.in_language(language),
            definition.query.value,
        )
        for metric, definition in METRICS.items()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_stands_on_the_page(language: Language) -> None:
    page = told(language)
    missing = [
        name
        for name, report in REPORTS.items()
        if f"| {report.title.in_language(language)} | `{name.value}` |" not in page
    ]
    assert missing == []


def test_every_figure_is_defined_once_and_shown_somewhere() -> None:
    assert METRICS.keys() == set(Metric)
    assert REPORTS.keys() == set(ReportName)
    shown = {metric for report in REPORTS.values() for metric in report.metrics} | set(TASKS)
    assert shown == set(Metric)
    assert {definition.query for definition in METRICS.values()} == set(Query)


def test_what_is_worked_out_stands_beside_what_it_comes_from() -> None:
    alone = [
        (name, metric)
        for name, report in REPORTS.items()
        for metric in report.metrics
        for source in [*(METRICS[metric].ratio or ())[:2], *(METRICS[metric].less or ())]
        if isinstance(source, Metric) and METRICS[source].query not in _asked(name)
    ]
    assert alone == []


def _asked(name: ReportName) -> set[Query]:
    return {METRICS[metric].query for metric in REPORTS[name].metrics}
