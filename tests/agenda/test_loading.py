"""The agenda's part of an edition's files."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agenda.loading import KNOWN_TABLES, check_agenda, write_agenda
from agenda.models import DisclosureConsent, Presentation, ProgrammeItem, Theme
from seminar.foundation.edition_files import EditionFiles, Fault, LoadReport, Row
from seminar.models import Seminar
from tests.agenda.rows import keep_pdf
from tests.factories import NOW, make_delegation, make_seminar

MORNING, NOON = datetime(2013, 2, 26, 0, tzinfo=UTC), datetime(2013, 2, 26, 3, tzinfo=UTC)
LUNCH = {"kind": "break", "title_en": "Lunch", "title_ja": "昼食", "start": MORNING, "end": NOON}
THEME = {"code": "LEGIS", "title_en": "Law", "title_ja": "法"}


ROUND = {"number": 1, "start": MORNING, "end": NOON}
GROUP = {"label": "LEGIS-A", "theme": "LEGIS"}
TOUR = {
    "code": "JAEA",
    "title_en": "Lab",
    "title_ja": "研究所",
    "departs_at": MORNING,
    "returns_at": NOON,
    "capacity": 3,
}


def check(codes: tuple[str, ...] = (), numbers: tuple[str, ...] = (), **toml: Any):
    faults: list[Fault] = []
    delegations = [Row("row 2", {"code": code}) for code in codes]
    registrations = [Row("row 2", {"reg_no": number}) for number in numbers]
    plan = check_agenda(EditionFiles(toml, delegations, registrations), faults)
    return plan, [str(fault) for fault in faults]


def test_themes_and_programme_are_checked_and_ready():
    plan, faults = check(themes=[THEME], programme=[LUNCH])
    assert faults == []
    assert plan.themes == [THEME]
    assert plan.programme[0].items() >= LUNCH.items()


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ({"buses": []}, "seminar.toml, [buses]: this table is not known"),
        ({"tours": 5}, "seminar.toml, [tours]: write [[tours]], with two brackets"),
        ({"breakouts": [1]}, "seminar.toml, [breakouts]: write a table, [breakouts]"),
        (
            {"breakouts": {"capacity": 3, "min_size": 8}},
            "seminar.toml, [breakouts], min_size: the least number of people exceeds the capacity",
        ),
        ({"breakouts": {"capacity": 3, "size": 8}}, "seminar.toml, [breakouts], size: this column is not known"),
        (
            {"breakouts": {"capacity": 3, "rounds": [{**ROUND, "end": MORNING}]}},
            "seminar.toml, [[breakouts.rounds]] 1, end: the item ends before it starts",
        ),
        (
            {"breakouts": {"capacity": 3, "groups": [GROUP]}},
            "seminar.toml, [[breakouts.groups]] 1, theme: LEGIS is not in [[themes]]",
        ),
        (
            {"themes": [THEME], "breakouts": {"capacity": 3, "groups": [{**GROUP, "moderating_delegation": "XXX"}]}},
            "seminar.toml, [[breakouts.groups]] 1, moderating_delegation: XXX is not in delegations.csv",
        ),
        (
            {"themes": [THEME], "breakouts": {"capacity": 3, "groups": [{**GROUP, "moderators": ["me"]}]}},
            "seminar.toml, [[breakouts.groups]] 1, moderators: "
            'write a list like [{ round = 1, registration = "AECS20-0001" }]',
        ),
        (
            {"tours": [{**TOUR, "returns_at": MORNING}]},
            "seminar.toml, [[tours]] 1, returns_at: the tour returns before it departs",
        ),
        (
            {"programme": [{**LUNCH, "tours": ["JAEA"]}]},
            "seminar.toml, [[programme]] 1, tours: JAEA is not in [[tours]]",
        ),
        (
            {"programme": [{**LUNCH, "round": 7}]},
            "seminar.toml, [[programme]] 1, round: 7 is not in [[breakouts.rounds]]",
        ),
        (
            {"programme": [{**LUNCH, "positions": [8, 1]}]},
            "seminar.toml, [[programme]] 1, positions: write the first and the last position, like [1, 8]",
        ),
        (
            {"programme": [{**LUNCH, "presented_by": ["WA"]}]},
            "seminar.toml, [[programme]] 1, presented_by: WA is not in delegations.csv",
        ),
        (
            {"programme": [{**LUNCH, "registration": "A-1"}]},
            "seminar.toml, [[programme]] 1, registration: A-1 is not in registrations.csv",
        ),
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
    assert check(**{name: [] for name in KNOWN_TABLES} | {"breakouts": {"capacity": 20}})[1] == []


def load(seminar: Seminar, **toml: Any) -> LoadReport:
    plan, faults = check(**toml)
    assert faults == []
    report = LoadReport()
    write_agenda(plan, seminar, report, NOW)
    return report


@pytest.mark.django_db
def test_what_was_checked_is_written_in_the_order_of_the_file_and_updated_when_written_again():
    seminar = make_seminar()
    closing = {**LUNCH, "kind": "closing", "title_en": "Closing"}
    load(seminar, themes=[THEME, {**THEME, "code": "INDUSTRY"}], programme=[LUNCH, closing])
    assert list(Theme.objects.order_by("list_order").values_list("code", "list_order")) == [
        ("LEGIS", 1),
        ("INDUSTRY", 2),
    ]
    items = list(ProgrammeItem.objects.order_by("list_order").values_list("kind", "start_at", "end_at"))
    assert items == [("break", MORNING, NOON), ("closing", MORNING, NOON)]
    report = load(seminar, themes=[{**THEME, "title_en": "Laws"}], programme=[LUNCH, {**closing, "end": NOON}])
    assert report.counts == {"themes": [0, 1, 0], "programme items": [0, 0, 2]}
    assert Theme.objects.get(code="LEGIS").title_en == "Laws"


@pytest.mark.django_db
def test_an_item_that_moves_to_another_place_of_the_file_stays_the_same_item():
    seminar = make_seminar()
    closing = {**LUNCH, "kind": "closing", "title_en": "Closing"}
    load(seminar, programme=[LUNCH, closing])
    before = {item.title_en: item.pk for item in ProgrammeItem.objects.all()}
    load(seminar, programme=[{**LUNCH, "title_en": "Opening", "kind": "welcome_speech"}, closing, LUNCH])
    after = {item.title_en: item.pk for item in ProgrammeItem.objects.all()}
    assert {title: after[title] for title in before} == before
    assert list(ProgrammeItem.objects.order_by("list_order").values_list("title_en", flat=True)) == [
        "Opening",
        "Closing",
        "Lunch",
    ]


@pytest.mark.django_db
def test_those_with_earlier_systems_present_first_and_an_order_made_by_hand_stays():
    seminar = make_seminar()
    for code, position in (("C", 3), ("A", 1), ("B", 2), ("Z", None)):
        make_delegation(seminar, code=code, presentation_order=position)
    session = {**LUNCH, "kind": "national_presentations", "positions": [1, 3], "disclosure": "participants"}
    load(seminar, programme=[session])

    def list_codes() -> list[str]:
        return [each.delegation.code for each in Presentation.objects.order_by("list_order")]

    assert list_codes() == ["A", "B", "C"]
    assert set(DisclosureConsent.objects.values_list("level", "text_version")) == {("participants", "imported")}
    Presentation.objects.filter(delegation__code="C").update(list_order=0)
    report = load(seminar, programme=[session])
    assert list_codes() == ["C", "A", "B"]
    assert report.notes == ["The running order of Lunch was changed by hand and left as it is"]
    load(seminar, programme=[{**session, "positions": [1, 2]}])
    assert list_codes() == ["A", "B"]


@pytest.mark.django_db
def test_a_presentation_with_a_file_is_not_lost_when_the_file_of_the_edition_forgets_it():
    seminar = make_seminar()
    for position in (1, 2):
        make_delegation(seminar, code=f"D{position}", presentation_order=position, short_name_en=f"Land {position}")
    session = {**LUNCH, "kind": "national_presentations", "positions": [1, 2]}
    load(seminar, programme=[session])
    keep_pdf(Presentation.objects.get(delegation__code="D2"))
    report = load(seminar, programme=[{**session, "positions": [1, 1]}])
    assert Presentation.objects.count() == 2
    assert report.notes == ["Land 2 in Lunch has files or permissions and was left"]


@pytest.mark.django_db
def test_an_item_with_files_is_not_lost_when_the_file_of_the_edition_forgets_it():
    seminar = make_seminar()
    closing = {**LUNCH, "kind": "closing", "title_en": "Closing"}
    load(seminar, programme=[LUNCH, closing])
    keep_pdf(Presentation.objects.create(item=ProgrammeItem.objects.get(title_en="Closing"), list_order=1))
    report = load(seminar, programme=[LUNCH])
    assert ProgrammeItem.objects.count() == 2
    assert report.notes == ["Closing has files and was left"]
