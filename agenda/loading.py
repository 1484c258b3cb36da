"""Loads the agenda's part of an edition's files: themes and the programme."""

from dataclasses import dataclass
from typing import Any

from django import forms

from agenda.models import ProgrammeItem, Theme
from seminar.foundation.edition_files import EditionFiles, Fault, LoadReport
from seminar.foundation.edition_forms import MomentField, make_form
from seminar.loading import TOML, check_tables, remove_others, write_row
from seminar.models import Seminar

THEME_COLUMNS = ["code", "title_en", "title_ja"]
PROGRAMME_COLUMNS = ["kind", "title_en", "title_ja", "summary_en", "summary_ja", "minutes_each"]
WAITING_OF_PROGRAMME = ("registration", "disclosure", "presented_by", "positions", "round", "tours")
WAITING_TABLES = ("breakouts", "tours")
KNOWN_TABLES = ("seminar", "organizing_bodies", "past_editions", "themes", "programme", *WAITING_TABLES)

ThemeRowForm = make_form(Theme, THEME_COLUMNS)


class ProgrammeRowForm(make_form(ProgrammeItem, PROGRAMME_COLUMNS, start=MomentField(), end=MomentField())):  # type: ignore[misc]
    """One table [[programme]]."""

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("start") and values.get("end") and values["end"] <= values["start"]:
            self.add_error("end", forms.ValidationError("the item ends before it starts"))
        return values


@dataclass(frozen=True)
class AgendaPlan:
    themes: list[dict[str, Any]]
    programme: list[dict[str, Any]]


def check_agenda(files: EditionFiles, faults: list[Fault], report: LoadReport) -> AgendaPlan:
    """Check the agenda's part; faults to `faults`, what has no table yet to `report`."""
    for name, table in files.toml.items():
        if name not in KNOWN_TABLES:
            faults.append(Fault(TOML, f"[{name}]", "", "this table is not known"))
        elif name in WAITING_TABLES and not _is_table(table):
            faults.append(Fault(TOML, f"[{name}]", "", f"write a table, [{name}], or several, [[{name}]]"))
        elif name in WAITING_TABLES:
            report.waiting.append(f"{TOML} [{name}]: {', '.join(_list_columns(table))}")
    return AgendaPlan(
        themes=check_tables(files.toml, "themes", ThemeRowForm, faults, key="code"),
        programme=check_tables(files.toml, "programme", ProgrammeRowForm, faults, WAITING_OF_PROGRAMME, report),
    )


def write_agenda(plan: AgendaPlan, seminar: Seminar, report: LoadReport) -> None:
    """Write the checked values inside the caller's transaction."""
    for order, values in enumerate(plan.themes, start=1):
        key = {"seminar": seminar, "code": values["code"]}
        write_row(Theme, key, {**values, "list_order": order}, report, "themes")
    codes = [values["code"] for values in plan.themes]
    remove_others(Theme.objects.filter(seminar=seminar).exclude(code__in=codes), report, "themes")
    later = ProgrammeItem.objects.filter(seminar=seminar, list_order__gt=len(plan.programme))
    remove_others(later, report, "programme items")
    for order, values in enumerate(plan.programme, start=1):
        columns = {name: value for name, value in values.items() if name not in ("start", "end")}
        columns |= {"start_at": values["start"], "end_at": values["end"]}
        write_row(ProgrammeItem, {"seminar": seminar, "list_order": order}, columns, report, "programme items")


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and all(isinstance(entry, dict) for entry in value))


def _list_columns(table: Any) -> list[str]:
    """Return the names of every column of a table or a list of tables, those of tables inside it dotted."""
    names: dict[str, None] = {}
    for entry in table if isinstance(table, list) else [table]:
        for name, value in entry.items():
            if value and _is_table(value):
                names |= dict.fromkeys(f"{name}.{column}" for column in _list_columns(value))
            else:
                names[name] = None
    return list(names)
