"""The agenda's part of an edition's files."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agenda.loading import KNOWN_TABLES, check_agenda, write_agenda
from agenda.models import ProgrammeItem, Theme
from seminar.foundation.edition_files import EditionFiles, Fault, LoadReport
from tests.factories import make_seminar

MORNING, NOON = datetime(2013, 2, 26, 0, tzinfo=UTC), datetime(2013, 2, 26, 3, tzinfo=UTC)
LUNCH = {"kind": "break", "title_en": "Lunch", "title_ja": "昼食", "start": MORNING, "end": NOON}
THEME = {"code": "LEGIS", "title_en": "Law", "title_ja": "法"}


def check(**toml: Any):
    faults: list[Fault] = []
    report = LoadReport()
    plan = check_agenda(EditionFiles(toml, [], []), faults, report)
    return plan, [str(fault) for fault in faults], report


def test_themes_and_programme_are_checked_and_ready():
    plan, faults, report = check(themes=[THEME], programme=[LUNCH])
    assert (faults, report.waiting) == ([], [])
    assert plan.themes == [THEME]
    assert plan.programme == [{**LUNCH, "summary_en": "", "summary_ja": "", "minutes_each": None}]


def test_what_waits_for_its_table_is_named_column_by_column():
    tours = [{"code": "JAEA", "rules_en": ["Bring it."], "stops": [{"name": "a"}, {"place": "b"}]}, {"capacity": 3}]
    breakouts = {"capacity": 20, "rounds": [], "room": {"name": "x"}}
    _plan, faults, report = check(tours=tours, breakouts=breakouts, programme=[{**LUNCH, "round": 1}, LUNCH])
    assert faults == []
    assert report.waiting == [
        "seminar.toml [tours]: code, rules_en, stops.name, stops.place, capacity",
        "seminar.toml [breakouts]: capacity, rounds, room.name",
        "seminar.toml [[programme]]: round",
    ]


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ({"buses": []}, "seminar.toml, [buses]: this table is not known"),
        ({"tours": 5}, "seminar.toml, [tours]: write a table, [tours], or several, [[tours]]"),
        ({"breakouts": [1]}, "seminar.toml, [breakouts]: write a table, [breakouts], or several, [[breakouts]]"),
        ({"themes": {"code": "x"}}, "seminar.toml, [themes]: write [[themes]], with two brackets"),
        ({"themes": ["x"]}, "seminar.toml, [themes]: write [[themes]], with two brackets"),
        ({"themes": [THEME, THEME]}, "seminar.toml, [[themes]] 2, code: LEGIS stands already in [[themes]] 1"),
        ({"themes": [{**THEME, "colour": "red"}]}, "seminar.toml, [[themes]] 1, colour: this column is not known"),
        (
            {"programme": [{**LUNCH, "end": MORNING}]},
            "seminar.toml, [[programme]] 1, end: the item ends before it starts",
        ),
        (
            {"programme": [LUNCH, {**LUNCH, "title_ja": ""}]},
            "seminar.toml, [[programme]] 2, title_ja: This field is required.",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(toml: dict[str, Any], fault: str):
    assert check(**toml)[1] == [fault]


def test_the_ground_floors_tables_are_known_here_too():
    assert check(**{name: [] for name in KNOWN_TABLES})[1] == []


@pytest.mark.django_db
def test_what_was_checked_is_written_in_the_order_of_the_file_and_updated_when_written_again():
    seminar = make_seminar()
    closing = {**LUNCH, "kind": "closing", "title_en": "Closing"}
    plan, _faults, report = check(themes=[THEME, {**THEME, "code": "INDUSTRY"}], programme=[LUNCH, closing])
    write_agenda(plan, seminar, report)
    assert list(Theme.objects.order_by("list_order").values_list("code", "list_order")) == [
        ("LEGIS", 1),
        ("INDUSTRY", 2),
    ]
    items = list(ProgrammeItem.objects.order_by("list_order").values_list("kind", "start_at", "end_at"))
    assert items == [("break", MORNING, NOON), ("closing", MORNING, NOON)]
    plan, _faults, report = check(themes=[{**THEME, "title_en": "Laws"}], programme=[LUNCH, {**closing, "end": NOON}])
    write_agenda(plan, seminar, report)
    assert report.counts == {"themes": [0, 1, 0], "programme items": [0, 0, 2]}
    assert Theme.objects.get(code="LEGIS").title_en == "Laws"
