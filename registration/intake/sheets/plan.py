"""What saving a spreadsheet would do: each row new, changed or as it is, and every fault at its row and column.

Door: `make_plan`, which reads and writes nothing. Rows are matched by registration number, without one by mail address,
so that the same file twice changes nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from registration.intake.sheets.columns import EMAIL, NUMBER, Column, find_columns, list_columns
from registration.intake.sheets.people import Scope, read_people
from registration.intake.sheets.rows import PlannedRow, RowPlanner
from seminar.foundation.tables import CELL_FAULTS, Table, TableRow

HEADING_WITHIN = 10  # rows from the top, where titles may stand before it
LEAST_HEADINGS = 2  # that are known make a row the heading


@dataclass
class Plan:
    """`heading` is its line, `columns` {index: column} of the known ones, `heading_faults` {index: what to do}."""

    heading: TableRow
    columns: dict[int, Column] = field(default_factory=dict)
    heading_faults: dict[int, str] = field(default_factory=dict)
    rows: list[PlannedRow] = field(default_factory=list)

    @property
    def fault_count(self) -> int:
        return len(self.heading_faults) + sum(len(row.faults) for row in self.rows)

    def list_rows(self, outcome: str) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome == outcome]

    def count_outcomes(self) -> Counter[str]:
        return Counter(row.outcome for row in self.rows)

    def count_complete(self) -> int:
        """Return how many could be submitted once the sheet is saved."""
        return sum(row.is_open and not row.faults and not row.list_missing() for row in self.rows)

    def make_mark(self) -> str:
        """Return what stands for this plan: what the file says and how what it changes stands now."""
        read = [
            (row.line, row.outcome, sorted(row.texts.items()), row.registration and row.registration.version)
            for row in self.rows
        ]
        return sha256(repr(read).encode()).hexdigest()[:32]


def make_plan(scope: Scope, table: Table, now: datetime) -> Plan:
    """Return what saving `table` would do."""
    columns = list_columns(scope.seminar)
    heading = _find_heading(table, columns)
    found, faults = find_columns(columns, list(heading.cells))
    plan = Plan(heading, found, faults)
    plan.heading_faults |= {
        index: str(CELL_FAULTS[fault]) for (line, index), fault in table.faults.items() if line == heading.line
    }
    missing = [column for column in columns if column.name == EMAIL and column not in found.values()]
    if missing and not any(column.name == NUMBER for column in found.values()):
        plan.heading_faults[-1] = _("The column “%(name)s” is missing.") % {"name": missing[0].heading}
    if plan.heading_faults:
        return plan
    rows = [row for row in table.rows if row.line > heading.line]
    _say_untitled(plan, rows)
    plan.rows = [_begin_row(row, found, table) for row in rows if _says_something(row, found)]
    people = read_people(scope, (row.texts for row in plan.rows))
    planner = RowPlanner(scope, people, found.values(), now)
    for row in plan.rows:
        planner.plan(row)
    planner.find_equal_passports(plan.rows)
    return plan


def _find_heading(table: Table, columns: list[Column]) -> TableRow:
    """Return the row of headings: the first that holds enough known ones, else the first one at all."""
    for row in table.rows[:HEADING_WITHIN]:
        if len(find_columns(columns, list(row.cells))[0]) >= LEAST_HEADINGS:
            return row
    return table.rows[0]


def _say_untitled(plan: Plan, rows: list[TableRow]) -> None:
    for row in rows:
        for index, cell in enumerate(row.cells):
            if cell and index not in plan.columns and index not in plan.heading_faults:
                text = _("Row %(line)d holds something here, but the column has no heading.")
                plan.heading_faults[index] = text % {"line": row.line}


def _begin_row(row: TableRow, columns: dict[int, Column], table: Table) -> PlannedRow:
    planned = PlannedRow(row.line, {})
    for index, column in columns.items():
        planned.texts[column.name] = row.cells[index] if index < len(row.cells) else ""
        if fault := table.faults.get((row.line, index)):
            planned.faults[column.name] = str(CELL_FAULTS[fault])
    return planned


def _says_something(row: TableRow, columns: dict[int, Column]) -> bool:
    return any(row.cells[index] for index in columns if index < len(row.cells))
