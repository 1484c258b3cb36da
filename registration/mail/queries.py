"""Reads of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from registration.mail.catalogue import label_kind
from registration.mail.wording import describe_failure
from registration.models import MailPause, OutgoingMail, Registration

OLDEST_DUE = timedelta(minutes=10)

_State = OutgoingMail.State
UNFINISHED = (_State.QUEUED, _State.SENDING)


class NotResendable(Exception):
    """A mail is not to be sent again now."""


class OnItsWay(NotResendable):
    """The mail, or one that repeats it, is queued or being sent."""


class LinkRevoked(NotResendable):
    """The recipient's personal link was revoked; a letter with it would open the door again."""


def is_delivering() -> bool:
    """Return whether mails move, by the database's clock.

    They do not where one has been due for OLDEST_DUE, was never tried for as long (a server that refuses costs no
    attempt), or was left by its worker.
    """
    limit = Now() - OLDEST_DUE
    overdue = Q(state=_State.QUEUED, next_attempt_at__lte=limit)
    untried = Q(state=_State.QUEUED, attempts=0, created_at__lte=limit)
    abandoned = Q(state=_State.SENDING, lease_until__lte=limit)
    return not OutgoingMail.objects.filter(overdue | untried | abandoned).exists()


@dataclass(frozen=True)
class MailLine:
    """One mail of a registration's page."""

    pk: int
    created_at: datetime
    kind_label: str
    recipient: str
    state_label: str


def list_mails(registration: Registration) -> list[MailLine]:
    """Return the mails about a registration, newest first."""
    mails = OutgoingMail.objects.filter(registration=registration).order_by("-created_at", "-pk")
    return [
        MailLine(mail.pk, mail.created_at, label_kind(mail.kind), mail.recipient, mail.get_state_display())
        for mail in mails
    ]


@dataclass(frozen=True)
class PauseNotice:
    """That deliveries are paused, since when, and why: a sentence in the reader's language."""

    since: datetime
    reason: str


def find_pause() -> PauseNotice | None:
    """Return the pause of the whole queue, if the mail server as a whole refuses."""
    pause = MailPause.objects.order_by("pk").first()
    return PauseNotice(pause.since, describe_failure(pause.code, pause.error)) if pause else None


@dataclass(frozen=True)
class AddressProblem:
    """That mail to an address was refused, by which mail, and the server's answer in words."""

    mail_id: int
    reason: str


def find_address_problem(recipient: str) -> AddressProblem | None:
    """Return why the newest finished mail to that address was refused for good; None where it was not."""
    finished = OutgoingMail.objects.filter(recipient__iexact=recipient, state__in=(_State.SENT, _State.GIVEN_UP))
    newest = finished.only("state", "last_code", "last_error").order_by("-pk").first()
    if newest is None or newest.state != _State.GIVEN_UP or (newest.last_code or 0) < 500:
        return None
    return AddressProblem(newest.pk, describe_failure(newest.last_code, newest.last_error))


def find_current_address(mail: OutgoingMail) -> tuple[str, str]:
    """Return where that mail's recipient is reached today, and in which language: of a person as the row says, of the
    secretariat as the edition says, of others as before."""
    person = (mail.link.registration or mail.link.focal_point) if mail.link else None
    if person is not None:
        return person.email, person.language
    if mail.facts.get("is_to_secretariat"):
        return mail.seminar.secretariat_email, mail.seminar.secretariat_language
    return mail.recipient, mail.language


def check_resendable(mail: OutgoingMail) -> None:
    """Raise OnItsWay or LinkRevoked where that mail is not to be sent again now."""
    if mail.state in UNFINISHED or any(again.state in UNFINISHED for again in mail.resent_as.all()):
        raise OnItsWay
    if mail.link is not None and mail.link.revoked_at is not None:
        raise LinkRevoked


@dataclass(frozen=True)
class ResendPreview:
    """What sending a mail again will do: a letter to `address`, or a refusal with its reason."""

    mail: OutgoingMail
    kind_label: str
    address: str = ""
    refusal: NotResendable | None = None


def preview_resends(mails: Iterable[OutgoingMail]) -> list[ResendPreview]:
    """Return what sending these again will do, in their order."""
    previews: list[ResendPreview] = []
    for mail in mails:
        try:
            check_resendable(mail)
        except NotResendable as refusal:
            previews.append(ResendPreview(mail, label_kind(mail.kind), refusal=refusal))
        else:
            previews.append(ResendPreview(mail, label_kind(mail.kind), find_current_address(mail)[0]))
    return previews
