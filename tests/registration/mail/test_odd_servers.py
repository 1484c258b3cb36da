"""Whatever a mail server does, no mail is lost, and what is not a mail's fault costs that mail nothing."""

import time
from datetime import timedelta

import pytest
from django.core.mail import get_connection
from django.db.models.functions import Now

from registration.mail.claims import claim
from registration.mail.dispatch import Tally, attempt, dispatch
from registration.models import MailPause, OutgoingMail
from tests.registration.mail.odd_server import DROP, HANG, USUAL, OddServer

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


def read_states() -> list[tuple[str, int]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("state", "attempts"))


def make_due() -> None:
    OutgoingMail.objects.filter(state=State.QUEUED).update(next_attempt_at=Now())


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_hangs_costs_one_attempt_of_one_mail_and_the_others_move_on(odd_server: OddServer, queue, step):
    queue(2)
    odd_server.answers[step] = [HANG]
    started_at = time.monotonic()
    dispatch()
    dispatch()
    assert time.monotonic() - started_at < 5  # the patience is one second here; waiting to say QUIT would double it
    assert read_states() == [(State.QUEUED, 1), (State.SENT, 1)]
    assert OutgoingMail.objects.order_by("pk")[0].last_error == "TimeoutError"
    assert not MailPause.objects.exists()
    make_due()
    assert dispatch().sent == 1
    assert len(odd_server.taken) == 2


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_closes_for_now_is_tried_again_and_not_paused(odd_server: OddServer, queue, step):
    queue(1)
    odd_server.answers[step] = ["421 busy, come back"]
    if step == "EHLO":
        odd_server.answers["HELO"] = ["421 busy, come back"]
    assert dispatch().retried == 1
    assert read_states() == [(State.QUEUED, 1)]
    assert not MailPause.objects.exists()
    make_due()
    assert dispatch().sent == 1


def test_a_server_that_is_busy_at_the_door_is_not_stormed(odd_server: OddServer, queue):
    queue(5)
    odd_server.answers["CONNECT"] = ["421 too many connections"] * 5
    assert dispatch().retried == 1
    assert odd_server.count("CONNECT") == 1
    assert [attempts for _state, attempts in read_states()] == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("step", "answer"),
    [(step, answer) for step in ("MAIL", "RCPT", "DATA") for answer in (DROP, "421 too many messages")],
)
def test_a_connection_that_ends_between_two_mails_is_no_failure_of_the_next(odd_server: OddServer, queue, step, answer):
    queue(2)
    odd_server.answers[step] = [USUAL[step], answer]
    tally = dispatch()
    assert (tally.sent, tally.retried, tally.given_up) == (2, 0, 0)
    assert read_states() == [(State.SENT, 1), (State.SENT, 1)]
    assert odd_server.count("CONNECT") == 2
    assert len(odd_server.taken) == 2


def test_a_server_that_takes_three_mails_and_hangs_up_gets_all_of_them(odd_server: OddServer, queue):
    queue(10)
    odd_server.mails_per_connection = 3
    assert dispatch().sent == 10
    assert read_states() == [(State.SENT, 1)] * 10
    assert len({body.split("Message-ID: ")[1].split("\r\n")[0] for body in odd_server.taken}) == 10


def test_a_refused_starttls_pauses_the_queue_and_nothing_goes_in_clear_text(odd_server: OddServer, queue, settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = True, "seminar", "secret"
    queue(2)
    for extensions in (["STARTTLS", "AUTH PLAIN LOGIN"], ["AUTH PLAIN LOGIN"]):  # refused, then not even offered
        odd_server.extensions = extensions
        assert dispatch().is_paused
        MailPause.objects.update(until=Now() - timedelta(seconds=1))
    assert odd_server.count("CONNECT") == 2
    assert set(odd_server.said) == {"CONNECT", "EHLO", "STARTTLS", "QUIT"}
    assert read_states() == [(State.QUEUED, 0)] * 2


def test_a_wrong_certificate_pauses_the_queue(smtp_sink, queue, settings, tmp_path):
    """The sink speaks no TLS: what it says is no certificate that anybody trusts."""
    settings.EMAIL_BACKEND, settings.EMAIL_USE_SSL = "django.core.mail.backends.smtp.EmailBackend", True
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    queue(1)
    assert dispatch().is_paused
    assert MailPause.objects.get().error.startswith("SSL")
    assert read_states() == [(State.QUEUED, 0)]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("AUTH", "535 wrong password"),
        ("CONNECT", "554 go away"),
        ("MAIL", "550 sender refused"),
        ("RCPT", "530 sign in first"),
    ],
)
def test_what_concerns_every_mail_pauses_the_queue(odd_server: OddServer, queue, settings, step, answer):
    odd_server.extensions = ["AUTH PLAIN"]
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "seminar", "secret"
    odd_server.answers[step] = [answer]
    queue(2)
    assert dispatch().is_paused
    pause = MailPause.objects.get()
    assert f"{pause.code} {pause.error}" == answer
    assert read_states() == [(State.QUEUED, 0)] * 2
    assert OutgoingMail.objects.exclude(last_code=None).count() == 1


def test_a_message_that_cannot_be_made_is_given_up_after_three_and_delays_nobody(odd_server: OddServer, queue):
    poison, _healthy = queue(2)
    OutgoingMail.objects.filter(pk=poison.pk).update(recipient="a@b.example\nBcc: c@d.example")
    for _ in range(3):
        dispatch()
        make_due()
    assert read_states() == [(State.GIVEN_UP, 3), (State.SENT, 1)]
    poison.refresh_from_db()
    assert poison.last_error == "ValueError"
    assert len(odd_server.taken) == 1


@pytest.mark.parametrize("fault", [{"kind": "long gone"}, {"facts": {}, "text_body": "kept", "html_body": "kept"}])
def test_a_kept_letter_of_which_no_message_can_be_made_is_given_up_too(odd_server: OddServer, queue, fault):
    poison, _healthy = queue(2)
    OutgoingMail.objects.filter(pk=poison.pk).update(**fault)
    for _ in range(3):
        dispatch()
        make_due()
    assert read_states() == [(State.GIVEN_UP, 3), (State.SENT, 1)]


def test_a_mail_to_nobody_is_not_taken_for_sent(odd_server: OddServer, queue):
    queue(1)
    OutgoingMail.objects.update(recipient="")
    assert dispatch().given_up == 1
    assert OutgoingMail.objects.get().last_error == "no recipient"


def test_a_letter_goes_out_unchanged_at_each_attempt(odd_server: OddServer, queue):
    [mail] = queue(1)
    odd_server.answers["END"] = ["451 disk full"]
    dispatch()
    mail.refresh_from_db()
    assert "Thank you" in mail.text_body
    OutgoingMail.objects.update(text_body="as it was kept\n", html_body="<p>as it was kept</p>")
    make_due()
    assert dispatch().sent == 1
    assert odd_server.taken[0].count("as it was kept") == 2


def test_a_mail_given_up_by_a_worker_that_lost_its_lease_stays_sent(odd_server: OddServer, queue):
    queue(1)
    slow = claim()
    assert slow is not None
    OutgoingMail.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert dispatch().sent == 1
    odd_server.answers["RCPT"] = ["550 gone"]
    tally = Tally()
    attempt(slow, get_connection(), tally)
    assert read_states() == [(State.SENT, 2)]
    assert tally.total == 0
