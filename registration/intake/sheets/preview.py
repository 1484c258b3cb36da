"""How a spreadsheet's preview reads: its cells with what they replace, its faults with where they stand. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from registration.intake.sheets.columns import EMAIL, Column
from registration.intake.sheets.forms import CELL
from registration.intake.sheets.plan import Plan
from registration.intake.sheets.rows import CHANGED, FAULTY, NEW, SAME, PlannedRow
from registration.models.answers import SECRET_NAMES, label_answer
from seminar.foundation.encryption import DOT, mask

SHOWN = {
    FAULTY: gettext_lazy("To correct"),
    NEW: gettext_lazy("New people"),
    CHANGED: gettext_lazy("Changed people"),
    SAME: gettext_lazy("Unchanged people"),
}
MOST_FIELDS = 800
_ALWAYS = frozenset({EMAIL, "given_names", "family_name"})


@dataclass(frozen=True)
class PreviewCell:
    """One cell: its text as the page shows it, what it replaces, what is wrong, and the field that corrects it."""

    name: str
    heading: str
    text: str
    before: str = ""
    fault: str = ""
    is_changed: bool = False
    typed: str = ""
    can_correct: bool = True


@dataclass(frozen=True)
class FaultLink:
    """One line of the list of faults; `anchor` leads to its cell and is empty where the fault is in none."""

    place: str
    message: str
    anchor: str


def list_shown_columns(plan: Plan, rows: Iterable[PlannedRow]) -> list[tuple[int, Column]]:
    """Return the columns that say who somebody is or what would change, in the order of the sheet."""
    named = {name for row in rows for name in (*row.answers, *row.faults)} | _ALWAYS
    return [(index, column) for index, column in sorted(plan.columns.items()) if column.name in named]


def list_rows(
    rows: Iterable[PlannedRow], columns: list[tuple[int, Column]]
) -> list[tuple[PlannedRow, list[PreviewCell], str]]:
    """Return each row with its cells and what its person would still lack. MOST_FIELDS faulty cells can be corrected
    on one page; more would be more than a form may send."""
    shown, fields = [], 0
    for row in rows:
        cells = []
        for index, column in columns:
            cell = _make_cell(row, index, column)
            fields += bool(cell.fault)
            cells.append(replace(cell, can_correct=fields <= MOST_FIELDS))
        shown.append((row, cells, describe_missing(row)))
    return shown


def describe_missing(row: PlannedRow) -> str:
    """Return what a submission of this person would still need, empty where nothing or where it is submitted."""
    if row.faults or not row.is_open or row.delegation is None:
        return ""
    return _(", ").join(label_answer(name, row.delegation.seminar) for name in row.list_missing())


def list_fault_links(plan: Plan, shown: Iterable[PlannedRow], *, most: int, rows_a_page: int) -> list[FaultLink]:
    """Return the first `most` faults in the order of the sheet, each with its place: on this page, which shows the rows
    `shown` and may hold words that are not sent yet, or on that of all rows where it stands."""
    lines_shown = {row.line for row in shown}
    links = []
    for index, message in sorted(plan.heading_faults.items()):
        heading = plan.heading.cells[index] if 0 <= index < len(plan.heading.cells) else ""
        place = _("Row %(line)d") % {"line": plan.heading.line}
        if index >= 0:
            place = _("Row %(line)d, column %(letter)s") % {
                "line": plan.heading.line,
                "letter": get_column_letter(index + 1),
            }
        links.append(FaultLink(f"{place}, “{heading}”" if heading else place, message, ""))
    places = {column.name: (index, column) for index, column in plan.columns.items()}
    for place_of_row, row in enumerate(plan.rows):
        page = "" if row.line in lines_shown else f"?page={place_of_row // rows_a_page + 1}"
        for name, message in sorted(row.faults.items(), key=lambda one: places.get(one[0], (-1, None))[0]):
            place = _("Row %(line)d") % {"line": row.line}
            anchor = ""
            if name in places:
                index, column = places[name]
                place = _("Row %(line)s, %(heading)s") % {"line": row.line, "heading": column.heading}
                anchor = f"{page}#{CELL.format(line=row.line, index=index)}"
            links.append(FaultLink(place, message, anchor))
            if len(links) >= most:
                return links
    return links


def _make_cell(row: PlannedRow, index: int, column: Column) -> PreviewCell:
    text, typed = row.texts.get(column.name, ""), row.texts.get(column.name, "")
    if column.name in SECRET_NAMES:
        text, typed = text if DOT in text else mask(text), ""
    return PreviewCell(
        name=CELL.format(line=row.line, index=index),
        heading=column.heading,
        text=text,
        before=row.before.get(column.name, ""),
        fault=row.faults.get(column.name, ""),
        is_changed=column.name in row.answers,
        typed=typed,
    )
