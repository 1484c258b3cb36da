"""A delegation accepts or declines its invitation, and may change its mind until nominations close."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from registration.models import Registration, State
from seminar.models import AuditEntry, Delegation, FocalPoint, Seminar
from tests.factories import make_delegation, make_focal_point, make_registration
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, press, sign_in_as

pytestmark = pytest.mark.django_db
PERSON = {"given_names": "Bat", "email": "bat@ministry.example", "language": "en"}


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


@pytest.fixture(autouse=True)
def at_the_seminars_time(settings, monkeypatch) -> None:
    monkeypatch.setattr("seminar.foundation.clock.now", lambda: datetime(2013, 1, 8, 1, tzinfo=UTC))


def close_nominations() -> None:
    Seminar.objects.update(nominations_due_at=datetime(2013, 1, 7, tzinfo=UTC))


def read() -> Delegation:
    return Delegation.objects.get()


def test_a_delegation_accepts(visitor: Client, focal_point: FocalPoint):
    assert "Does your delegation take part?" in visitor.get(DESK).text
    answer = press(visitor, focal_point, "accept/")
    assert "your delegation takes part" in answer.text
    assert "Does your delegation take part?" not in answer.text
    assert (read().state, read().replied_at) == ("accepted", datetime(2013, 1, 8, 1, tzinfo=UTC))
    assert AuditEntry.objects.get().action == "accept"


def test_declining_asks_for_the_reason_and_keeps_it(visitor: Client, focal_point: FocalPoint):
    assert press(visitor, focal_point, "decline/", reason=" ").status_code == 422
    assert read().state == "invited"
    answer = press(visitor, focal_point, "decline/", reason="Elections")
    assert "Your delegation declined the invitation" in answer.text
    assert (read().state, read().decline_reason) == ("declined", "Elections")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.details) == (
        "decline",
        f"delegation:{focal_point.delegation_id}",
        {"reason": "Elections"},
    )


def test_a_delegation_changes_its_mind_until_nominations_close(visitor: Client, focal_point: FocalPoint):
    press(visitor, focal_point, "decline/", reason="Elections")
    close_nominations()
    assert "Nominations are closed" in press(visitor, focal_point, "accept/").text
    assert read().state == "declined"
    Delegation.objects.update(due_at=datetime(2013, 1, 9, tzinfo=UTC))
    assert "your delegation takes part" in press(visitor, focal_point, "accept/").text
    assert (read().state, read().decline_reason) == ("accepted", "")


def test_nominating_counts_as_accepting(visitor: Client, focal_point: FocalPoint):
    press(visitor, focal_point, "decline/", reason="Elections")
    press(visitor, focal_point, "nominate/", **PERSON)
    assert (read().state, Registration.objects.count()) == ("accepted", 1)


def test_a_declined_delegation_nominates_nobody_after_the_close(visitor: Client, focal_point: FocalPoint):
    press(visitor, focal_point, "decline/", reason="Elections")
    close_nominations()
    answer = press(visitor, focal_point, "nominate/", **PERSON)
    assert "Your delegation declined, and nominations are closed." in answer.text
    assert 'id="nominate"' not in answer.text
    assert (read().state, Registration.objects.count()) == ("declined", 0)


def test_whoever_has_people_registered_withdraws_them_first(visitor: Client, focal_point: FocalPoint):
    row = make_registration(focal_point.delegation)
    assert "Withdraw them first" in press(visitor, focal_point, "decline/", reason="Elections").text
    Registration.objects.filter(pk=row.pk).update(state=State.WITHDRAWN)
    press(visitor, focal_point, "decline/", reason="Elections")
    assert read().state == "declined"


def test_organizers_reply_on_behalf_and_after_the_close(focal_point: FocalPoint):
    close_nominations()
    client, desk = sign_in_as("secretariat"), make_staff_desk(focal_point)
    client.post(f"{desk}decline/", {"reason": "By telephone"})
    assert (read().state, AuditEntry.objects.get().actor_kind) == ("declined", "staff")
    client.post(f"{desk}accept/")
    assert read().state == "accepted"


def test_the_host_side_is_not_asked(focal_point: FocalPoint, visitor: Client):
    Delegation.objects.update(category="host")
    assert "Does your delegation take part?" not in visitor.get(DESK).text
