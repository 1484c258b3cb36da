"""What many tests share: the SMTP sink, the client of a person, and that nothing is skipped in CI."""

import os
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from tests.smtp import Sink, start_sink


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in CI that skipped a test: each must run there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    skipped = len(reporter.stats.get("skipped", []))
    if skipped and exitstatus == 0:
        reporter.write_line(f"{skipped} skipped, and in CI no test may be skipped", red=True)
        session.exitstatus = 1


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hash passwords in no time: tests make many accounts and are about other things."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def fresh_public_pages(settings) -> None:
    """Make each public page anew: what a test changes, it sees."""
    settings.PUBLIC_PAGES_KEPT_S = 0


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English, whatever language the one before it left behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """A real SMTP server on a free port that keeps what it is sent."""
    with start_sink() as sink:
        yield sink


@pytest.fixture
def outgoing(smtp_sink: Sink, settings) -> Sink:
    """The sink, with Django's mail going there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    return smtp_sink


@pytest.fixture
def sign_in(client: Client, settings):
    """Sign in an account made by `make_user` and return the client."""

    def _sign_in(user) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _sign_in
