"""The transition table, applied to every pair of state and transition, and the quota under many hands."""

import threading

import pytest
from django.db import connection, transaction

from registration import lifecycle
from registration.models import Registration, State
from registration.models.states import ENDED, TRANSITIONS
from seminar.foundation.audit import Actor, verify
from seminar.models import AuditEntry, Delegation
from tests.factories import NOW, make_delegation, make_registration

ACTORS = {kind: Actor(kind, "1") for kind in AuditEntry.ActorKind.values}
# Written out by hand from the field's own table, not read from the code under test.
ALLOWED = {
    ("submit", "draft"): ("submitted", {"delegate", "focal_point", "staff"}),
    ("submit", "returned"): ("submitted", {"delegate", "focal_point", "staff"}),
    ("endorse", "submitted"): ("endorsed", {"focal_point", "staff", "system"}),
    ("approve", "endorsed"): ("approved", {"staff"}),
    ("approve", "waitlisted"): ("approved", {"staff"}),
    ("waitlist", "endorsed"): ("waitlisted", {"staff"}),
    ("reject", "endorsed"): ("rejected", {"staff"}),
    ("reject", "waitlisted"): ("rejected", {"staff"}),
    ("return", "submitted"): ("returned", {"focal_point", "staff"}),
    ("return", "endorsed"): ("returned", {"focal_point", "staff"}),
    **{
        ("withdraw", state): ("withdrawn", {"delegate", "focal_point", "staff"})
        for state in ("draft", "submitted", "returned", "endorsed", "waitlisted", "approved")
    },
    ("cancel", "approved"): ("cancelled", {"staff"}),
    **{("reopen", state): ("submitted", {"staff"}) for state in ("rejected", "withdrawn", "cancelled")},
}
NEED_REASON = {"reject", "return", "cancel"}


def change(registration: Registration, transition: str, actor: Actor = ACTORS["staff"], **more: str) -> Registration:
    with transaction.atomic():
        return lifecycle.change_state(
            actor=actor, registration=registration, transition=transition, now=NOW, **{"reason": "because", **more}
        )


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("transition", TRANSITIONS)
def test_every_pair_of_state_and_transition_for_every_actor(state: str, transition: str):
    delegation = make_delegation(quota=None)
    target, actors = ALLOWED.get((transition, state), (state, set()))
    for kind, actor in ACTORS.items():
        registration = make_registration(delegation, state)
        if kind in actors:
            change(registration, transition, actor)
            assert Registration.objects.get(pk=registration.pk).state == target
            entry = AuditEntry.objects.order_by("-position")[0]
            assert (entry.action, entry.actor_kind, entry.details["from"], entry.details["to"]) == (
                transition,
                kind,
                state,
                target,
            )
        else:
            entries = AuditEntry.objects.count()
            with pytest.raises(lifecycle.TransitionRefused):
                change(registration, transition, actor)
            assert Registration.objects.get(pk=registration.pk).state == state
            assert AuditEntry.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize("transition", TRANSITIONS)
def test_a_reason_is_asked_where_somebody_is_sent_away(transition: str):
    source = sorted(TRANSITIONS[transition].sources)[0]
    registration = make_registration(state=source)
    actor = ACTORS[sorted(TRANSITIONS[transition].actors)[-1]]
    if transition in NEED_REASON:
        with pytest.raises(lifecycle.TransitionRefused):
            change(registration, transition, actor, reason="")
    else:
        change(registration, transition, actor, reason="")


@pytest.mark.django_db
def test_a_second_decision_on_what_was_read_before_the_first_loses():
    registration = make_registration(state=State.ENDORSED)
    seen_by_another = Registration.objects.select_related("delegation", "seminar").get(pk=registration.pk)
    change(registration, "approve")
    with pytest.raises(lifecycle.ChangedMeanwhile) as lost:
        change(seen_by_another, "reject")
    assert lost.value.current.state == State.APPROVED
    assert Delegation.objects.get().approved_count == 1


@pytest.mark.django_db
def test_the_quota_counts_approved_people_and_is_freed_again():
    delegation = make_delegation(quota=1)
    first, second = (make_registration(delegation, State.ENDORSED) for _ in range(2))
    change(first, "approve")
    with pytest.raises(lifecycle.QuotaFull):
        change(second, "approve")
    change(first, "cancel")
    change(second, "approve")
    assert Delegation.objects.get().approved_count == 1


@pytest.mark.django_db
def test_an_override_goes_beyond_the_quota_and_gives_back_what_it_took():
    delegation = make_delegation(quota=1)
    first, second = (make_registration(delegation, State.ENDORSED) for _ in range(2))
    change(first, "approve", override_reason="not needed")
    change(second, "approve", override_reason="agreed with the host")
    delegation.refresh_from_db()
    assert (delegation.approved_count, delegation.beyond_quota_count) == (2, 1)
    assert first.quota_override_reason == ""
    assert second.quota_override_reason == "agreed with the host"
    change(second, "cancel")
    delegation.refresh_from_db()
    assert (delegation.approved_count, delegation.beyond_quota_count) == (1, 0)


@pytest.mark.django_db
def test_one_active_registration_per_address_also_when_one_is_reopened():
    delegation = make_delegation()
    old = make_registration(delegation, State.WITHDRAWN, email="Same@Ministry.example")
    make_registration(delegation, email="same@ministry.example")
    with pytest.raises(lifecycle.AddressTaken):
        change(old, "reopen")
    assert Registration.objects.get(pk=old.pk).state == State.WITHDRAWN


@pytest.mark.django_db
@pytest.mark.parametrize("state", [*ENDED, State.SUBMITTED, State.ENDORSED, State.APPROVED])
def test_fields_of_a_registration_that_is_no_draft_are_not_written(state: str):
    registration = make_registration(state=state)
    with pytest.raises(lifecycle.TransitionRefused), transaction.atomic():
        lifecycle.update_fields(
            actor=ACTORS["delegate"], registration=registration, fields={"position": "Minister"}, now=NOW
        )
    assert Registration.objects.get().position == "Director"


@pytest.mark.django_db
def test_numbers_of_an_edition_follow_each_other():
    delegation = make_delegation()
    made = []
    for n in range(3):
        with transaction.atomic():
            made.append(
                lifecycle.create_draft(
                    actor=ACTORS["system"],
                    delegation=delegation,
                    email=f"n{n}@ministry.example",
                    language="en",
                    now=NOW,
                ).number
            )
    assert made == ["AECS20-0001", "AECS20-0002", "AECS20-0003"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_approvals_at_once_fill_the_quota_and_no_more():
    delegation = make_delegation(quota=3)
    registrations = [make_registration(delegation, State.ENDORSED) for _ in range(12)]
    outcomes: list[str] = []
    barrier = threading.Barrier(len(registrations))

    def approve(registration: Registration) -> None:
        barrier.wait()
        try:
            change(registration, "approve")
            outcomes.append("approved")
        except lifecycle.QuotaFull:
            outcomes.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(registration,)) for registration in registrations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved"] * 3 + ["full"] * 9
    assert Registration.objects.approved().count() == Delegation.objects.get().approved_count == 3
    assert verify() == []
