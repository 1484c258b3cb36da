"""Signing in by address: every spelling is one account, and rubbish is refused with words."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from seminar.accounts import create_account
from seminar.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a quite long pass phrase"


@pytest.fixture
def account() -> User:
    return create_account(email="aya@ministry.example", name="Aya", password=PASSWORD, role="approver", language="en")


def try_to_sign_in(client: Client, login: str, password: str = PASSWORD, address: str = "127.0.0.1"):
    return client.post("/accounts/login/", {"login": login, "password": password}, REMOTE_ADDR=address)


@pytest.mark.parametrize("login", ["aya@ministry.example", "Aya@Ministry.Example", " aya@ｍinistry.example "])
def test_every_spelling_of_the_address_signs_in(client: Client, account: User, login: str):
    assert try_to_sign_in(client, login)["Location"] == "/admin/"


def test_wrong_passwords_count_for_the_account_whatever_the_spelling(client: Client, account: User):
    spellings = ["aya@ministry.example", "AYA@ministry.example", "aya@ｍinistry.example", "aya@mｉnistry.example"]
    for n in range(12):
        try_to_sign_in(client, spellings[n % 4], "wrong", f"10.0.0.{n}")
    answer = try_to_sign_in(client, "aya@ministry.example", PASSWORD, "10.0.1.1")
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.text


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
@pytest.mark.parametrize("typed", ["a@exa\u202emple.example", "a@b\u2028.example", "\ue000@b.example", "x" * 30_000])
def test_rubbish_as_an_address_is_refused_at_the_field(client: Client, address: str, typed: str):
    answer = client.post(address, {"login": typed, "email": typed, "password": PASSWORD})
    assert answer.status_code == 200
    assert "is-invalid" in answer.text


def test_a_forgotten_password_is_mailed_to_accounts_alone_and_answers_the_same(client: Client, account: User):
    answers = [
        client.post("/accounts/password/reset/", {"email": email})["Location"]
        for email in ("AYA@ministry.example", "nobody@ministry.example")
    ]
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["aya@ministry.example"]]


def test_a_mail_server_that_refuses_is_no_error_page(client: Client, account: User, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = client.post("/accounts/password/reset/", {"email": "aya@ministry.example"}, follow=True)
    assert "The mail could not be sent just now." in answer.text


def test_an_address_changed_by_an_administrator_ends_the_old_one(sign_in, account: User):
    client = sign_in(make_user("administrator"))
    data = {
        "email": "new@ministry.example",
        "name": "Aya",
        "language": "en",
        "is_active": "on",
        "groups": [account.groups.get().pk],
    }
    client.post(reverse("admin:seminar_user_change", args=[account.pk]), data)
    account.refresh_from_db()
    assert account.email == "new@ministry.example"
    assert [row.email for row in EmailAddress.objects.filter(user=account)] == ["new@ministry.example"]
    assert "Location" not in try_to_sign_in(Client(), "aya@ministry.example").headers
    assert try_to_sign_in(Client(), "new@ministry.example")["Location"] == "/admin/"


def test_a_staff_session_is_short_from_its_first_moment(client: Client, account: User, settings):
    try_to_sign_in(client, account.email)
    assert client.session.get_expiry_age() <= settings.STAFF_SESSION_IDLE_S


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "A new password for your account"), ("ja", "パスワード再設定のご案内")]
)
def test_a_reset_letter_speaks_the_accounts_language_and_links_to_this_site(
    client: Client, account: User, settings, language: str, subject: str
):
    settings.ALLOWED_HOSTS = ["*"]
    User.objects.update(language=language)
    client.post("/accounts/password/reset/", {"email": account.email}, headers={"host": "evil.example:9999"})
    [letter] = mail.outbox
    assert letter.subject == subject
    assert "Aya" in letter.body
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in letter.body
    assert "evil.example" not in letter.body


def test_an_account_without_a_password_gets_no_reset_link(client: Client, account: User):
    account.set_unusable_password()
    account.save()
    client.post("/accounts/password/reset/", {"email": account.email})
    assert mail.outbox == []
