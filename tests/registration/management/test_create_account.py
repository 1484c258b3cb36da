"""create_account: the printed password and secret work; what is wrong is said in one line."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from seminar.models import User
from tests.factories import make_user
from tests.servers import ROOT, make_environment, make_totp

ADDRESS = "aya@ministry.example"


def create(*arguments: str) -> str:
    output = io.StringIO()
    call_command("create_account", *arguments, stdout=output)
    return output.getvalue()


def sign_in(client: Client, password: str) -> str:
    """Sign in as a browser does; return where that leads."""
    return client.post(reverse("account_login"), {"login": ADDRESS, "password": password})["Location"]


@pytest.mark.django_db
def test_the_printed_password_signs_in(client: Client):
    printed = create(ADDRESS, "--group", "approver", "--name", "Aya 伊藤", "--language", "ja")
    match = re.fullmatch(rf"Account {ADDRESS} in group approver, password (\S+)\n", printed)
    assert match
    assert sign_in(client, match[1]) == "/admin/"
    page = client.get("/admin/")
    assert page.status_code == 200
    assert page["Content-Language"] == "ja"
    user = User.objects.get()
    assert (user.name, [group.name for group in user.groups.all()]) == ("Aya 伊藤", ["approver"])


@pytest.mark.django_db
def test_the_printed_secret_is_the_second_factor(client: Client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    printed = create(ADDRESS, "--group", "approver", "--totp")
    match = re.fullmatch(rf"Account {ADDRESS} in group approver, password (\S+), TOTP secret ([A-Z2-7]+)\n", printed)
    assert match
    password, secret = match.groups()
    assert sign_in(client, password) == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": make_totp(secret)})
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_each_account_gets_a_password_of_its_own_that_lies_nowhere():
    first, second = (create(f"{name}@ministry.example", "--group", "desk").split()[-1] for name in "ab")
    assert first != second
    assert len(first) >= 16
    stored = [str(value) for row in User.objects.values() for value in row.values()]
    assert not [value for value in stored if first in value or second in value]


@pytest.mark.django_db
def test_the_address_is_normalised_and_stands_in_for_a_missing_name():
    create("Ａｙａ@Ministry.example", "--group", "desk")
    user = User.objects.get()
    assert (user.email, user.name, user.language) == (ADDRESS, ADDRESS, "en")
    assert EmailAddress.objects.get(user=user).email == ADDRESS


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "nonsense", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "髙@b.example", "\u202e@b"]
)
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(CommandError) as refused:
        create(address, "--group", "desk")
    assert str(refused.value) == f"{address!r} is not an e-mail address."
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", [ADDRESS, "AYA@MINISTRY.EXAMPLE", "ａｙａ@ministry.example"])
def test_an_address_that_has_an_account_is_refused(spelling: str):
    user = make_user("desk", email=ADDRESS)
    with pytest.raises(CommandError) as refused:
        create(spelling, "--group", "administrator")
    assert str(refused.value) == f"{ADDRESS} has an account already."
    assert User.objects.get() == user
    assert [group.name for group in user.groups.all()] == ["desk"]


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [("--group", "boss"), (), ("--group", "desk", "--language", "fr")])
def test_a_wrong_group_or_language_makes_no_account(arguments: tuple[str, ...]):
    with pytest.raises(CommandError):
        create(ADDRESS, *arguments)
    assert User.objects.count() == 0


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "create_account", *arguments],
        cwd=ROOT,
        env=make_environment({"DATA_DIR": str(folder)}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.once
def test_a_bad_address_ends_the_process_with_1_and_one_line(tmp_path: Path):
    done = run(tmp_path, "nonsense", "--group", "desk")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: 'nonsense' is not an e-mail address.\n"


@pytest.mark.once
def test_a_wrong_group_ends_the_process_with_1_and_one_line(tmp_path: Path):
    done = run(tmp_path, ADDRESS, "--group", "boss")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "boss" in done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["x" * 201, "Aya\x07"])
def test_a_name_that_cannot_be_stored_is_refused(name: str):
    with pytest.raises(CommandError):
        create(ADDRESS, "--group", "desk", "--name", name)
