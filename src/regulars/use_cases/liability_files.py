"""The liability statement as a file: page, workbook, CSV or JSON, in either language."""

from enum import StrEnum
from typing import assert_never

import orjson

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.money import scale_of
from regulars.domain.ledger.breakage import Breakage
from regulars.domain.ledger.liability import AGE_DAYS, Flow
from regulars.use_cases.liability_page import page
from regulars.use_cases.liability_sheets import sheets_of
from regulars.use_cases.liability_statements import LiabilityReport
from regulars.use_cases.report_sheets import Reading, csv_of

# So that a spreadsheet takes the letters for what they are.
BYTE_ORDER_MARK = "\ufeff"


class Format(StrEnum):
    """What a report may be written as."""

    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


MEDIA_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


def file_of(report: LiabilityReport, wanted: Format, language: Language) -> bytes:
    """The whole file."""
    reading = Reading(language=language, scale=scale_of(report.statement.currency))
    match wanted:
        case Format.HTML:
            return page(report, language).encode()
        case Format.CSV:
            return (BYTE_ORDER_MARK + csv_of(sheets_of(report), reading)).encode()
        case Format.XLSX:
            # A server that writes no workbook carries none of it.
            from regulars.use_cases.report_workbook import xlsx_of  # noqa: PLC0415

            return xlsx_of(sheets_of(report), reading)
        case Format.JSON:
            return orjson.dumps(told(report), option=orjson.OPT_INDENT_2)
        case _:
            assert_never(wanted)


def told(report: LiabilityReport) -> dict[str, object]:
    """The statement as JSON tells it. Units: each line's own; money in minor units."""
    statement = report.statement
    return {
        "from": statement.from_on,
        "to": statement.until_on,
        "known_at": statement.known_at,
        "made_at": report.made_at,
        "currency": statement.currency,
        "agrees": statement.agrees,
        "deferred_minor": statement.deferred_minor,
        "points_cost_minor": statement.points_cost_minor,
        "points_debt": statement.points_debt,
        "stores": [
            {
                "id": store_id,
                "name_zh": label.zh,
                "name_en": label.en,
                "pass_deferred_minor": statement.pass_deferred_minor.get(store_id, 0),
                "deposits_minor": statement.deposits_minor.get(store_id, 0),
                "points_unit_cost": statement.unit_costs.get(store_id, 0),
            }
            for store_id, label in report.stores.items()
        ],
        "lines": [
            {
                "store_id": key.store_id,
                "account": key.account,
                "unit": key.unit,
                "age_days_from": _age_from(key.age),
                **_flow(flow),
            }
            for key, flow in statement.lines.items()
        ],
        "checks": [
            {
                "account": check.account,
                "unit": check.unit,
                "lots": check.statement,
                "accounts": check.accounts,
                "held_lots": check.kept_statement,
                "held_accounts": check.kept_accounts,
                "agrees": check.agrees,
            }
            for check in statement.checks
        ],
        "breakage": [_breakage(each) for each in report.breakage],
    }


def _age_from(age: int) -> int:
    return 0 if age == 0 else AGE_DAYS[age - 1] + 1


def _flow(flow: Flow) -> dict[str, int]:
    return {**flow.figures(), "closing": flow.closing}


def _breakage(each: Breakage) -> dict[str, object]:
    known = each.untold is None
    back = each.back_test
    return {
        "account": each.account,
        "told": known,
        "why_not": each.untold,
        "cohorts": each.cohorts,
        "lots": each.lots,
        "months": each.months,
        "open": each.open,
        "unused": each.unused if known else None,
        "unused_low": each.unused_low if known else None,
        "unused_high": each.unused_high if known else None,
        "used_basis_points": list(each.used_basis_points),
        "back_test": None
        if back is None
        else {
            "months": back.months,
            "open": back.open,
            "forecast_used": back.forecast_used,
            "actual_used": back.actual_used,
        },
    }
