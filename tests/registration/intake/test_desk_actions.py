"""Returning and withdrawing many at once: shown first, with a reason, each as it was shown."""

import pytest
from django.test import Client

from registration.models import Registration, State
from seminar.models import AuditEntry, FocalPoint
from tests.factories import make_delegation, make_focal_point, make_registration
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, press, read_hidden, sign_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def test_the_page_shows_who_is_meant_and_who_is_left_out(visitor: Client, focal_point: FocalPoint):
    waiting = make_registration(focal_point.delegation, State.SUBMITTED)
    draft = make_registration(focal_point.delegation)
    page = press(visitor, focal_point, "return/", number=[waiting.number, draft.number])
    assert page.status_code == 200
    assert page.text.count("is left out") == 1
    assert "Return for correction (1 person)" in page.text
    assert set(Registration.objects.values_list("state", flat=True)) == {"submitted", "draft"}


def test_the_chosen_are_withdrawn_with_the_reason(visitor: Client, focal_point: FocalPoint):
    chosen = [make_registration(focal_point.delegation, state) for state in (State.DRAFT, State.ENDORSED)]
    other = make_registration(focal_point.delegation)
    page = press(visitor, focal_point, "withdraw/", number=[row.number for row in chosen])
    hidden = read_hidden(page.text)
    answer = press(
        visitor, focal_point, "withdraw/", number=hidden["number"], row=hidden["row"], reason="Changed duties"
    )
    assert "2 registrations changed." in answer.text
    assert {row.state for row in Registration.objects.exclude(pk=other.pk)} == {"withdrawn"}
    assert {row.state_reason for row in Registration.objects.exclude(pk=other.pk)} == {"Changed duties"}
    other.refresh_from_db()
    assert other.state == "draft"


def test_whoever_changed_since_is_left_alone(visitor: Client, focal_point: FocalPoint):
    row = make_registration(focal_point.delegation, State.SUBMITTED)
    hidden = read_hidden(press(visitor, focal_point, "withdraw/", number=row.number).text)
    Registration.objects.update(version=5)
    answer = press(visitor, focal_point, "withdraw/", number=hidden["number"], row=hidden["row"], reason="Duties")
    assert "1 registration was left as it is" in answer.text
    assert Registration.objects.get().state == "submitted"


def test_without_a_reason_the_page_asks_again(visitor: Client, focal_point: FocalPoint):
    row = make_registration(focal_point.delegation)
    answer = press(visitor, focal_point, "withdraw/", number=row.number, row=f"{row.number}:0", reason="")
    assert answer.status_code == 422
    assert "Enter the reason for the withdrawal." in answer.text
    assert Registration.objects.get().state == "draft"


def test_forged_numbers_change_nothing_elsewhere(visitor: Client, focal_point: FocalPoint):
    foreign = make_registration(make_delegation(focal_point.delegation.seminar), State.SUBMITTED)
    forged = {"number": [foreign.number, "' OR 1=1", "x" * 5000], "row": f"{foreign.number}:0", "reason": "Duties"}
    for page in ("withdraw/", "return/"):
        assert "Choose at least one registration." in press(visitor, focal_point, page, **forged).text
    foreign.refresh_from_db()
    assert foreign.state == "submitted"


@pytest.mark.parametrize("role", ["desk", "approver"])
def test_staff_who_may_not_act_see_the_desk_and_change_nothing(focal_point: FocalPoint, role: str):
    row = make_registration(focal_point.delegation, State.SUBMITTED)
    client, desk = sign_in_as(role), make_staff_desk(focal_point)
    page = client.get(desk)
    assert row.full_name in page.text
    assert "You may look at everything here and change nothing." in page.text
    assert 'id="nominate"' not in page.text
    for deed in ("endorse/", "withdraw/", "nominate/", "accept/", "head/"):
        assert client.post(f"{desk}{deed}", {"number": row.number, "head": row.number}).status_code == 403
    row.refresh_from_db()
    assert (row.state, row.is_head) == ("submitted", False)


def test_organizers_endorse_and_set_the_head_on_behalf(focal_point: FocalPoint):
    row = make_registration(focal_point.delegation, State.SUBMITTED)
    client, desk = sign_in_as("secretariat", name="Aya Tanaka"), make_staff_desk(focal_point)
    client.post(f"{desk}endorse/", {"number": row.number})
    client.post(f"{desk}head/", {"head": row.number, "seen_head": "none"})
    row.refresh_from_db()
    assert (row.state, row.is_head) == ("endorsed", True)
    entries = AuditEntry.objects.order_by("position").values_list("action", "actor_kind")
    assert list(entries) == [("endorse", "staff"), ("set_head", "staff")]
    history = client.get(f"{desk}{row.number}/").text
    assert "Aya Tanaka" in history
    assert "Aya Tanaka" not in open_desk(focal_point).get(f"{DESK}{row.number}/").text


def test_a_delegation_of_another_edition_has_no_desk_here(focal_point: FocalPoint):
    client = sign_in_as("secretariat")
    assert client.get("/admin/seminar/delegation/NOWHERE/desk/").status_code == 404
    assert client.get(make_staff_desk(focal_point)).status_code == 200
