"""Withdrawing and returning: asked for with a reason, done once, told to everyone concerned."""

import pytest
from django.test import Client
from django.urls import reverse

from registration.models import Link, OutgoingMail, Registration, State
from seminar.models import AuditEntry, Delegation, FocalPoint
from tests.factories import make_delegation, make_focal_point, make_registration
from tests.registration.intake.pages import open_page, reload

pytestmark = pytest.mark.django_db

WITHDRAWABLE = {"draft", "submitted", "returned", "endorsed", "waitlisted", "approved"}
RETURNABLE = {"submitted", "endorsed"}


def open_link(**owner) -> Client:
    client = Client()
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(**owner).make_token()]))
    return client


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation(quota=4), email="focal@ministry.example")


def end(client: Client, base: str, step: str, reason: str = "Changed duties", **changes: str):
    hidden = open_page(client, step, base)
    return client.post(f"{base}/{step}/", {**hidden, "reason": reason, **changes}, follow=True)


def test_a_delegate_withdraws_with_a_reason_and_everybody_is_told(focal_point: FocalPoint):
    registration = make_registration(focal_point.delegation, State.APPROVED, email="solongo@ministry.example")
    visitor = open_link(registration=registration)
    assert "I cannot come" in visitor.get("/en/aecs20/my/").text
    page = end(visitor, "/en/aecs20/my", "withdraw").text
    assert "Your registration was withdrawn." in page
    assert "Changed duties" in page
    current = reload(registration)
    assert (current.state, current.state_reason) == (State.WITHDRAWN, "Changed duties")
    assert Delegation.objects.get().approved_count == 0
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_kind, entry.details["reason"]) == ("withdraw", "delegate", "Changed duties")
    mails = OutgoingMail.objects.order_by("pk").values_list("kind", "recipient")
    assert list(mails) == [
        ("withdrawn", "solongo@ministry.example"),
        ("withdrawn", "focal@ministry.example"),
        ("withdrawn", "secretariat@aecs20.example"),
    ]


@pytest.mark.parametrize("reason", ["", "   ", "\u200b", "\u202e", "x" * 1001])
def test_without_a_reason_that_can_be_read_nothing_is_withdrawn(focal_point: FocalPoint, reason: str):
    registration = make_registration(focal_point.delegation, State.SUBMITTED)
    answer = end(open_link(registration=registration), "/en/aecs20/my", "withdraw", reason)
    assert answer.status_code == 422
    assert 'href="#id_reason"' in answer.text
    assert reload(registration).state == State.SUBMITTED
    assert OutgoingMail.objects.count() == 0


def test_withdrawing_twice_is_one_withdrawal(focal_point: FocalPoint):
    registration = make_registration(focal_point.delegation, State.SUBMITTED)
    visitor = open_link(registration=registration)
    data = {**open_page(visitor, "withdraw"), "reason": "Changed duties"}
    for _ in range(3):
        assert visitor.post("/en/aecs20/my/withdraw/", data)["Location"] == "/en/aecs20/my/"
    assert OutgoingMail.objects.count() == 3
    assert AuditEntry.objects.count() == 1


def test_what_changed_since_the_page_was_shown_is_not_withdrawn_unseen(focal_point: FocalPoint):
    registration = make_registration(focal_point.delegation, State.ENDORSED)
    visitor = open_link(registration=registration)
    data = {**open_page(visitor, "withdraw"), "reason": "Changed duties"}
    Registration.objects.update(state=State.APPROVED, version=5)
    Delegation.objects.update(approved_count=1)
    answer = visitor.post("/en/aecs20/my/withdraw/", data)
    assert answer.status_code == 422
    assert "was changed in the meantime" in answer.text
    assert "Changed duties" in answer.text
    assert reload(registration).state == State.APPROVED


def test_the_focal_point_returns_with_a_reason_that_the_delegate_reads(focal_point: FocalPoint):
    registration = make_registration(focal_point.delegation, State.SUBMITTED, email="solongo@ministry.example")
    desk = open_link(focal_point=focal_point)
    page = end(desk, f"/en/aecs20/delegation/{registration.number}", "return", "The ministry's name").text
    assert "The registration was returned." in page
    assert "Returned for correction" in page
    assert reload(registration).state == State.RETURNED
    status = open_link(registration=registration).get("/en/aecs20/my/").text
    assert "The ministry&#x27;s name" in status
    assert list(OutgoingMail.objects.order_by("pk").values_list("kind", "recipient", "facts__reason")) == [
        ("returned", "solongo@ministry.example", "The ministry's name"),
        ("returned", "focal@ministry.example", "The ministry's name"),
    ]


@pytest.mark.parametrize("state", State.values)
def test_each_state_offers_its_delegate_exactly_what_it_allows(focal_point: FocalPoint, state: str):
    registration = make_registration(focal_point.delegation, state)
    visitor = open_link(registration=registration)
    answer = visitor.get("/en/aecs20/my/withdraw/")
    assert answer.status_code == (200 if state in WITHDRAWABLE else 302)
    assert ("/my/withdraw/" in visitor.get("/en/aecs20/my/").text) == (state in WITHDRAWABLE)
    visitor.post(
        "/en/aecs20/my/withdraw/", {"number": registration.number, "version": registration.version, "reason": "x"}
    )
    assert reload(registration).state == ("withdrawn" if state in WITHDRAWABLE else state)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("step", ["return", "withdraw", "endorse"])
def test_each_state_offers_the_focal_point_exactly_what_it_allows(focal_point: FocalPoint, state: str, step: str):
    registration = make_registration(focal_point.delegation, state)
    desk = open_link(focal_point=focal_point)
    base = f"/en/aecs20/delegation/{registration.number}"
    allowed = {"return": RETURNABLE, "withdraw": WITHDRAWABLE, "endorse": {"submitted"}}[step]
    target = {"return": "returned", "withdraw": "withdrawn", "endorse": "endorsed"}[step]
    page = desk.get(f"{base}/").text
    offered = "Endorse this registration" if step == "endorse" else f"/{registration.number}/{step}/"
    assert (offered in page) == (state in allowed)
    if step == "endorse":
        data = {"delegation": focal_point.delegation.code, "number": registration.number}
        desk.post("/en/aecs20/delegation/endorse/", data)
    else:
        data = {"number": registration.number, "version": registration.version, "reason": "x"}
        desk.post(f"{base}/{step}/", data)
    assert reload(registration).state == (target if state in allowed else state)


@pytest.mark.parametrize("page", ["", "form/", "form/name/", "check/", "withdraw/", "return/"])
def test_another_delegations_registration_does_not_exist_for_this_focal_point(focal_point: FocalPoint, page: str):
    foreign = make_registration(make_delegation(focal_point.delegation.seminar), State.SUBMITTED)
    desk = open_link(focal_point=focal_point)
    address = f"/en/aecs20/delegation/{foreign.number}/{page}"
    assert desk.get(address).status_code == 404
    data = {"number": foreign.number, "version": foreign.version, "reason": "x"}
    assert desk.post(address, data).status_code in (404, 405)
    assert desk.post(f"/en/aecs20/delegation/{foreign.number}/submit/", data).status_code == 404
    assert desk.post(f"/en/aecs20/delegation/{foreign.number}/form/name/autosave/", data).status_code == 404
    assert reload(foreign).state == State.SUBMITTED
