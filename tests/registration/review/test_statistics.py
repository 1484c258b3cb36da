"""Figures of the first page, against rows that were made by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from registration.models import Registration, State
from registration.review.statistics import (
    LATE,
    Comparison,
    Places,
    compare_with_past,
    count_by_day,
    count_places,
    count_silent_delegations,
    count_waiting,
    list_tiles,
)
from seminar.models import Delegation, PastEdition
from tests.factories import NOW, make_delegation, make_registration, make_seminar

pytestmark = pytest.mark.django_db


def ago(**distance: int) -> datetime:
    return NOW - timedelta(**distance)


def test_what_waits_is_counted_with_the_moment_of_the_one_that_waits_longest():
    delegation = make_delegation()
    for days in (1, 6, 2):
        make_registration(delegation, State.ENDORSED, state_changed_at=ago(days=days))
    make_registration(delegation, State.SUBMITTED, state_changed_at=ago(days=9))
    make_registration(make_delegation(make_seminar(slug="aecs21", number=21)), State.ENDORSED)
    waiting = count_waiting(delegation.seminar, now=NOW)
    assert (waiting.approval, waiting.approval_since) == (3, ago(days=6))
    assert (waiting.endorsement, waiting.endorsement_since) == (1, ago(days=9))
    assert (waiting.returned, waiting.returned_since, waiting.returned_long) == (0, None, 0)
    assert waiting.every == 4


def test_a_returned_registration_is_silent_for_long_after_more_than_three_days():
    delegation = make_delegation()
    for distance in ({"days": 3}, {"days": 3, "seconds": 1}, {"hours": 1}):
        make_registration(delegation, State.RETURNED, state_changed_at=ago(**distance))
    waiting = count_waiting(delegation.seminar, now=NOW)
    assert (waiting.returned, waiting.returned_long) == (3, 1)


def test_late_is_in_the_database_what_it_is_of_a_row():
    delegation = make_delegation()
    due_at = delegation.seminar.nominations_due_at
    moments = [None, due_at - timedelta(days=1), due_at, due_at + timedelta(seconds=1), due_at + timedelta(days=9)]
    for submitted_at in moments:
        for own in (None, due_at - timedelta(days=2), due_at + timedelta(days=5)):
            make_registration(delegation, State.SUBMITTED, submitted_at=submitted_at, due_at=own)
    late = {row.pk for row in Registration.objects.select_related("seminar") if row.is_late}
    assert set(Registration.objects.filter(LATE).values_list("pk", flat=True)) == late
    assert count_waiting(delegation.seminar, now=NOW).late == len(late) == 5


def test_who_declined_who_is_of_the_host_and_who_has_people_is_not_silent():
    seminar = make_seminar()
    make_delegation(seminar)
    make_registration(make_delegation(seminar), State.WITHDRAWN)
    make_registration(make_delegation(seminar), State.DRAFT)
    make_delegation(seminar, state=Delegation.State.DECLINED)
    make_delegation(seminar, category=Delegation.Category.HOST)
    assert count_silent_delegations(seminar) == 2
    assert [tile.is_silent for tile in list_tiles(seminar)] == [True, True, False, False, False]


def test_places_leave_out_who_has_no_quota_and_who_stands_beyond_it():
    seminar = make_seminar()
    assert count_places(seminar) == Places(quota=0, taken=0, beyond=0)
    make_delegation(seminar, quota=4, approved_count=3)
    make_delegation(seminar, quota=2, approved_count=3, beyond_quota_count=1)
    make_delegation(seminar, quota=None, approved_count=7)
    assert count_places(seminar) == Places(quota=6, taken=5, beyond=1)


def test_a_day_is_one_of_the_seminars_zone():
    delegation = make_delegation()
    for hour, minute in ((14, 59), (15, 0)):  # midnight in Tokyo is 15:00 UTC
        at = datetime(2013, 1, 7, hour, minute, tzinfo=UTC)
        make_registration(delegation, State.SUBMITTED, submitted_at=at)
    assert [day.day for day in count_by_day(delegation.seminar).days] == [date(2013, 1, 7), date(2013, 1, 8)]


def test_days_hold_states_of_now_and_how_many_so_far_and_no_drafts():
    delegation = make_delegation(quota=None)
    made = [(State.APPROVED, 5), (State.RETURNED, 5), (State.APPROVED, 2), (State.WITHDRAWN, 2), (State.DRAFT, 2)]
    for state, days in made:
        make_registration(delegation, state, submitted_at=ago(days=days))
    loaded = make_registration(delegation, State.APPROVED, created_at=ago(days=1))
    assert loaded.submitted_at is None
    figures = count_by_day(delegation.seminar)
    assert figures.states == [State.RETURNED, State.APPROVED, State.WITHDRAWN]
    assert [(day.day.day, day.counts, day.total, day.so_far) for day in figures.days] == [
        (3, [1, 1, 0], 2, 2),
        (6, [0, 1, 1], 2, 4),
        (7, [0, 1, 0], 1, 5),
    ]
    assert (figures.totals, figures.total) == ([1, 3, 1], 5)


def test_an_edition_without_registrations_has_no_days():
    figures = count_by_day(make_seminar())
    assert (figures.states, figures.days, figures.totals, figures.total) == ([], [], [], 0)


def test_people_outside_the_hosts_side_are_compared_with_the_newest_edition_on_record():
    seminar = make_seminar()
    assert compare_with_past(seminar) == Comparison(people=0, delegations=0)
    delegation = make_delegation(seminar)
    for state in (State.APPROVED, State.SUBMITTED, State.DRAFT, State.CANCELLED):
        make_registration(delegation, state)
    make_registration(make_delegation(seminar, category=Delegation.Category.HOST), State.APPROVED)
    for number, people in ((18, 99), (19, None)):
        days = {"start_date": date(1993 + number, 2, 7), "end_date": date(1993 + number, 2, 9)}
        PastEdition.objects.create(seminar=seminar, number=number, people=people, delegations=33, **days)
    expected = Comparison(people=2, delegations=1, past_number=19, past_people=None, past_delegations=33)
    assert compare_with_past(seminar) == expected


def test_a_tile_shows_each_delegation_in_editorial_order():
    seminar = make_seminar()
    regime = make_delegation(seminar, category=Delegation.Category.MECR, short_name_en="WA", quota=None)
    asian = make_delegation(seminar, short_name_en="Lao PDR", quota=3)
    states = (State.APPROVED, State.SUBMITTED, State.ENDORSED, State.WAITLISTED, State.RETURNED, State.REJECTED)
    for state in states:
        make_registration(asian, state)
    first, second = list_tiles(seminar)
    assert (first.pk, first.name, first.category) == (asian.pk, "Lao PDR", "Asian countries and regions")
    assert (first.approved, first.quota, first.waiting, first.returned, first.total) == (1, 3, 3, 1, 6)
    assert (second.pk, second.name, second.quota, second.total) == (regime.pk, "WA", None, 0)
