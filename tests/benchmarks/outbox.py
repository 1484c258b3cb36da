"""What mails cost: writing one, and delivering a thousand to a mail server that is a process of its own."""

import time
from collections.abc import Iterable

from django.core.mail import get_connection
from django.db import connection, transaction

from registration.mail.dispatch import dispatch
from registration.mail.letters import make_message
from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail, Registration
from seminar.models import Delegation
from tests.benchmarks import walk
from tests.benchmarks.bare.models import Note
from tests.benchmarks.clocks import compare_cpu_ms
from tests.benchmarks.figures import Figure

MAILS, PARTS = 1000, 4
_REVISION = 1_000  # beyond any that the walks reached


def send_bare(mails: Iterable[OutgoingMail]) -> None:
    """Send the messages of mails that are rendered, over one connection, as the simplest programme would."""
    with get_connection() as server:
        for mail in mails:
            server.send_messages([make_message(mail)])


def measure_enqueue(delegation: Delegation, *, rounds: int = 60) -> list[Figure]:
    """Compare writing one mail into the outbox with inserting a plain row."""
    people = [walk.make_draft(delegation) for _ in range(rounds + 5)]
    here, baseline = compare_cpu_ms(lambda: queue([people.pop()]), insert_note, rounds=rounds)
    return [Figure("writing a mail", "ms CPU", here, baseline, 5)]


def measure_delivery(delegation: Delegation) -> list[Figure]:
    """Compare the rate of the outbox, rendering and all, with a bare loop over the same messages, part by part."""
    people = [walk.make_draft(delegation) for _ in range(MAILS)]
    deliver_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a minute: it counted a nearly empty table
    size = MAILS // PARTS
    here = bare = 0.0
    for n in range(PARTS):
        part = people[n * size : (n + 1) * size]
        queue(part)
        here += measure_s(deliver_all)
        sent = OutgoingMail.objects.filter(registration__in=part, kind="received", state="sent").select_related("link")
        messages = [make_message(mail) for mail in sent]
        assert len(messages) == size, f"{len(messages)} of {size} mails were delivered"
        bare += measure_s(lambda ready=messages: send_messages(ready))
    return [
        Figure(f"delivering {MAILS} mails", "a second", MAILS / here, MAILS / bare, 0.5, is_ratio=True, is_least=True)
    ]


def queue(people: Iterable[Registration]) -> None:
    for person in people:
        with transaction.atomic():
            enqueue(kind="received", subject=person, revision=_REVISION, to=to_delegate(person))


def insert_note() -> None:
    with transaction.atomic():
        Note.objects.create(name="Solongo Tsend", email="solongo@ministry.example", text="Kept.")


def send_messages(messages) -> None:
    with get_connection() as server:
        for message in messages:
            server.send_messages([message])


def deliver_all() -> None:
    """Deliver until nothing is due: one run ends after some seconds, as the poller's does."""
    while OutgoingMail.objects.filter(state__in=("queued", "sending")).exists():
        assert not dispatch().is_paused, "the mail server refuses"


def measure_s(work) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start
