"""Brings a database to what this version needs: migrations, the cache's table, groups of staff."""

import time

from django.core.management import call_command
from django.db import OperationalError, connection

from seminar.foundation.encryption import check_keys


def prepare_database(*, wait_s: float = 0) -> None:
    """Migrate and make the cache's table; running it again changes nothing. Waits `wait_s` seconds for the server.

    Raises OperationalError where the server does not answer in time, WrongKey where DATA_KEYS are another database's.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            connection.ensure_connection()
            break
        except OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(1)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    check_keys()
