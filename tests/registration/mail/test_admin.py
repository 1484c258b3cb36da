"""The outbox in the admin shows each mail as its recipient sees it, and no working link."""

import pytest
from django.db import transaction
from django.urls import reverse

from registration.mail.dispatch import dispatch
from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail
from tests.factories import make_registration, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> OutgoingMail:
    registration = make_registration(given_names="Solongo")
    with transaction.atomic():
        return enqueue(kind="approved", subject=registration, revision=1, to=to_delegate(registration))


def test_a_mail_is_shown_before_and_after_it_is_sent(sign_in, mail: OutgoingMail, outgoing):
    client = sign_in(make_user("approver"))
    address = reverse("admin:registration_outgoingmail_change", args=[mail.pk])
    for state in ("Queued", "Sent"):
        page = client.get(address).text
        assert "Confirmation of registration" in page
        assert state in page
        assert mail.link.make_token() not in page
        dispatch()


def test_the_letter_stands_in_a_frame_that_runs_nothing(sign_in, mail: OutgoingMail):
    client = sign_in(make_user("secretariat"))
    answer = client.get(reverse("admin:registration_outgoingmail_letter", args=[mail.pk]))
    assert "Solongo" in answer.text
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    page = client.get(reverse("admin:registration_outgoingmail_change", args=[mail.pk]))
    assert "sandbox" in page.text
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_with_a_mail_folder_the_page_shows_the_delivered_message_and_its_link(
    sign_in, mail: OutgoingMail, settings, tmp_path
):
    settings.EMAIL_BACKEND = "seminar.foundation.mail_folder.EmailBackend"
    settings.MAIL_FOLDER = str(tmp_path)
    dispatch()
    page = sign_in(make_user("approver")).get(reverse("admin:registration_outgoingmail_change", args=[mail.pk])).text
    assert mail.link.make_token() in page


def test_the_list_asks_the_database_as_often_for_30_mails_as_for_1(sign_in, mail, django_assert_max_num_queries):
    client = sign_in(make_user("approver"))
    address = reverse("admin:registration_outgoingmail_changelist")
    with django_assert_max_num_queries(30) as one:
        client.get(address)
    with transaction.atomic():
        for revision in range(2, 31):
            enqueue(kind="approved", subject=mail.registration, revision=revision, to=to_delegate(mail.registration))
    with django_assert_max_num_queries(len(one)):
        client.get(address)
