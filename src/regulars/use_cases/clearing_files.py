"""A settlement between stores as a file: page, workbook, CSV or JSON, in either language."""

from datetime import date
from typing import assert_never

import orjson

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.clearing import CLEARING_REVERSED, PairDue
from regulars.storage.engine import Read
from regulars.storage.stores import ORGANISATION, STORES
from regulars.use_cases.clearing import ClearingDue, settlement_due
from regulars.use_cases.clearing_sheets import page, sheets_of
from regulars.use_cases.liability_files import BYTE_ORDER_MARK, Format
from regulars.use_cases.liability_statements import DAYS_MAX, NO_SHOP, PERIOD_UNFIT
from regulars.use_cases.report_sheets import Reading, csv_of


def written(
    read: Read, days: tuple[date, date], wanted: Format, *, language: Language, now: Instant
) -> bytes:
    """The settlement of some days, the last one excluded, as a file.

    Refuses: clearing.reversed, liability.period_unfit, liability.no_shop.
    """
    from_on, until_on = days
    if until_on <= from_on:
        raise CLEARING_REVERSED.because()
    if (until_on - from_on).days > DAYS_MAX:
        raise PERIOD_UNFIT.because()
    organisation = read.one(ORGANISATION)
    if organisation is None:
        raise NO_SHOP.because()
    stores = {each.id: Label(each.name_zh, each.name_en) for each in read.all(STORES)}
    due = settlement_due(read, from_on, until_on, at=now)
    reading = Reading(language=language, scale=scale_of(organisation.currency))
    match wanted:
        case Format.HTML:
            name = Label(organisation.name_zh, organisation.name_en)
            return page(due, stores, reading, name).encode()
        case Format.CSV:
            return (BYTE_ORDER_MARK + csv_of(sheets_of(due, stores), reading)).encode()
        case Format.XLSX:
            # A server that writes no workbook carries none of it.
            from regulars.use_cases.report_workbook import xlsx_of  # noqa: PLC0415

            return xlsx_of(sheets_of(due, stores), reading)
        case Format.JSON:
            return orjson.dumps(told(due), option=orjson.OPT_INDENT_2)
        case _:
            assert_never(wanted)


def pair_told(pair: PairDue) -> dict[str, object]:
    """What two stores owe each other as JSON tells it. Units: minor units."""
    return {
        "first_id": pair.first_id,
        "second_id": pair.second_id,
        "first_owes_minor": pair.first_owes_minor,
        "second_owes_minor": pair.second_owes_minor,
        "net_minor": pair.net_minor,
    }


def told(due: ClearingDue) -> dict[str, object]:
    """The settlement as JSON tells it. Units: each line's own; money in minor units."""
    return {
        "from": due.from_on,
        "to": due.until_on,
        "booked": None
        if due.booked is None
        else {
            "number": due.booked.number,
            "at": due.booked.recorded_at,
            "by": due.booked.recorded_by,
        },
        "lines": [
            {
                "issuer_id": line.between.issuer_id,
                "redeemer_id": line.between.redeemer_id,
                "unit": line.between.unit,
                "amount": line.amount,
                "late": line.late,
                "cost_minor": line.cost_minor,
                "entry_id": due.entries.get(line.between),
            }
            for line in due.lines
        ],
        "pairs": [pair_told(pair) for pair in due.pairs],
        "net": [
            {"store_id": store_id, "net_minor": net} for store_id, net in due.net_minor.items()
        ],
    }
