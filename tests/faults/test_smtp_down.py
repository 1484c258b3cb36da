"""F2: a mail server that is down costs the registration nothing and no mail is lost, doubled or given up."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now

from registration.mail.dispatch import dispatch
from registration.mail.retry import PAUSE_S
from registration.mail.services import enqueue, to_delegate
from registration.models import MailPause, OutgoingMail
from tests.factories import make_registration
from tests.faults.installation import IS_FULL, POLL_S, Blank, end_pause, install
from tests.faults.people import nominate, open_desk, read_nomination
from tests.faults.sinks import FaultySink
from tests.servers import find_free_port
from tests.smtp import start_sink

MAILS = 5
NOMINATIONS = 10  # before the fault, and as many again during it
DOWN_S = 1800 if IS_FULL else 10
STEP = timedelta(minutes=60)
STEPS_A_DAY = 24


def test_registration_answers_as_ever_and_every_mail_waits(blank: Blank, tmp_path: Path, report: Callable[[str], None]):
    sink = FaultySink(port=find_free_port())
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        site.start("web", *site.deliverers)
        with start_sink(sink):
            desk = open_desk(site)
            form = read_nomination(desk)
            forms = [form | {"email": f"n{n}@ministry.example"} for n in range(2 * NOMINATIONS)]
            before = [nominate(desk, form) for form in forms[:NOMINATIONS]]
            site.wait_until_sent(timeout_s=60)
            time.sleep(1)  # the worker says goodbye: an attempt cut in its middle would rightly count
        sent = len(sink.arrivals)  # nobody listens from here on

        during = [nominate(desk, form) for form in forms[NOMINATIONS:]]
        time.sleep(DOWN_S)
        waiting = site.database.read("SELECT state, count(*) FROM registration_outgoingmail GROUP BY 1 ORDER BY 1")
        with start_sink(sink):
            if not IS_FULL:
                end_pause(site)
            resumed_s = site.wait_until_sent(timeout_s=PAUSE_S + 2 * POLL_S + NOMINATIONS)
        states = site.database.read("SELECT DISTINCT state, attempts FROM registration_outgoingmail")

    assert [answer.status for answer in before + during] == [302] * len(forms)
    medians = [statistics.median(answer.took_s for answer in answers) for answers in (before, during)]
    slowest_s = max(answer.took_s for answer in during)
    lost = len(forms) + 1 - len(sink.count_arrivals())  # the focal point was invited too
    report(
        f"F2: SMTP down for {DOWN_S} s: pages answered in {medians[1]:.3f} s (before {medians[0]:.3f} s), at most "
        f"{slowest_s:.3f} s; lost {lost}, doubled {sink.count_doubles()}, given up 0; "
        f"all sent {resumed_s:.1f} s after it came back"
    )
    assert slowest_s < 3
    assert medians[1] < 2 * medians[0] + 0.2
    assert waiting == [("queued", NOMINATIONS), ("sent", sent)]
    assert lost == sink.count_doubles() == 0
    assert states == [("sent", 1)]  # a server that is down uses up no attempt


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["nobody listens", "451 to everybody"])
def test_a_day_without_a_mail_server_gives_nothing_up(
    fault: str, outgoing: FaultySink, settings, report: Callable[[str], None]
):
    """The day passes by the database's clock: see `pass_time`."""
    queue_letters(MAILS)
    port, settings.EMAIL_PORT = outgoing.port, outgoing.port if fault.startswith("451") else 9
    tries = 0
    for _ in range(STEPS_A_DAY):
        outgoing.recipient_answers = ["451 greylisted, come back"] * 100 if fault.startswith("451") else []
        tally = dispatch()
        assert tally.sent == tally.given_up == 0
        tries += tally.retried
        pass_time(STEP)
    assert tries >= STEPS_A_DAY // 4  # it was tried all day long: gaps of an hour at most

    outgoing.recipient_answers, settings.EMAIL_PORT = [], port
    for _ in range(5):  # what was tried a moment ago is due within the hour
        dispatch()
        pass_time(STEP)
    states = dict(OutgoingMail.objects.values_list("state").annotate(models.Count("pk")))
    ids = [message["Message-ID"] for message in outgoing.messages]
    report(f"F2: 24 h of {fault}: {tries} attempts; {states}, doubled {len(ids) - len(set(ids))}")
    assert states == {"sent": MAILS}
    assert len(ids) == len(set(ids)) == MAILS


@pytest.mark.django_db(transaction=True)
def test_the_shifted_clock_does_end_the_patience(outgoing: FaultySink):
    """What makes the test above worth something: three such days of refusals are too many."""
    queue_letters(1)
    for _ in range(3 * STEPS_A_DAY):
        outgoing.recipient_answers = ["451 greylisted, come back"]
        dispatch()
        pass_time(STEP)
    assert OutgoingMail.objects.get().state == OutgoingMail.State.GIVEN_UP


def queue_letters(n: int) -> None:
    registration = make_registration()
    with transaction.atomic():
        for revision in range(1, n + 1):
            enqueue(kind="received", subject=registration, revision=revision, to=to_delegate(registration))


def pass_time(step: timedelta) -> None:
    """Let `step` pass for the outbox.

    Deliveries compare nothing but columns of these two tables with the database's own now, and no server lets a test
    turn that. Moving every time that lies in them back by a step leaves all their differences, and puts each of them
    exactly where it would lie, seen from now, after waiting that long.
    """
    for model in (OutgoingMail, MailPause):
        times = [field.name for field in model._meta.fields if isinstance(field, models.DateTimeField)]
        model.objects.update(**{name: F(name) - step for name in times})
    assert not OutgoingMail.objects.filter(created_at__gt=Now()).exists()
