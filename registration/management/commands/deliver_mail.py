"""deliver_mail: the poller, without Celery."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections

from registration.mail.dispatch import Tally, dispatch
from registration.mail.notices import queue_digests, report_undelivered
from registration.mail.reminders import queue_reminders
from seminar.foundation import clock
from seminar.foundation.commands import PlainCommand

logger = logging.getLogger(__name__)

POLL_S = 10


class Command(PlainCommand):
    help = (
        "Deliver the mails of the outbox that are due, with the daily digests and the reports of what was given up, "
        "then look again every 10 seconds; --once looks once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.tell(poll())
            return
        while True:
            try:
                tally = poll()
                if tally.total:
                    self.tell(tally)
            except (DatabaseError, InterfaceError):  # it may be back in a moment, as after a restart
                logger.exception("the outbox cannot be read; looking again in %d seconds", POLL_S)
            close_old_connections()
            time.sleep(POLL_S)

    def tell(self, tally: Tally) -> None:
        paused = "; the mail server refuses, trying again later" if tally.is_paused else ""
        self.stdout.write(f"{tally.sent} sent, {tally.retried} put back, {tally.given_up} given up{paused}.")


def poll() -> Tally:
    """Do what beat's tasks do, once; a report of what was given up goes out with the next poll.

    As there, no fault in a digest or a reminder keeps what is due from its delivery.
    """
    for queue in (queue_digests, queue_reminders):
        try:
            queue(now=clock.now())
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s failed", queue.__name__)
    tally = dispatch()
    report_undelivered()
    return tally
