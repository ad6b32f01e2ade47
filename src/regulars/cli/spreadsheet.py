"""A list that somebody exported: CSV in UTF-8 or GB18030, or XLSX; rows of texts either way.

with opened(Path("会员.xlsx")) as sheet:
    sheet.headers            # ("姓名", "手机", "积分")
    next(sheet.rows)         # Row(2, ("李敏", "13812345678", "320"))
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from regulars.domain.kernel.refusal import refusal_code

FILE_MISSING = refusal_code("import.file_missing", "name")
FILE_TOO_LARGE = refusal_code("import.file_too_large", "maximum_megabytes")
FILE_KIND = refusal_code("import.file_kind")
ENCODING = refusal_code("import.encoding")
FILE_MALFORMED = refusal_code("import.file_malformed", "row")

MEGABYTE = 1024 * 1024
FILE_MEGABYTES_MAX = 64
# What a workbook may unpack to: more is no list but an attack.
UNPACKED_MEGABYTES_MAX = 512
_ENCODINGS = ("utf-8-sig", "gb18030")
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_DELIMITERS = (",", "\t", ";")
# Beyond this a number of a workbook has lost digits: a card number must be kept as text.
_EXACT_MAX = 10**15


class Row(NamedTuple):
    """One row with its number as the spreadsheet counts it, the headers being row 1."""

    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened list; `expected` is about how many rows there are."""

    headers: tuple[str, ...]
    rows: Iterator[Row]
    expected: int


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """A list, read row by row.

    Refuses: import.file_missing, import.file_too_large, import.file_kind, import.encoding; while
    it is read, import.file_malformed.
    """
    if not path.is_file():
        raise FILE_MISSING.because(name=path.name)
    if path.stat().st_size > FILE_MEGABYTES_MAX * MEGABYTE:
        raise FILE_TOO_LARGE.because(maximum_megabytes=FILE_MEGABYTES_MAX)
    if path.suffix.lower() == ".xlsx":
        with _workbook(path) as sheet:
            yield sheet
    elif path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        yield _csv(path.read_bytes())
    else:
        raise FILE_KIND.because()


def _csv(content: bytes) -> Sheet:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _sheet(_csv_rows(reader), expected=text.count("\n"))


def _decoded(content: bytes) -> str:
    if content.startswith(_OTHER_MARKS) or b"\x00" in content:
        raise ENCODING.because()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ENCODING.because()


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    while True:
        number += 1
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FILE_MALFORMED.because(row=number) from None
        yield Row(number, tuple(texts))


@contextmanager
def _workbook(path: Path) -> Iterator[Sheet]:
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > UNPACKED_MEGABYTES_MAX * MEGABYTE:
            raise FILE_TOO_LARGE.because(maximum_megabytes=UNPACKED_MEGABYTES_MAX)
        book = load_workbook(path, read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise FILE_KIND.because() from None
    try:
        if not book.worksheets:
            raise FILE_KIND.because()
        sheet = book.worksheets[0]
        rows = (
            Row(number, tuple(_shown(value) for value in values))
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)
        )
        yield _sheet(rows, expected=(sheet.max_row or 1) - 1)
    finally:
        book.close()


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() | float() if abs(value) < _EXACT_MAX and value == int(value):
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _sheet(rows: Iterator[Row], *, expected: int) -> Sheet:
    headers: Sequence[str] = next((row.texts for row in rows), ())
    filled = (row for row in rows if any(text.strip() for text in row.texts))
    return Sheet(tuple(headers), filled, max(expected, 0))
