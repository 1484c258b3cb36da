"""Reads of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from registration.mail.catalogue import KINDS
from registration.models import OutgoingMail, Registration

OLDEST_DUE = timedelta(minutes=10)


def is_delivering() -> bool:
    """Return whether mails move, by the database's clock.

    They do not where one has been due for OLDEST_DUE, was never tried for as long (a server that refuses costs no
    attempt), or was left by its worker.
    """
    states, limit = OutgoingMail.State, Now() - OLDEST_DUE
    overdue = Q(state=states.QUEUED, next_attempt_at__lte=limit)
    untried = Q(state=states.QUEUED, attempts=0, created_at__lte=limit)
    abandoned = Q(state=states.SENDING, lease_until__lte=limit)
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
        MailLine(mail.pk, mail.created_at, str(KINDS[mail.kind].label), mail.recipient, mail.get_state_display())
        for mail in mails
    ]
