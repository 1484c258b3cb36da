"""Approval: state, audit trail and mails in one transaction, and one winner."""

import threading

import pytest
from django.db import connection

from registration.lifecycle import ChangedMeanwhile, QuotaFull, TransitionRefused
from registration.models import OutgoingMail, Registration, State
from registration.review.policy import AnswersMissing, NominationMissing, NotApprovable, NotEndorsed
from registration.review.services import approve
from seminar.foundation.audit import Actor, verify
from seminar.models import AuditEntry
from tests.factories import NOW, make_delegation, make_focal_point, make_registration

STAFF = Actor(AuditEntry.ActorKind.STAFF, "1")


def decide(registration: Registration, **more: str) -> Registration:
    return approve(actor=STAFF, registration_id=registration.pk, now=NOW, **more)


@pytest.mark.django_db
def test_an_approval_confirms_to_the_delegate_and_the_focal_point():
    delegation = make_delegation()
    focal_point = make_focal_point(delegation, language="ja")
    registration = make_registration(delegation, State.ENDORSED)
    decide(registration)
    registration.refresh_from_db()
    assert registration.state == State.APPROVED
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.kind, mail.recipient, mail.language) for mail in mails] == [
        ("approved", registration.email, "en"),
        ("approved", focal_point.email, "ja"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [s for s in State.values if s not in ("endorsed", "waitlisted")])
def test_only_what_is_endorsed_or_wait_listed_is_approved(state: str):
    registration = make_registration(state=state)
    with pytest.raises(NotEndorsed):
        decide(registration)


@pytest.mark.django_db
def test_missing_answers_are_named():
    registration = make_registration(state=State.ENDORSED, position="", data_handling_consent="")
    with pytest.raises(AnswersMissing) as refused:
        decide(registration)
    assert refused.value.missing == ["position", "data_handling_consent"]


@pytest.mark.django_db
def test_a_delegation_without_a_nomination_document_or_waiver_is_refused_and_the_host_needs_none():
    delegation = make_delegation(nomination_waiver_reason="")
    with pytest.raises(NominationMissing):
        decide(make_registration(delegation, State.ENDORSED))
    host = make_delegation(delegation.seminar, category="host", quota=None, nomination_waiver_reason="")
    assert decide(make_registration(host, State.ENDORSED, passport_name="")).state == State.APPROVED


@pytest.mark.django_db
def test_a_refused_approval_leaves_no_mail_and_no_entry():
    registration = make_registration(make_delegation(quota=0), State.ENDORSED)
    with pytest.raises(QuotaFull):
        decide(registration)
    assert OutgoingMail.objects.count() == AuditEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_are_one_decision_one_entry_and_one_mail():
    registration = make_registration(make_delegation(), State.ENDORSED)
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        try:
            decide(registration)
            outcomes.append("approved")
        except (ChangedMeanwhile, NotApprovable, TransitionRefused):
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "told", "told", "told"]
    assert OutgoingMail.objects.count() == 1
    assert AuditEntry.objects.filter(action="approve").count() == 1
    assert Registration.objects.get().delegation.approved_count == 1
    assert verify() == []
