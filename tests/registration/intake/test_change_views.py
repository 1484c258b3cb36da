"""After approval a change of who a person is is asked for, seen as a difference, accepted or declined, and told."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration import lifecycle
from registration.intake.change_requests import NotApproved, ask_change
from registration.models import ChangeRequest, Link, OutgoingMail, Registration, State, TravelDocument
from registration.models.answers import STAGES
from registration.review.change_requests import AlreadyDecided, AskedAnew, accept_change, decline_change
from registration.transitions import withdraw
from seminar.access import staff_actor
from seminar.foundation.audit import SYSTEM
from seminar.foundation.transactions import recorded
from seminar.models import AuditEntry
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_seminar, make_user
from tests.registration.intake.pages import NAME, open_page, read_hidden

pytestmark = pytest.mark.django_db

MY = "/en/aecs20/my"
NEW_NAME = NAME | {"passport_name": "SOLONGO BAT", "given_names": "Solongo", "family_name": "Bat", "reading_ja": ""}
PASSPORT = {"passport_type": "ordinary", "passport_number": "TZ1007919", "passport_issuer": "MN"}


@pytest.fixture
def registration(settings) -> Registration:
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = datetime(2013, 1, 20, 1, 0, tzinfo=UTC), timezone.now()
    seminar = make_seminar(changes_close_at=datetime(2013, 2, 15, 9, 0, tzinfo=UTC))
    return make_registration(make_delegation(seminar), State.APPROVED)


@pytest.fixture
def visitor(client: Client, registration: Registration) -> Client:
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    return client


def ask(client: Client, stage: str = "name", base: str = MY, **answers: Any) -> Any:
    hidden = open_page(client, f"change/{stage}", base)
    return client.post(f"{base}/change/{stage}/", {**NEW_NAME, "reason": "I married.", **hidden, **answers})


def sign_in(group: str) -> Client:
    client = Client()
    client.force_login(make_user(group), backend="django.contrib.auth.backends.ModelBackend")
    return client


def decide(client: Client, **data: str) -> Any:
    asked = ChangeRequest.objects.get()
    shown = {"shown": asked.asked_at.isoformat()}
    return client.post(f"/admin/registration/changerequest/{asked.pk}/change/", {**shown, **data}, follow=True)


def test_a_change_is_asked_for_and_nothing_changes_before_it_is_accepted(visitor: Client, registration: Registration):
    assert ask(visitor)["Location"] == f"{MY}/"
    registration.refresh_from_db()
    assert (registration.family_name, registration.version) == ("Tsend", 0)
    asked = ChangeRequest.objects.get()
    assert asked.read_answers()["passport_name"] == "SOLONGO BAT"
    assert "position" not in asked.read_answers()
    page = visitor.get(f"{MY}/").text
    assert "waiting for the organizers" in page
    assert AuditEntry.objects.filter(action="ask_change").count() == 1


def test_an_approver_sees_the_difference_and_accepts(visitor: Client, registration: Registration):
    ask(visitor)
    approver = sign_in("approver")
    assert "Change requests" in approver.get("/admin/").text
    page = approver.get(f"/admin/registration/changerequest/{ChangeRequest.objects.get().pk}/change/").text
    assert "SOLONGO TSEND" in page
    assert "SOLONGO BAT" in page
    assert "I married." in page
    assert "accepted and written" in decide(approver, accept="1").text
    registration.refresh_from_db()
    assert (registration.passport_name, registration.state, registration.version) == ("SOLONGO BAT", State.APPROVED, 1)
    mail = OutgoingMail.objects.get(kind="change_decided")
    assert (mail.recipient, mail.facts["is_accepted"]) == (registration.email, True)
    assert "decided in the meantime" in decide(approver, accept="1").text
    assert OutgoingMail.objects.filter(kind="change_decided").count() == 1


@pytest.mark.parametrize("button", ["accept", "decline"])
def test_nobody_decides_what_took_the_place_of_the_request_that_was_shown(
    visitor: Client, registration: Registration, button: str
):
    ask(visitor)
    shown = ChangeRequest.objects.get().asked_at
    ask(visitor, given_names="Somebody Else")
    page = decide(sign_in("approver"), shown=shown.isoformat(), reason="As agreed.", **{button: "1"}).text
    assert "Another request took the place of this one." in page
    assert "Somebody Else" in page
    assert "As agreed." in page
    assert ChangeRequest.objects.get().state == "open"
    what = {"request_id": ChangeRequest.objects.get().pk, "asked_at": shown, "reason": "As agreed.", "now": NOW}
    with pytest.raises(AskedAnew):
        (accept_change if button == "accept" else decline_change)(actor=SYSTEM, **what)


def test_a_change_is_declined_with_a_reason_only(visitor: Client, registration: Registration):
    ask(visitor)
    approver = sign_in("approver")
    assert "whoever asked reads it" in decide(approver, decline="1").text
    assert ChangeRequest.objects.get().state == "open"
    decide(approver, decline="1", reason="Please send a copy first.")
    registration.refresh_from_db()
    assert registration.passport_name == "SOLONGO TSEND"
    assert OutgoingMail.objects.get(kind="change_decided").facts["reason"] == "Please send a copy first."
    assert ask(visitor).status_code == 302  # and may be asked for again
    assert ChangeRequest.objects.count() == 2


def test_the_secretariat_sees_and_does_not_decide_and_the_desk_sees_nothing(visitor: Client):
    ask(visitor)
    address = f"/admin/registration/changerequest/{ChangeRequest.objects.get().pk}/change/"
    assert "Accept the change" not in sign_in("secretariat").get(address).text
    assert sign_in("desk").get(address).status_code == 403


def test_a_later_request_takes_the_place_of_one_that_waits(visitor: Client):
    ask(visitor)
    assert "A change was asked for on" in visitor.get(f"{MY}/change/name/").text
    ask(visitor, title="Dr.")
    assert ChangeRequest.objects.get().read_answers()["title"] == "Dr."


@pytest.mark.parametrize("answers", [{"reason": ""}, {"given_names": ""}, {"given_names": "x" * 100_000}])
def test_what_is_wrong_is_said_at_its_field(visitor: Client, answers: dict[str, str]):
    answer = ask(visitor, **answers)
    assert answer.status_code == 422
    assert f'id="id_{next(iter(answers))}_error"' in answer.text
    assert not ChangeRequest.objects.exists()


def test_what_was_typed_stays_where_the_answers_were_changed_meanwhile(visitor: Client, registration: Registration):
    hidden = open_page(visitor, "change/name")
    Registration.objects.update(title="Dr.")
    answer = visitor.post(f"{MY}/change/name/", {**NEW_NAME, "reason": "I married.", **hidden})
    assert answer.status_code == 409
    assert "changed or asked for in the meantime" in answer.text
    assert "SOLONGO BAT" in answer.text
    assert "I married." in answer.text
    assert not ChangeRequest.objects.exists()
    again = {**NEW_NAME, "reason": "I married.", **read_hidden(answer.text)}
    assert visitor.post(f"{MY}/change/name/", again).status_code == 302


def test_the_later_of_two_who_ask_sees_the_first_request_before_it_is_replaced(
    visitor: Client, registration: Registration
):
    focal_point = make_focal_point(registration.delegation)
    desk = Client()
    desk.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=focal_point).make_token()]))
    base = f"/en/aecs20/delegation/{registration.number}"
    hidden = open_page(desk, "change/name", base)
    ask(visitor)
    other = {**NEW_NAME, "family_name": "Batbold", "reason": "A slip."}
    answer = desk.post(f"{base}/change/name/", {**other, **hidden})
    assert answer.status_code == 409
    assert "A change was asked for on" in answer.text
    assert "<bdi>SOLONGO BAT</bdi>" in answer.text
    assert 'value="Batbold"' in answer.text
    assert ChangeRequest.objects.get().reason == "I married."
    assert desk.post(f"{base}/change/name/", {**other, **read_hidden(answer.text)}).status_code == 302
    assert ChangeRequest.objects.get().reason == "A slip."


def test_no_request_is_left_open_for_who_is_approved_no_more(registration: Registration):
    as_read = Registration.objects.select_related("delegation", "seminar").get()
    withdraw(actor=staff_actor(make_user("secretariat")), registration=as_read, reason="Ill", now=NOW)
    with pytest.raises(NotApproved):
        ask_change(actor=SYSTEM, registration=as_read, stage=STAGES[0], answers=NEW_NAME, reason="I married.", now=NOW)
    assert not ChangeRequest.objects.exists()


def test_a_request_without_a_change_is_none(visitor: Client, registration: Registration):
    same = {name: getattr(registration, name) for name in NAME}
    answer = ask(visitor, **same)
    assert answer.status_code == 422
    assert "Nothing is changed yet" in answer.text


def test_a_passport_that_was_asked_for_lies_encrypted_and_is_found_by_its_new_number(
    visitor: Client, registration: Registration
):
    with recorded():
        answers = PASSPORT | {"passport_expiry_date": datetime(2017, 6, 30).date()}
        lifecycle.update_fields(actor=SYSTEM, registration=registration, fields=answers, now=NOW, is_later=True)
    before = Registration.objects.get().passport_key
    hidden = open_page(visitor, "change/passport")
    wanted = PASSPORT | {"passport_number": "AB7654321", "passport_expiry_date": "2023-01-01", "reason": "Renewed."}
    assert visitor.post(f"{MY}/change/passport/", {**hidden, **wanted}).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM registration_changerequest")
        assert "7654321" not in cursor.fetchone()[0]
    assert (
        "7654321"
        not in sign_in("approver")
        .get(f"/admin/registration/changerequest/{ChangeRequest.objects.get().pk}/change/")
        .text
    )
    accept_change(actor=staff_actor(make_user("approver")), request_id=ChangeRequest.objects.get().pk, now=NOW)
    assert TravelDocument.objects.get().passport_number == "AB7654321"
    assert TravelDocument.objects.get().passport_expiry_date.isoformat() == "2023-01-01"
    assert Registration.objects.get().passport_key not in ("", before)


def test_a_focal_point_asks_and_is_told(registration: Registration):
    focal_point = make_focal_point(registration.delegation)
    desk = Client()
    desk.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=focal_point).make_token()]))
    ask(desk, base=f"/en/aecs20/delegation/{registration.number}")
    decline_change(
        actor=staff_actor(make_user("approver")), request_id=ChangeRequest.objects.get().pk, reason="No.", now=NOW
    )
    assert OutgoingMail.objects.get(kind="change_decided").recipient == focal_point.email


@pytest.mark.parametrize("state", [state for state in State.values if state != State.APPROVED])
def test_only_who_is_approved_asks(visitor: Client, registration: Registration, state: str):
    Registration.objects.update(state=state)
    assert visitor.get(f"{MY}/change/name/")["Location"] == f"{MY}/"


def test_nobody_asks_after_changes_close(visitor: Client, settings):
    settings.DEMO_NOW = datetime(2013, 2, 15, 9, 1, tzinfo=UTC)
    assert visitor.get(f"{MY}/change/name/")["Location"] == f"{MY}/"
    assert "If something about you changes" not in visitor.get(f"{MY}/").text


def test_a_request_of_somebody_who_withdraws_lapses(visitor: Client, registration: Registration):
    ask(visitor)
    withdraw(actor=staff_actor(make_user("secretariat")), registration=registration, reason="Ill.", now=NOW)
    assert ChangeRequest.objects.get().state == "lapsed"
    with pytest.raises(AlreadyDecided):
        accept_change(actor=SYSTEM, request_id=ChangeRequest.objects.get().pk, now=NOW)
    assert "Nobody asked for a change" in sign_in("approver").get("/admin/").text
