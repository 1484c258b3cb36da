"""Delivery over a real SMTP server: once, retried, given up visibly, never twice at the same time."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models.functions import Now

from registration.mail.claims import claim, mark_sent_and_claim
from registration.mail.dispatch import Tally, attempt, dispatch, finish
from registration.mail.services import enqueue, to_delegate
from registration.models import Link, MailPause, OutgoingMail
from tests.factories import make_registration
from tests.smtp import Sink, read_html, read_link, read_text

State = OutgoingMail.State


def queue(n: int = 1, kind: str = "received") -> list[OutgoingMail]:
    registration = make_registration()
    with transaction.atomic():
        return [
            enqueue(kind=kind, subject=registration, revision=revision, to=to_delegate(registration))
            for revision in range(1, n + 1)
        ]


def make_due() -> None:
    OutgoingMail.objects.filter(state=State.QUEUED).update(next_attempt_at=Now())


@pytest.mark.django_db
def test_a_queued_mail_is_delivered_once_with_the_message_id_of_its_row(outgoing: Sink):
    [mail] = queue()
    assert dispatch().sent == 1
    assert dispatch().sent == 0
    [message] = outgoing.messages
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.lease_token) == (State.SENT, 1, None)
    assert message["Message-ID"] == mail.message_id
    assert message["Reply-To"] == "secretariat@aecs20.example"
    assert mail.sent_at is not None


@pytest.mark.django_db
def test_the_sent_letter_holds_the_working_link_and_the_kept_one_does_not(outgoing: Sink):
    [mail] = queue()
    dispatch()
    mail.refresh_from_db()
    link = Link.objects.get()
    token = link.make_token()
    [message] = outgoing.messages
    assert token in read_text(message)
    assert token in read_html(message)
    assert Link.objects.find_by_token(read_link(message).split("/i/")[1].strip("/")) == link
    assert "personal-link" in mail.text_body
    assert token not in mail.text_body + mail.html_body + str(mail.facts)


@pytest.mark.django_db
def test_a_busy_server_is_tried_again_with_growing_patience(outgoing: Sink):
    [mail] = queue()
    outgoing.recipient_answers = ["451 try later", "451 try later"]
    for attempts in (1, 2):
        assert dispatch().retried == 1
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.last_code) == (State.QUEUED, attempts, 451)
        make_due()
    assert dispatch().sent == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(outgoing.messages)) == (State.SENT, 3, 1)


@pytest.mark.django_db
def test_a_refused_recipient_is_given_up_at_once_and_visibly(outgoing: Sink):
    [mail] = queue()
    outgoing.recipient_answers = ["550 no such mailbox solongo@ministry.example"]
    assert dispatch().given_up == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_code) == (State.GIVEN_UP, 1, 550)
    assert mail.last_error == "no such mailbox [address]"
    assert dispatch().sent == 0


@pytest.mark.django_db
def test_a_server_that_is_down_costs_no_attempt_and_stops_the_run(smtp_sink: Sink, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    queue(2)
    tally = dispatch()
    assert (tally.is_paused, tally.retried, tally.given_up) == (True, 1, 0)
    assert [mail.attempts for mail in OutgoingMail.objects.order_by("pk")] == [0, 0]
    settings.EMAIL_PORT = smtp_sink.port
    MailPause.objects.update(until=Now())
    assert dispatch().sent == 2


@pytest.mark.django_db
def test_after_two_days_of_failures_a_mail_is_given_up(outgoing: Sink):
    [mail] = queue()
    outgoing.recipient_answers = ["451 try later"]
    assert dispatch().retried == 1
    outgoing.recipient_answers = ["451 try later"]
    OutgoingMail.objects.update(give_up_at=Now() - timedelta(seconds=1), next_attempt_at=Now())
    assert dispatch().given_up == 1
    mail.refresh_from_db()
    assert mail.state == State.GIVEN_UP


@pytest.mark.django_db
def test_two_days_in_a_queue_that_stood_still_are_no_failures(outgoing: Sink):
    queue()
    OutgoingMail.objects.update(give_up_at=Now() - timedelta(days=1))
    outgoing.recipient_answers = ["451 greylisted, come back"]
    assert dispatch().retried == 1
    make_due()
    assert dispatch().sent == 1


@pytest.mark.django_db
def test_a_mail_that_cannot_be_rendered_is_given_up_after_three_and_delays_nobody(outgoing: Sink):
    poison, healthy = queue(2)
    OutgoingMail.objects.filter(pk=poison.pk).update(facts={})
    for _ in range(3):
        dispatch()
        make_due()
    poison.refresh_from_db()
    healthy.refresh_from_db()
    assert (poison.state, poison.attempts) == (State.GIVEN_UP, 3)
    assert poison.last_error == "rendering: KeyError"
    assert (healthy.state, healthy.attempts) == (State.SENT, 1)


@pytest.mark.django_db
def test_a_leased_mail_is_nobody_elses_until_the_lease_ends(outgoing: Sink):
    [mail] = queue()
    assert claim() is not None
    assert claim() is None
    OutgoingMail.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert dispatch().sent == 1  # as after a worker that was killed
    mail.refresh_from_db()
    assert mail.attempts == 2


@pytest.mark.django_db
def test_a_worker_whose_lease_was_taken_over_marks_nothing(outgoing: Sink):
    [mail] = queue()
    slow = claim()
    assert slow is not None
    OutgoingMail.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert dispatch().sent == 1
    outgoing.recipient_answers = ["550 gone"]
    attempt(slow, get_connection(), Tally())
    mail.refresh_from_db()
    assert mail.state == State.SENT


@pytest.mark.django_db
def test_a_worker_that_sends_after_its_lease_was_taken_over_leaves_the_mark_to_the_other(outgoing: Sink, caplog):
    [mail] = queue()
    slow = claim()
    assert slow is not None
    OutgoingMail.objects.update(lease_until=Now() - timedelta(seconds=1))
    other = claim()
    assert other is not None
    tally = Tally()
    assert attempt(slow, get_connection(), tally) is None
    finish(slow, tally)
    mail.refresh_from_db()
    assert (mail.state, mail.lease_token, tally.sent) == (State.SENDING, other.lease_token, 0)
    assert f"mail {mail.pk} was sent after its lease had ended" in caplog.text


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_claim_alone_is_answered_before_it_is_on_disk():
    queue()
    assert claim() is not None
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


@pytest.mark.django_db
def test_a_mail_is_not_due_before_its_time(outgoing: Sink):
    queue()
    OutgoingMail.objects.update(next_attempt_at=Now() + timedelta(minutes=1))
    assert dispatch().sent == 0
    assert outgoing.messages == []


@pytest.mark.django_db
def test_a_nudge_delivers_its_mail_first_and_then_what_else_is_due(outgoing: Sink):
    first, second = queue(2)
    assert dispatch(first_id=second.pk).sent == 2
    assert [message["Message-ID"] for message in outgoing.messages] == [second.message_id, first.message_id]


@pytest.mark.django_db
@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_mail_whose_lease_ended_while_it_was_sent_is_not_claimed_again_with_its_mark(is_taken_over: bool):
    mail, other = queue(2)
    slow = claim()
    assert slow is not None
    slow.subject = slow.text_body = slow.html_body = "rendered"
    gone = Now() - timedelta(seconds=1)
    OutgoingMail.objects.filter(pk=mail.pk).update(
        lease_until=gone, **({"lease_token": uuid4()} if is_taken_over else {})
    )
    is_ours, following = mark_sent_and_claim(slow)
    assert (is_ours, following and following.pk) == (not is_taken_over, other.pk)
    mail.refresh_from_db()
    assert mail.state == (State.SENDING if is_taken_over else State.SENT)


@pytest.mark.django_db
def test_the_last_mail_is_marked_where_no_other_is_due():
    queue()
    slow = claim()
    assert slow is not None
    assert mark_sent_and_claim(slow) == (True, None)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_deliver_each_mail_once(outgoing: Sink):
    queue(60)
    barrier = threading.Barrier(6)

    def work() -> None:
        barrier.wait()
        try:
            dispatch()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OutgoingMail.objects.filter(state=State.SENT).count() == 60
    ids = [message["Message-ID"] for message in outgoing.messages]
    assert len(ids) == len(set(ids)) == 60


def test_an_attempt_waits_at_most_twenty_seconds_for_the_server():
    assert get_connection("django.core.mail.backends.smtp.EmailBackend").timeout == 20


@pytest.mark.django_db
def test_a_letter_that_waited_for_a_former_address_opens_nothing_there(outgoing: Sink):
    [mail] = queue()
    registration = mail.registration
    assert registration is not None
    registration.email = registration.email_key = "corrected@ministry.example"
    registration.save()
    Link.objects.reissue(Link.objects.get(registration=registration))
    assert dispatch().sent == 1
    [message] = outgoing.messages
    token = read_link(message).split("/i/")[1].strip("/")
    assert Link.objects.find_by_token(token) is None
