"""Sending a mail again queues a new one to the person's address of today, and leaves the first as it was."""

import pytest
from django.db import transaction

from registration.mail.dispatch import dispatch
from registration.mail.queries import LinkRevoked, OnItsWay, find_address_problem, find_pause, preview_resends
from registration.mail.services import enqueue, resend, to_focal_point, to_secretariat, to_staff
from registration.models import Link, MailPause, OutgoingMail, Registration
from seminar.access import staff_actor
from seminar.foundation.audit import Actor, verify
from seminar.models import AuditEntry, FocalPoint, Seminar
from tests.factories import NOW, make_focal_point, make_registration, make_user
from tests.smtp import Sink, read_link, read_text

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.fixture
def actor() -> Actor:
    return staff_actor(make_user("secretariat"))


def test_a_mail_sent_again_is_a_new_mail_with_the_same_facts(outgoing: Sink, queue, actor: Actor):
    [mail] = queue(1)
    dispatch()
    before = OutgoingMail.objects.values().get(pk=mail.pk)
    OutgoingMail.objects.filter(pk=mail.pk).update(text_body="an old letter")
    again = resend(actor=actor, mail_id=mail.pk, now=NOW)
    assert dispatch().sent == 1
    first, second = outgoing.messages
    assert first["Message-ID"] != second["Message-ID"] == again.message_id
    assert read_text(first) == read_text(second)
    assert (again.resend_of, again.kind, again.facts) == (mail, mail.kind, mail.facts)
    assert OutgoingMail.objects.values().get(pk=mail.pk) == {**before, "text_body": "an old letter"}
    entry = AuditEntry.objects.get(action="resend")
    assert (entry.subject, entry.details, entry.actor_key) == (
        f"outgoing_mail:{mail.pk}",
        {"again": again.pk},
        actor.key,
    )
    assert verify() == []


def test_it_goes_to_the_persons_address_of_today_with_a_link_that_works(outgoing: Sink, queue, actor: Actor):
    [mail] = queue(1)
    outgoing.recipient_answers = ["550 unknown"]
    dispatch()
    Registration.objects.update(email="right@ministry.example", email_key="right@ministry.example", language="ja")
    again = resend(actor=actor, mail_id=mail.pk, now=NOW)
    dispatch()
    [message] = outgoing.messages
    assert (message["To"], again.recipient) == ("right@ministry.example", "right@ministry.example")
    assert "参加登録を受け付けました" in message["Subject"]
    token = read_link(message).split("/i/")[1].strip("/")
    assert Link.objects.find_by_token(token) == Link.objects.get()


def test_a_focal_point_is_reached_at_the_address_of_today(actor: Actor):
    registration = make_registration()
    focal_point = make_focal_point(registration.delegation, email="old@ministry.example")
    with transaction.atomic():
        mail = enqueue(kind="received", subject=registration, revision=1, to=to_focal_point(focal_point))
    OutgoingMail.objects.update(state=State.SENT)
    FocalPoint.objects.update(email="new@ministry.example", email_key="new@ministry.example")
    assert resend(actor=actor, mail_id=mail.pk, now=NOW).recipient == "new@ministry.example"


def test_the_secretariat_is_reached_where_the_edition_says_and_staff_as_before(actor: Actor):
    seminar = make_registration().seminar
    user = make_user("approver", email="approver@aecs20.example")
    with transaction.atomic():
        report = enqueue(kind="undelivered", subject=seminar, revision=1, to=to_secretariat(seminar))
        digest = enqueue(kind="approval_digest", subject=seminar, revision=1, to=to_staff(user))
    OutgoingMail.objects.update(state=State.GIVEN_UP)
    Seminar.objects.update(secretariat_email="desk@aecs20.example")
    assert resend(actor=actor, mail_id=report.pk, now=NOW).recipient == "desk@aecs20.example"
    assert resend(actor=actor, mail_id=digest.pk, now=NOW).recipient == "approver@aecs20.example"


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING])
def test_what_is_on_its_way_is_not_sent_again(queue, actor: Actor, state: str):
    [mail] = queue(1)
    OutgoingMail.objects.update(state=state)
    with pytest.raises(OnItsWay):
        resend(actor=actor, mail_id=mail.pk, now=NOW)
    OutgoingMail.objects.update(state=State.GIVEN_UP)
    again = resend(actor=actor, mail_id=mail.pk, now=NOW)
    OutgoingMail.objects.filter(pk=again.pk).update(state=state)
    with pytest.raises(OnItsWay):  # as with a second click
        resend(actor=actor, mail_id=mail.pk, now=NOW)
    OutgoingMail.objects.filter(pk=again.pk).update(state=State.SENT)
    third = resend(actor=actor, mail_id=mail.pk, now=NOW)
    assert {third.dedupe_key, again.dedupe_key} == {f"again:{mail.pk}:1", f"again:{mail.pk}:2"}
    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize("state", [State.SENT, State.GIVEN_UP, State.CANCELLED, State.HELD])
def test_what_is_finished_can_be_sent_again(queue, actor: Actor, state: str):
    [mail] = queue(1)
    OutgoingMail.objects.update(state=state)
    assert resend(actor=actor, mail_id=mail.pk, now=NOW).state == State.QUEUED


def test_a_revoked_link_is_not_opened_again_by_a_letter(queue, actor: Actor):
    [mail] = queue(1)
    OutgoingMail.objects.update(state=State.SENT)
    Link.objects.update(revoked_at=NOW)
    with pytest.raises(LinkRevoked):
        resend(actor=actor, mail_id=mail.pk, now=NOW)
    assert OutgoingMail.objects.count() == 1


def test_a_preview_says_what_sending_again_will_do(queue):
    first, second = queue(2)
    OutgoingMail.objects.filter(pk=first.pk).update(state=State.SENT)
    one, other = preview_resends(OutgoingMail.objects.order_by("pk"))
    assert (one.address, one.refusal) == (first.recipient, None)
    assert (other.mail, other.address, type(other.refusal)) == (second, "", OnItsWay)


def test_an_address_has_a_problem_as_long_as_its_newest_finished_mail_was_refused(queue):
    first, second, third = queue(3)
    address = first.recipient
    assert find_address_problem(address) is None
    refused = {"state": State.GIVEN_UP, "last_code": 550, "last_error": "no such mailbox"}
    OutgoingMail.objects.filter(pk=second.pk).update(**refused)
    problem = find_address_problem(address.upper())
    assert problem is not None
    assert (problem.mail_id, problem.reason) == (second.pk, "The mail server answered: 550 no such mailbox")
    assert find_address_problem("other@ministry.example") is None
    for harmless in ({"last_code": 451}, {"last_code": None, "last_error": "rendering: KeyError"}):
        OutgoingMail.objects.filter(pk=second.pk).update(**{**refused, **harmless})
        assert find_address_problem(address) is None
    OutgoingMail.objects.filter(pk=second.pk).update(**refused)
    OutgoingMail.objects.filter(pk=third.pk).update(state=State.SENT)
    assert find_address_problem(address) is None


@pytest.mark.parametrize(
    ("code", "error", "reason"),
    [
        (535, "wrong password", "The mail server answered: 535 wrong password"),
        (None, "ConnectionRefusedError", "The mail server refuses connections."),
        (None, "SomethingOdd", "SomethingOdd"),
    ],
)
def test_a_pause_is_found_with_its_reason(code: int | None, error: str, reason: str):
    assert find_pause() is None
    MailPause.objects.create(pk=1, since=NOW, until=NOW, code=code, error=error)
    pause = find_pause()
    assert pause is not None
    assert (pause.since, pause.reason) == (NOW, reason)
