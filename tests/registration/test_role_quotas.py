"""A delegation's quota for one role: taken like the whole quota, beyond it with a reason alone."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from registration import lifecycle
from registration.intake.change_requests import ask_change
from registration.intake.population import populate
from registration.models import Registration, RoleQuota, State
from registration.models.answers import find_stage
from registration.review.change_requests import accept_change
from registration.review.services import approve, cancel
from seminar.access import staff_actor
from seminar.foundation.audit import SYSTEM, Actor
from seminar.models import AuditEntry, Delegation
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_seminar, make_user
from tests.registration.intake.desk_pages import DESK, open_desk, sign_in_as

pytestmark = pytest.mark.django_db


def limit(delegation: Delegation, quota: int | None = 1, role: str = "speaker", taken: int = 0) -> RoleQuota:
    return RoleQuota.objects.create(delegation=delegation, role=role, quota=quota, approved_count=taken)


def make_speaker(delegation: Delegation, state: str = State.ENDORSED, **values: str) -> Registration:
    return make_registration(delegation, state, role="speaker", **values)


def read_counts(delegation: Delegation) -> tuple[int, int, int]:
    """Return how many are approved in all, beyond a quota, and as speakers."""
    delegation.refresh_from_db()
    quota = RoleQuota.objects.get(delegation=delegation, role="speaker")
    return delegation.approved_count, delegation.beyond_quota_count, quota.approved_count


def test_a_second_speaker_needs_a_reason_and_is_counted_in_no_quota():
    delegation = make_delegation(quota=4)
    limit(delegation)
    first, second, delegate = (
        make_speaker(delegation),
        make_speaker(delegation),
        make_registration(delegation, State.ENDORSED),
    )
    approver = staff_actor(make_user("approver"))
    approve(actor=approver, registration_id=first.pk, now=NOW)
    assert read_counts(delegation) == (1, 0, 1)
    with pytest.raises(lifecycle.RoleQuotaFull):
        approve(actor=approver, registration_id=second.pk, now=NOW)
    assert read_counts(delegation) == (1, 0, 1)
    approve(actor=approver, registration_id=delegate.pk, now=NOW)
    approve(actor=approver, registration_id=second.pk, now=NOW, override_reason="Two talks")
    assert read_counts(delegation) == (3, 1, 1)
    cancel(actor=approver, registration_id=second.pk, reason="Ill", now=NOW)
    assert read_counts(delegation) == (2, 0, 1)
    cancel(actor=approver, registration_id=first.pk, reason="Ill", now=NOW)
    assert read_counts(delegation) == (1, 0, 0)


def test_an_empty_quota_is_no_limit():
    delegation = make_delegation(quota=4)
    limit(delegation, quota=None)
    for _n in range(2):
        approve(actor=staff_actor(make_user("approver")), registration_id=make_speaker(delegation).pk, now=NOW)
    assert read_counts(delegation) == (2, 0, 2)


def test_another_role_of_an_approved_person_moves_the_count_or_is_refused():
    delegation = make_delegation(quota=4)
    limit(delegation, taken=1)
    speaker = make_speaker(delegation, State.APPROVED)
    delegate = make_registration(delegation, State.APPROVED)
    stage = find_stage("position")
    assert stage is not None
    approver = staff_actor(make_user("approver"))

    def change(person: Registration, role: str) -> None:
        answers = {name: getattr(person, name) for name in stage.names} | {"role": role}
        by = Actor(AuditEntry.ActorKind.DELEGATE, str(person.pk))
        asked = ask_change(actor=by, registration=person, stage=stage, answers=answers, reason="x", now=NOW)
        accept_change(actor=approver, request_id=asked.pk, now=NOW)

    with pytest.raises(lifecycle.RoleQuotaFull):
        change(delegate, "speaker")
    assert read_counts(delegation)[2] == 1
    change(speaker, "delegate")
    assert read_counts(delegation)[2] == 0
    change(Registration.objects.get(pk=delegate.pk), "speaker")
    assert read_counts(delegation)[2] == 1


def test_the_desk_tells_places_by_role_and_marks_who_is_beyond():
    delegation = make_delegation(quota=4)
    limit(delegation, taken=1)
    make_speaker(delegation, State.APPROVED)
    late = make_speaker(delegation, State.SUBMITTED)
    make_registration(delegation, State.SUBMITTED)
    page = open_desk(make_focal_point(delegation)).get(DESK)
    assert "1 of 4 approved, 2 more nominated; Speaker: 1 of 1" in page.text
    assert [row.number for row, _url in page.context["rows"] if row.is_beyond_quota] == [late.number]


def test_the_preview_of_a_bulk_approval_leaves_out_whom_the_role_has_no_place_for():
    delegation = make_delegation(quota=4)
    limit(delegation)
    speakers = [make_speaker(delegation) for _n in range(2)]
    client = sign_in_as("approver")
    chosen = {"action": "approve_chosen", "_selected_action": [one.pk for one in speakers]}
    page = client.post("/admin/registration/registration/", chosen, follow=True).text
    assert "quota for this role is full" in page
    assert "1 registration will be approved." in page


def test_quotas_by_role_are_set_in_the_admin_and_never_below_who_is_approved():
    delegation = make_delegation(quota=4)
    make_speaker(delegation, State.APPROVED)
    client = sign_in_as("secretariat")
    add = "/admin/registration/rolequota/add/"
    form = {"delegation": delegation.pk, "role": "speaker", "quota": "0"}
    assert "1 people are approved already" in client.post(add, form).text
    assert client.post(add, {**form, "quota": "1"}).status_code == 302
    assert read_counts(delegation)[2] == 1
    quota = RoleQuota.objects.get()
    change = f"/admin/registration/rolequota/{quota.pk}/change/"
    assert "1 people are approved already" in client.post(change, {"quota": "0"}).text
    assert client.post(change, {"quota": "3"}).status_code == 302
    quota.refresh_from_db()
    assert (quota.role, quota.quota, quota.approved_count) == ("speaker", 3, 1)
    assert AuditEntry.objects.filter(action="set_role_quota").count() == 2
    assert sign_in_as("approver").get(add).status_code == 403
    other = make_delegation(make_seminar(slug="aecs19", number=19, start_date="2012-02-26", end_date="2012-02-28"))
    assert "Select a valid choice" in client.post(add, {**form, "delegation": other.pk}).text


def test_invented_people_keep_the_quotas_by_role():
    delegation = make_delegation(quota=None)
    limit(delegation, quota=2, role="delegate")
    populate(actor=SYSTEM, registrations=60, seed=3, now=NOW, slug="aecs20")
    quota = RoleQuota.objects.get()
    approved = Registration.objects.approved().filter(role="delegate", quota_override_reason="")
    assert quota.approved_count == approved.count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_ten_approvals_at_once_one_gets_the_one_place():
    delegation = make_delegation(quota=None)
    limit(delegation)
    people = [make_speaker(delegation) for _n in range(10)]
    approver = staff_actor(make_user("approver"))
    barrier, refused = Barrier(len(people)), []

    def run(person: Registration) -> None:
        try:
            barrier.wait(timeout=10)
            approve(actor=approver, registration_id=person.pk, now=NOW)
        except lifecycle.RoleQuotaFull:
            refused.append(person.pk)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refused) == 9
    assert read_counts(delegation) == (1, 0, 1)
