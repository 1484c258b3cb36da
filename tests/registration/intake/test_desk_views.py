"""The delegation desk: seeing, endorsing and nominating, and nothing of other delegations."""

import pytest
from django.test import Client
from django.urls import reverse

from registration.intake.services import correct_registration
from registration.models import Link, OutgoingMail, Registration, State
from registration.review.services import approve
from seminar.access import staff_actor
from seminar.models import AuditEntry, FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_user
from tests.registration.intake.pages import EMPTY, fill_in_all, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation(quota=4))


@pytest.fixture
def visitor(client: Client, focal_point: FocalPoint) -> Client:
    link = Link.objects.ensure(focal_point=focal_point)
    client.get(reverse("registration:open_link", args=[link.make_token()]))
    return client


def test_the_desk_shows_each_person_with_state_and_what_is_missing(visitor: Client, focal_point: FocalPoint):
    make_registration(focal_point.delegation, State.SUBMITTED, given_names="Bat", family_name="Erdene")
    make_registration(focal_point.delegation, position="", organization="", given_names="Oyun", family_name="")
    page = visitor.get("/en/aecs20/delegation/").text
    for text in ("Bat Erdene", "Submitted", "Oyun", "Draft", "Position, Ministry or organization", "0 of 4 approved"):
        assert text in page


def test_an_empty_desk_says_how_to_begin(visitor: Client):
    assert "Add the first person below" in visitor.get("/en/aecs20/delegation/").text


def test_chosen_registrations_are_endorsed_and_others_left(visitor: Client, focal_point: FocalPoint):
    waiting = [make_registration(focal_point.delegation, State.SUBMITTED) for _ in range(3)]
    draft = make_registration(focal_point.delegation)
    foreign = make_registration(make_delegation(focal_point.delegation.seminar), State.SUBMITTED)
    numbers = [waiting[0].number, waiting[1].number, draft.number, foreign.number]
    answer = visitor.post(
        "/en/aecs20/delegation/endorse/", {"number": numbers, "delegation": focal_point.delegation.code}, follow=True
    )
    states = dict(Registration.objects.values_list("number", "state"))
    assert [states[row.number] for row in waiting] == ["endorsed", "endorsed", "submitted"]
    assert (states[draft.number], states[foreign.number]) == ("draft", "submitted")
    assert "2 registrations endorsed." in answer.text
    assert "1 registration was not waiting for endorsement." in answer.text
    entry = AuditEntry.objects.get(subject=f"registration:{waiting[0].pk}")
    assert (entry.action, entry.actor_kind, entry.actor_key) == ("endorse", "focal_point", str(focal_point.pk))


def test_another_delegations_registration_does_not_exist_here(visitor: Client, focal_point: FocalPoint):
    foreign = make_registration(make_delegation(focal_point.delegation.seminar))
    assert visitor.get(f"/en/aecs20/delegation/{foreign.number}/").status_code == 404
    own = make_registration(focal_point.delegation)
    assert "Ministry of Economic Development" in visitor.get(f"/en/aecs20/delegation/{own.number}/").text


def test_nominating_takes_a_name_and_an_address(visitor: Client, focal_point: FocalPoint):
    data = {"given_names": "Bat", "family_name": "", "email": "bat@ministry.example", "language": "en"}
    data["delegation"] = focal_point.delegation.code
    answer = visitor.post("/en/aecs20/delegation/nominate/", data, follow=True)
    registration = Registration.objects.get()
    assert (registration.delegation_id, registration.given_names, registration.state) == (
        focal_point.delegation_id,
        "Bat",
        "draft",
    )
    assert OutgoingMail.objects.get().recipient == "bat@ministry.example"
    assert "The invitation is on its way to bat@ministry.example." in answer.text


def test_nominating_twice_is_one_invitation_whose_link_stays_good(visitor: Client, focal_point: FocalPoint):
    data = {"given_names": "Bat", "family_name": "", "email": "bat@ministry.example", "language": "en"}
    data["delegation"] = focal_point.delegation.code
    visitor.post("/en/aecs20/delegation/nominate/", data)
    token = OutgoingMail.objects.get().link.make_token()
    answer = visitor.post("/en/aecs20/delegation/nominate/", data | {"given_names": "Other"}, follow=True)
    assert "bat@ministry.example is the address of a person registered here already; nobody was added" in answer.text
    assert OutgoingMail.objects.count() == 1
    assert Link.objects.find_by_token(token) is not None


def test_the_same_nomination_several_times_at_once_is_one_invitation(focal_point: FocalPoint):
    """The race itself stands in test_services; here is what each sender sees afterwards."""
    link = Link.objects.ensure(focal_point=focal_point)
    data = {"given_names": "Bat", "email": "bat@ministry.example", "language": "en"}
    data["delegation"] = focal_point.delegation.code
    for _ in range(3):
        client = Client()
        client.get(reverse("registration:open_link", args=[link.make_token()]))
        assert client.post("/en/aecs20/delegation/nominate/", data)["Location"] == "/en/aecs20/delegation/"
    assert OutgoingMail.objects.count() == 1


def test_a_form_of_another_delegations_desk_does_nothing_here(visitor: Client, focal_point: FocalPoint):
    other = make_focal_point(make_delegation(focal_point.delegation.seminar))
    waiting = make_registration(focal_point.delegation, State.SUBMITTED)
    visitor.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=other).make_token()]))
    data = {"given_names": "Bat", "email": "bat@ministry.example", "language": "en"}
    data["delegation"] = focal_point.delegation.code
    answer = visitor.post("/en/aecs20/delegation/nominate/", data)
    assert answer.status_code == 409
    assert "You opened another personal link in this browser." in answer.text
    assert 'value="Bat"' in answer.text
    endorsing = {"number": [waiting.number], "delegation": focal_point.delegation.code}
    answer = visitor.post("/en/aecs20/delegation/endorse/", endorsing, follow=True)
    assert "You opened another personal link in this browser." in answer.text
    assert Registration.objects.get().state == State.SUBMITTED


def test_a_wrong_nomination_keeps_what_was_typed_and_says_what_to_do(visitor: Client, focal_point: FocalPoint):
    make_registration(make_delegation(focal_point.delegation.seminar), email="taken@ministry.example")
    data = {"given_names": "Bat", "email": "taken@ministry.example", "language": "en"}
    data["delegation"] = focal_point.delegation.code
    answer = visitor.post("/en/aecs20/delegation/nominate/", data)
    assert answer.status_code == 422
    assert "This address is already registered" in answer.text
    assert 'value="Bat"' in answer.text
    assert OutgoingMail.objects.count() == 0


def test_the_desk_asks_the_database_as_often_for_30_people_as_for_1(
    visitor: Client, focal_point: FocalPoint, django_assert_max_num_queries
):
    make_registration(focal_point.delegation, State.SUBMITTED)
    with django_assert_max_num_queries(20) as one:
        visitor.get("/en/aecs20/delegation/")
    for _ in range(29):
        make_registration(focal_point.delegation, State.SUBMITTED)
    with django_assert_max_num_queries(len(one)):
        visitor.get("/en/aecs20/delegation/")


def test_a_form_filled_in_by_the_focal_point_counts_as_endorsed(visitor: Client, focal_point: FocalPoint):
    draft = make_registration(focal_point.delegation, email="bat@ministry.example", **EMPTY)
    base = f"/en/aecs20/delegation/{draft.number}"
    assert "Fill in the form for this person" in visitor.get(f"{base}/").text
    assert visitor.get(f"{base}/form/")["Location"] == f"{base}/form/name/"
    fill_in_all(visitor, base)
    assert "Consents of this person" in visitor.get(f"{base}/check/").text
    assert submit(visitor, base)["Location"] == f"{base}/"
    draft.refresh_from_db()
    assert draft.state == State.ENDORSED
    entries = AuditEntry.objects.filter(subject=f"registration:{draft.pk}").order_by("position")
    assert [(entry.action, entry.actor_kind) for entry in entries] == [
        ("edit", "focal_point"),
        ("edit", "focal_point"),
        ("submit", "focal_point"),
        ("endorse", "focal_point"),
    ]
    assert list(OutgoingMail.objects.order_by("pk").values_list("kind", "recipient")) == [
        ("received", "bat@ministry.example"),
        ("received", focal_point.email),
    ]


def test_the_history_names_changed_answers_in_the_readers_words(visitor: Client, focal_point: FocalPoint):
    person = Registration.objects.select_related("delegation", "seminar").get(
        pk=make_registration(focal_point.delegation, photo_consent="").pk
    )
    answers = {"email": "right@ministry.example", "photo_consent": "1"}
    correct_registration(actor=staff_actor(make_user("secretariat")), registration=person, answers=answers, now=NOW)
    page = visitor.get(f"/en/aecs20/delegation/{person.number}/").text
    assert "E-mail address, Photographs" in page
    assert "consents_given_at" not in page


def test_why_the_quota_was_exceeded_stays_with_the_organizers(visitor: Client, focal_point: FocalPoint):
    focal_point.delegation.quota = 0
    focal_point.delegation.save()
    person = make_registration(focal_point.delegation, State.ENDORSED)
    actor = staff_actor(make_user("approver"))
    approve(actor=actor, registration_id=person.pk, now=NOW, override_reason="The host's minister asked for it")
    page = visitor.get(f"/en/aecs20/delegation/{person.number}/").text
    assert "Approved" in page
    assert "asked for it" not in page


def test_a_nominees_page_tells_its_history_without_the_names_of_staff(visitor: Client, focal_point: FocalPoint):
    registration = make_registration(focal_point.delegation, State.ENDORSED)
    approver = make_user("approver", name="Aya Tanaka")
    approve(actor=staff_actor(approver), registration_id=registration.pk, now=NOW)
    page = visitor.get(f"/en/aecs20/delegation/{registration.number}/").text
    assert "Organizers" in page
    assert "Aya Tanaka" not in page
    assert "8 January 2013, 10:00 (Tokyo)" in page
