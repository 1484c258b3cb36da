"""Delivers what the outbox holds: claims one mail, sends it outside any transaction, marks it.

Door: `dispatch(...)`, called by the poller, by the nudge and by `deliver_mail`. It may run many times at once.
Source: docs/adr/0002-outbox.md.
"""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from registration.mail.letters import make_message, render_letter
from registration.mail.retry import PAUSE_S, RENDER_ATTEMPTS, Failure, Meaning, choose_gap_s, judge
from registration.mail.services import RETRIED_FOR
from registration.models import OutgoingMail
from seminar.foundation.logs import redact

logger = logging.getLogger(__name__)

RUN_S = 20  # after which a run begins no further mail; the next poll goes on

_State = OutgoingMail.State


@dataclass
class Tally:
    """How many mails a run sent, put back and gave up."""

    sent: int = 0
    retried: int = 0
    given_up: int = 0
    is_paused: bool = False


def dispatch(*, only_id: int | None = None, limit: int | None = None) -> Tally:
    """Deliver what is due, oldest first, for RUN_S seconds: the one mail `only_id`, or all, `limit` at the most.

    Stops early when the mail server as a whole refuses; the next poll tries again.
    """
    tally = Tally()
    server = get_connection()
    end = time.monotonic() + RUN_S
    try:
        while time.monotonic() < end and (limit is None or tally.sent + tally.retried + tally.given_up < limit):
            mail = claim(only_id=only_id)
            if mail is None:
                break
            deliver(mail, server, tally)
            if tally.is_paused:
                break
    finally:
        _close(server)
    return tally


def claim(*, only_id: int | None = None) -> OutgoingMail | None:
    """Lease the mail that is due longest, for MAIL_LEASE_S by the database's clock; None where nothing is due."""
    due = Q(state=_State.QUEUED, next_attempt_at__lte=Now()) | Q(state=_State.SENDING, lease_until__lte=Now())
    rows = OutgoingMail.objects.filter(due) if only_id is None else OutgoingMail.objects.filter(due, pk=only_id)
    lease = timedelta(seconds=settings.MAIL_LEASE_S)
    with transaction.atomic():
        mail = rows.select_for_update(skip_locked=True).order_by("next_attempt_at", "pk").first()
        if mail is None:
            return None
        mail.lease_token = uuid.uuid4()
        mail.attempts += 1
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=_State.SENDING, lease_token=mail.lease_token, lease_until=Now() + lease, attempts=mail.attempts
        )
    return mail


def deliver(mail: OutgoingMail, server: BaseEmailBackend, tally: Tally) -> None:
    """Render and send one claimed mail and mark how it went, where the lease is still ours."""
    if not mail.is_rendered:
        try:
            letter = render_letter(mail)
        except Exception as error:
            logger.exception("mail %d cannot be rendered", mail.pk)
            meaning = Meaning.GIVE_UP if mail.attempts >= RENDER_ATTEMPTS else Meaning.RETRY
            _mark_failed(mail, Failure(meaning, None, f"rendering: {type(error).__name__}"), tally)
            return
        mail.subject, mail.text_body, mail.html_body = letter.subject, letter.text, letter.html
        _ours(mail).update(subject=letter.subject, text_body=letter.text, html_body=letter.html)
    try:
        server.open()
        server.send_messages([make_message(mail)])
    except SoftTimeLimitExceeded:  # Celery ends this task, perhaps after the server took the mail: the lease decides
        raise
    except Exception as error:  # whatever a server or the network does, the mail stays in the outbox
        _close(server)
        _mark_failed(mail, judge(error), tally)
        return
    _ours(mail).update(
        state=_State.SENT, sent_at=Now(), lease_token=None, lease_until=None, last_code=250, last_error=""
    )
    tally.sent += 1


def _mark_failed(mail: OutgoingMail, failure: Failure, tally: Tally) -> None:
    logger.warning("mail %d, attempt %d: %s", mail.pk, mail.attempts, failure.meaning.value)
    outcome = {
        "last_code": failure.code,
        "last_error": redact(failure.error)[:400],
        "lease_token": None,
        "lease_until": None,
    }
    if failure.meaning is Meaning.PAUSE:
        again = Now() + timedelta(seconds=PAUSE_S)
        _ours(mail).update(
            state=_State.QUEUED,
            next_attempt_at=again,
            attempts=F("attempts") - 1,
            give_up_at=Now() + RETRIED_FOR,
            **outcome,
        )
        tally.is_paused = True
        tally.retried += 1
        return
    is_hopeless = failure.meaning is Meaning.GIVE_UP
    if mail.attempts == 1:  # the patience counts from the first real attempt, not from a queue that stood still
        _ours(mail).update(give_up_at=Now() + RETRIED_FOR)
    if is_hopeless or _ours(mail).filter(give_up_at__lte=Now()).exists():
        _ours(mail).update(state=_State.GIVEN_UP, **outcome)
        tally.given_up += 1
        return
    again = Now() + timedelta(seconds=choose_gap_s(mail.attempts))
    _ours(mail).update(state=_State.QUEUED, next_attempt_at=again, **outcome)
    tally.retried += 1


def _ours(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """Return the row of `mail` where it still stands under our lease."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=_State.SENDING, lease_token=mail.lease_token)


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except Exception:
        logger.debug("mail server did not close cleanly", exc_info=True)
