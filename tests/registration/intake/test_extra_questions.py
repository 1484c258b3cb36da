"""Questions that organizers add: asked on their page of whom they concern, and safe once they were answered."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from registration.models import ExtraQuestion, Registration, State
from registration.models.answers import STAGES, describe_answer, find_stage, list_later_stages
from registration.models.extra_questions import read_extra_answer
from registration.models.registration import FIRST_PAGES
from registration.review.services import approve
from seminar.access import staff_actor
from seminar.models import AuditEntry, Seminar, StoredFile
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_seminar, make_user
from tests.registration.intake import test_ending_views
from tests.registration.intake.desk_pages import make_pdf, open_desk, sign_in_as
from tests.registration.intake.pages import EMPTY, fill_in, open_page, reload, submit
from tests.registration.intake.sheet_pages import as_upload, download, make_csv, save, upload

pytestmark = pytest.mark.django_db


def open_link(person: Registration) -> Client:
    return test_ending_views.open_link(registration=person)


MEALS = [["fish", "Fish", "魚料理"], ["meat", "Meat", "肉料理"], ["none", "No meal", "なし"]]


def ask(seminar: Seminar, code: str = "lunch", **values: Any) -> ExtraQuestion:
    """Add a question to the edition as the admin does."""
    defaults: dict[str, Any] = {
        "kind": "text",
        "label_en": "Lunch on 27 February",
        "label_ja": "2月27日の昼食",
        "stage": "needs",
    }
    Seminar.objects.filter(pk=seminar.pk).update(has_extra_questions=True)
    seminar.has_extra_questions = True
    return ExtraQuestion.objects.create(seminar=seminar, code=code, **(defaults | values))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return tmp_path


@pytest.fixture
def person() -> Registration:
    return make_registration(make_delegation())


def test_first_pages_are_those_of_the_first_submission():
    assert tuple(stage.code for stage in STAGES) == FIRST_PAGES


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        ("text", "No onions", "No onions", "No onions"),
        ("long_text", "One\nTwo", "One\nTwo", "One\nTwo"),
        ("choice", "fish", "fish", "Fish"),
        ("several", ["meat", "fish"], ["meat", "fish"], "Meat, Fish"),
        ("yes_no", "no", "no", "No"),
        ("date", "2013-02-27", {"date": "2013-02-27"}, "27 February 2013"),
    ],
)
def test_each_kind_is_asked_kept_shown_and_asked_again_as_answered(person: Registration, kind, typed, kept, shown):
    ask(person.seminar, kind=kind, options=MEALS if kind in ("choice", "several") else [], help_en="One line of help")
    client = open_link(person)
    page = client.get("/en/aecs20/my/form/needs/").text
    assert "Lunch on 27 February (optional)" in page
    assert "One line of help" in page
    hidden = open_page(client, "form/needs")
    answer = client.post("/en/aecs20/my/form/needs/", {**hidden, "dietary": "halal", "extra_lunch": typed})
    assert answer.status_code == 302
    person = reload(person)
    assert person.extra_answers == {"lunch": kept}
    assert describe_answer(person, "extra_lunch") == shown
    again = client.get("/en/aecs20/my/form/needs/").text
    for value in typed if isinstance(typed, list) else [typed]:
        assert value.split("\n")[0] in again
    entry = AuditEntry.objects.filter(action="edit").get()
    assert "extra_lunch" in entry.details["fields"]


def test_a_file_is_kept_private_and_shown_to_its_owner(person: Registration):
    ask(person.seminar, kind="file", label_en="Curriculum vitae")
    client = open_link(person)
    hidden = open_page(client, "form/needs")
    client.post("/en/aecs20/my/form/needs/", {**hidden, "extra_lunch": make_pdf("cv.pdf", b"My life")})
    person = reload(person)
    file = read_extra_answer(person, "extra_lunch")
    assert isinstance(file, StoredFile)
    assert describe_answer(person, "extra_lunch") == "cv.pdf"
    assert b"My life" in b"".join(client.get("/en/aecs20/my/files/extra_lunch/"))
    assert open_link(make_registration(person.delegation)).get("/en/aecs20/my/files/extra_lunch/").status_code == 404
    hidden = open_page(client, "form/needs")
    client.post("/en/aecs20/my/form/needs/", {**hidden, "dietary": "halal"})  # none chosen: the one that is there stays
    assert read_extra_answer(reload(person), "extra_lunch") == file


def test_wrong_answers_are_said_at_their_field_and_nothing_is_lost(person: Registration):
    ask(person.seminar, kind="choice", options=MEALS)
    ask(person.seminar, "day", kind="date", label_en="Day")
    client = open_link(person)
    hidden = open_page(client, "form/needs")
    answer = client.post(
        "/en/aecs20/my/form/needs/", {**hidden, "extra_lunch": "king", "extra_day": "soon", "dietary_note": "Nuts"}
    )
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert "Enter the day as year-month-day" in answer.text
    assert 'value="Nuts"' in answer.text


def test_a_mandatory_question_holds_up_the_first_submission(person: Registration):
    Registration.objects.filter(pk=person.pk).update(**EMPTY)
    ask(person.seminar, "visited", kind="yes_no", stage="position", is_required=True, label_en="Been here before?")
    client = open_link(reload(person))
    assert fill_in(client, "name", passport_name="A B", given_names="A").status_code == 302
    refused = fill_in(client, "position")
    assert refused.status_code == 422
    assert "Answer this question." in refused.text
    assert fill_in(client, "position", extra_visited="no").status_code == 302
    assert "Been here before?" in client.get("/en/aecs20/my/check/").text
    assert submit(client).status_code == 302
    assert reload(person).state == State.ENDORSED


def test_a_mandatory_file_of_the_first_submission_is_asked_for_at_its_field_until_it_is_there(person: Registration):
    Registration.objects.filter(pk=person.pk).update(**EMPTY)
    ask(person.seminar, "cv", kind="file", stage="position", is_required=True, label_en="Curriculum vitae")
    client = open_link(reload(person))
    fill_in(client, "name", passport_name="A B", given_names="A")
    refused = fill_in(client, "position")
    assert refused.status_code == 422
    assert 'href="#id_extra_cv"' in refused.text
    assert fill_in(client, "position", extra_cv=make_pdf("cv.pdf")).status_code == 302
    assert "There is one already: cv.pdf." in client.get("/en/aecs20/my/form/position/").text
    assert fill_in(client, "position").status_code == 302
    assert submit(client).status_code == 302


def test_of_two_files_for_one_question_both_names_are_shown(person: Registration):
    ask(person.seminar, kind="file")
    first, second = open_link(person), open_link(person)
    seen = open_page(first, "form/needs")
    hidden = open_page(second, "form/needs")
    second.post("/en/aecs20/my/form/needs/", {**hidden, "extra_lunch": make_pdf("theirs.pdf")})
    both = first.post("/en/aecs20/my/form/needs/", {**seen, "extra_lunch": make_pdf("mine.pdf", b"Secret words")})
    assert both.status_code == 409
    assert "<bdi>theirs.pdf</bdi>" in both.text
    assert "<bdi>mine.pdf</bdi>" in both.text
    assert "Secret words" not in both.text


def test_a_question_added_later_holds_up_nobody_who_has_submitted(person: Registration):
    ask(person.seminar, "visited", kind="yes_no", stage="position", is_required=True, label_en="Been here before?")
    assert open_link(person).get("/en/aecs20/my/check/").status_code == 302  # to the page with the question
    Registration.objects.filter(pk=person.pk).update(state=State.ENDORSED)
    approve(actor=staff_actor(make_user("approver")), registration_id=person.pk, now=NOW)
    assert reload(person).state == State.APPROVED


def test_a_mandatory_later_question_makes_its_page_to_do(person: Registration):
    question = ask(person.seminar, kind="choice", options=MEALS, is_required=True, stage="photo")
    stage = next(stage for stage in list_later_stages(person) if stage.code == "photo")
    assert stage.required == ("photo", question.name)


@pytest.mark.parametrize(
    ("limits", "is_asked"),
    [
        ({}, True),
        ({"roles": ["speaker"]}, False),
        ({"roles": ["speaker", "delegate"]}, True),
        ({"categories": ["organization"]}, False),
        ({"categories": ["asian"]}, True),
        ({"is_retired": True}, False),
    ],
)
def test_it_is_asked_of_whom_it_concerns(person: Registration, limits: dict[str, Any], is_asked: bool):
    ask(person.seminar, **limits)
    assert ("Lunch on 27 February" in open_link(person).get("/en/aecs20/my/form/needs/").text) == is_asked


def test_another_editions_questions_are_not_asked(person: Registration):
    ask(make_seminar(slug="aecs21", number=21))
    assert "Lunch" not in open_link(person).get("/en/aecs20/my/form/needs/").text


def test_of_two_people_on_one_page_the_later_one_sees_both_answers(person: Registration):
    ask(person.seminar, kind="several", options=MEALS)
    first, second = open_link(person), open_link(person)
    seen = open_page(first, "form/needs")
    hidden = open_page(second, "form/needs")
    second.post("/en/aecs20/my/form/needs/", {**hidden, "extra_lunch": ["fish"]})
    both = first.post("/en/aecs20/my/form/needs/", {**seen, "extra_lunch": ["meat", "none"]})
    assert both.status_code == 409
    assert "Fish" in both.text
    assert "Meat, No meal" in both.text
    renewed = {**seen, "seen": both.context["form"]["seen"].value()}
    first.post("/en/aecs20/my/form/needs/", {**renewed, "extra_lunch": ["meat"], "take_saved": "extra_lunch"})
    assert reload(person).extra_answers == {"lunch": ["fish"]}


def test_what_was_ticked_and_not_saved_is_there_again(person: Registration):
    ask(person.seminar, kind="several", options=MEALS)
    client = open_link(person)
    hidden = open_page(client, "form/needs")
    client.post("/en/aecs20/my/form/needs/autosave/", {**hidden, "extra_lunch": ["fish", "none"]})
    page = client.get("/en/aecs20/my/form/needs/").text
    assert page.count("checked") == 2


def test_spreadsheets_ask_and_take_the_answers():
    delegation = make_delegation()
    ask(delegation.seminar, kind="several", options=MEALS)
    ask(delegation.seminar, "visited", kind="yes_no", stage="position", is_required=True, label_en="Been here before?")
    ask(delegation.seminar, "cv", kind="file", label_en="Curriculum vitae")
    visitor = open_desk(make_focal_point(delegation))
    headings = download(visitor)[0]
    assert "Been here before? *" in headings
    assert "Lunch on 27 February" in headings
    assert "Curriculum vitae" not in headings
    person = {"E-mail address": "a@ministry.example", "Given names": "A", "2月27日の昼食": "魚料理； Meat"}
    page = upload(visitor, make_csv({**person, "Been here before?": "maybe"}))
    assert page.context["plan"].rows[0].faults == {"extra_visited": "Write Yes or No."}
    upload(visitor, make_csv({**person, "extra_visited": "はい"}))
    save(visitor)
    assert Registration.objects.get().extra_answers == {"visited": "yes", "lunch": ["fish", "meat"]}
    content = visitor.get("/en/aecs20/delegation/spreadsheet/people.xlsx").content
    page = upload(visitor, as_upload(content))
    assert [row.outcome for row in page.context["plan"].rows] == ["same"], page.context["plan"].rows


def test_staff_see_the_answers(person: Registration):
    ask(person.seminar)
    Registration.objects.filter(pk=person.pk).update(extra_answers={"lunch": "No onions"}, state=State.ENDORSED)
    page = sign_in_as("approver").get(f"/admin/registration/registration/{person.pk}/change/").text
    assert "Lunch on 27 February" in page
    assert "No onions" in page


def test_an_edition_without_questions_reads_none(person: Registration, django_assert_num_queries):
    stage = find_stage("needs")
    assert stage is not None
    with django_assert_num_queries(0):
        assert list_later_stages(person)
        assert person.list_missing_fields(is_nominated=True) == []


class TestAdmin:
    FORM = {
        "code": "lunch",
        "kind": "choice",
        "label_en": "Lunch",
        "label_ja": "昼食",
        "options": "fish | Fish | 魚料理\nmeat | Meat | 肉料理",
        "stage": "needs",
        "position": "1",
        "categories": ["asian"],
    }
    ADD = "/admin/registration/extraquestion/add/"

    def test_the_secretariat_adds_a_question_that_is_then_asked(self, person: Registration):
        answer = sign_in_as("secretariat").post(self.ADD, self.FORM)
        assert answer.status_code == 302, answer.text
        question = ExtraQuestion.objects.get()
        assert (question.seminar, question.options) == (
            person.seminar,
            [["fish", "Fish", "魚料理"], ["meat", "Meat", "肉料理"]],
        )
        assert "Lunch" in open_link(person).get("/en/aecs20/my/form/needs/").text
        assert AuditEntry.objects.filter(action="add_question").count() == 1

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"options": "fish | Fish"}, "code | English | Japanese"),
            ({"options": "fish | Fish | 魚料理"}, "two choices at the least"),
            ({"options": "a | A | あ\na | B | い"}, "the same code"),
            ({"kind": "text"}, "has no choices"),
            ({"code": "Lunch!"}, "small letters"),
            ({"label_ja": ""}, "This field is required."),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, person: Registration, changes: dict[str, str], message: str):
        answer = sign_in_as("secretariat").post(self.ADD, {**self.FORM, **changes})
        assert answer.status_code == 200
        assert message in answer.text
        assert not ExtraQuestion.objects.exists()

    def test_a_code_stands_once_in_an_edition(self, person: Registration):
        client = sign_in_as("secretariat")
        client.post(self.ADD, self.FORM)
        assert "Another question has this code." in client.post(self.ADD, self.FORM).text

    def test_what_was_answered_stays_readable(self, person: Registration):
        client = sign_in_as("secretariat")
        client.post(self.ADD, self.FORM)
        question = ExtraQuestion.objects.get()
        Registration.objects.filter(pk=person.pk).update(extra_answers={"lunch": "fish"})
        change = f"/admin/registration/extraquestion/{question.pk}/change/"
        other = {**self.FORM, "options": "meat | Meat | 肉料理\nnone | None | なし"}
        assert "People have chosen these already, keep them: fish." in client.post(change, other).text
        assert "People have answered already" in client.post(change, {**self.FORM, "code": "dinner"}).text
        assert client.post(change, {**self.FORM, "is_retired": "on"}).status_code == 302
        assert describe_answer(reload(person), "extra_lunch") == "Fish"
        assert client.get(change.replace("change", "delete")).status_code == 403

    def test_others_change_no_questions(self, person: Registration):
        for role in ("approver", "desk", "administrator"):
            assert sign_in_as(role).get(self.ADD).status_code == 403
