"""The figures of a back-test as CSV: one table after another, each row led by its table's name.

offers,coupon,0190…,false,立减10元,10 off,84,…
"""

from collections.abc import Mapping
from io import StringIO

from defusedcsv import csv

# Every table of a result, and where its rows are.
TABLES = ("offers", "by_store", "by_tier", "by_segment", "by_month", "weeks")


def csv_of(result: Mapping[str, object]) -> str:
    """Every table of a result. Units: minor units."""
    out = StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    totals = result["totals"]
    assert isinstance(totals, Mapping)
    for field, value in totals.items():
        sheet.writerow(["totals", field, value])
    tables = {name: result[name] for name in TABLES}
    burn = result["burn"]
    assert isinstance(burn, Mapping)
    tables["days"] = burn["days"]
    for name, rows in tables.items():
        assert isinstance(rows, list)
        for at, row in enumerate(rows):
            if at == 0:
                sheet.writerow([name, *row])
            sheet.writerow([name, *row.values()])
    for key in ("assumption_zh", "assumption_en"):
        sheet.writerow(["assumption", key, result[key]])
    return out.getvalue()
