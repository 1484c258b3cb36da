"""Holds the whole queue while the mail server as a whole refuses: the one MailPause row, by the database's clock.

Doors: `take_turn`, `begin_pause`, `end_pause`, used by registration.mail.dispatch alone.
"""

import logging
from datetime import timedelta
from enum import Enum

from django.db.models.functions import Now

from registration.mail.retry import PAUSE_S, Failure
from registration.models import MailPause
from seminar.foundation.logs import redact

logger = logging.getLogger(__name__)

PAUSE_ID = 1


class Turn(Enum):
    GO = "go"
    PROBE = "probe"  # one mail is tried, to see whether the server takes mails again
    WAIT = "wait"


def take_turn() -> Turn:
    """Return what a run may do now. Of several runs at the end of a pause one probes; the others wait on."""
    if not MailPause.objects.filter(pk=PAUSE_ID).exists():
        return Turn.GO
    has_taken = MailPause.objects.filter(pk=PAUSE_ID, until__lte=Now()).update(until=_until())
    return Turn.PROBE if has_taken else Turn.WAIT


def begin_pause(failure: Failure) -> None:
    """Pause the queue, or go on pausing it; said in the log once."""
    values = {"until": _until(), "code": failure.code, "error": redact(failure.error)[:400]}
    if MailPause.objects.filter(pk=PAUSE_ID).update(**values):
        return
    _pause, is_new = MailPause.objects.get_or_create(pk=PAUSE_ID, defaults={"since": Now(), **values})
    if is_new:
        logger.warning("the mail server refuses, deliveries are paused: %s %s", failure.code or "", failure.error)


def end_pause() -> None:
    """Let the queue go on; said in the log once."""
    deleted, _rows = MailPause.objects.filter(pk=PAUSE_ID).delete()
    if deleted:
        logger.info("the mail server takes mails again, deliveries go on")


def _until() -> object:
    return Now() + timedelta(seconds=PAUSE_S)
