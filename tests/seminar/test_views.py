"""Pages that belong to no room: the root, health, font size, language of staff, and pages for what went wrong."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail
from seminar import health
from seminar.models import User
from tests.factories import make_registration, make_seminar, make_user

EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "\x08//evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
]


@pytest.mark.parametrize(
    ("accepted", "target"),
    [
        ("ja,en;q=0.5", "/ja/"),
        ("ja-JP", "/ja/"),
        ("en-GB,ja;q=0.9", "/en/"),
        ("fr,ja;q=0.5,en;q=0.3", "/ja/"),
        ("fr", "/en/"),
        ("", "/en/"),
        ("*" * 1000, "/en/"),
    ],
)
def test_the_root_leads_to_the_language_that_the_browser_asks_for(client: Client, accepted: str, target: str):
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer["Location"]) == (302, target)
    assert "Accept-Language" in answer["Vary"]


def test_health_is_answered_without_the_database(client: Client):
    answer = client.get("/healthz")  # pytest-django refuses any query of this test
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-cache" in answer["Cache-Control"]
    assert client.head("/healthz").status_code == 200


@pytest.mark.django_db
class TestReadiness:
    def ask(self, client: Client) -> tuple[int, bool, dict[str, bool]]:
        answer = client.get("/readyz")
        return answer.status_code, answer.json()["ready"], answer.json()["checks"]

    @pytest.fixture
    def mail(self) -> OutgoingMail:
        registration = make_registration()
        with transaction.atomic():
            enqueue(kind="received", subject=registration, revision=1, to=to_delegate(registration))
        return OutgoingMail.objects.get()

    def test_it_is_ready_when_every_check_holds(self, client: Client, mail: OutgoingMail):
        assert self.ask(client) == (200, True, {"database": True, "migrations": True, "mail": True})

    @pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503)])
    def test_a_mail_that_is_due_for_10_minutes_is_a_stuck_outbox(
        self, client: Client, mail: OutgoingMail, minutes: int, status: int
    ):
        OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=minutes))
        holds = status == 200
        assert self.ask(client) == (status, holds, {"database": True, "migrations": True, "mail": holds})

    @pytest.mark.parametrize("state", ["sent", "given_up", "cancelled", "held"])
    def test_a_mail_that_waits_for_nobody_does_not_matter(self, client: Client, mail: OutgoingMail, state: str):
        OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(days=9), state=state)
        assert self.ask(client)[0] == 200

    def test_a_missing_migration_is_named(self, client: Client):
        MigrationRecorder.Migration.objects.filter(app="registration").order_by("-pk")[0].delete()
        assert self.ask(client) == (503, False, {"database": True, "migrations": False, "mail": True})

    def test_a_check_that_meets_a_database_error_does_not_hold(self, client: Client, monkeypatch):
        def fail() -> bool:
            raise DatabaseError("server closed the connection")

        monkeypatch.setitem(health.CHECKS, "broken", fail)
        status, is_ready, checks = self.ask(client)
        assert (status, is_ready, checks["broken"], checks["database"]) == (503, False, False, True)

    def test_neither_page_tells_a_version_or_a_name(self, client: Client, mail: OutgoingMail):
        OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(days=1))
        answer = client.get("/readyz")
        assert set(answer.json()) == {"ready", "checks"}
        assert set(answer.json()["checks"]) == {"database", "migrations", "mail"}
        assert "Server" not in answer.headers


@pytest.mark.django_db
class TestFontSize:
    @pytest.mark.parametrize("size", ["s", "m", "l"])
    def test_the_chosen_size_is_kept_and_shown(self, client: Client, size: str):
        answer = client.post(reverse("set_font_size"), {"size": size, "next": "/ja/lost-link/"})
        assert (answer.status_code, answer["Location"]) == (302, "/ja/lost-link/")
        cookie = answer.cookies["font_size"]
        assert (cookie.value, cookie["samesite"], cookie["httponly"], cookie["max-age"]) == (
            size,
            "Lax",
            True,
            31536000,
        )
        page = client.get("/ja/lost-link/").text
        assert f'class="size-{size}"' in page
        assert page.count('aria-pressed="true"') == 1
        assert f'value="{size}" aria-pressed="true"' in page

    def test_rubbish_in_the_cookie_is_the_middle_size(self, client: Client):
        client.cookies["font_size"] = '"><script>'
        page = client.get("/en/").text
        assert 'class="size-m"' in page
        assert "<script>" not in page

    @pytest.mark.parametrize("size", ["", "xl", "S"])
    def test_no_other_size_is_taken(self, client: Client, size: str):
        answer = client.post(reverse("set_font_size"), {"size": size})
        assert answer.status_code == 400
        assert "font_size" not in answer.cookies

    @pytest.mark.parametrize("target", EVIL)
    def test_it_never_leads_to_another_site(self, client: Client, target: str):
        answer = client.post(reverse("set_font_size"), {"size": "l", "next": target})
        assert (answer.status_code, answer["Location"]) == (302, "/")

    def test_a_link_changes_nothing(self, client: Client):
        answer = client.get(reverse("set_font_size"), {"size": "l"})
        assert answer.status_code == 405
        assert "font_size" not in answer.cookies


@pytest.mark.django_db
class TestStaffLanguage:
    def test_staff_choose_the_language_of_the_administration(self, sign_in):
        user = make_user("approver")
        client = sign_in(user)
        answer = client.post(reverse("set_staff_language"), {"language": "ja", "next": "/admin/"})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        user.refresh_from_db()
        assert user.language == "ja"
        assert client.get("/admin/")["Content-Language"] == "ja"

    @pytest.mark.parametrize("language", ["", "fr", "JA"])
    def test_no_other_language_is_taken(self, sign_in, language: str):
        client = sign_in(make_user("approver"))
        assert client.post(reverse("set_staff_language"), {"language": language}).status_code == 400
        assert User.objects.get().language == "en"

    @pytest.mark.parametrize("target", EVIL)
    def test_it_never_leads_to_another_site(self, sign_in, target: str):
        client = sign_in(make_user("approver"))
        answer = client.post(reverse("set_staff_language"), {"language": "ja", "next": target})
        assert (answer.status_code, answer["Location"]) == (302, "/")


LANGUAGES = pytest.mark.parametrize(
    ("language", "not_found", "send_again"),
    [
        ("en", "Page not found", "Please send the form again"),
        ("ja", "ページが見つかりません", "もう一度送信してください"),
    ],
)


@pytest.mark.django_db
@LANGUAGES
def test_an_address_without_a_page_says_so_in_the_language_of_the_address(
    client: Client, language: str, not_found: str, send_again: str
):
    make_seminar()
    for path in (f"/{language}/nowhere/", f"/{language}/aecs20/nowhere/", f"/{language}/i/unknown/x/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert not_found in answer.text
        assert f'<html lang="{language}"' in answer.text


@pytest.mark.django_db
@LANGUAGES
def test_an_address_without_a_language_is_answered_in_the_browsers(language: str, not_found: str, send_again: str):
    answer = Client().get("/nowhere.php", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert not_found in answer.text


@pytest.mark.django_db
@LANGUAGES
def test_a_stale_form_is_answered_with_what_to_do(language: str, not_found: str, send_again: str):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/{language}/lost-link/", {"email": "a@b.example"})
    assert answer.status_code == 403
    assert send_again in answer.text
    assert "CSRF" not in answer.text
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_a_page_shows_both_languages_and_the_way_to_itself_in_the_other(client: Client):
    make_seminar()
    page = client.get("/en/lost-link/?a=b").text
    assert 'href="/ja/lost-link/?a=b" lang="ja"' in page
    assert 'href="/en/lost-link/?a=b" lang="en" hreflang="en" aria-current="true"' in page


@pytest.mark.django_db
def test_a_demonstration_says_what_time_it_has(client: Client, settings):
    make_seminar()
    assert "demo-banner" not in client.get("/en/").text
    settings.DEMO_NOW = timezone.datetime.fromisoformat("2013-01-08T10:00:00+09:00")
    settings.DEMO_NOW_SINCE = timezone.now()
    assert "Its clock stands at Tuesday 8 January 2013 10:00." in client.get("/en/").text
    assert "2013年1月8日（火） 10:00" in client.get("/ja/").text
