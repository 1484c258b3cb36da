"""Loads the ground floor's part of an edition's files: the edition, its bodies, past editions and delegations."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, QuerySet

from seminar.foundation.edition_files import (
    CHANGED,
    NEW,
    SAME,
    EditionFiles,
    Fault,
    FilesRefused,
    LoadReport,
    apply_values,
    check_columns,
    check_row,
)
from seminar.foundation.edition_forms import make_form
from seminar.models import Delegation, OrganizingBody, PastEdition, Seminar
from seminar.validators import validate_slug_is_free, validate_time_zone

TOML, DELEGATIONS = "seminar.toml", "delegations.csv"
IMPORTED = "imported"

_PARTS = {"secretariat": ("name_en", "name_ja", "email"), "release": (
    "date", "division_en", "division_ja", "address_en", "address_ja", "phone", "results_en", "results_ja",
)}  # fmt: skip
_OWN = [
    "slug", "number", "title_en", "title_ja", "start_date", "end_date", "time_zone", "city_en", "city_ja",
    "focus_en", "focus_ja", "registration_opens_at", "nominations_due_at", "visa_requests_due_at", "travel_due_at",
    "materials_due_at", "changes_close_at", "list_locks_at", "retention_days", "first_held_year", "demo_now",
]  # fmt: skip
_NESTED = [f"{part}_{name}" for part, names in _PARTS.items() for name in names]
_DELEGATION = [
    "code", "category", "list_order", "article", "formal_name_en", "formal_name_ja", "short_name_en", "short_name_ja",
    "listed_as_en", "listed_as_ja", "kind", "iso_3166_alpha2", "first_time", "presentation_order", "quota",
]  # fmt: skip

OrganizingBodyRowForm = make_form(OrganizingBody, ["role", "name_en", "name_ja", "abbreviation"])
PastEditionRowForm = make_form(PastEdition, ["number", "start_date", "end_date", "people", "delegations"])
DelegationRowForm = make_form(Delegation, _DELEGATION)


class SeminarRowForm(make_form(Seminar, _OWN + _NESTED)):  # type: ignore[misc]
    """The table [seminar] with its parts, their columns joined by an underscore."""

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        validate_time_zone(name)
        return name

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        validate_slug_is_free(slug)
        return slug

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("start_date") and values.get("end_date") and values["end_date"] < values["start_date"]:
            self.add_error("end_date", "the seminar ends before it starts")
        return values


@dataclass(frozen=True)
class GroundPlan:
    """The checked values of the ground floor, ready to be written; delegations as (place, values)."""

    seminar: dict[str, Any]
    bodies: list[dict[str, Any]]
    past_editions: list[dict[str, Any]]
    delegations: list[tuple[str, dict[str, Any]]]


def check_ground(files: EditionFiles, faults: list[Fault]) -> GroundPlan:
    """Check the ground floor's part; what is wrong goes to `faults`."""
    return GroundPlan(
        seminar=_check_seminar(files.toml, faults),
        bodies=check_tables(files.toml, "organizing_bodies", OrganizingBodyRowForm, faults),
        past_editions=check_tables(files.toml, "past_editions", PastEditionRowForm, faults, key="number"),
        delegations=_check_delegations(files, faults),
    )


def write_ground(plan: GroundPlan, report: LoadReport) -> Seminar:
    """Write the checked values inside the caller's transaction and return the edition. Raises FilesRefused."""
    slug = plan.seminar["slug"]
    seminar = Seminar.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if seminar is None:
        seminar = Seminar.objects.create(**plan.seminar)
        report.count("editions", NEW)
    else:
        report.count("editions", CHANGED if apply_values(seminar, plan.seminar) else SAME)
    for order, values in enumerate(plan.bodies, start=1):
        write_row(OrganizingBody, {"seminar": seminar, "list_order": order}, values, report, "organizing bodies")
    for values in plan.past_editions:
        write_row(PastEdition, {"seminar": seminar, "number": values["number"]}, values, report, "past editions")
    remove_others(seminar.organizing_bodies.filter(list_order__gt=len(plan.bodies)), report, "organizing bodies")
    numbers = [values["number"] for values in plan.past_editions]
    remove_others(seminar.past_editions.exclude(number__in=numbers), report, "past editions")
    _check_approved_fit(plan, seminar)
    for _place, values in plan.delegations:
        is_nominating = values["category"] not in Delegation.UNCOUNTED
        made_with = {"nomination_waiver_reason": IMPORTED} if is_nominating else {}
        key = {"seminar": seminar, "code": values["code"]}
        write_row(Delegation, key, values, report, "delegations", made_with)
    return seminar


def check_tables(
    toml: dict[str, Any],
    name: str,
    form_class: type[forms.Form],
    faults: list[Fault],
    waiting: tuple[str, ...] = (),
    report: LoadReport | None = None,
    key: str = "",
) -> list[dict[str, Any]]:
    """Check a list of TOML tables, [[name]], against a form; name what waits for its table in `report`.

    `key`: the column whose value stands once.
    """
    tables = toml.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(Fault(TOML, f"[{name}]", "", f"write [[{name}]], with two brackets"))
        return []
    checked: list[dict[str, Any]] = []
    places: dict[Any, str] = {}
    left: list[str] = []
    for position, table in enumerate(tables, start=1):
        place = f"[[{name}]] {position}"
        left += check_columns(TOML, place, table, form_class.base_fields, waiting, faults)
        values = check_row(form_class, TOML, place, table, faults)
        value = values.get(key)
        if value in places:
            faults.append(Fault(TOML, place, key, f"{value} stands already in {places[value]}"))
        elif value is not None:
            places[value] = place
        checked.append(values)
    if report is not None and left:
        names = ", ".join(sorted(set(left)))
        report.waiting.append(f"{TOML} [[{name}]]: {names}")
    return checked


def write_row(
    model: Any,
    key: dict[str, Any],
    values: dict[str, Any],
    report: LoadReport,
    table: str,
    made_with: dict[str, Any] | None = None,
) -> None:
    """Make or update the row of `key`; `made_with` is set only when it is made."""
    row = model.objects.filter(**key).first()
    if row is None:
        model.objects.create(**{**key, **values, **(made_with or {})})
        report.count(table, NEW)
    else:
        report.count(table, CHANGED if apply_values(row, values) else SAME)


def remove_others(rows: QuerySet[Any], report: LoadReport, table: str) -> None:
    """Remove what stood in the files before and no longer does; nothing that people made hangs on these rows."""
    _total, by_model = rows.delete()
    if removed := by_model.get(rows.model._meta.label, 0):
        report.removed[table] = removed
        report.counts.setdefault(table, [0, 0, 0])  # so that it is named where nothing is left


def _check_seminar(toml: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    table = toml.get("seminar")
    if not isinstance(table, dict):
        faults.append(Fault(TOML, "[seminar]", "", "the table is missing"))
        return {}
    values: dict[str, Any] = {}
    for name, value in table.items():
        part = _PARTS.get(name)
        if part is None:
            check_columns(TOML, "[seminar]", [name], _OWN, (), faults)
            values[name] = value
        elif isinstance(value, dict):
            check_columns(TOML, f"[seminar.{name}]", value, part, (), faults)
            values |= {f"{name}_{column}": entry for column, entry in value.items()}
        else:
            faults.append(Fault(TOML, "[seminar]", name, f"write a table, [seminar.{name}]"))
    found: list[Fault] = []
    checked = check_row(SeminarRowForm, TOML, "[seminar]", values, found)
    faults.extend(_place_in_part(fault) for fault in found)
    return checked


def _place_in_part(fault: Fault) -> Fault:
    for part in _PARTS:
        if fault.column.startswith(f"{part}_"):
            return Fault(fault.file, f"[seminar.{part}]", fault.column.removeprefix(f"{part}_"), fault.message)
    return fault


def _check_approved_fit(plan: GroundPlan, seminar: Seminar) -> None:
    """Refuse a quota below the number of people whom the system has approved meanwhile. Raises FilesRefused."""
    faults: list[Fault] = []
    for place, values in plan.delegations:
        quota = values["quota"]
        row = Delegation.objects.filter(seminar=seminar, code=values["code"])
        if quota is not None and row.filter(approved_count__gt=F("beyond_quota_count") + quota).exists():
            faults.append(Fault(DELEGATIONS, place, "quota", "more people than that are approved already"))
    if faults:
        raise FilesRefused(faults)


def _check_delegations(files: EditionFiles, faults: list[Fault]) -> list[tuple[str, dict[str, Any]]]:
    if files.delegations:
        header = list(files.delegations[0].values)
        check_header(DELEGATIONS, header, _DELEGATION, (), faults)
        if not set(_DELEGATION) <= set(header):
            return []  # a missing column would be a fault in each row
    checked: list[tuple[str, dict[str, Any]]] = []
    places: dict[str, str] = {}
    for row in files.delegations:
        values = check_row(DelegationRowForm, DELEGATIONS, row.place, row.values, faults)
        code = values.get("code")
        if code in places:
            faults.append(Fault(DELEGATIONS, row.place, "code", f"{code} stands already in {places[code]}"))
        elif code:
            places[code] = row.place
        checked.append((row.place, values))
    return checked


def check_header(
    file: str, header: list[str], known: list[str], waiting: tuple[str, ...], faults: list[Fault]
) -> list[str]:
    """Check a CSV file's first row: every known column there, none unknown; return those that wait for a table."""
    for name in known:
        if name not in header:
            faults.append(Fault(file, "row 1", name, "this column is missing"))
    return check_columns(file, "row 1", header, known, waiting, faults)
