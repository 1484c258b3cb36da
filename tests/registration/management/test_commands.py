"""The commands for people: invite, deliver_mail, audit_verify, demo."""

import json
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registration.intake.demo import make_demo
from registration.models import Link, OutgoingMail, Registration, State
from seminar.models import AuditEntry, Delegation, User
from tests.factories import make_delegation, make_registration
from tests.smtp import Sink


@pytest.fixture
def delegation(db: None) -> Delegation:
    return make_delegation(code="MNG")


def invite(*more: str, email: str = "new@ministry.example", code: str = "MNG", seminar: str = "aecs20") -> None:
    call_command("invite", "--seminar", seminar, "--delegation", code, "--email", email, *more)


def test_invite_prints_the_link_that_the_mail_will_hold(delegation: Delegation, capsys):
    invite("--language", "ja")
    printed = capsys.readouterr().out
    link = Link.objects.get()
    assert link.make_url("ja") in printed
    assert "/ja/i/" in printed
    assert OutgoingMail.objects.get().link == link


def test_invite_takes_a_focal_point(delegation: Delegation, capsys):
    invite("--role", "focal_point", "--name", "Tuya Bold")
    assert "focal_point, MNG" in capsys.readouterr().out
    assert delegation.focal_points.get().name == "Tuya Bold"
    assert OutgoingMail.objects.get().kind == "nomination_request"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seminar": "nowhere"}, "There is no edition 'nowhere'."),
        ({"code": "XXX"}, "aecs20 has no delegation 'XXX'."),
        ({"email": "nonsense"}, "'nonsense' is not an e-mail address."),
        ({"email": "a@b.example\nBcc: c@d.example"}, "is not an e-mail address."),
    ],
)
def test_invite_says_in_one_line_what_is_wrong(delegation: Delegation, wrong: dict[str, str], said: str):
    with pytest.raises(CommandError) as refused:
        invite(**wrong)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert Registration.objects.count() == OutgoingMail.objects.count() == 0


def test_deliver_mail_once_does_the_pollers_work(delegation: Delegation, outgoing: Sink, capsys):
    invite()
    capsys.readouterr()
    call_command("deliver_mail", "--once")
    assert capsys.readouterr().out == "1 sent, 0 put back, 0 given up.\n"
    assert [message["To"] for message in outgoing.messages] == ["new@ministry.example"]


@pytest.mark.sqlite  # PostgreSQL's trigger lets nobody get this far
def test_audit_verify_names_an_entry_that_was_touched(delegation: Delegation, capsys):
    invite()
    call_command("audit_verify")
    assert capsys.readouterr().out.endswith("The audit trail is whole: 2 entries.\n")
    AuditEntry.objects.filter(position=1).update(actor_key="somebody else")
    with pytest.raises(CommandError):
        call_command("audit_verify")
    assert "entry 1 was changed" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_demo_is_made_once_and_keeps_everything(tmp_path: Path):
    first = make_demo(tmp_path)
    Registration.objects.filter(number="AECS20-0132").update(given_names="Typed meanwhile")
    again = make_demo(tmp_path)
    assert (again.accounts, again.delegate_url, again.focal_point_url) == (
        first.accounts,
        first.delegate_url,
        first.focal_point_url,
    )
    assert Registration.objects.get(number="AECS20-0132").given_names == "Typed meanwhile"
    assert Registration.objects.count() == 149
    assert set(Registration.objects.values_list("state", flat=True)) == set(State.values)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_demo_accounts_sign_in_and_only_their_owner_reads_the_file(tmp_path: Path, client):
    demo = make_demo(tmp_path)
    file = tmp_path / "demo-accounts.json"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert len(json.loads(file.read_text())) == 4
    for account in demo.accounts:
        assert User.objects.get(email=account.email).check_password(account.password)
        assert [group.name for group in User.objects.get(email=account.email).groups.all()] == [account.role]


@pytest.mark.django_db
def test_the_demos_clock_starts_at_the_editions_time_and_never_goes_back(tmp_path: Path):
    demo = make_demo(tmp_path)
    assert demo.now.isoformat() == "2013-01-08T10:00:00+09:00"
    later = demo.now.replace(hour=15)
    registration = make_registration(Delegation.objects.get(code="MNG"), number="AECS20-9999")
    from seminar.foundation.audit import SYSTEM, record

    record(actor=SYSTEM, action="edit", subject=f"registration:{registration.pk}", now=later)
    assert make_demo(tmp_path).now == later
    assert f"SEMINAR_NOW={later.isoformat()}" in (tmp_path / "demo.env").read_text()
