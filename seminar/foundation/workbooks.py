"""Writes tables for spreadsheet programmes: XLSX with choices and days to pick, or CSV in UTF-8 with its mark.

Doors: `write_workbook`, `write_csv`. Texts go through `cells.make_safe`.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from seminar.foundation.cells import make_safe

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
Value = str | date | time | None
_HEADING = PatternFill("solid", start_color="FFE7EEF6")
_FORMATS = {"date": "yyyy-mm-dd", "time": "hh:mm", "text": "@"}
_ROWS_TO_TYPE_IN = 500  # below the present ones, prepared with formats and choices
_ROWS_WITH_FORMATS = 50


@dataclass(frozen=True)
class SheetColumn:
    """One column: its heading, its width in characters, "text", "date" or "time", and what may be chosen in it."""

    heading: str
    width: int = 18
    kind: str = "text"
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook. `is_form`: rows to type in follow those that are there."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    is_form: bool = False


def write_workbook(sheets: Sequence[Sheet], *, choices_title: str) -> bytes:
    """Return an XLSX file. What may be chosen stands in a hidden sheet called `choices_title`."""
    workbook = Workbook(write_only=True)
    lists: list[Sequence[str]] = []
    for sheet in sheets:
        _write_sheet(workbook, sheet, lists, choices_title)
    if lists:
        _write_lists(workbook, lists, choices_title)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """Return a CSV file; days and times as text."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([make_safe(column.heading) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([make_safe(_as_text(value)) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _write_sheet(workbook: Workbook, sheet: Sheet, lists: list[Sequence[str]], choices_title: str) -> None:
    page = workbook.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.append([_write_heading(page, column.heading) for column in sheet.columns])
    count = 0
    for row in sheet.rows:
        cells = zip(sheet.columns, row, strict=True)
        page.append([_write_cell(page, column, value, wraps=not sheet.is_form) for column, value in cells])
        count += 1
    if not sheet.is_form:
        return
    for _row in range(_ROWS_WITH_FORMATS):
        page.append([_write_cell(page, column, None) for column in sheet.columns])
    last = count + 1 + _ROWS_TO_TYPE_IN
    for place, column in enumerate(sheet.columns, start=1):
        if column.choices:
            if column.choices not in lists:
                lists.append(column.choices)
            source = get_column_letter(lists.index(column.choices) + 1)
            formula = f"'{choices_title}'!${source}$1:${source}${len(column.choices)}"
            choice = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=False)
            choice.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{last}")
            page.data_validations.append(choice)


def _write_heading(page: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, make_safe(text))
    cell.font, cell.fill = Font(bold=True), _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _write_cell(page: object, column: SheetColumn, value: Value, *, wraps: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, make_safe(value) if isinstance(value, str) else value)
    cell.number_format = _FORMATS[column.kind]
    if wraps:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _write_lists(workbook: Workbook, lists: Sequence[Sequence[str]], title: str) -> None:
    page = workbook.create_sheet(title)
    page.sheet_state = "hidden"
    for place in range(max(map(len, lists))):
        page.append([make_safe(one[place]) if place < len(one) else None for one in lists])
