"""Loads the agenda's part of an edition's files: themes, breakout sessions, tours and the programme.

Doors: `check_agenda`, `write_agenda`. Who speaks and moderates is handed on to the floor above, which knows people.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agenda.loading_forms import (
    BreakoutRulesRowForm,
    GroupRowForm,
    ProgrammeRowForm,
    RoundRowForm,
    ThemeRowForm,
    TourRowForm,
)
from agenda.loading_presentations import write_presentations
from agenda.models import BreakoutGroup, BreakoutRound, BreakoutRules, ProgrammeItem, Sitting, Theme, Tour
from seminar.foundation.edition_files import (
    CHANGED,
    NEW,
    SAME,
    EditionFiles,
    Fault,
    LoadReport,
    apply_values,
    check_row,
)
from seminar.loading import TOML, check_tables, remove_others, write_row
from seminar.models import Delegation, Seminar

KNOWN_TABLES = (
    "seminar", "organizing_bodies", "past_editions", "themes", "programme", "breakouts", "tours",
)  # fmt: skip
PARTS_OF_BREAKOUTS = ("rounds", "groups")
# What is written by rows of its own.
APART = (
    "start",
    "end",
    "registration",
    "disclosure",
    "presented_by",
    "positions",
    "round",
    "tours",
    "moderating_delegation",
    "moderators",
    "theme",
)


@dataclass(frozen=True)
class Named:
    """A person whom the files name for a part: `number` of the registration, at `place` in the file."""

    number: str
    place: str
    item: int | None = None  # position of the programme item they speak in, from 1
    group: str = ""
    round: int = 0  # of the sitting they moderate


@dataclass
class AgendaPlan:
    """The checked values, ready to be written. `named` is for the floor above."""

    themes: list[dict[str, Any]]
    programme: list[dict[str, Any]]
    tours: list[dict[str, Any]] = field(default_factory=list)
    rules: dict[str, Any] = field(default_factory=dict)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)


@dataclass(frozen=True)
class WrittenAgenda:
    """Rows by what the files call them: items by position, sittings by (group, round)."""

    items: dict[int, ProgrammeItem]
    sittings: dict[tuple[str, int], Sitting]


def check_agenda(files: EditionFiles, faults: list[Fault]) -> AgendaPlan:
    """Check the agenda's part against itself and the other files; what is wrong goes to `faults`."""
    faults += [
        Fault(TOML, f"[{name}]", "", "this table is not known") for name in files.toml if name not in KNOWN_TABLES
    ]
    plan = AgendaPlan(
        themes=check_tables(files.toml, "themes", ThemeRowForm, faults, key="code"),
        programme=check_tables(files.toml, "programme", ProgrammeRowForm, faults),
        tours=check_tables(files.toml, "tours", TourRowForm, faults, key="code"),
    )
    _check_breakouts(files.toml.get("breakouts"), plan, faults)
    _check_references(files, plan, faults)
    return plan


def write_agenda(plan: AgendaPlan, seminar: Seminar, report: LoadReport, now: datetime) -> WrittenAgenda:
    """Write the checked values inside the caller's transaction. Raises FilesRefused."""
    for order, values in enumerate(plan.themes, start=1):
        key = {"seminar": seminar, "code": values["code"]}
        write_row(Theme, key, {**values, "list_order": order}, report, "themes")
    for order, values in enumerate(plan.tours, start=1):
        key = {"seminar": seminar, "code": values["code"]}
        write_row(Tour, key, {**values, "list_order": order}, report, "tours")
    sittings = _write_breakouts(plan, seminar, report)
    items = _write_programme(plan, seminar, report, now)
    codes = [values["code"] for values in plan.themes]
    remove_others(Theme.objects.filter(seminar=seminar).exclude(code__in=codes), report, "themes")
    codes = [values["code"] for values in plan.tours]
    remove_others(Tour.objects.filter(seminar=seminar).exclude(code__in=codes), report, "tours")
    return WrittenAgenda(items, sittings)


def _check_breakouts(table: Any, plan: AgendaPlan, faults: list[Fault]) -> None:
    if table is None:
        return
    if not isinstance(table, dict):
        faults.append(Fault(TOML, "[breakouts]", "", "write a table, [breakouts]"))
        return
    own = {name: value for name, value in table.items() if name not in PARTS_OF_BREAKOUTS}
    for name in own:
        if name not in BreakoutRulesRowForm.base_fields:
            faults.append(Fault(TOML, "[breakouts]", name, "this column is not known"))
    plan.rules |= check_row(BreakoutRulesRowForm, TOML, "[breakouts]", own, faults)
    found: list[Fault] = []
    plan.rounds += check_tables(table, "rounds", RoundRowForm, found, key="number")
    plan.groups += check_tables(table, "groups", GroupRowForm, found, key="label")
    for fault in found:
        row = fault.row.replace("[[", "[[breakouts.").replace("[rounds]", "[breakouts.rounds]")
        faults.append(Fault(fault.file, row.replace("[groups]", "[breakouts.groups]"), fault.column, fault.message))


def _check_references(files: EditionFiles, plan: AgendaPlan, faults: list[Fault]) -> None:
    """Check that every code, round and registration that is named exists in its table or file."""
    codes = {row.values.get("code") for row in files.delegations}
    numbers = {row.values.get("reg_no") for row in files.registrations}
    themes = {values.get("code") for values in plan.themes}
    tours = {values.get("code") for values in plan.tours}
    rounds = {values.get("number") for values in plan.rounds}

    def check(known: set[Any], names: list[Any], place: str, column: str, where: str) -> None:
        faults.extend(
            Fault(TOML, place, column, f"{name} is not in {where}") for name in names if name and name not in known
        )

    for position, values in enumerate(plan.programme, start=1):
        place = f"[[programme]] {position}"
        check(codes, values.get("presented_by", []), place, "presented_by", "delegations.csv")
        check(tours, values.get("tours", []), place, "tours", "[[tours]]")
        check(rounds, [values.get("round")], place, "round", "[[breakouts.rounds]]")
        if number := values.get("registration"):
            check(numbers, [number], place, "registration", "registrations.csv")
            plan.named.append(Named(number, place, item=position))
    for position, values in enumerate(plan.groups, start=1):
        place = f"[[breakouts.groups]] {position}"
        check(themes, [values.get("theme")], place, "theme", "[[themes]]")
        check(codes, [values.get("moderating_delegation")], place, "moderating_delegation", "delegations.csv")
        for entry in values.get("moderators", []):
            check(rounds, [entry["round"]], place, "moderators", "[[breakouts.rounds]]")
            check(numbers, [entry["registration"]], place, "moderators", "registrations.csv")
            label = values.get("label", "")
            plan.named.append(Named(entry["registration"], place, group=label, round=entry["round"]))


def _write_breakouts(plan: AgendaPlan, seminar: Seminar, report: LoadReport) -> dict[tuple[str, int], Sitting]:
    if plan.rules:
        write_row(BreakoutRules, {"seminar": seminar}, plan.rules, report, "rules of breakouts")
    for values in plan.rounds:
        key = {"seminar": seminar, "number": values["number"]}
        columns = {"start_at": values["start"], "end_at": values["end"]}
        write_row(BreakoutRound, key, columns, report, "breakout rounds")
    themes = {theme.code: theme for theme in Theme.objects.filter(seminar=seminar)}
    for order, values in enumerate(plan.groups, start=1):
        key = {"seminar": seminar, "label": values["label"]}
        columns = {name: value for name, value in values.items() if name not in APART}
        columns |= {"list_order": order, "theme": themes[values["theme"]]}
        write_row(BreakoutGroup, key, columns, report, "breakout groups")
    delegations = {delegation.code: delegation for delegation in Delegation.objects.filter(seminar=seminar)}
    rounds = BreakoutRound.objects.filter(seminar=seminar, number__in=[values["number"] for values in plan.rounds])
    groups = {group.label: group for group in BreakoutGroup.objects.filter(seminar=seminar)}
    for breakout_round in rounds.order_by("number"):
        for values in plan.groups:
            key = {"breakout_round": breakout_round, "group": groups[values["label"]]}
            columns = {"moderating_delegation": delegations.get(values["moderating_delegation"])}
            made_with = {name: plan.rules.get(name) or 0 for name in ("capacity", "min_size")}
            write_row(Sitting, key, columns, report, "sittings", made_with)
    labels, numbers = [values["label"] for values in plan.groups], [values["number"] for values in plan.rounds]
    of_seminar = BreakoutGroup.objects.filter(seminar=seminar)
    remove_others(of_seminar.exclude(label__in=labels), report, "breakout groups")
    remove_others(BreakoutRound.objects.filter(seminar=seminar).exclude(number__in=numbers), report, "breakout rounds")
    sittings = Sitting.objects.filter(group__seminar=seminar).select_related("group", "breakout_round")
    return {(sitting.group.label, sitting.breakout_round.number): sitting for sitting in sittings}


def _write_programme(plan: AgendaPlan, seminar: Seminar, report: LoadReport, now: datetime) -> dict[int, ProgrammeItem]:
    """Write the items, each onto the row that stands for it already: by kind and title, else by its place."""
    rounds = {breakout_round.number: breakout_round for breakout_round in seminar.breakout_rounds.all()}
    tours = {tour.code: tour for tour in seminar.tours.all()}
    matched = _match_items(plan.programme, list(ProgrammeItem.objects.filter(seminar=seminar).order_by("list_order")))
    written: dict[int, ProgrammeItem] = {}
    for position, values in enumerate(plan.programme, start=1):
        columns = {name: value for name, value in values.items() if name not in APART}
        first, last = values["positions"] or (None, None)
        columns |= {
            "start_at": values["start"],
            "end_at": values["end"],
            "list_order": position,
            "first_position": first,
            "last_position": last,
            "breakout_round": rounds.get(values["round"]),
        }
        item = matched.get(position)
        outcome = NEW
        if item is None:
            item = ProgrammeItem.objects.create(seminar=seminar, **columns)
        else:
            outcome = CHANGED if apply_values(item, columns) else SAME
        wanted = [tours[code] for code in values["tours"]]
        if {tour.pk for tour in item.tours.all()} != {tour.pk for tour in wanted}:
            item.tours.set(wanted)
            outcome = outcome if outcome == NEW else CHANGED
        report.count("programme items", outcome)
        written[position] = item
    others = ProgrammeItem.objects.filter(seminar=seminar).exclude(pk__in=[item.pk for item in written.values()])
    kept = others.filter(presentations__materials__isnull=False).distinct()
    report.notes += [f"{item} has files and was left" for item in kept]
    left = ProgrammeItem.objects.filter(pk__in=[item.pk for item in others]).exclude(pk__in=[item.pk for item in kept])
    remove_others(left, report, "programme items")
    for position, values in enumerate(plan.programme, start=1):
        write_presentations(written[position], values, seminar, report, now)
    return written


def _match_items(rows: list[dict[str, Any]], items: list[ProgrammeItem]) -> dict[int, ProgrammeItem]:
    """Return {position of a row: the item it stands for}."""
    left = list(items)
    matched: dict[int, ProgrammeItem] = {}
    for is_alike in (
        lambda row, item: (row["kind"], row["title_en"], row["start"]) == (item.kind, item.title_en, item.start_at),
        lambda row, item: (row["kind"], row["title_en"]) == (item.kind, item.title_en),
        lambda row, item: (row["kind"], row["start"]) == (item.kind, item.start_at),
    ):
        for position, row in enumerate(rows, start=1):
            item = next((item for item in left if position not in matched and is_alike(row, item)), None)
            if item is not None:
                matched[position] = item
                left.remove(item)
    return matched
