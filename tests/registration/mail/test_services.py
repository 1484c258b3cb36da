"""A mail is written with what it reports, once, and the worker is nudged after the commit."""

from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.db import transaction

from registration.mail.services import enqueue, to_delegate, to_focal_point
from registration.models import OutgoingMail, Registration
from tests.factories import make_focal_point, make_registration


def queue(registration: Registration, revision: int = 1, kind: str = "received") -> OutgoingMail:
    return enqueue(kind=kind, subject=registration, revision=revision, to=to_delegate(registration))


@pytest.mark.django_db
def test_the_same_mail_is_queued_once_and_a_new_revision_again():
    registration = make_registration()
    first = queue(registration)
    assert queue(registration).pk == first.pk
    assert queue(registration, revision=2).pk != first.pk
    focal = make_focal_point(registration.delegation)
    enqueue(kind="received", subject=registration, revision=1, to=to_focal_point(focal))
    assert OutgoingMail.objects.count() == 3
    assert len(set(OutgoingMail.objects.values_list("message_id", flat=True))) == 3


@pytest.mark.django_db(transaction=True)
def test_a_rollback_queues_nothing():
    registration = make_registration()
    with transaction.atomic():
        queue(registration)
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_mail_outside_a_transaction_is_refused():
    registration = make_registration()
    with pytest.raises(RuntimeError, match="transaction"):
        queue(registration)


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_nudged_after_the_commit_with_an_id_and_nothing_personal():
    folder = Path(live_settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"])
    registration = make_registration(email="solongo@ministry.example")
    before = set(folder.iterdir())
    with transaction.atomic():
        mail = queue(registration)
        assert set(folder.iterdir()) == before
    [message] = set(folder.iterdir()) - before
    text = message.read_text()
    assert "registration.deliver_mail" in text
    assert "solongo" not in text
    assert mail.state == OutgoingMail.State.QUEUED


@pytest.mark.django_db
def test_the_facts_hold_what_was_true_when_the_mail_was_queued():
    registration = make_registration(given_names="Solongo", family_name="Tsend")
    mail = queue(registration)
    Registration.objects.update(given_names="Changed")
    mail.refresh_from_db()
    assert mail.facts["registration"]["name"] == "Solongo Tsend"
    assert "passport" not in str(mail.facts).lower()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_nudges_once_for_all_its_mails_and_not_for_those_it_took_back():
    folder = Path(live_settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"])
    registration = make_registration()
    before = set(folder.iterdir())
    with transaction.atomic():
        with transaction.atomic():
            queue(registration, revision=1)
            transaction.set_rollback(True)
        kept = queue(registration, revision=2)
        queue(registration, revision=3)
    [message] = set(folder.iterdir()) - before
    assert f'"argsrepr": "[{kept.pk}]"' in message.read_text()
    assert OutgoingMail.objects.count() == 2
