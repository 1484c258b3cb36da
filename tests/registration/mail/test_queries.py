"""Whether mails move, as /readyz asks."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from registration.mail.queries import is_delivering
from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail
from tests.factories import make_registration

pytestmark = pytest.mark.django_db

LONG_AGO, SOON = timedelta(minutes=11), timedelta(seconds=30)


@pytest.fixture
def mail() -> OutgoingMail:
    registration = make_registration()
    with transaction.atomic():
        return enqueue(kind="received", subject=registration, revision=1, to=to_delegate(registration))


def test_a_fresh_mail_and_one_that_a_busy_server_put_off_are_no_alarm(mail: OutgoingMail):
    assert is_delivering()
    OutgoingMail.objects.update(attempts=2, created_at=Now() - LONG_AGO, next_attempt_at=Now() + SOON)
    assert is_delivering()


@pytest.mark.parametrize(
    "stuck",
    [
        {"next_attempt_at": Now() - LONG_AGO},
        {"attempts": 0, "created_at": Now() - LONG_AGO, "next_attempt_at": Now() + SOON},
        {"state": "sending", "lease_until": Now() - LONG_AGO},
    ],
    ids=["overdue", "server refuses", "left by its worker"],
)
def test_a_mail_that_stands_still_is_an_alarm(mail: OutgoingMail, stuck):
    OutgoingMail.objects.update(**stuck)
    assert not is_delivering()
    OutgoingMail.objects.update(state="sent")
    assert is_delivering()
