"""What the desk says at a glance: places, the quota, deadlines, what waits, in how many statements."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from registration.models import DeskMessage, Link, Registration, State
from seminar.models import Delegation, FocalPoint, Seminar
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_user
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, sign_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation(quota=4))


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def fill(delegation: Delegation, count: int) -> None:
    """Give the delegation `count` people in every state, with links, a head and replacements."""
    earlier = None
    for n in range(count):
        state = State.values[n % len(State.values)]
        row = make_registration(delegation, state, is_head=n == 0, replaces=earlier, quota_override_reason="ordered")
        Link.objects.ensure(registration=row)
        earlier = row


def test_places_are_told_as_approved_and_more_nominated(visitor: Client, focal_point: FocalPoint):
    for state in (State.APPROVED, State.APPROVED, State.ENDORSED, State.WITHDRAWN):
        make_registration(focal_point.delegation, state)
    assert "2 of 4 approved, 1 more nominated" in visitor.get(DESK).text


def test_whoever_came_last_is_marked_where_the_quota_is_full(visitor: Client, focal_point: FocalPoint):
    Delegation.objects.update(quota=2)
    make_registration(focal_point.delegation, State.APPROVED, given_names="Approved")
    last = make_registration(focal_point.delegation, created_at=NOW.replace(hour=3), given_names="Second")
    make_registration(focal_point.delegation, created_at=NOW.replace(hour=2), given_names="First")
    page = visitor.get(DESK)
    assert [row.number for row, _url in page.context["rows"] if row.is_beyond_quota] == [last.number]
    assert "1 person is beyond your quota of 2." in page.text


def test_a_delegation_without_quota_has_nobody_beyond_it(visitor: Client, focal_point: FocalPoint):
    Delegation.objects.update(quota=None)
    make_registration(focal_point.delegation)
    page = visitor.get(DESK)
    assert "0 approved, 1 more nominated" in page.text
    assert not page.context["beyond_count"]


def test_deadlines_stand_in_the_seminars_time_and_as_a_moment_for_the_visitors(visitor: Client):
    page = visitor.get(DESK).text
    assert '<time datetime="2013-01-11T09:00:00+00:00">11 January 2013, 18:00 (Tokyo)</time>' in page
    assert 'data-zone="Asia/Tokyo"' in page


def test_a_delegation_with_more_time_reads_its_own_deadline(visitor: Client, focal_point: FocalPoint):
    Delegation.objects.update(due_at=datetime(2013, 1, 20, 9, tzinfo=UTC))
    page = visitor.get(DESK).text
    assert "20 January 2013, 18:00 (Tokyo)" in page
    assert "extended for your delegation" in page
    make_registration(focal_point.delegation)
    assert Registration.objects.get().submit_by == datetime(2013, 1, 20, 9, tzinfo=UTC)


def test_an_own_deadline_is_told_beside_what_is_missing(visitor: Client, focal_point: FocalPoint):
    make_registration(focal_point.delegation, position="", due_at=datetime(2013, 1, 14, 9, tzinfo=UTC))
    assert "until 14 January 2013, 18:00 (Tokyo)" in visitor.get(DESK).text


def test_a_draft_whose_deadline_has_passed_is_marked(visitor: Client, focal_point: FocalPoint):
    Seminar.objects.update(nominations_due_at=datetime(2012, 1, 1, tzinfo=UTC))
    make_registration(focal_point.delegation)
    assert [row.is_late for row, _url in visitor.get(DESK).context["rows"]] == [True]


def test_ended_people_come_last_and_cannot_be_chosen(visitor: Client, focal_point: FocalPoint):
    gone = make_registration(focal_point.delegation, State.WITHDRAWN, is_head=True)
    here = make_registration(focal_point.delegation, State.APPROVED)
    page = visitor.get(DESK)
    assert [row.number for row, _url in page.context["rows"]] == [here.number, gone.number]
    assert f'value="{gone.number}"' not in page.text
    assert "Head of delegation" not in page.text


@pytest.mark.parametrize("is_staff", [False, True])
def test_the_desk_of_30_people_takes_as_many_statements_as_that_of_3(
    visitor: Client, focal_point: FocalPoint, is_staff: bool, django_assert_max_num_queries
):
    message = DeskMessage.objects.create(
        seminar=focal_point.delegation.seminar,
        title_en="Hotel",
        body_en="Rooms",
        is_to_all=True,
        posted_at=NOW,
        posted_by=make_user("secretariat"),
    )
    assert str(message) == "Hotel"
    client, address = (sign_in_as("secretariat"), make_staff_desk(focal_point)) if is_staff else (visitor, DESK)
    Delegation.objects.update(quota=40)
    focal_point.delegation.refresh_from_db()
    fill(focal_point.delegation, 3)
    client.get(address)  # what a process reads once
    with django_assert_max_num_queries(12) as three:
        assert client.get(address).status_code == 200
    for _ in range(27):
        make_registration(focal_point.delegation, State.SUBMITTED, replaces=Registration.objects.first())
    with django_assert_max_num_queries(12) as thirty:
        assert client.get(address).text.count("state-badge--") == 30
    assert len(three) == len(thirty)


def test_after_the_submission_the_pages_to_come_are_told_with_the_next_deadline(
    visitor: Client, focal_point: FocalPoint
):
    Seminar.objects.update(visa_requests_due_at=datetime(2013, 1, 18, 9, tzinfo=UTC))
    person = make_registration(focal_point.delegation, State.ENDORSED)
    [(row, _url)] = visitor.get(DESK).context["rows"]
    assert "Passport" in row.missing
    assert row.until == "18 January 2013, 18:00 (Tokyo)"
    page = visitor.get(f"{DESK}{person.number}/").text
    assert f'href="{DESK}{person.number}/form/passport/"' in page
    assert visitor.get(f"{DESK}{person.number}/form/passport/").status_code == 200
