"""Focal points: one more, one fewer, never none; handing the role on ends the own link."""

import pytest
from django.test import Client

from registration.history import list_history
from registration.models import Link, OutgoingMail, State
from registration.transitions import submit
from seminar.access import Visitor
from seminar.models import AuditEntry, FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_registration
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, press, sign_in_as

pytestmark = pytest.mark.django_db
SUCCESSOR = {"name": "Vanna Chea", "email": "vanna@ministry.example", "language": "ja"}


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def list_present(focal_point: FocalPoint) -> list[tuple[str, bool]]:
    return list(focal_point.delegation.focal_points.order_by("pk").values_list("name", "is_primary"))


def test_a_second_focal_point_gets_a_link_of_their_own(visitor: Client, focal_point: FocalPoint):
    answer = press(visitor, focal_point, "contacts/", **SUCCESSOR)
    assert "vanna@ministry.example speaks for your delegation from now on." in answer.text
    assert list_present(focal_point) == [("Tuya Bold", True), ("Vanna Chea", False)]
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == ("nomination_request", "vanna@ministry.example", "ja")
    assert visitor.get(DESK).status_code == 200


def test_an_address_is_added_once(visitor: Client, focal_point: FocalPoint):
    again = press(visitor, focal_point, "contacts/", **{**SUCCESSOR, "email": focal_point.email.upper()})
    assert again.status_code == 422
    assert "is a focal point&#x27;s of your delegation already" in again.text
    assert OutgoingMail.objects.count() == 0


def test_the_part_of_the_primary_one_moves(visitor: Client, focal_point: FocalPoint):
    other = make_focal_point(focal_point.delegation, name="Vanna Chea", is_primary=False)
    press(visitor, focal_point, f"contacts/{other.pk}/primary/")
    assert list_present(focal_point) == [("Tuya Bold", False), ("Vanna Chea", True)]
    assert AuditEntry.objects.get().action == "make_primary"


def test_whoever_is_removed_opens_nothing_and_is_written_to_no_more(visitor: Client, focal_point: FocalPoint):
    other = make_focal_point(focal_point.delegation, name="Vanna Chea", is_primary=False)
    theirs = open_desk(other)
    press(visitor, focal_point, f"contacts/{other.pk}/remove/")
    assert list_present(focal_point) == [("Tuya Bold", True)]
    assert theirs.get(DESK).status_code == 302
    registration = make_registration(focal_point.delegation)
    visitor_of_form = Visitor(registration_id=registration.pk)
    submit(actor=visitor_of_form.delegate_actor, registration=registration, now=NOW)
    assert other.email not in OutgoingMail.objects.values_list("recipient", flat=True)
    assert FocalPoint.everyone.get(pk=other.pk).removed_at is not None


def test_a_removed_focal_point_is_still_named_in_the_history(visitor: Client, focal_point: FocalPoint):
    other = make_focal_point(focal_point.delegation, name="Vanna Chea", is_primary=False)
    waiting = make_registration(focal_point.delegation, State.SUBMITTED)
    theirs = open_desk(other)
    press(theirs, other, "endorse/", number=waiting.number)
    press(visitor, focal_point, f"contacts/{other.pk}/remove/")
    assert [line.actor for line in list_history(waiting)] == ["Vanna Chea"]


def test_the_last_focal_point_stays(focal_point: FocalPoint):
    client = sign_in_as("secretariat")
    answer = client.post(f"{make_staff_desk(focal_point)}contacts/{focal_point.pk}/remove/", follow=True)
    assert "A delegation has one focal point at the least." in answer.text
    assert list_present(focal_point) == [("Tuya Bold", True)]


def test_organizers_remove_the_primary_one_and_another_follows(focal_point: FocalPoint):
    make_focal_point(focal_point.delegation, name="Vanna Chea", is_primary=False)
    client = sign_in_as("secretariat")
    client.post(f"{make_staff_desk(focal_point)}contacts/{focal_point.pk}/remove/")
    assert list_present(focal_point) == [("Vanna Chea", True)]
    assert {entry.actor_kind for entry in AuditEntry.objects.all()} == {"staff"}


def test_a_focal_point_does_not_remove_themselves_by_accident(visitor: Client, focal_point: FocalPoint):
    make_focal_point(focal_point.delegation, is_primary=False)
    answer = press(visitor, focal_point, f"contacts/{focal_point.pk}/remove/")
    assert "To leave, hand the role on" in answer.text
    assert focal_point.delegation.focal_points.count() == 2


def test_a_focal_point_of_another_delegation_does_not_exist_here(visitor: Client, focal_point: FocalPoint):
    foreign = make_focal_point(make_delegation(focal_point.delegation.seminar))
    for deed in ("primary", "remove"):
        assert press(visitor, focal_point, f"contacts/{foreign.pk}/{deed}/").status_code == 404
    assert FocalPoint.objects.filter(pk=foreign.pk, is_primary=True).exists()


def test_handing_the_role_on_ends_the_own_link(visitor: Client, focal_point: FocalPoint):
    token = Link.objects.get(focal_point=focal_point).make_token()
    answer = press(visitor, focal_point, "contacts/hand-on/", **SUCCESSOR)
    assert "vanna@ministry.example speaks for your delegation now" in answer.text
    assert list_present(focal_point) == [("Vanna Chea", True)]
    assert visitor.get(DESK).status_code == 302
    assert Link.objects.find_by_token(token) is None
    assert OutgoingMail.objects.get().recipient == "vanna@ministry.example"
    successor = FocalPoint.objects.get()
    assert open_desk(successor).get(DESK).status_code == 200


def test_nobody_hands_the_role_on_to_themselves(visitor: Client, focal_point: FocalPoint):
    answer = press(visitor, focal_point, "contacts/hand-on/", **{**SUCCESSOR, "email": focal_point.email})
    assert answer.status_code == 422
    assert list_present(focal_point) == [("Tuya Bold", True)]


def test_whoever_was_removed_can_come_back(visitor: Client, focal_point: FocalPoint):
    other = make_focal_point(focal_point.delegation, email="vanna@ministry.example", is_primary=False)
    press(visitor, focal_point, f"contacts/{other.pk}/remove/")
    press(visitor, focal_point, "contacts/", **SUCCESSOR)
    assert list_present(focal_point) == [("Tuya Bold", True), ("Vanna Chea", False)]
