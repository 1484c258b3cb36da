"""The outbox in the admin shows each mail as its recipient sees it, and no working link."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse, reverse_lazy

from registration.mail.dispatch import dispatch
from registration.mail.services import enqueue, to_delegate
from registration.models import MailPause, OutgoingMail, Registration
from tests.factories import make_registration, make_seminar, make_user

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


@pytest.mark.parametrize("role", ["approver", "secretariat"])
def test_the_list_asks_the_database_as_often_for_30_mails_as_for_1(sign_in, mail, django_assert_max_num_queries, role):
    client = sign_in(make_user(role))
    address = reverse("admin:registration_outgoingmail_changelist")
    with django_assert_max_num_queries(30) as one:
        client.get(address)
    with transaction.atomic():
        for revision in range(2, 31):
            enqueue(kind="approved", subject=mail.registration, revision=revision, to=to_delegate(mail.registration))
    with django_assert_max_num_queries(len(one)):
        client.get(address)


CHANGELIST = reverse_lazy("admin:registration_outgoingmail_changelist")


def read_states() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


def choose(client: Client, *mails: OutgoingMail, **more: str):
    data = {"action": "resend_chosen", "_selected_action": [mail.pk for mail in mails], **more}
    return client.post(CHANGELIST, data, follow=True)


def test_chosen_mails_are_sent_again_after_a_page_that_says_which(sign_in, mail: OutgoingMail):
    client = sign_in(make_user("secretariat"))
    with transaction.atomic():
        waiting = enqueue(kind="received", subject=mail.registration, revision=1, to=to_delegate(mail.registration))
    OutgoingMail.objects.filter(pk=mail.pk).update(state="given_up", last_code=550, last_error="no such mailbox")
    Registration.objects.update(email="right@ministry.example")
    page = choose(client, mail, waiting).text
    assert "1 mail will be sent again." in page
    assert "Sent again to right@ministry.example" in page
    assert "It is on its way already." in page
    assert len(read_states()) == 2
    page = choose(client, mail, waiting, confirmed="yes").text
    assert "1 mail is on its way again." in page
    assert f"“Registration received” to {waiting.recipient} was not sent again. It is on its way already." in page
    assert read_states() == ["given_up", "queued", "queued"]
    again = OutgoingMail.objects.get(resend_of=mail)
    page = client.get(CHANGELIST).text
    assert page.count("Was sent again") == page.count("Repeats an earlier mail") == 1
    for one, other in ((mail, again), (again, mail)):
        page = client.get(reverse("admin:registration_outgoingmail_change", args=[one.pk])).text
        assert reverse("admin:registration_outgoingmail_change", args=[other.pk]) in page


def test_only_who_may_send_again_is_offered_it_and_can(sign_in, mail: OutgoingMail):
    OutgoingMail.objects.update(state="sent")
    address = reverse("admin:registration_outgoingmail_change", args=[mail.pk])
    client = sign_in(make_user("approver"))
    for page in (client.get(address).text, client.get(CHANGELIST).text):
        assert "resend_chosen" not in page
    choose(client, mail, confirmed="yes")
    assert read_states() == ["sent"]
    client = sign_in(make_user("secretariat"))
    for page in (client.get(address).text, client.get(CHANGELIST).text):
        assert "resend_chosen" in page


def test_another_editions_mail_is_not_sent_again(sign_in, mail: OutgoingMail):
    OutgoingMail.objects.update(state="sent")
    make_seminar(slug="aecs99", start_date=date(2099, 1, 1), end_date=date(2099, 1, 2))  # the current one
    choose(sign_in(make_user("secretariat")), mail, confirmed="yes")
    assert read_states() == ["sent"]


def test_chosen_rows_that_are_no_keys_are_refused(sign_in, mail: OutgoingMail):
    data = {"action": "resend_chosen", "_selected_action": ["1 OR 1"]}
    assert sign_in(make_user("secretariat")).post(CHANGELIST, data).status_code == 400


def test_a_pause_stands_at_the_head_of_every_page_of_the_outbox(sign_in, mail: OutgoingMail):
    client = sign_in(make_user("secretariat"))
    pages = (CHANGELIST, reverse("admin:registration_outgoingmail_change", args=[mail.pk]))
    for page in pages:
        assert "Deliveries are paused" not in client.get(page).text
    since = datetime(2013, 1, 8, 1, 0, tzinfo=UTC)
    MailPause.objects.create(pk=1, since=since, until=since, code=None, error="ConnectionRefusedError")
    expected = (
        "Deliveries are paused since 8 January 2013, 10:00 (Tokyo) because the mail server refuses: "
        "The mail server refuses connections."
    )
    for page in pages:
        assert expected in client.get(page).text


def test_a_mails_page_tells_its_fate_in_words_and_warns_of_the_address(sign_in, mail: OutgoingMail):
    client = sign_in(make_user("secretariat"))
    address = reverse("admin:registration_outgoingmail_change", args=[mail.pk])
    OutgoingMail.objects.update(state="sent", sent_at=datetime(2013, 1, 8, 1, 0, tzinfo=UTC), last_code=250)
    assert "Sent on 8 January 2013, 10:00 (Tokyo)" in client.get(address).text
    assert "was refused" not in client.get(address).text
    OutgoingMail.objects.update(state="given_up", last_code=550, last_error="no such <mailbox>")
    page = client.get(address).text
    assert "Given up" in page
    assert "The newest mail to this address was refused." in page
    assert "The mail server answered: 550 no such &lt;mailbox&gt;" in page


@pytest.mark.parametrize("fault", [{"facts": {}}, {"kind": "long gone"}])
def test_a_mail_that_cannot_be_rendered_has_a_page_that_says_so(sign_in, mail: OutgoingMail, fault: dict[str, Any]):
    client = sign_in(make_user("secretariat"))
    OutgoingMail.objects.update(**fault)
    assert (
        "This letter cannot be written."
        in client.get(reverse("admin:registration_outgoingmail_change", args=[mail.pk])).text
    )
    assert client.get(reverse("admin:registration_outgoingmail_letter", args=[mail.pk])).text == ""
    assert mail.recipient in client.get(CHANGELIST).text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state__exact=queued", True),
        ("state__exact=given_up", False),
        ("kind=approved", True),
        ("kind=received", False),
        ("language__exact=en", True),
        ("language__exact=ja", False),
    ],
)
def test_the_list_is_filtered_by_state_kind_and_language(sign_in, mail: OutgoingMail, query: str, shown: bool):
    page = sign_in(make_user("approver")).get(f"{CHANGELIST}?{query}").text
    assert (mail.recipient in page) is shown
