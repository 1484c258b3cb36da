"""Delivers what the outbox holds: claims one mail, sends it outside any transaction, marks it.

Door: `dispatch(...)`, called by the poller, by the nudge and by `deliver_mail`. It may run many times at once.
Source: docs/adr/0002-outbox.md, docs/adr/0011-one-pause-for-the-whole-queue.md.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from registration.mail.claims import claim, mark_sent, mark_sent_and_claim
from registration.mail.letters import make_message, render_letter
from registration.mail.pause import Turn, begin_pause, end_pause, take_turn
from registration.mail.retry import RENDER_ATTEMPTS, Failure, Meaning, choose_gap_s, judge, judge_opening
from registration.mail.services import RETRIED_FOR
from registration.models import OutgoingMail
from seminar.foundation.logs import redact
from seminar.foundation.transactions import retried

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

    @property
    def total(self) -> int:
        return self.sent + self.retried + self.given_up


def dispatch(*, first_id: int | None = None, limit: int | None = None) -> Tally:
    """Deliver what is due, oldest first, for RUN_S seconds, `limit` at the most; the mail `first_id` before all others.

    Does nothing while the queue is paused; at a pause's end one mail shows whether the server takes mails again. Stops
    early when the server as a whole refuses.
    """
    tally = Tally()
    turn = take_turn()
    if turn is Turn.WAIT:
        tally.is_paused = True
        return tally
    is_probe = turn is Turn.PROBE
    server = get_connection()
    end = time.monotonic() + RUN_S
    mail = claim(only_id=first_id, is_probe=is_probe) if first_id else None
    mail = mail or claim(is_probe=is_probe)
    try:
        while mail is not None:
            failure = attempt(mail, server, tally)
            if is_probe and (failure is None or failure.is_answer):
                end_pause()
                is_probe = False
            goes_on = time.monotonic() < end and (limit is None or tally.total + (failure is None) < limit)
            if failure is None:
                mail = finish(mail, tally, goes_on=goes_on)
            elif failure.ends_run or (is_probe and failure.meaning is not Meaning.BROKEN):
                break
            else:
                mail = claim(is_probe=is_probe) if goes_on else None
    finally:
        _close(server)
    return tally


def attempt(mail: OutgoingMail, server: BaseEmailBackend, tally: Tally) -> Failure | None:
    """Render and send one claimed mail; mark how it failed, where the lease is still ours. None: it was sent.

    The letter is kept with the mark of its first attempt.
    """
    kept: dict[str, str] = {}
    failure: Failure | None
    try:
        if not mail.is_rendered:
            letter = render_letter(mail)
            kept = {"subject": letter.subject, "text_body": letter.text, "html_body": letter.html}
            mail.subject, mail.text_body, mail.html_body = letter.subject, letter.text, letter.html
        message = make_message(mail)
    except SoftTimeLimitExceeded:  # Celery ends this task: the lease gives the mail to another
        raise
    except Exception as error:
        logger.exception("mail %d cannot be rendered", mail.pk)
        failure = Failure(Meaning.BROKEN, None, f"rendering: {type(error).__name__}")
    else:
        failure = _send(message, server)
        if failure is not None:
            _close(server)  # whatever step it stopped at, the next mail begins anew
    if failure is not None:
        _mark_failed(mail, failure, kept, tally)
    return failure


def finish(mail: OutgoingMail, tally: Tally, *, goes_on: bool = False) -> OutgoingMail | None:
    """Mark a mail sent; return the next one that is due, claimed along with the mark, where the run goes on."""
    is_ours, following = mark_sent_and_claim(mail) if goes_on else (mark_sent(mail), None)
    if is_ours:
        tally.sent += 1
    else:
        logger.warning("mail %d was sent after its lease had ended; it may arrive twice", mail.pk)
    return following


def _send(message: EmailMultiAlternatives, server: BaseEmailBackend) -> Failure | None:
    """Send a message over the open connection or a new one; return why it could not be sent, if so."""
    try:
        is_reused = server.open() is False
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # whatever a server or the network does, the mail stays in the outbox
        return judge_opening(error)
    try:
        if server.send_messages([message]) == 0:
            return Failure(Meaning.GIVE_UP, None, "no recipient")
    except SoftTimeLimitExceeded:  # perhaps after the server took the mail: the lease decides
        raise
    except Exception as error:
        return judge(error, is_reused=is_reused)
    return None


@retried
def _mark_failed(mail: OutgoingMail, failure: Failure, kept: dict[str, str], tally: Tally) -> None:
    meaning = failure.meaning
    outcome: dict[str, Any] = {"lease_token": None, "lease_until": None, **kept}
    if meaning is not Meaning.RECONNECT:
        outcome |= {"last_code": failure.code, "last_error": redact(failure.error)[:400]}
    if meaning in (Meaning.PAUSE, Meaning.RECONNECT):  # due at once, behind what is due already
        again = {"state": _State.QUEUED, "next_attempt_at": Now(), "attempts": F("attempts") - 1}
        if meaning is Meaning.RECONNECT:
            _ours(mail).update(**again, **outcome)
            return
        with transaction.atomic():
            put_back = _ours(mail).update(give_up_at=Now() + RETRIED_FOR, **again, **outcome)
            begin_pause(failure)
        tally.is_paused = True
        tally.retried += put_back
        return
    logger.warning("mail %d, attempt %d: %s", mail.pk, mail.attempts, meaning.value)
    is_hopeless = meaning is Meaning.GIVE_UP or (meaning is Meaning.BROKEN and mail.attempts >= RENDER_ATTEMPTS)
    # The patience counts from the first real attempt, not from a queue that stood still.
    patience = {"give_up_at": Now() + RETRIED_FOR} if mail.attempts == 1 else {}
    ended = _ours(mail) if is_hopeless else _ours(mail).filter(give_up_at__lte=Now())
    if (is_hopeless or mail.attempts > 1) and ended.update(state=_State.GIVEN_UP, **outcome):
        tally.given_up += 1
        return
    again_at = Now() + timedelta(seconds=choose_gap_s(mail.attempts))
    tally.retried += _ours(mail).update(state=_State.QUEUED, next_attempt_at=again_at, **patience, **outcome)


def _ours(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """Return the row of `mail` where it still stands under our lease."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=_State.SENDING, lease_token=mail.lease_token)


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except Exception:
        logger.debug("mail server did not close cleanly", exc_info=True)
