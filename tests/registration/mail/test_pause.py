"""While the mail server as a whole refuses, the whole queue waits; then one mail shows whether it takes mails again."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from registration import tasks
from registration.mail.claims import claim
from registration.mail.dispatch import dispatch
from registration.mail.pause import Turn, take_turn
from registration.mail.retry import PAUSE_S
from registration.models import MailPause, OutgoingMail
from tests.registration.mail.odd_server import OddServer

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.fixture
def refusing(odd_server: OddServer, settings) -> OddServer:
    """A server that refuses our password as long as `answers["AUTH"]` lasts."""
    odd_server.extensions = ["AUTH PLAIN"]
    odd_server.answers["AUTH"] = ["535 wrong password"]
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "seminar", "secret"
    return odd_server


def let_pause_end() -> None:
    MailPause.objects.update(until=Now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    "poll",
    [dispatch, tasks.dispatch_mail, lambda: tasks.deliver_mail(1), lambda: call_command("deliver_mail", "--once")],
    ids=["dispatch", "poller", "nudge", "command"],
)
def test_during_a_pause_nobody_is_asked_and_no_attempt_is_used(refusing: OddServer, queue, poll: Callable[[], object]):
    queue(3)
    assert dispatch().is_paused
    said = list(refusing.said)
    poll()
    assert refusing.said == said
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}


def test_a_run_that_is_under_way_claims_nothing_more_once_another_pauses_the_queue(queue):
    queue(1)
    pause = MailPause.objects.create(pk=1, since=Now(), until=Now() + timedelta(seconds=PAUSE_S), error="refused")
    assert claim() is None
    assert OutgoingMail.objects.get().state == State.QUEUED
    pause.delete()
    assert claim() is not None


def test_a_pause_lasts_by_the_databases_clock_and_pushes_the_patience(refusing: OddServer, queue):
    queue(1)
    OutgoingMail.objects.update(give_up_at=Now() - timedelta(days=1))
    dispatch()
    length, since = MailPause.objects.values_list(F("until") - Now(), F("since") - Now()).get()
    assert timedelta(seconds=PAUSE_S - 5) < length <= timedelta(seconds=PAUSE_S)
    assert timedelta(seconds=-5) < since <= timedelta(0)
    assert OutgoingMail.objects.filter(give_up_at__gt=Now() + timedelta(hours=47)).count() == 1


def test_a_pauses_end_tries_one_mail_and_its_success_lets_the_others_go(refusing: OddServer, queue, caplog):
    caplog.set_level(logging.INFO)
    refusing.answers["AUTH"] *= 2
    queue(3)
    dispatch()
    since = MailPause.objects.get().since
    let_pause_end()
    assert dispatch().is_paused
    assert refusing.count("CONNECT") == 2
    assert MailPause.objects.get().since == since
    assert dispatch().is_paused  # paused anew
    assert refusing.count("CONNECT") == 2
    let_pause_end()
    tally = dispatch()
    assert (tally.sent, tally.is_paused) == (3, False)
    assert not MailPause.objects.exists()
    told = [(record.levelname, record.getMessage()) for record in caplog.records if "deliveries" in record.getMessage()]
    assert told == [
        ("WARNING", "the mail server refuses, deliveries are paused: 535 wrong password"),
        ("INFO", "the mail server takes mails again, deliveries go on"),
    ]


@pytest.mark.parametrize("answer", ["451 greylisted", "550 no such mailbox"])
def test_a_server_that_answers_about_one_mail_works_again(refusing: OddServer, queue, answer: str):
    queue(2)
    dispatch()
    let_pause_end()
    refusing.answers["RCPT"] = [answer]
    assert dispatch().sent == 1
    assert not MailPause.objects.exists()


def test_a_mail_that_cannot_be_rendered_shows_nothing_and_the_next_one_does(refusing: OddServer, queue):
    queue(2)
    dispatch()
    OutgoingMail.objects.filter(attempts=0, text_body="").update(facts={})  # the one that was not tried yet
    OutgoingMail.objects.filter(facts={}).update(next_attempt_at=Now() - timedelta(minutes=1))
    let_pause_end()
    tally = dispatch()
    assert (tally.sent, tally.retried) == (1, 1)
    assert not MailPause.objects.exists()


def test_a_mail_that_alone_displeases_the_server_does_not_hold_the_others_for_ever(odd_server: OddServer, queue):
    queue(2)
    odd_server.answers["MAIL"] = ["550 not this one"]
    assert dispatch().is_paused
    displeasing = OutgoingMail.objects.get(last_code=550)
    let_pause_end()
    odd_server.answers["MAIL"] = ["250 OK", "550 not this one"]
    assert dispatch().sent == 1
    displeasing.refresh_from_db()
    assert displeasing.state == State.QUEUED


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_runs_at_a_pauses_end_one_probes():
    MailPause.objects.create(pk=1, since=Now(), until=Now() - timedelta(seconds=1), error="refused")
    barrier = threading.Barrier(6)
    turns: list[Turn] = []

    def work() -> None:
        barrier.wait()
        try:
            turns.append(take_turn())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turn.value for turn in turns) == ["probe"] + ["wait"] * 5
