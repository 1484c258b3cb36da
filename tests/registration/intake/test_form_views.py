"""The delegate's question pages: what is asked, kept, refused and submitted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registration.models import Link, OutgoingMail, Registration, State
from seminar.models import AuditEntry
from tests.factories import make_delegation, make_focal_point, make_registration
from tests.registration.intake.pages import (
    ANSWERS,
    CONSENTS,
    EMPTY,
    fill_in,
    fill_in_all,
    open_page,
    read_hidden,
    reload,
    submit,
)

pytestmark = pytest.mark.django_db
FORM = "/en/aecs20/my/form/name/"


@pytest.fixture
def draft() -> Registration:
    return make_registration(make_delegation(), **EMPTY)


@pytest.fixture
def visitor(client: Client, draft: Registration) -> Client:
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=draft).make_token()]))
    return client


def test_answers_are_kept_page_by_page_and_shown_for_checking(visitor: Client, draft: Registration):
    assert fill_in(visitor, "name")["Location"] == "/en/aecs20/my/form/position/"
    assert fill_in(visitor, "position")["Location"] == "/en/aecs20/my/check/"
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    assert (draft.family_name, draft.given_names, draft.badge_name) == ("髙橋", "太郎", "髙橋, 太郎")
    page = visitor.get("/en/aecs20/my/check/").text
    assert "髙橋 太郎" in page
    assert "Submit registration" in page


def test_a_change_from_the_review_page_leads_back_to_it(visitor: Client):
    fill_in_all(visitor)
    assert "/en/aecs20/my/form/name/?from_check=1#id_given_names" in visitor.get("/en/aecs20/my/check/").text
    hidden = open_page(visitor, "form/name")
    answer = visitor.post("/en/aecs20/my/form/name/?from_check=1", {**ANSWERS["name"], **hidden, "title": "Dr."})
    assert answer["Location"] == "/en/aecs20/my/check/"
    assert "Dr." in visitor.get("/en/aecs20/my/check/").text


def test_the_form_leads_to_the_first_page_with_something_missing(visitor: Client):
    assert visitor.get("/en/aecs20/my/form/")["Location"] == "/en/aecs20/my/form/name/"
    fill_in(visitor, "name")
    assert visitor.get("/en/aecs20/my/form/")["Location"] == "/en/aecs20/my/form/position/"
    assert visitor.get("/en/aecs20/my/check/")["Location"] == "/en/aecs20/my/form/position/"


def test_submitting_asks_the_focal_point_and_confirms_to_the_delegate(visitor: Client, draft: Registration):
    make_focal_point(draft.delegation, email="focal@ministry.example", language="ja")
    fill_in_all(visitor)
    assert submit(visitor)["Location"] == "/en/aecs20/my/"
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    assert (draft.data_handling_consent, draft.photo_consent) == ("2026-11", "")
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.kind, mail.recipient, mail.language) for mail in mails] == [
        ("received", draft.email, "ja"),
        ("endorsement_request", "focal@ministry.example", "ja"),
    ]
    page = visitor.get("/en/aecs20/my/").text
    assert draft.number in page
    assert "Your focal point has been asked to endorse it" in page


def test_without_a_focal_point_a_submission_is_endorsed_at_once_by_the_system(visitor: Client, draft: Registration):
    fill_in_all(visitor)
    submit(visitor)
    draft.refresh_from_db()
    assert draft.state == State.ENDORSED
    entries = AuditEntry.objects.filter(subject=f"registration:{draft.pk}").order_by("position")
    assert [(entry.action, entry.actor_kind) for entry in entries] == [
        ("edit", "delegate"),
        ("edit", "delegate"),
        ("submit", "delegate"),
        ("endorse", "system"),
    ]


def test_submitting_twice_is_one_submission_and_one_mail(visitor: Client):
    fill_in_all(visitor)
    twice = {**CONSENTS, **open_page(visitor, "check")}
    answers = [visitor.post("/en/aecs20/my/submit/", twice) for _ in range(3)]
    assert [answer["Location"] for answer in answers] == ["/en/aecs20/my/"] * 3
    assert OutgoingMail.objects.filter(kind="received").count() == 1


def test_an_incomplete_draft_cannot_be_submitted(visitor: Client, draft: Registration):
    fill_in_all(visitor)
    hidden = open_page(visitor, "check")
    Registration.objects.update(position="")
    answer = visitor.post("/en/aecs20/my/submit/", {**CONSENTS, **hidden})
    assert answer["Location"] == "/en/aecs20/my/check/"
    assert visitor.get("/en/aecs20/my/check/")["Location"] == "/en/aecs20/my/form/position/"
    assert reload(draft).state == State.DRAFT


def test_without_agreement_nothing_is_submitted_and_the_other_ticks_stay(visitor: Client, draft: Registration):
    fill_in_all(visitor)
    answer = submit(visitor, data_handling_consent="", photo_consent="on")
    assert answer.status_code == 422
    assert 'href="#id_data_handling_consent"' in answer.text
    assert answer.context["form"]["photo_consent"].value() is True
    assert reload(draft).state == State.DRAFT


RUBBISH = {
    "name": {
        "title": "M\x00r",
        "passport_name": "http://evil.example",
        "given_names": "\u202egnp.exe",
        "family_name": "x" * 201,
        "badge_name": "y" * 100_000,
        "name_native": "\x1b[31m",
        "reading_ja": "hiragana ひらがな",
    },
    "position": {
        "role": "administrator",
        "position": "\ue000",
        "division": "a@b.example",
        "organization": "\u200b\u200b",
        "language": "tlh",
    },
}


@pytest.mark.parametrize("stage", RUBBISH)
def test_rubbish_in_every_field_gets_a_message_at_each_and_nothing_typed_is_lost(
    visitor: Client, draft: Registration, stage: str
):
    answer = fill_in(visitor, stage, **RUBBISH[stage])
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(RUBBISH[stage])
    for name in RUBBISH[stage]:
        assert f'href="#id_{name}"' in answer.text
        assert f'id="id_{name}_error"' in answer.text or f'id="error_1_id_{name}"' in answer.text
    if stage == "name":
        assert "hiragana ひらがな" in answer.text
        assert "y" * 100_000 in answer.text
    assert reload(draft).version == 0
    again = visitor.get(f"/en/aecs20/my/form/{stage}/")  # left and found again: still there
    assert again.status_code == 200
    assert ("hiragana ひらがな" if stage == "name" else "a@b.example") in again.text


HOSTILE = [
    "\x00",
    "\r\nBcc: x@evil.example",
    "\u202e\u202d",
    "\u200b",
    "１２３",
    "'; DROP TABLE x;--",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "{% debug %}",
    "=cmd|' /C calc'!A0",
    "a\n",
    "x" * 100_000,
    "\u0300" * 5000,
    "🙂" * 300,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:12]) for text in HOSTILE])
def test_nothing_typed_anywhere_is_ever_a_server_error(visitor: Client, text: str):
    for stage, answers in ANSWERS.items():
        answer = fill_in(visitor, stage, **dict.fromkeys(answers, text))
        assert answer.status_code in (302, 422)
        assert visitor.get(f"/en/aecs20/my/form/{stage}/").status_code == 200
    assert visitor.post("/en/aecs20/my/submit/", dict.fromkeys(["number", "seen"], text)).status_code == 302
    assert "<script>alert(1)</script>" not in visitor.get("/en/aecs20/my/form/name/").text


def test_bytes_that_are_no_text_are_no_server_error(visitor: Client, draft: Registration):
    body = f"number={draft.number}&seen=x&given_names=%ED%A0%80%FF&passport_name=%C0%80"
    for page in (FORM, f"{FORM}autosave/"):
        answer = visitor.post(page, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("O'Brien", "O'Brien"),
        ("  Ahmad   Fauzi bin Ismail ", "Ahmad Fauzi bin Ismail"),
        ("Ahmad\n", "Ahmad"),
        ("X", "X"),
        ("x" * 200, "x" * 200),
        ("محمد", "محمد"),
        ("髙橋", "髙橋"),
        ("Zoe\u0308", "Zoë"),
        ("A/L Muniandy", "A/L Muniandy"),
    ],
)
def test_names_are_kept_as_their_owners_write_them(visitor: Client, draft: Registration, typed: str, kept: str):
    fill_in(visitor, "name", given_names=typed, family_name="")
    draft.refresh_from_db()
    assert (draft.given_names, draft.family_name, draft.badge_name) == (kept, "", kept)


def test_fields_that_are_not_asked_cannot_be_forged(visitor: Client, draft: Registration):
    other = make_delegation(draft.seminar)
    forged = {
        "state": "approved",
        "delegation": str(other.pk),
        "is_head": "on",
        "email": "x@evil.example",
        "funded": "on",
        "position": "Minister",  # of the other page
    }
    fill_in(visitor, "name", **forged)
    current = Registration.objects.get(pk=draft.pk)
    assert (current.state, current.delegation_id, current.is_head, current.email, current.funded, current.position) == (
        State.DRAFT,
        draft.delegation_id,
        False,
        draft.email,
        False,
        "",
    )


def test_a_page_that_does_not_exist_is_not_found(visitor: Client):
    assert visitor.get("/en/aecs20/my/form/nothing/").status_code == 404


def test_a_form_of_another_registration_writes_nothing_into_this_one(visitor: Client, draft: Registration):
    other = make_registration(draft.delegation)
    answer = fill_in(visitor, "name", number=other.number)
    assert answer.status_code == 409
    assert "太郎" in answer.text
    assert Registration.objects.get(pk=draft.pk).given_names == ""
    assert Registration.objects.get(pk=other.pk).given_names == "Solongo"


def test_a_submission_of_another_registrations_answers_is_said_to_have_done_nothing(
    visitor: Client, draft: Registration
):
    other = make_registration(draft.delegation)
    answer = visitor.post("/en/aecs20/my/submit/", {"number": other.number, "seen": "0"}, follow=True)
    assert "You opened another personal link in this browser." in answer.text
    assert set(Registration.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize(("button", "language"), [({"keep": "language"}, "ja"), ({"size": "l"}, "en")])
def test_language_and_font_size_change_in_mid_form_without_losing_what_was_typed(
    visitor: Client, draft: Registration, button: dict[str, str], language: str
):
    typed = {**ANSWERS["position"], **open_page(visitor, "form/position"), "position": "Half typed", "role": "adviser"}
    answer = visitor.post(f"/{language}/aecs20/my/form/position/", typed | button)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert "Half typed" in answer.text
    assert "error-summary" not in answer.text
    assert answer.context["form"]["role"].value() == "adviser"
    draft.refresh_from_db()
    assert draft.version == 0
    if "size" in button:
        assert 'class="size-l"' in answer.text
        assert answer.cookies["font_size"].value == "l"


@pytest.mark.parametrize("state", [state for state in State.values if state not in ("draft", "returned")])
def test_a_registration_that_may_not_be_edited_shows_its_state_instead(client: Client, state: str):
    registration = make_registration(state=state)
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    for address in ("form/name", "check"):
        assert client.get(f"/en/aecs20/my/{address}/")["Location"] == "/en/aecs20/my/"
    typed = {**ANSWERS["name"], "number": registration.number}
    assert client.post("/en/aecs20/my/form/name/", typed)["Location"] == "/en/aecs20/my/"
    assert reload(registration).given_names == "Solongo"
    assert registration.get_state_display() in client.get("/en/aecs20/my/").text


def test_the_whole_way_costs_at_most_12_requests_and_80_statements(client: Client, draft: Registration):
    make_focal_point(draft.delegation)
    link = reverse("registration:open_link", args=[Link.objects.ensure(registration=draft).make_token()])
    answers = []
    with CaptureQueriesContext(connection) as queries:
        answers.append(client.get(link))
        answers.append(client.get("/en/aecs20/my/"))
        for stage in ANSWERS:
            answers.append(fill_in(client, stage))
        answers.append(submit(client))
        answers.append(client.get("/en/aecs20/my/"))
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    assert [answer.status_code for answer in answers] == [303, 200, 302, 302, 302, 200]
    requests = len(answers) + len(ANSWERS) + 1  # fill_in and submit open their page first
    print(f"{requests} requests, {len(queries)} SQL statements")
    assert requests <= 12
    assert len(queries) <= 80


def test_ticked_consents_stay_ticked_where_the_answers_changed_meanwhile(visitor: Client, draft: Registration):
    fill_in_all(visitor)
    hidden = open_page(visitor, "check")
    Registration.objects.update(position="Minister")
    answer = visitor.post("/en/aecs20/my/submit/", {**hidden, "data_handling_consent": "on", "photo_consent": "on"})
    assert answer.status_code == 409
    assert "Your answers were changed in the meantime." in answer.text
    assert "Minister" in answer.text
    assert answer.context["form"]["photo_consent"].value() is True
    again = {**read_hidden(answer.text), "data_handling_consent": "on", "photo_consent": "on"}
    assert visitor.post("/en/aecs20/my/submit/", again).status_code == 302
    assert reload(draft).state != State.DRAFT
