"""Organizers enter and correct people of many delegations by one spreadsheet."""

import pytest
from django.test import Client

from registration.models import Registration, State
from seminar.models import AuditEntry, Delegation
from tests.factories import make_delegation, make_registration, make_seminar
from tests.registration.intake.desk_pages import sign_in_as
from tests.registration.intake.sheet_pages import as_upload, download, make_csv, make_person, save, upload

pytestmark = pytest.mark.django_db

SHEET = "/admin/registration/registration/spreadsheet/"
CODE = "Code of the delegation"


@pytest.fixture
def delegations() -> list[Delegation]:
    seminar = make_seminar()
    return [
        make_delegation(seminar, code="MN"),
        make_delegation(seminar, code="VN", short_name_en="Viet Nam", short_name_ja="ベトナム"),
        make_delegation(seminar, code="HOST", category=Delegation.Category.HOST, short_name_en="Host"),
    ]


@pytest.fixture
def visitor(delegations: list[Delegation]) -> Client:
    return sign_in_as("secretariat")


def test_people_of_many_delegations_are_saved_at_once(visitor: Client):
    people = [
        make_person(**{CODE: "MN"}),
        make_person(**{CODE: "ベトナム"}, email="v@ministry.example", Passport_number="V1"),
        {CODE: "HOST", "E-mail address": "i@host.example", "Given names": "Ichiro", "Role": "Interpreter"},
    ]
    page = upload(visitor, make_csv(*people), SHEET)
    assert "passport_number" in page.context["plan"].rows[1].faults  # too short to be one
    people[1]["Passport number"] = "V1234567"
    upload(visitor, make_csv(*people), SHEET)
    assert "3 people added." in save(visitor, SHEET).text
    found = Registration.objects.order_by("number").values_list("delegation__code", "role")
    assert list(found) == [("MN", "delegate"), ("VN", "delegate"), ("HOST", "interpreter")]
    entry = AuditEntry.objects.get(action="upload_sheet")
    assert (entry.actor_kind, entry.details) == ("staff", {"added": 3})
    assert {one.actor_kind for one in AuditEntry.objects.filter(action="create")} == {"staff"}


def test_everybody_is_in_the_download_and_the_same_file_changes_nothing(visitor: Client, delegations: list[Delegation]):
    for delegation in delegations:
        make_registration(delegation, State.APPROVED)
    rows = download(visitor, SHEET)
    assert [row[1] for row in rows] == [CODE, "MN", "VN", "HOST"]
    content = visitor.get(f"{SHEET}people.xlsx").content
    page = upload(visitor, as_upload(content), SHEET)
    assert page.context["plan"].fault_count == 0, page.context["faults"]
    assert [row.outcome for row in page.context["plan"].rows] == ["same"] * 3


def test_the_delegation_must_be_there_and_known(visitor: Client, delegations: list[Delegation]):
    person = make_registration(delegations[0])
    page = upload(
        visitor,
        make_csv(
            make_person(**{CODE: ""}),
            make_person(**{CODE: "XX"}, email="x@ministry.example"),
            {CODE: "VN", "Registration number": person.number},
        ),
        SHEET,
    )
    assert [row.faults[("delegation")] for row in page.context["plan"].rows] == [
        "Enter the code of the delegation.",
        "No delegation of this edition has this code.",
        "This person is registered with another delegation.",
    ]


def test_what_is_not_asked_of_the_host_side_is_refused(visitor: Client):
    row = {CODE: "HOST", "E-mail address": "i@host.example", "Given names": "Ichiro", "Nationality": "Japan"}
    page = upload(visitor, make_csv(row), SHEET)
    assert "not asked of this person" in page.context["plan"].rows[0].faults["nationality"]
