"""Loading an edition: all of the shipped files is stored or named as waiting, and loading again changes nothing."""

import csv
import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from agenda.models import BreakoutGroup, BreakoutRound, BreakoutRules, ProgrammeItem, Theme, Tour
from registration import lifecycle
from registration.intake import loading
from registration.intake.loading import load_edition
from registration.models import OutgoingMail, Registration, State
from registration.models.consents import CONSENT_TEXTS
from seminar.foundation.audit import SYSTEM, verify
from seminar.foundation.edition_files import FilesRefused
from seminar.models import AuditEntry, Delegation, OrganizingBody, PastEdition, Seminar
from tests.factories import NOW
from tests.registration.management.edition import read_every_row, replace, write_edition

pytestmark = pytest.mark.django_db

SHIPPED = Path(loading.__file__).parent / "editions" / "seminar20"
# Where the file's name of a column and the table's differ. Written out by hand, not read from the code under test.
RENAMED = {
    "reg_no": "number",
    "list_no": "list_position",
    "status": "state",
    "note": "organizers_note",
    "start": "start_at",
    "end": "end_at",
}
BESIDE = {
    "nationality": ("particulars", "nationality"),
    "sex": ("particulars", "sex"),
    "birth_date": ("particulars", "birth_date"),
    "dietary": ("particulars", "dietary"),
    "passport_type": ("travel_document", "passport_type"),
    "passport_no": ("travel_document", "passport_number"),
    "passport_expiry": ("travel_document", "passport_expiry_date"),
    "visa_required": ("travel", "visa_need"),
    "arrival": ("travel", "arrival_date"),
    "departure": ("travel", "departure_date"),
}
VISA = {"Y": "yes", "N": "no", "": ""}
FLAGS = {"Y": True, "N": False, "yes": True, "no": False}


def read_table(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_toml() -> dict[str, Any]:
    return tomllib.loads((SHIPPED / "seminar.toml").read_text(encoding="utf-8"))


def find_unstored(cells: dict[str, Any], row: models.Model) -> set[str]:
    """Return the columns of one row of a file whose values do not stand in `row`."""
    unstored = set()
    names = {field.name for field in row._meta.get_fields()}
    for column, cell in cells.items():
        name = RENAMED.get(column, column)
        if column in BESIDE and isinstance(row, Registration):
            holder, beside = BESIDE[column]
            stored = str(getattr(getattr(row, holder, None), beside, None) or "")
            if stored != (VISA[cell] if column == "visa_required" else cell):
                unstored.add(column)
            continue
        if name not in names:
            unstored.add(column)
            continue
        value = getattr(row, name)
        if isinstance(value, Delegation):
            value = value.code
        elif isinstance(value, Registration):
            value = value.number
        elif isinstance(value, bool) and isinstance(cell, str):
            cell = FLAGS[cell]
        elif isinstance(value, int) and isinstance(cell, str):
            value = str(value)
        elif value is None and cell == "":
            value = ""
        if value != cell:
            unstored.add(column)
    return unstored


def list_columns(table: Any) -> list[str]:
    """Return the names of all columns of a waiting table, those of tables inside it dotted, each once."""
    names: list[str] = []
    for entry in table if isinstance(table, list) else [table]:
        for name, value in entry.items():
            is_list_of_tables = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
            if isinstance(value, dict) or is_list_of_tables:
                names += [f"{name}.{inner}" for inner in list_columns(value)]
            else:
                names.append(name)
    return list(dict.fromkeys(names))


def find_waiting(report: loading.LoadReport, place: str) -> list[str]:
    """Return the columns that the report names as waiting at one place of the files."""
    lines = [line.removeprefix(f"{place}: ") for line in report.waiting if line.startswith(f"{place}: ")]
    return [name for line in lines for name in line.split(", ")]


class TestShippedFiles:
    @pytest.fixture
    def report(self) -> loading.LoadReport:
        return load_edition(SHIPPED, now=NOW)

    def test_they_hold_43_delegations_148_registrations_and_the_programme(self, report: loading.LoadReport):
        assert report.counts == {
            "editions": [1, 0, 0],
            "organizing bodies": [5, 0, 0],
            "past editions": [1, 0, 0],
            "delegations": [43, 0, 0],
            "themes": [3, 0, 0],
            "tours": [2, 0, 0],
            "rules of breakouts": [1, 0, 0],
            "breakout rounds": [2, 0, 0],
            "breakout groups": [6, 0, 0],
            "sittings": [12, 0, 0],
            "programme items": [19, 0, 0],
            "presentations": [42, 0, 0],
            "registrations": [148, 0, 0],
            "speakers and moderators": [8, 0, 0],
        }
        assert report.notes == ["The programme is published as version 1"]
        tables = (Seminar, OrganizingBody, PastEdition, Delegation, Theme, ProgrammeItem, Registration)
        assert [table.objects.count() for table in tables] == [1, 5, 1, 43, 3, 19, 148]

    def test_registrations_stand_in_the_states_of_the_file(self, report: loading.LoadReport):
        in_file = Counter(row["status"] for row in read_table("registrations.csv"))
        assert Counter(Registration.objects.values_list("state", flat=True)) == in_file
        assert in_file["approved"] == 132

    def test_every_column_of_the_delegations_is_stored(self, report: loading.LoadReport):
        rows = {delegation.code: delegation for delegation in Delegation.objects.all()}
        for cells in read_table("delegations.csv"):
            assert find_unstored(cells, rows[cells["code"]]) == set(), cells["code"]

    def test_every_column_of_the_registrations_is_stored_or_named_as_waiting(self, report: loading.LoadReport):
        rows = {row.number: row for row in Registration.objects.select_related("delegation", "replaces")}
        assert {row.travel_document.passport_issuer for row in rows.values() if row.passport_key} > {"UN", "MN"}
        waiting = set(find_waiting(report, "registrations.csv"))
        for cells in read_table("registrations.csv"):
            assert find_unstored(cells, rows[cells["reg_no"]]) == waiting, cells["reg_no"]

    def test_no_passport_number_stands_in_clear_in_any_table(self, report: loading.LoadReport):
        numbers = {row["passport_no"] for row in read_table("registrations.csv") if row["passport_no"]}
        assert len(numbers) == 137
        tables = [model._meta.db_table for model in apps.get_models()]
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'SELECT * FROM "{table}"')
                text = str(cursor.fetchall())
                assert not [number for number in numbers if number in text], table

    def test_every_key_of_the_edition_is_stored(self, report: loading.LoadReport):
        table = read_toml()["seminar"]
        parts = {name: value for name, value in table.items() if isinstance(value, dict)}
        own = {name: value for name, value in table.items() if name not in parts}
        nested = {f"{part}_{name}": value for part, values in parts.items() for name, value in values.items()}
        assert find_unstored(own | nested, Seminar.objects.get()) == set()
        assert len(nested) >= 11

    @pytest.mark.parametrize(
        ("name", "model", "order"),
        [
            ("organizing_bodies", OrganizingBody, "list_order"),
            ("past_editions", PastEdition, "number"),
            ("themes", Theme, "list_order"),
            ("tours", Tour, "list_order"),
        ],
    )
    def test_every_key_of_a_list_is_stored(
        self, report: loading.LoadReport, name: str, model: type[models.Model], order: str
    ):
        tables = read_toml()[name]
        rows = list(model.objects.order_by(order))
        unstored = [find_unstored(table, row) for table, row in zip(tables, rows, strict=True)]
        assert set().union(*unstored) == set()

    def test_every_key_of_the_programme_is_stored(self, report: loading.LoadReport):
        items = list(ProgrammeItem.objects.order_by("list_order").prefetch_related("tours", "presentations"))
        for table, item in zip(read_toml()["programme"], items, strict=True):
            apart = {"start", "end", "positions", "round", "tours", "presented_by", "registration", "disclosure"}
            own = {name: value for name, value in table.items() if name not in apart}
            assert find_unstored(own, item) == set()
            assert (item.start_at, item.end_at) == (table["start"], table["end"])
            assert [tour.code for tour in item.tours.all()] == table.get("tours", [])
            assert (item.breakout_round.number if item.breakout_round else None) == table.get("round")
            presentations = list(item.presentations.order_by("list_order"))
            codes = [each.delegation.code for each in presentations if each.delegation]
            if "positions" in table:
                first, last = table["positions"]
                assert [each.delegation.presentation_order for each in presentations] == list(range(first, last + 1))
            elif "presented_by" in table:
                assert codes == table["presented_by"]
            for each in presentations:
                assert {consent.level for consent in each.consents.all()} == {table["disclosure"]}
                if "registration" in table:
                    assert [row.registration.number for row in each.appearances.all()] == [table["registration"]]

    def test_every_key_of_the_breakouts_is_stored(self, report: loading.LoadReport):
        table = read_toml()["breakouts"]
        own = {name: value for name, value in table.items() if name not in ("rounds", "groups")}
        assert find_unstored(own, BreakoutRules.objects.get()) == set()
        rounds = BreakoutRound.objects.order_by("number")
        assert [(each.number, each.start_at, each.end_at) for each in rounds] == [
            (entry["number"], entry["start"], entry["end"]) for entry in table["rounds"]
        ]
        for entry in table["groups"]:
            group = BreakoutGroup.objects.get(label=entry["label"])
            assert (group.theme.code, group.room_en, group.room_ja) == (
                entry["theme"], entry["room_en"], entry["room_ja"],
            )  # fmt: skip
            sittings = list(group.sittings.order_by("breakout_round__number"))
            assert [(each.capacity, each.min_size) for each in sittings] == [(20, 8), (20, 8)]
            assert {each.moderating_delegation.code for each in sittings} == {entry["moderating_delegation"]}
            moderators = [
                {"round": each.breakout_round.number, "registration": row.registration.number}
                for each in sittings
                for row in each.appearances.filter(part="moderator")
            ]
            assert moderators == entry["moderators"]

    def test_only_wishes_wait_for_their_table(self, report: loading.LoadReport):
        assert {line.split(":")[0] for line in report.waiting} == {"registrations.csv"}

    def test_quotas_are_taken_by_those_who_are_approved(self, report: loading.LoadReport):
        rows = read_table("registrations.csv")
        approved = Counter(row["delegation"] for row in rows if row["status"] == "approved")
        counts = dict(Delegation.objects.values_list("code", "approved_count"))
        assert {code: n for code, n in counts.items() if n} == approved
        assert set(Delegation.objects.values_list("beyond_quota_count", flat=True)) == {0}

    def test_nominations_are_waived_as_imported_where_there_are_any(self, report: loading.LoadReport):
        waivers = Delegation.objects.values_list("nomination_waiver_reason", flat=True)
        assert set(waivers.exclude(category__in=["host", "press"])) == {"imported"}
        assert set(waivers.filter(category__in=["host", "press"])) == {""}

    def test_consents_count_as_given_before_but_for_drafts(self, report: loading.LoadReport):
        for name in CONSENT_TEXTS:
            given = Registration.objects.values_list(name, flat=True)
            assert set(given.exclude(state="draft")) == {"imported"}
            assert set(given.filter(state="draft")) == {""}

    def test_a_replacement_names_whom_it_replaces(self, report: loading.LoadReport):
        assert Registration.objects.get(number="AECS20-0052").replaces.number == "AECS20-0137"
        assert Registration.objects.exclude(replaces=None).count() == 1

    def test_no_mail_is_queued_and_the_trail_says_who_came(self, report: loading.LoadReport):
        assert OutgoingMail.objects.count() == 0
        assert Counter(AuditEntry.objects.values_list("action", flat=True)) == {
            "import": 148,
            "load": 1,
            "name_person": 8,
            "publish_programme": 1,
        }
        assert set(AuditEntry.objects.values_list("actor_kind", flat=True)) == {"system"}
        assert verify() == []

    def test_the_next_registration_gets_the_next_number(self, report: loading.LoadReport):
        delegation = Delegation.objects.get(code="MNG")
        with transaction.atomic():
            new = lifecycle.create_draft(
                actor=SYSTEM, delegation=delegation, email="new@mng.example", language="en", now=NOW
            )
        assert new.number == "AECS20-0149"

    def test_loading_them_again_changes_nothing(self, report: loading.LoadReport):
        before = read_every_row()
        again = load_edition(SHIPPED, now=NOW + timedelta(days=3))
        assert read_every_row() == before
        assert again.is_unchanged
        assert {table: sum(counts) for table, counts in again.counts.items()} == {
            table: sum(counts) for table, counts in report.counts.items()
        }
        assert (again.notes, again.waiting) == ([], report.waiting)

    def test_another_edition_stands_beside_them(self, report: loading.LoadReport, tmp_path: Path):
        write_edition(tmp_path)
        replace(tmp_path, "seminar.toml", '"aecs20"', '"aecs21"')
        load_edition(tmp_path, now=NOW)
        assert dict(Counter(Registration.objects.values_list("seminar__slug", flat=True))) == {
            "aecs20": 148,
            "aecs21": 3,
        }


class TestLoadingAgain:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        write_edition(tmp_path)
        load_edition(tmp_path, now=NOW)
        return tmp_path

    def test_what_the_files_now_say_of_edition_and_delegations_is_taken_over(self, folder: Path):
        replace(folder, "seminar.toml", "The 20th Asian", "The Twentieth Asian")
        replace(folder, "delegations.csv", "MN,no,18,2", "MN,yes,18,4")
        report = load_edition(folder, now=NOW)
        assert (report.counts["editions"], report.counts["delegations"]) == ([0, 1, 0], [0, 1, 1])
        assert Seminar.objects.get().title_en == "The Twentieth Asian Export Control Seminar"
        mongolia = Delegation.objects.get(code="MNG")
        assert (mongolia.first_time, mongolia.quota, mongolia.approved_count) == (True, 4, 2)
        assert AuditEntry.objects.filter(action="load").count() == 2

    def test_what_left_the_files_is_removed_but_for_delegations_and_people(self, folder: Path):
        for name, kept in (
            ("seminar.toml", "[[organizing_bodies]]"),
            ("delegations.csv", "IND,"),
            ("registrations.csv", "AECS20-0003"),
        ):
            text = (folder / name).read_text()
            (folder / name).write_text(text[: text.index(kept)])
        report = load_edition(folder, now=NOW)
        assert report.removed == {"organizing bodies": 1, "past editions": 1, "themes": 1, "programme items": 1}
        assert [table.objects.count() for table in (OrganizingBody, PastEdition, Theme, ProgrammeItem)] == [0] * 4
        assert [table.objects.count() for table in (Delegation, Registration)] == [2, 3]
        assert load_edition(folder, now=NOW).is_unchanged

    def test_a_waiver_that_was_changed_meanwhile_stays(self, folder: Path):
        Delegation.objects.filter(code="MNG").update(nomination_waiver_reason="seen on paper", state="accepted")
        load_edition(folder, now=NOW)
        mongolia = Delegation.objects.get(code="MNG")
        assert (mongolia.nomination_waiver_reason, mongolia.state) == ("seen on paper", "accepted")

    def test_a_registration_that_exists_is_left_as_it_is_and_named(self, folder: Path):
        Registration.objects.filter(number="AECS20-0002").update(given_names="Typed meanwhile", version=7)
        replace(
            folder, "registrations.csv", "rohan@ind.example,N,draft,,", "rohan@ind.example,N,endorsed,AECS20-0002,new"
        )
        before = read_every_row()
        report = load_edition(folder, now=NOW)
        assert read_every_row() == before
        assert report.counts["registrations"] == [0, 0, 3]
        assert report.notes == [
            "2 registrations differ from the file and were left as they are: AECS20-0002, AECS20-0003"
        ]

    def test_a_row_that_is_new_in_the_file_is_added(self, folder: Path):
        with (folder / "registrations.csv").open("a") as file:
            file.write("AECS20-0007,IND,2,N,,Meera,,,,,,delegate,,,en,meera@ind.example,N,submitted,AECS20-0003,\n")
        report = load_edition(folder, now=NOW)
        assert report.counts["registrations"] == [1, 0, 3]
        new = Registration.objects.get(number="AECS20-0007")
        assert (new.state, new.email_key, new.replaces.number) == ("submitted", "meera@ind.example", "AECS20-0003")
        assert Seminar.objects.get().last_registration_number == 7
        assert OutgoingMail.objects.count() == 0

    def test_numbers_of_another_kind_leave_the_count_alone(self, folder: Path):
        with (folder / "registrations.csv").open("a") as file:
            for n, number in enumerate(("AECS20-99999999999999999999", "AECS20-X", "LATE-9999")):
                file.write(f"{number},IND,,N,,Meera,,,,,,delegate,,,en,meera{n}@ind.example,N,draft,,\n")
        load_edition(folder, now=NOW)
        assert Seminar.objects.get().last_registration_number == 3

    def test_nothing_is_written_where_the_last_row_is_refused(self, folder: Path):
        replace(folder, "seminar.toml", "The 20th Asian", "The Twentieth Asian")
        with (folder / "registrations.csv").open("a") as file:
            file.write("AECS20-0007,IND,2,N,,Meera,,,,,,delegate,,,en,meera@ind.example,N,draft,,\n")
            file.write("AECS20-0008,IND,3,N,,Asha,,,,,,delegate,,,en,asha@ind.example,N,draft,,\n")
        taken = Registration.objects.get(number="AECS20-0003")
        Registration.objects.filter(pk=taken.pk).update(email="asha@ind.example", email_key="asha@ind.example")
        before = read_every_row()
        with pytest.raises(FilesRefused) as refused:
            load_edition(folder, now=NOW)
        assert [str(fault) for fault in refused.value.faults] == [
            "registrations.csv, row 6, email: this address is already registered"
        ]
        assert read_every_row() == before
        assert Registration.objects.filter(state=State.DRAFT).count() == 1
