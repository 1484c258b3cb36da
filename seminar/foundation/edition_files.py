"""Reads the files of an edition and says every fault with its file, row and column.

An edition stands in `seminar.toml`, `delegations.csv` and `registrations.csv`; loaders of each floor check their part
with a form per table and write nothing before every fault is known.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django import forms

LARGEST_FILE = 20_000_000  # bytes
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Fault:
    """One thing wrong in the files. `row` is a line of a CSV file or the place of a table in a TOML file."""

    file: str
    row: str
    column: str
    message: str

    def __str__(self) -> str:
        line = ", ".join(part for part in (self.file, self.row, self.column) if part) + f": {self.message}"
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)  # what stands in a file may be anything


class FilesRefused(Exception):
    """The files hold faults; nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass
class LoadReport:
    """What a load did: {table: [new, changed, as they were]}, {table: removed}, what waits, and notes."""

    counts: dict[str, list[int]] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, table: str, outcome: int) -> None:
        self.counts.setdefault(table, [0, 0, 0])[outcome] += 1

    @property
    def is_unchanged(self) -> bool:
        return not self.removed and not any(new or changed for new, changed, _same in self.counts.values())


NEW, CHANGED, SAME = 0, 1, 2


@dataclass(frozen=True)
class Row:
    """One row of a file: where it stands and its values by column."""

    place: str
    values: dict[str, Any]


@dataclass(frozen=True)
class EditionFiles:
    toml: dict[str, Any]
    delegations: list[Row]
    registrations: list[Row]


def read_files(directory: Path) -> EditionFiles:
    """Read the three files. Raises FilesRefused where one is missing, is not UTF-8 or is not of its format."""
    faults: list[Fault] = []
    toml = _read_toml(directory / "seminar.toml", faults)
    delegations = _read_csv(directory / "delegations.csv", faults)
    registrations = _read_csv(directory / "registrations.csv", faults)
    if faults:
        raise FilesRefused(faults)
    return EditionFiles(toml, delegations, registrations)


def check_row(
    form_class: type[forms.Form], file: str, place: str, values: Mapping[str, Any], faults: list[Fault]
) -> dict[str, Any]:
    """Return the cleaned values of one row; what the form refuses goes to `faults` under its column."""
    form = form_class(dict(values))
    if not form.is_valid():
        for column, errors in form.errors.get_json_data().items():
            name = "" if column == "__all__" else column
            faults.extend(Fault(file, place, name, error["message"]) for error in errors)
    return form.cleaned_data


def check_columns(
    file: str, place: str, found: Iterable[str], known: Iterable[str], waiting: Iterable[str], faults: list[Fault]
) -> list[str]:
    """Return the found columns that wait for their table; each unknown one is a fault."""
    known_names, waiting_names = set(known), set(waiting)
    for name in found:
        if name not in known_names and name not in waiting_names:
            faults.append(Fault(file, place, name, "this column is not known"))
    return [name for name in found if name in waiting_names]


def apply_values(instance: Any, values: Mapping[str, Any]) -> bool:
    """Set the values on a row and save it where one differs; return whether one did."""
    changed = [name for name, value in values.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, values[name])
    if changed:
        instance.save(update_fields=changed)
    return bool(changed)


def _read_text(path: Path, faults: list[Fault]) -> str | None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            faults.append(Fault(path.name, "", "", f"the file is larger than {LARGEST_FILE // 1_000_000} MB"))
            return None
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(Fault(path.name, "", "", "the file is missing"))
    except IsADirectoryError:
        faults.append(Fault(path.name, "", "", "this is a folder, not a file"))
    except OSError as error:
        faults.append(Fault(path.name, "", "", f"the file cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        faults.append(Fault(path.name, f"byte {error.start}", "", "the file is not UTF-8"))
    return None


def _read_toml(path: Path, faults: list[Fault]) -> dict[str, Any]:
    text = _read_text(path, faults)
    if text is None:
        return {}
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(path.name, "", "", f"this is not TOML: {error}"))
    except RecursionError:
        faults.append(Fault(path.name, "", "", "tables or lists stand too deep in each other"))
    return {}


def _read_csv(path: Path, faults: list[Fault]) -> list[Row]:
    text = _read_text(path, faults)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            place = f"row {reader.line_num}"
            if not header:
                header = [cell.strip() for cell in cells]
                if len(header) == 1 and ";" in header[0]:
                    faults.append(Fault(path.name, place, "", "the cells are parted by ; and not by a comma"))
                    break
                for name in sorted({name for name in header if header.count(name) > 1}):
                    faults.append(Fault(path.name, place, name, "this column stands twice"))
            elif not any(cells):
                continue
            elif len(cells) != len(header):
                faults.append(Fault(path.name, place, "", f"{len(cells)} cells where the header has {len(header)}"))
            elif len(rows) >= MOST_ROWS:
                faults.append(Fault(path.name, place, "", f"more than {MOST_ROWS} rows"))
                break
            else:
                rows.append(Row(place, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        faults.append(Fault(path.name, f"row {reader.line_num}", "", f"this is not CSV: {error}"))
    if not header:
        faults.append(Fault(path.name, "", "", "the file is empty"))
    return rows
