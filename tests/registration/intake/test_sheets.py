"""A focal point registers a delegation from a spreadsheet: shown first, saved whole or not at all."""

import re

import pytest
from django.test import Client

from registration.intake.sheets.services import sweep_uploads
from registration.mail.services import enqueue, to_delegate
from registration.models import Link, OutgoingMail, Registration, SheetUpload, State
from seminar.models import AuditEntry, Delegation, FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_registration
from tests.registration.intake.desk_pages import DESK, open_desk
from tests.registration.intake.pages import fill_in
from tests.registration.intake.sheet_pages import (
    CHECK,
    COLUMNS,
    SHEET,
    as_upload,
    download,
    make_csv,
    make_person,
    save,
    upload,
    write_rows,
)

pytestmark = pytest.mark.django_db
WRONG = (
    "Role", "Nationality", "Sex", "Date of birth", "Passport expires", "Issued by", "Type of passport",
    "Language of mails", "Visa needed",
)  # fmt: skip


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def test_a_delegation_of_six_is_saved_in_one_upload_and_one_confirmation(visitor: Client):
    page = upload(
        visitor,
        make_csv(*(make_person(email=f"p{n}@ministry.example", Passport_number=f"E100000{n}") for n in range(6))),
    )
    assert "Save 6 people" in page.text
    assert "New people: 6" in page.text
    assert not Registration.objects.exists()
    home = save(visitor)
    assert "6 people added." in home.text
    person = Registration.objects.get(email="p3@ministry.example")
    assert (person.state, person.badge_name, person.language) == (State.DRAFT, "BAT, Erdene", "en")
    assert (person.particulars.nationality, person.travel_document.passport_number) == ("MN", "E1000003")
    assert not SheetUpload.objects.exists()


def test_the_same_file_twice_changes_nothing(visitor: Client):
    people = [make_person(), make_person(email="dorj@ministry.example", Passport_number="E7654321")]
    upload(visitor, make_csv(*people))
    save(visitor)
    before = list(Registration.objects.order_by("pk").values())
    entries = AuditEntry.objects.count()
    page = upload(visitor, make_csv(*people))
    assert "Unchanged people: 2" in page.text
    assert "there is nothing to save." in page.text
    assert list(Registration.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_was_downloaded_and_not_touched_changes_nothing(focal_point: FocalPoint, language: str):
    visitor = open_desk(focal_point)
    upload(visitor, make_csv(make_person(**{"Mobile telephone": "+81 3 3501 1511", "Asks for a ticket": "yes"})))
    save(visitor)
    base = SHEET.replace("/en/", f"/{language}/")
    for ending in ("xlsx", "csv"):
        content = visitor.get(f"{base}people.{ending}").content
        page = upload(visitor, as_upload(content, f"people.{ending}"), base)
        assert page.context["plan"].fault_count == 0, page.context["faults"]
        assert [row.outcome for row in page.context["plan"].rows] == ["same"]


def test_the_template_speaks_the_focal_points_language_and_holds_the_present_people(visitor: Client):
    upload(visitor, make_csv(make_person()))
    save(visitor)
    english, japanese = download(visitor), download(visitor, SHEET.replace("/en/", "/ja/"))
    assert english[0][:4] == ["Registration number", "E-mail address *", "Title", "Full name as in the passport *"]
    assert japanese[0][1] == "メールアドレス *"
    assert "Delegate" in english[1]
    assert "参加者" in japanese[1]
    assert "••••••67" in english[1]
    assert "E1234567" not in str(english)
    entry = AuditEntry.objects.filter(action="export").order_by("pk").last()
    assert entry is not None
    assert entry.details == {"rows": 1}


def test_japanese_csv_in_cp932_is_taken(visitor: Client):
    row = {
        "メールアドレス": "hanako@ministry.example",
        "名": "花子",
        "姓": "山田",
        "役割": "参加者",
        "生年月日": "1970年2月3日",
    }
    upload(visitor, make_csv(row, encoding="cp932"))
    save(visitor)
    person = Registration.objects.get()
    assert (person.given_names, person.particulars.birth_date.isoformat()) == ("花子", "1970-02-03")


def test_changes_are_shown_with_the_old_value_and_then_saved(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, email="bat@ministry.example", position="Clerk")
    page = upload(visitor, make_csv({"Registration number": person.number, "Position": "Director"}))
    assert "<bdi>Clerk</bdi></del>" in page.text
    assert "<bdi>Director</bdi></ins>" in page.text
    assert "1 person changed." in save(visitor).text
    person.refresh_from_db()
    assert (person.position, person.given_names, person.version) == ("Director", "Solongo", 1)


def test_columns_left_away_stay_and_emptied_cells_are_emptied(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, title="Ms.", division="Division 1")
    upload(visitor, make_csv({"Registration number": person.number, "Division": ""}))
    save(visitor)
    person.refresh_from_db()
    assert (person.title, person.division) == ("Ms.", "")


def test_faults_stand_at_their_cells_and_nothing_is_written_until_they_are_corrected(visitor: Client):
    page = upload(visitor, make_csv(make_person(Date_of_birth="26.2.1970"), make_person(email="x@ministry.example")))
    plan = page.context["plan"]
    assert plan.rows[0].faults == {"birth_date": "Enter the day as year-month-day, such as 2013-02-26."}
    assert "This passport is already registered" in plan.rows[1].faults["passport_number"]
    assert "Row 2, Date of birth" in page.text
    assert 'value="26.2.1970"' in page.text
    assert "disabled" in page.text
    assert save(visitor).status_code == 422
    assert not Registration.objects.exists()
    scope = page.context["scope_key"]
    columns = {column.name: index for index, column in plan.columns.items()}
    cells = {f"cell-2-{columns['birth_date']}": "1970-02-26", f"cell-3-{columns['passport_number']}": "E7777777"}
    page = visitor.post(CHECK, {"scope": scope, "correct": "1", **cells}, follow=True)
    assert page.context["plan"].fault_count == 0
    save(visitor)
    assert Registration.objects.count() == 2


BAD_ROWS = [
    ({"E-mail address": ""}, "email", "Enter the e-mail address."),
    ({"E-mail address": "no address"}, "email", "Enter an e-mail address such as"),
    ({"Given names": ""}, "given_names", "Enter the given names."),
    ({"Given names": "see http://example.org"}, "given_names", "without web or mail addresses"),
    ({"Role": "King"}, "role", "Write one of these: Delegate, Adviser"),
    ({"Role": "Staff"}, "role", "Only the organizers give this role."),
    ({"Nationality": "Atlantis"}, "nationality", "as in the list of the template"),
    ({"Use of the data": "perhaps"}, "data_handling_consent", "Write Yes or No."),
    ({"Date of birth": "2012-02-03"}, "birth_date", "Enter your birth date as in your passport."),
    ({"Passport number": "E 12/34"}, "passport_number", "Enter the number as in your passport"),
    ({"Passport expires": "2013-01-31"}, "passport_expiry_date", "expires before you depart"),
    ({"Reading in katakana": "Bat"}, "reading_ja", "fullwidth katakana"),
    ({"Mobile telephone": "3501"}, "mobile", "with its country code"),
    ({"Date of arrival": "2013-12-01"}, "arrival_date", "more than two months away"),
    ({"Position": "x" * 201}, "position", "200 characters at most"),
    ({"Position": "=1+1"}, "position", "holds a formula"),
    ({"Registration number": "AECS20-9999"}, "number", "Nobody has this registration number here."),
]


@pytest.mark.parametrize(("changes", "name", "message"), BAD_ROWS)
def test_a_fault_says_at_its_cell_what_to_do(visitor: Client, changes: dict[str, str], name: str, message: str):
    page = upload(visitor, make_csv({**COLUMNS, **changes}))
    row = page.context["plan"].rows[0]
    assert message in row.faults[name], row.faults
    assert list(row.faults) == [name]


def test_a_renamed_column_is_named(visitor: Client):
    page = upload(visitor, make_csv({**COLUMNS, "Job": "Director"}))
    assert "“Job”" in page.text
    assert "This column is not known." in page.text
    assert save(visitor).status_code == 422


def test_a_sheet_without_known_headings_is_refused(visitor: Client):
    page = upload(visitor, write_rows([["Taro", "Director"], ["Hanako", "Clerk"]]))
    assert "This column is not known." in page.text


def test_a_column_without_heading_is_not_lost(visitor: Client):
    page = upload(visitor, write_rows([["E-mail address", "Given names", None], ["a@b.example", "Taro", "Director"]]))
    assert "Row 2 holds something here, but the column has no heading." in page.text


def test_titles_above_the_headings_do_no_harm(visitor: Client):
    rows = [["Our people"], [], ["E-mail address", "Given names"], ["a@b.example", "Taro"]]
    assert upload(visitor, write_rows(rows)).context["plan"].rows[0].line == 4


def test_equal_rows_are_said_with_the_first_ones_place(visitor: Client):
    page = upload(visitor, make_csv(make_person(), make_person()))
    assert page.context["plan"].rows[1].faults["email"] == "This person stands in row 2 already."


def test_people_of_another_delegation_are_not_touched_and_not_named(visitor: Client, focal_point: FocalPoint):
    other = make_registration(make_delegation(focal_point.delegation.seminar), position="Clerk")
    by_number = make_csv({"Registration number": other.number, "Position": "King"})
    page = upload(visitor, by_number)
    assert "Nobody has this registration number here." in page.text
    assert "Clerk" not in page.text
    page = upload(visitor, make_csv({"E-mail address": other.email, "Given names": "X"}))
    assert "This address is already registered for the seminar." in page.text
    assert "Solongo" not in page.text
    code = other.delegation.code
    page = upload(
        visitor, make_csv({"Code of the delegation": code, "E-mail address": "a@b.example", "Given names": "X"})
    )
    assert "This spreadsheet is for Mongolia only." in page.text
    other.refresh_from_db()
    assert other.position == "Clerk"


def test_an_approved_persons_name_stays_and_free_answers_change(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, State.APPROVED)
    page = upload(
        visitor, make_csv({"Registration number": person.number, "Family name": "Other", "Hotel": "Station Hotel"})
    )
    assert "ask the organizers for the change" in page.context["plan"].rows[0].faults["family_name"]
    upload(visitor, make_csv({"Registration number": person.number, "Hotel": "Station Hotel"}))
    save(visitor)
    assert Registration.objects.get().travel.hotel == "Station Hotel"


def test_a_person_who_withdrew_is_not_brought_back(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, State.WITHDRAWN)
    page = upload(visitor, make_csv({"Registration number": person.number, "Position": "King"}))
    assert "This registration has ended." in page.text
    page = upload(visitor, make_csv(make_person(email=person.email)))
    assert "New people: 1" in page.text


def test_what_somebody_else_changes_meanwhile_is_shown_and_not_overwritten(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, position="Clerk")
    page = upload(visitor, make_csv({"Registration number": person.number, "Position": "Director"}))
    fill_in(visitor, "position", f"{DESK}{person.number}", position="Minister")
    form = {"scope": page.context["scope_key"], "mark": page.context["mark"], "save": "1"}
    answer = visitor.post(CHECK, form)
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.text
    assert "<bdi>Minister</bdi></del>" in answer.text
    person.refresh_from_db()
    assert person.position == "Minister"


def test_a_confirmation_sent_twice_saves_once(visitor: Client):
    page = upload(visitor, make_csv(make_person()))
    form = {"scope": page.context["scope_key"], "mark": page.context["mark"], "save": "1"}
    visitor.post(CHECK, form)
    answer = visitor.post(CHECK, form, follow=True)
    assert "saved or discarded already" in answer.text
    assert Registration.objects.count() == 1


def test_new_people_get_links_and_complete_ones_are_submitted_where_asked_for(visitor: Client):
    incomplete = make_person(email="x@ministry.example", Position="", Passport_number="E7654321")
    page = upload(visitor, make_csv(make_person(), incomplete))
    assert "Submit the 1 registration that is complete" in page.text
    home = save(visitor, submit="1", invite="1")
    assert "1 registration submitted." in home.text
    assert "2 personal links are on their way." in home.text
    states = dict(Registration.objects.values_list("email", "state"))
    assert states == {"bat@ministry.example": State.ENDORSED, "x@ministry.example": State.DRAFT}
    assert OutgoingMail.objects.filter(kind="personal_invitation").count() == 2
    assert Link.objects.filter(registration__isnull=False).count() == 2


def test_consents_are_kept_with_the_version_of_their_text(visitor: Client):
    upload(visitor, make_csv(make_person(Photographs="No")))
    save(visitor)
    person = Registration.objects.get()
    assert person.data_handling_consent
    assert person.consents_given_at
    assert not person.photo_consent


def test_a_corrected_address_takes_the_waiting_letter_along(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, email="wrong@ministry.example")
    enqueue(kind="personal_invitation", subject=person, revision=1, to=to_delegate(person))
    upload(visitor, make_csv({"Registration number": person.number, "E-mail address": "right@ministry.example"}))
    save(visitor)
    assert OutgoingMail.objects.get().recipient == "right@ministry.example"


def test_two_focal_points_do_not_see_each_others_uploads(visitor: Client, focal_point: FocalPoint):
    upload(visitor, make_csv(make_person()))
    colleague = open_desk(make_focal_point(focal_point.delegation, is_primary=False))
    assert colleague.get(CHECK).status_code == 302
    assert "is not saved yet" not in colleague.get(SHEET).text
    assert "is not saved yet" in visitor.get(SHEET).text


def test_an_upload_lies_encrypted_and_is_removed_when_nobody_comes_back(visitor: Client):
    upload(visitor, make_csv(make_person()))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM registration_sheetupload")
        assert "E1234567" not in cursor.fetchone()[0]
    assert "E1234567" not in visitor.get(CHECK).text
    assert sweep_uploads(now=NOW) == 0
    SheetUpload.objects.update(uploaded_at=NOW.replace(year=2012))
    assert sweep_uploads(now=NOW) == 1


def test_taking_a_spreadsheet_back_changes_nothing(visitor: Client):
    page = upload(visitor, make_csv(make_person()))
    answer = visitor.post(CHECK, {"scope": page.context["scope_key"], "drop": "1"}, follow=True)
    assert "was discarded" in answer.text
    assert not SheetUpload.objects.exists()
    assert not Registration.objects.exists()


def test_a_declined_delegation_adds_nobody_after_its_deadline(focal_point: FocalPoint, settings):
    Delegation.objects.update(state=Delegation.State.DECLINED)
    type(focal_point.delegation.seminar).objects.update(nominations_due_at=NOW.replace(year=2012))
    page = upload(open_desk(focal_point), make_csv(make_person()))
    assert "Nominations are closed" in page.text


def test_a_file_that_is_no_spreadsheet_is_refused_and_said_why(visitor: Client):
    for content, text in [(b"<html>", "web page"), (b"\xd0\xcf\x11\xe0", "older Excel"), (b"PK\x03\x04", "damaged")]:
        page = upload(visitor, as_upload(content, "people.xlsx"))
        assert page.status_code == 422
        assert text in page.text
    assert not SheetUpload.objects.exists()


def test_an_empty_new_row_is_no_person(visitor: Client):
    page = upload(visitor, make_csv(make_person(), dict.fromkeys(COLUMNS, "")))
    assert len(page.context["plan"].rows) == 1


def test_an_address_that_two_rows_want_is_said_at_the_second(visitor: Client, focal_point: FocalPoint):
    person = make_registration(focal_point.delegation, email="old@ministry.example")
    rows = [
        {"Registration number": person.number, "E-mail address": "new@ministry.example", "Given names": "A"},
        {"Registration number": "", "E-mail address": "new@ministry.example", "Given names": "B"},
    ]
    plan = upload(visitor, make_csv(*rows)).context["plan"]
    assert plan.rows[1].faults == {"email": "This person stands in row 2 already."}


def test_people_of_one_shared_mailbox_may_stand_in_one_sheet(visitor: Client, focal_point: FocalPoint):
    people = [
        make_registration(
            focal_point.delegation, email="office@ministry.example", shares_address=True, given_names=name
        )
        for name in ("Bat", "Bold")
    ]
    rows = [{"E-mail address": one.email, "Given names": one.given_names, "Family name": "Tsend"} for one in people]
    plan = upload(visitor, make_csv(*rows)).context["plan"]
    assert [row.registration for row in plan.rows] == people
    assert plan.fault_count == 0


def test_hundreds_of_faults_lead_to_their_pages_and_no_form_grows_too_large(visitor: Client):
    wrong = dict.fromkeys(WRONG, "?")
    page = upload(visitor, make_csv(*(make_person(email=f"p{n}", **wrong) for n in range(150))))
    assert page.text.count('aria-invalid="true"') == 800
    links = [fault.anchor for fault in page.context["faults"]]
    assert len(links) == 100
    assert links[0].startswith("#cell-2-")
    second = visitor.get(f"{CHECK}?page=2")
    assert second.text.count('aria-invalid="true"') > 100
    assert second.context["faults"][0].anchor.startswith("?page=1#cell-2-")
    form = {"scope": page.context["scope_key"], "correct": "1"}
    form |= dict.fromkeys(re.findall(r'<input[^>]* id="(cell-[0-9-]+)"', page.text), "x")
    assert visitor.post(CHECK, form).status_code == 302
