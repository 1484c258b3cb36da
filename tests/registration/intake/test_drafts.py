"""What is typed survives: an error, a visit elsewhere, a session that ended, another person on the form."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from registration.intake.services import save_answers
from registration.models import Link, Registration, State, UnsavedAnswers
from seminar.foundation.audit import Actor
from tests.factories import NOW, make_delegation, make_focal_point, make_registration
from tests.registration.intake.pages import ANSWERS, EMPTY, fill_in, open_page, read_hidden, reload, submit

pytestmark = pytest.mark.django_db
FORM = "/en/aecs20/my/form/name/"


def open_link(client: Client, **owner) -> Client:
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(**owner).make_token()]))
    return client


@pytest.fixture
def draft() -> Registration:
    return make_registration(make_delegation(), **EMPTY)


@pytest.fixture
def visitor(client: Client, draft: Registration) -> Client:
    return open_link(client, registration=draft)


def test_half_typed_text_is_kept_and_found_again_through_the_same_link(visitor: Client, draft: Registration):
    typed = {**open_page(visitor, "form/name"), "given_names": "Solon", "family_name": "not a \u202e name"}
    assert visitor.post(f"{FORM}autosave/", typed).json()["saved_at"]
    assert reload(draft).version == 0
    elsewhere = open_link(Client(), registration=draft)
    page = elsewhere.get(FORM).text
    assert 'value="Solon"' in page
    assert "What you typed here on" in page
    assert "Begun, to do by" in elsewhere.get("/en/aecs20/my/").text


@pytest.mark.parametrize("page", [FORM, f"{FORM}autosave/"])
def test_nul_characters_are_not_kept_wherever_they_stand(visitor: Client, draft: Registration, page: str):
    typed = {**open_page(visitor, "form/name"), "given_names": "So\0lon", "family_name": "\u202e", "seen": "\0seen"}
    assert visitor.post(page, typed).status_code in (200, 422)
    unsaved = UnsavedAnswers.objects.get()  # PostgreSQL refuses them
    assert (unsaved.values["given_names"], unsaved.seen) == ("Solon", "seen")


def test_a_finished_page_leaves_nothing_unfinished_behind(visitor: Client):
    visitor.post(f"{FORM}autosave/", {**open_page(visitor, "form/name"), "given_names": "Solon"})
    assert fill_in(visitor, "name").status_code == 302
    assert UnsavedAnswers.objects.count() == 0


def test_submitting_leaves_nothing_unfinished_behind(visitor: Client, draft: Registration):
    focal_point = make_focal_point(draft.delegation)
    for stage in ANSWERS:
        fill_in(visitor, stage)
    desk = open_link(Client(), focal_point=focal_point)
    base = f"/en/aecs20/delegation/{draft.number}"
    desk.post(f"{base}/form/name/autosave/", {**open_page(desk, "form/name", base), "given_names": "Half"})
    submit(visitor)
    assert UnsavedAnswers.objects.count() == 0


def test_autosave_of_a_registration_that_is_no_draft_any_more_keeps_nothing(visitor: Client, draft: Registration):
    typed = {**open_page(visitor, "form/name"), "given_names": "Solon"}
    Registration.objects.update(state=State.SUBMITTED)
    assert visitor.post(f"{FORM}autosave/", typed).status_code == 409
    assert UnsavedAnswers.objects.count() == 0


def test_autosave_into_another_registration_keeps_nothing(visitor: Client, draft: Registration):
    other = make_registration(draft.delegation)
    typed = {**open_page(visitor, "form/name"), "number": other.number, "given_names": "Solon"}
    assert visitor.post(f"{FORM}autosave/", typed).status_code == 409
    assert UnsavedAnswers.objects.count() == 0


def test_what_was_typed_waits_where_the_session_ended_and_goes_on_from_there(visitor: Client, draft: Registration):
    typed = {**ANSWERS["name"], **open_page(visitor, "form/name"), "title": 'Dr. "h.c."'}
    visitor.session.flush()
    visitor.cookies.pop("sessionid")
    answer = visitor.post(f"{FORM}?from_check=1", typed)
    assert answer.status_code == 403
    assert "Please open your link again" in answer.text
    assert f'action="{FORM}?from_check=1"' in answer.text
    waiting = dict(re.findall(r'<textarea name="(\w+)" hidden>\n?([^<]*)</textarea>', answer.text))
    waiting = {name: text.replace("&quot;", '"') for name, text in waiting.items()}
    assert waiting == typed
    open_link(visitor, registration=draft)
    assert visitor.post(f"{FORM}?from_check=1", waiting)["Location"] == "/en/aecs20/my/check/"
    assert reload(draft).title == 'Dr. "h.c."'


def write_meanwhile(registration: Registration, **answers: str) -> None:
    save_answers(actor=Actor("staff", "1"), registration=reload(registration), answers=answers, now=NOW)


def test_the_later_one_of_two_people_sees_both_versions_and_chooses(visitor: Client, draft: Registration):
    fill_in(visitor, "position")
    typed = {**ANSWERS["position"], **open_page(visitor, "form/position")}
    typed |= {"position": "Deputy Director", "division": "Export Control"}
    write_meanwhile(draft, position="Director General", organization="Ministry of Trade")
    answer = visitor.post("/en/aecs20/my/form/position/", typed)
    assert answer.status_code == 409
    rows = {row.name: (row.saved, row.typed) for row in answer.context["differences"]}
    assert rows == {
        "position": ("Director General", "Deputy Director"),
        "division": ("", "Export Control"),
        "organization": ("Ministry of Trade", "Ministry of Commerce"),
    }
    for text in ("Director General", "Deputy Director", "Ministry of Trade"):
        assert text in answer.text
    assert reload(draft).position == "Director General"
    chosen = {**typed, **read_hidden(answer.text), "take_saved": ["organization"]}
    assert visitor.post("/en/aecs20/my/form/position/", chosen)["Location"] == "/en/aecs20/my/check/"
    current = reload(draft)
    assert (current.position, current.division, current.organization) == (
        "Deputy Director",
        "Export Control",
        "Ministry of Trade",
    )


def test_two_people_on_different_pages_do_not_meet(visitor: Client, draft: Registration):
    typed = {**ANSWERS["name"], **open_page(visitor, "form/name")}
    write_meanwhile(draft, position="Director General")
    assert visitor.post(FORM, typed)["Location"] == "/en/aecs20/my/form/position/"
    current = reload(draft)
    assert (current.position, current.given_names) == ("Director General", "太郎")


def test_answers_changed_after_the_review_page_was_shown_are_not_submitted_unseen(visitor: Client, draft: Registration):
    for stage in ANSWERS:
        fill_in(visitor, stage)
    hidden = open_page(visitor, "check")
    write_meanwhile(draft, position="Director General")
    answer = visitor.post("/en/aecs20/my/submit/", {**hidden, "data_handling_consent": "on"}, follow=True)
    assert "Your answers were changed in the meantime." in answer.text
    assert "Director General" in answer.text
    assert reload(draft).state == State.DRAFT


def test_the_focal_points_unfinished_words_are_not_the_delegates(visitor: Client, draft: Registration):
    desk = open_link(Client(), focal_point=make_focal_point(draft.delegation))
    base = f"/en/aecs20/delegation/{draft.number}"
    desk.post(f"{base}/form/name/autosave/", {**open_page(desk, "form/name", base), "given_names": "Of the desk"})
    visitor.post(f"{FORM}autosave/", {**open_page(visitor, "form/name"), "given_names": "Of the delegate"})
    assert "Of the delegate" in visitor.get(FORM).text
    assert "Of the desk" in desk.get(f"{base}/form/name/").text


def test_half_typed_later_pages_are_kept_over_the_submission(visitor: Client, draft: Registration):
    for stage in ANSWERS:
        fill_in(visitor, stage)
    hidden = open_page(visitor, "form/needs")
    visitor.post("/en/aecs20/my/form/needs/autosave/", {**hidden, "dietary_note": "no nuts, and"})
    visitor.post("/en/aecs20/my/form/name/autosave/", {**open_page(visitor, "form/name"), "title": "Half"})
    submit(visitor)
    assert UnsavedAnswers.objects.get().stage == "needs"
    assert "no nuts, and" in visitor.get("/en/aecs20/my/form/needs/").text
