"""Invitations, submissions at the same moment, endorsement."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from registration import lifecycle
from registration.intake.services import (
    correct_registration,
    invite_again,
    invite_delegate,
    invite_focal_point,
    nominate,
)
from registration.mail.dispatch import dispatch
from registration.models import Link, OutgoingMail, Registration, State
from registration.transitions import endorse, submit
from seminar.foundation.audit import SYSTEM, Actor
from seminar.models import AuditEntry, FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_registration
from tests.registration.intake.pages import CONSENTS, open_page
from tests.smtp import Sink, read_link


def invite(delegation, email="solongo@ministry.example", **more):
    return invite_delegate(actor=SYSTEM, delegation=delegation, email=email, language="en", now=NOW, **more)


@pytest.mark.django_db
def test_an_invitation_makes_a_draft_a_link_and_a_mail():
    delegation = make_delegation()
    invitation = invite(delegation, given_names="Solongo")
    registration = Registration.objects.get()
    assert (registration.state, registration.number, registration.given_names) == ("draft", "AECS20-0001", "Solongo")
    assert invitation.is_new
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.state, mail.link) == (
        "personal_invitation",
        "solongo@ministry.example",
        "queued",
        invitation.link,
    )


@pytest.mark.django_db
def test_inviting_again_keeps_the_registration_and_ends_the_old_link():
    delegation = make_delegation()
    first = invite(delegation).link.make_token()
    again = invite(delegation, email="Solongo@MINISTRY.example")
    assert not again.is_new
    assert Registration.objects.count() == 1
    assert OutgoingMail.objects.count() == 2
    assert Link.objects.find_by_token(first) is None


@pytest.mark.django_db
def test_a_letter_that_has_not_left_goes_to_the_corrected_address_alone(outgoing: Sink):
    invite(make_delegation(), email="wrong@ministry.example")
    registration = Registration.objects.select_related("delegation__seminar", "seminar").get()
    corrected = {"email": "right@ministry.example"}
    registration = correct_registration(actor=SYSTEM, registration=registration, answers=corrected, now=NOW)
    invite_again(actor=SYSTEM, registration=registration, now=NOW)  # no version of the link but the newest opens
    dispatch()
    assert {message["To"] for message in outgoing.messages} == {"right@ministry.example"}
    tokens = {read_link(message).rstrip("/").rpartition("/")[2] for message in outgoing.messages}
    assert [link.registration_id for link in map(Link.objects.find_by_token, tokens) if link] == [registration.pk]


@pytest.mark.django_db
def test_letters_that_have_left_and_focal_points_letters_stay_as_they_are():
    delegation = make_delegation()
    focal_point = invite_focal_point(actor=SYSTEM, delegation=delegation, email="fp@m.example", language="en", now=NOW)
    sent = invite(delegation, email="wrong@ministry.example").mail
    OutgoingMail.objects.filter(pk=sent.pk).update(state=OutgoingMail.State.SENT)
    registration = Registration.objects.select_related("delegation__seminar", "seminar").get()
    corrected = {"email": "right@ministry.example"}
    correct_registration(actor=SYSTEM, registration=registration, answers=corrected, now=NOW)
    recipients = dict(OutgoingMail.objects.values_list("pk", "recipient"))
    assert recipients == {focal_point.mail.pk: "fp@m.example", sent.pk: "wrong@ministry.example"}


@pytest.mark.django_db
def test_nobody_is_invited_into_a_second_delegation():
    delegation = make_delegation()
    invite(delegation)
    with pytest.raises(lifecycle.AddressTaken):
        invite(make_delegation(delegation.seminar))
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_the_first_focal_point_is_the_primary_one():
    delegation = make_delegation()
    for email in ("a@ministry.example", "b@ministry.example", "A@ministry.example"):
        invite_focal_point(actor=SYSTEM, delegation=delegation, email=email, language="ja", now=NOW, name="窓口")
    points = FocalPoint.objects.order_by("pk")
    assert [(point.email, point.is_primary) for point in points] == [
        ("a@ministry.example", True),
        ("b@ministry.example", False),
    ]
    assert OutgoingMail.objects.filter(kind="nomination_request").count() == 3


@pytest.mark.django_db
def test_a_focal_points_own_submission_is_endorsed_at_once_and_confirmed_to_both():
    delegation = make_delegation()
    focal_point = make_focal_point(delegation)
    actor = Actor(AuditEntry.ActorKind.FOCAL_POINT, str(focal_point.pk))
    registration = submit(actor=actor, registration=make_registration(delegation), now=NOW)
    assert registration.state == State.ENDORSED
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.kind, mail.recipient) for mail in mails] == [
        ("received", registration.email),
        ("received", focal_point.email),
    ]


@pytest.mark.django_db
def test_endorsing_twice_is_refused_the_second_time():
    registration = make_registration(state=State.SUBMITTED)
    actor = Actor(AuditEntry.ActorKind.FOCAL_POINT, "1")
    endorse(actor=actor, registration=registration, now=NOW)
    with pytest.raises(lifecycle.ChangedMeanwhile):
        endorse(actor=actor, registration=registration, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_submissions_at_once_are_one_registration_and_one_mail():
    registration = make_registration(make_delegation())
    token = Link.objects.ensure(registration=registration).make_token()
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.get(reverse("registration:open_link", args=[token]))
    data = {**CONSENTS, **open_page(clients[0], "check")}
    answers: list[tuple[int, str]] = []
    barrier = threading.Barrier(len(clients))

    def send(client: Client) -> None:
        barrier.wait()
        try:
            answer = client.post("/en/aecs20/my/submit/", data)
            answers.append((answer.status_code, answer["Location"]))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(302, "/en/aecs20/my/")] * 20
    assert Registration.objects.get().state == State.ENDORSED
    assert OutgoingMail.objects.count() == 1
    assert AuditEntry.objects.filter(action="submit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_nomination_at_once_is_one_registration_one_mail_and_a_good_link():
    delegation = make_delegation()
    focal_point = make_focal_point(delegation)
    actor = Actor(AuditEntry.ActorKind.FOCAL_POINT, str(focal_point.pk))
    outcomes: list[bool] = []
    barrier = threading.Barrier(6)

    def send() -> None:
        barrier.wait()
        try:
            made = nominate(
                actor=actor,
                delegation=delegation,
                email="bat@ministry.example",
                language="en",
                now=NOW,
                given_names="B",
            )
            outcomes.append(made is not None)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 5 + [True]
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1
    assert Link.objects.find_by_token(OutgoingMail.objects.get().link.make_token()) is not None
