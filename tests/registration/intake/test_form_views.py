"""The delegate's form: what is asked, kept, refused and submitted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registration.models import Link, OutgoingMail, Registration, State
from seminar.models import AuditEntry
from tests.factories import make_delegation, make_focal_point, make_registration

pytestmark = pytest.mark.django_db

ANSWERS = {
    "title": "Mr.",
    "passport_name": "TARO TAKAHASHI",
    "given_names": "太郎",
    "family_name": "髙橋",
    "badge_name": "",
    "name_native": "髙橋 太郎",
    "reading_ja": "タカハシ タロウ",
    "role": "delegate",
    "position": "Director",
    "division": "",
    "organization": "Ministry of Commerce",
    "language": "ja",
    "data_handling_consent": "on",
}
EMPTY = {
    "passport_name": "",
    "given_names": "",
    "family_name": "",
    "badge_name": "",
    "position": "",
    "organization": "",
    "data_handling_consent": "",
    "contact_list_consent": "",
    "photo_consent": "",
}


@pytest.fixture
def draft() -> Registration:
    return make_registration(make_delegation(), **EMPTY)


@pytest.fixture
def visitor(client: Client, draft: Registration) -> Client:
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=draft).make_token()]))
    return client


def fill_in(registration: Registration, **changes: str) -> dict[str, str]:
    current = Registration.objects.get(pk=registration.pk)
    return {**ANSWERS, "number": current.number, "version": str(current.version), **changes}


def submit(client: Client, registration: Registration):
    current = Registration.objects.get(pk=registration.pk)
    return client.post("/en/aecs20/my/submit/", {"number": current.number, "version": str(current.version)})


def test_answers_are_kept_as_the_draft_and_shown_for_checking(visitor: Client, draft: Registration):
    answer = visitor.post("/en/aecs20/my/form/", fill_in(draft))
    assert answer["Location"] == "/en/aecs20/my/check/"
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    assert (draft.family_name, draft.given_names, draft.badge_name) == ("髙橋", "太郎", "髙橋, 太郎")
    assert (draft.data_handling_consent, draft.photo_consent) == ("2026-11", "")
    page = visitor.get("/en/aecs20/my/check/").text
    assert "髙橋 太郎" in page
    assert "Submit registration" in page


def test_submitting_asks_the_focal_point_and_confirms_to_the_delegate(visitor: Client, draft: Registration):
    make_focal_point(draft.delegation, email="focal@ministry.example", language="ja")
    visitor.post("/en/aecs20/my/form/", fill_in(draft))
    assert submit(visitor, draft)["Location"] == "/en/aecs20/my/"
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.kind, mail.recipient, mail.language) for mail in mails] == [
        ("received", draft.email, "ja"),
        ("endorsement_request", "focal@ministry.example", "ja"),
    ]
    page = visitor.get("/en/aecs20/my/").text
    assert draft.number in page
    assert "Your focal point has been asked to endorse it" in page


def test_without_a_focal_point_a_submission_is_endorsed_at_once_by_the_system(visitor: Client, draft: Registration):
    visitor.post("/en/aecs20/my/form/", fill_in(draft))
    submit(visitor, draft)
    draft.refresh_from_db()
    assert draft.state == State.ENDORSED
    entries = AuditEntry.objects.filter(subject=f"registration:{draft.pk}").order_by("position")
    assert [(entry.action, entry.actor_kind) for entry in entries] == [
        ("edit", "delegate"),
        ("submit", "delegate"),
        ("endorse", "system"),
    ]


def test_submitting_twice_is_one_submission_and_one_mail(visitor: Client, draft: Registration):
    visitor.post("/en/aecs20/my/form/", fill_in(draft))
    current = Registration.objects.get()
    twice = {"number": current.number, "version": str(current.version)}
    answers = [visitor.post("/en/aecs20/my/submit/", twice) for _ in range(3)]
    assert [answer["Location"] for answer in answers] == ["/en/aecs20/my/"] * 3
    assert OutgoingMail.objects.filter(kind="received").count() == 1


def test_an_incomplete_draft_cannot_be_submitted(visitor: Client, draft: Registration):
    assert submit(visitor, draft)["Location"] == "/en/aecs20/my/form/"
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


RUBBISH = {
    "title": "M\x00r",
    "passport_name": "http://evil.example",
    "given_names": "\u202egnp.exe",
    "family_name": "x" * 201,
    "badge_name": "y" * 100_000,
    "name_native": "\x1b[31m",
    "reading_ja": "hiragana ひらがな",
    "role": "administrator",
    "position": "\ue000",
    "division": "a@b.example",
    "organization": "\u200b\u200b",
    "language": "tlh",
    "data_handling_consent": "",
}


def test_rubbish_in_every_field_gets_a_message_at_each_and_nothing_typed_is_lost(visitor: Client, draft: Registration):
    answer = visitor.post("/en/aecs20/my/form/", fill_in(draft, **RUBBISH))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == set(RUBBISH)
    for name in RUBBISH:
        assert f'href="#id_{name}"' in answer.text
        assert f'id="id_{name}_error"' in answer.text or f'id="error_1_id_{name}"' in answer.text
    assert "hiragana ひらがな" in answer.text
    assert "y" * 100_000 in answer.text
    draft.refresh_from_db()
    assert draft.version == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("O'Brien", "O'Brien"),
        ("  Ahmad   Fauzi bin Ismail ", "Ahmad Fauzi bin Ismail"),
        ("X", "X"),
        ("x" * 200, "x" * 200),
        ("محمد", "محمد"),
        ("髙橋", "髙橋"),
        ("Zoe\u0308", "Zoë"),
        ("A/L Muniandy", "A/L Muniandy"),
    ],
)
def test_names_are_kept_as_their_owners_write_them(visitor: Client, draft: Registration, typed: str, kept: str):
    visitor.post("/en/aecs20/my/form/", fill_in(draft, given_names=typed, family_name=""))
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
    }
    visitor.post("/en/aecs20/my/form/", fill_in(draft, **forged))
    current = Registration.objects.get(pk=draft.pk)
    assert (current.state, current.delegation_id, current.is_head, current.email, current.funded) == (
        State.DRAFT,
        draft.delegation_id,
        False,
        draft.email,
        False,
    )


def test_answers_on_an_old_page_overwrite_nothing_silently(visitor: Client, draft: Registration):
    old_page = fill_in(draft, position="Deputy Director")
    visitor.post("/en/aecs20/my/form/", fill_in(draft, position="Director General"))
    answer = visitor.post("/en/aecs20/my/form/", old_page)
    assert answer.status_code == 409
    assert "changed in another window" in answer.text
    assert "Deputy Director" in answer.text
    draft.refresh_from_db()
    assert draft.position == "Director General"
    again = {**old_page, "version": str(answer.context["form"]["version"].value())}
    assert visitor.post("/en/aecs20/my/form/", again)["Location"] == "/en/aecs20/my/check/"
    draft.refresh_from_db()
    assert draft.position == "Deputy Director"


def test_a_form_of_another_registration_writes_nothing_into_this_one(visitor: Client, draft: Registration):
    other = make_registration(draft.delegation)
    answer = visitor.post("/en/aecs20/my/form/", fill_in(draft, number=other.number))
    assert answer.status_code == 409
    assert Registration.objects.get(pk=draft.pk).given_names == ""
    assert Registration.objects.get(pk=other.pk).given_names == "Solongo"


def test_a_submission_of_another_registrations_answers_is_said_to_have_done_nothing(
    visitor: Client, draft: Registration
):
    other = make_registration(draft.delegation)
    answer = visitor.post("/en/aecs20/my/submit/", {"number": other.number, "version": "0"}, follow=True)
    assert "You opened another personal link in this browser." in answer.text
    assert set(Registration.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize(("button", "language"), [({"keep": "language"}, "ja"), ({"size": "l"}, "en")])
def test_language_and_font_size_change_in_mid_form_without_losing_what_was_typed(
    visitor: Client, draft: Registration, button: dict[str, str], language: str
):
    typed = fill_in(draft, position="Director General, half typed", role="adviser", photo_consent="on", **button)
    answer = visitor.post(f"/{language}/aecs20/my/form/", typed)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert "Director General, half typed" in answer.text
    assert "error-summary" not in answer.text
    form = answer.context["form"]
    assert (form["role"].value(), form["photo_consent"].value(), form["contact_list_consent"].value()) == (
        "adviser",
        True,
        False,
    )
    draft.refresh_from_db()
    assert draft.version == 0
    if "size" in button:
        assert 'class="size-l"' in answer.text
        assert answer.cookies["font_size"].value == "l"


@pytest.mark.parametrize("state", [state for state in State.values if state not in ("draft", "returned")])
def test_a_registration_that_may_not_be_edited_shows_its_state_instead(client: Client, state: str):
    registration = make_registration(state=state)
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    for address in ("form", "check"):
        assert client.get(f"/en/aecs20/my/{address}/")["Location"] == "/en/aecs20/my/"
    assert client.post("/en/aecs20/my/form/", fill_in(registration))["Location"] == "/en/aecs20/my/"
    assert registration.get_state_display() in client.get("/en/aecs20/my/").text


def test_the_whole_way_costs_at_most_12_requests_and_80_statements(client: Client, draft: Registration):
    make_focal_point(draft.delegation)
    link = reverse("registration:open_link", args=[Link.objects.ensure(registration=draft).make_token()])
    requests = 0
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for step in (
            lambda: client.get(link),
            lambda: client.get("/en/aecs20/my/"),
            lambda: client.get("/en/aecs20/my/form/"),
            lambda: client.post("/en/aecs20/my/form/", fill_in(draft)),
            lambda: client.get("/en/aecs20/my/check/"),
            lambda: submit(client, draft),
            lambda: client.get("/en/aecs20/my/"),
        ):
            assert step().status_code in (200, 302, 303)
            requests += 1
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    helpers = 2  # fill_in and submit above read the row as the page's hidden fields hold it
    statements = len(queries) - helpers
    print(f"{requests} requests, {statements} SQL statements")
    assert requests <= 12
    assert statements <= 80
