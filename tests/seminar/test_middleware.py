"""Staff sessions: they end after idleness and after half a day, and speak the account's language."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_seminar, make_user

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PASSWORD = "a long pass phrase"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(client: Client, clock) -> Client:
    user = make_user("approver")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_session_lives_through_29_idle_minutes_again_and_again(staff: Client, clock):
    for _ in range(5):
        clock.shift(timedelta(minutes=29))
        assert is_signed_in(staff)


def test_a_session_ends_after_30_idle_minutes(staff: Client, clock):
    assert is_signed_in(staff)
    clock.shift(timedelta(minutes=30, seconds=1))
    assert not is_signed_in(staff)


def test_a_session_that_is_never_used_ends_after_30_minutes_too(staff: Client, clock):
    clock.shift(timedelta(minutes=30, seconds=1))
    assert not is_signed_in(staff)


def test_a_busy_session_is_written_once_a_minute_and_still_lives_through_29_idle_ones(staff: Client, clock):
    written = []
    for _ in range(4):
        clock.shift(timedelta(seconds=59))
        with CaptureQueriesContext(connection) as queries:
            assert is_signed_in(staff)
        written.append(any('UPDATE "django_session"' in query["sql"] for query in queries))
    assert written == [True, False, True, False]
    clock.shift(timedelta(minutes=29))
    assert is_signed_in(staff)


def test_a_session_ends_12_hours_after_sign_in_however_busy(staff: Client, clock):
    while clock_passed(clock) < timedelta(hours=12) - timedelta(minutes=20):
        clock.shift(timedelta(minutes=20))
        assert is_signed_in(staff)
    clock.move_to(MORNING + timedelta(hours=12))
    assert is_signed_in(staff)
    clock.shift(timedelta(seconds=1))
    assert not is_signed_in(staff)


def clock_passed(clock) -> timedelta:
    return timezone.now() - MORNING


def test_signing_in_again_starts_the_half_day_anew(staff: Client, clock):
    user = make_user("desk")
    clock.shift(timedelta(minutes=20))
    staff.post(reverse("account_logout"))
    staff.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert is_signed_in(staff)
    assert staff.session["staff_signed_in_at"] == (MORNING + timedelta(minutes=20)).timestamp()


def test_pages_of_the_public_do_not_keep_a_staff_session_alive(staff: Client, clock):
    make_seminar()
    assert is_signed_in(staff)
    for _ in range(4):
        clock.shift(timedelta(minutes=10))
        assert staff.get("/en/").status_code == 200
    assert not is_signed_in(staff)


@pytest.mark.parametrize(("language", "title"), [("en", "Seminar administration"), ("ja", "セミナー管理")])
def test_the_administration_speaks_the_accounts_language_whatever_the_browsers(
    client: Client, language: str, title: str
):
    client.force_login(make_user("approver", language=language), "django.contrib.auth.backends.ModelBackend")
    page = client.get("/admin/", headers={"Accept-Language": "ja" if language == "en" else "en"})
    assert page["Content-Language"] == language
    assert f'<html lang="{language}"' in page.text
    assert title in page.text


def test_pages_of_staff_are_kept_by_nobody(staff: Client):
    for path in ("/admin/", "/accounts/password/change/"):
        assert "no-store" in staff.get(path)["Cache-Control"]


def test_the_zone_of_the_edition_stays_in_the_administration(staff: Client):
    make_seminar(time_zone="Asia/Tokyo")
    assert is_signed_in(staff)
    assert timezone.get_current_timezone_name() == "UTC"
