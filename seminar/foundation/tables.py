"""Reads a table out of an uploaded spreadsheet: XLSX, or CSV in UTF-8, UTF-16 or CP932.

Door: `read_table`. Files are untrusted: sizes are bounded before anything is unpacked, and reading stops at the most
rows. Cells become text as their reader would write it: days as 2013-02-26, times as 18:05, whole numbers without a
point.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from seminar.foundation.cells import undo_safe

LARGEST_FILE = 10_000_000  # bytes
LARGEST_UNPACKED = 20_000_000  # bytes of XML in a workbook; a table of 5,000 people has about half of it
LARGEST_OTHER_PART = 2_000_000  # bytes of a part that holds no cells, such as styles
MOST_PARTS = 500  # files in a workbook
MOST_MERGES = 500  # merged ranges
MOST_COLUMNS = 150
MOST_CELLS = 400_000  # empty ones with a format are cells too; 5,000 people have some 250,000
MOST_BLANK_ROWS = 2_000  # beside the rows that hold something
LONGEST_CELL = 20_000  # characters

FORMULA, ERROR, MERGED, TOO_LONG = "formula", "error", "merged", "too_long"
CELL_FAULTS: dict[str, Promise] = {
    FORMULA: _("This cell holds a formula. Enter its value instead."),
    ERROR: _("This cell shows an error of the spreadsheet programme. Enter a value instead."),
    MERGED: _("This cell is merged with others. Undo that and fill in each cell."),
    TOO_LONG: _("This cell holds too much text."),
}
_DAMAGED = _("This file is damaged, or is no spreadsheet. Save it again as an Excel workbook (.xlsx) or as CSV.")
_OLD = _(
    "This is a workbook of an older Excel (.xls) or one with a password. Save it as an Excel workbook (.xlsx), and "
    "without a password."
)
_PAGE = _("This is a web page and no spreadsheet, whatever its name says. Save it as an Excel workbook (.xlsx).")
_NONE = _("This is no spreadsheet. Choose an Excel workbook (.xlsx) or a CSV file.")
_TOO_LARGE = _("This file is too large for a table of people. Delete what stands beside the table and its pictures.")
_BROKEN_ROW = _("Row %(line)d is no CSV: its quotation marks do not match. Save the file again from your programme.")
_EMPTY = _("This file is empty. Choose another one.")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:]{2,30})\"")
_CELL_START = re.compile(rb"<(?:\w+:)?c[\s/>]")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class TableRow:
    """One row with something in it. `line` counts from 1 as the programme does; `cells` begin with column A."""

    line: int
    cells: Sequence[str]


@dataclass
class Table:
    """The rows of the first sheet that hold something, and {(line, index of the column): key of CELL_FAULTS}."""

    rows: list[TableRow] = field(default_factory=list)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def read_table(data: bytes, *, most_rows: int) -> Table:
    """Return the table of an uploaded file. Raises ValidationError with one sentence for who uploaded it."""
    if len(data) > LARGEST_FILE:
        raise ValidationError(_TOO_LARGE, code="too_large")
    if data.startswith(b"PK\x03\x04"):
        lines = _read_workbook(data, most_rows)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(_OLD, code="old")
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise ValidationError(_PAGE, code="page")
    else:
        lines = _read_csv(_decode(data))
    return _collect(lines, most_rows)


# One cell: its text and, where it cannot be taken, a key of CELL_FAULTS.
_Cell = tuple[str, str]


def _collect(lines: Iterable[tuple[int, list[_Cell]]], most_rows: int) -> Table:
    table = Table()
    for line, cells in lines:
        if line > most_rows + MOST_BLANK_ROWS:
            raise _refuse_rows(most_rows)
        for index, (text, fault) in enumerate(cells):
            if fault or len(text) > LONGEST_CELL:
                table.faults[line, index] = fault or TOO_LONG
        texts = [text[:LONGEST_CELL] for text, _fault in cells]
        while texts and not texts[-1]:
            texts.pop()
        if any(texts) or any(fault for _text, fault in cells):
            table.rows.append(TableRow(line, texts))
        if len(table.rows) > most_rows + 1:  # the heading is one more
            raise _refuse_rows(most_rows)
    if not table.rows:
        raise ValidationError(_EMPTY, code="empty")
    return table


def _refuse_rows(most_rows: int) -> ValidationError:
    text = _("This spreadsheet has more than %(most)d rows. Split it, or delete the empty rows below the table.")
    return ValidationError(text, code="rows", params={"most": most_rows})


def _decode(data: bytes) -> str:
    """Return the text of a CSV file. Excel writes UTF-8 and UTF-16 with a mark, in Japan CP932 too."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif _NO_TEXT.search(data):
        raise ValidationError(_NONE, code="kind")
    else:
        encodings = ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(
        _("The characters of this file cannot be read. Save it as CSV in UTF-8, or as an Excel workbook."), code="text"
    )


def _read_csv(text: str) -> Iterator[tuple[int, list[_Cell]]]:
    first_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise ValidationError(_NONE, code="columns")
            yield line, [_read_csv_cell(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise ValidationError(_BROKEN_ROW, code="csv", params={"line": line + 1}) from error


def _read_csv_cell(text: str) -> _Cell:
    plain = undo_safe(text)
    is_formula = plain == text and text.lstrip()[:1] in ("=", "＝")
    return text.strip() if is_formula else plain.strip(), FORMULA if is_formula else ""


def _read_workbook(data: bytes, most_rows: int) -> Iterator[tuple[int, list[_Cell]]]:
    merged: dict[int, set[int]] = {}
    try:
        _check_sizes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl, about what it leaves away
            workbook = load_workbook(io.BytesIO(data), read_only=True)
        sheet = next(one for one in workbook.worksheets if one.sheet_state == "visible")
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            cells = parts.read(sheet._worksheet_path)
        if sum(1 for _cell in _CELL_START.finditer(cells)) > MOST_CELLS:
            raise ValidationError(_TOO_LARGE, code="cells")
        merged = _find_merged(cells, most_rows)
        sheet.reset_dimensions()  # a file may say anything of its size
        rows = sheet.iter_rows(max_col=MOST_COLUMNS)
    except ValidationError:
        raise
    except Exception as error:  # what a hostile file breaks in its readers is not to be foreseen
        raise ValidationError(_DAMAGED, code="damaged") from error
    line = 0
    while True:
        try:
            row = next(rows, None)
        except Exception as error:
            raise ValidationError(_DAMAGED, code="damaged") from error
        if row is None:
            return
        line += 1
        in_merged = merged.get(line, ())
        yield line, [_read_cell(cell, index in in_merged) for index, cell in enumerate(row)]


def _check_sizes(data: bytes) -> None:
    """Refuse a workbook whose XML unpacks to too much; what a part says of its size, unpacking it holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        listed = parts.infolist()
    read = [part for part in listed if not part.filename.startswith("xl/media/")]  # pictures stay packed
    others = [part for part in read if not part.filename.startswith(("xl/worksheets/", "xl/sharedStrings"))]
    is_too_large = (
        len(listed) > MOST_PARTS
        or sum(part.file_size for part in read) > LARGEST_UNPACKED
        or any(part.file_size > LARGEST_OTHER_PART for part in others)
    )
    if is_too_large:
        raise ValidationError(_TOO_LARGE, code="too_large")


def _find_merged(sheet: bytes, most_rows: int) -> dict[int, set[int]]:
    """Return {line: indexes of the columns} of the merged cells within the table's reach."""
    found: dict[int, set[int]] = {}
    for count, match in enumerate(_MERGE.finditer(sheet)):
        if count > MOST_MERGES:
            raise ValidationError(_TOO_LARGE, code="merges")
        first, top, last, bottom = range_boundaries(match[1].decode())
        for line in range(top, min(bottom, most_rows + MOST_BLANK_ROWS) + 1):
            found.setdefault(line, set()).update(range(first - 1, min(last, MOST_COLUMNS)))
    return found


def _read_cell(cell: Any, is_merged: bool) -> _Cell:
    value = cell.value
    if is_merged:
        return _make_text(value), MERGED
    if value is None:
        return "", ""
    if cell.data_type == "f":
        return str(value), FORMULA
    if cell.data_type == "e":
        return str(value), ERROR
    return _make_text(value), ""


def _make_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return undo_safe(value).strip()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
