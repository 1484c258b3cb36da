"""prepare: bring the database to what this version needs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError

from seminar.foundation.commands import PlainCommand
from seminar.foundation.encryption import WrongKey
from seminar.preparation import prepare_database


class Command(PlainCommand):
    help = "Wait for the database, migrate it and make the cache's table; running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", type=float, default=60, metavar="SECONDS", help="how long to wait (60)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare_database(wait_s=options["wait"])
        except OperationalError as error:
            raise CommandError(f"the database does not answer: {str(error).strip().splitlines()[0]}") from None
        except WrongKey as error:
            raise CommandError(str(error)) from None
        self.stdout.write("The database is ready.")
