"""What the tests of the letter box share: mails to queue, and a server that misbehaves."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail
from tests.factories import make_registration
from tests.registration.mail.odd_server import OddServer, start_odd_server


@pytest.fixture
def queue() -> Callable[..., list[OutgoingMail]]:
    """Queue `n` mails about one registration to its delegate."""

    def _queue(n: int = 1, kind: str = "received") -> list[OutgoingMail]:
        registration = make_registration()
        with transaction.atomic():
            return [
                enqueue(kind=kind, subject=registration, revision=revision, to=to_delegate(registration))
                for revision in range(1, n + 1)
            ]

    return _queue


@pytest.fixture
def odd_server(settings) -> Iterator[OddServer]:
    """A misbehaving server, with Django's mail going there and a patience of one second."""
    with start_odd_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        yield server
