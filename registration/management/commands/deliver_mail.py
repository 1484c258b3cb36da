"""deliver_mail: the poller, without Celery."""

import time
from argparse import ArgumentParser
from typing import Any

from django.db import close_old_connections

from registration.mail.dispatch import dispatch
from seminar.foundation.commands import PlainCommand

POLL_S = 10


class Command(PlainCommand):
    help = "Deliver the mails of the outbox that are due, then look again every 10 seconds; --once looks once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            tally = dispatch()
            if options["once"] or tally.sent or tally.retried or tally.given_up:
                paused = "; the mail server refuses, trying again later" if tally.is_paused else ""
                self.stdout.write(f"{tally.sent} sent, {tally.retried} put back, {tally.given_up} given up{paused}.")
            if options["once"]:
                return
            close_old_connections()
            time.sleep(POLL_S)
