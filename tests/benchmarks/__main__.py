"""Runs every benchmark and prints its table; exits 1 where a budget is missed by far. Door: `make bench`."""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

from tests.benchmarks.figures import Figure, list_failures, make_table
from tests.benchmarks.places import (
    make_values,
    make_web_environment,
    prepare_broker,
    prepare_database,
    run_mail_server,
)
from tests.servers import make_environment

# Measured elsewhere, in one quiet run on two cores with PostgreSQL, and not again here.
PEERS = """\
For comparison, measured elsewhere (two cores, PostgreSQL, two gunicorn workers, one quiet run), not in this run:
  pretix 2026.8     one free order with three questions: 11 requests, 311 to 317 SQL statements, 459 ms of web and
                    244 ms of worker CPU; list of 10,000 orders: 22 statements, 114 ms; writing a mail: 36 ms;
                    23 mails delivered a second; a web worker holds 295 MB
  pretalx 2025.2    schedule: 6 statements; calendar file of 100 talks: 347 ms
  bare Django       a loop over one SMTP connection: 264 to 709 mails a second"""


def main() -> int:
    """Measure everything; return the exit status."""
    start = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seminar-bench-")))
        database = stack.enter_context(prepare_database(folder))
        broker = stack.enter_context(prepare_broker())
        port = stack.enter_context(run_mail_server(folder))
        values = make_values(folder, database, broker, port)
        environment = make_environment(values)
        os.environ.clear()
        os.environ.update(environment)
        print(
            f"bench: on {'PostgreSQL' if database.startswith('postgres') else 'SQLite'}, "
            f"{'Redis' if broker else 'no Redis'}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        figures = measure(values, folder)
    status = report(figures)
    print(f"bench: took {time.monotonic() - start:.0f} s")
    return status


def report(figures: list[Figure]) -> int:
    """Print the table and what peers cost; return the exit status."""
    print(f"\n{make_table(figures)}\n\n{PEERS}\n")
    if failures := list_failures(figures):
        print(f"bench: missed by far: {', '.join(failures)}")
        return 1
    return 0


def measure(values: dict[str, str], folder: Path) -> list[Figure]:
    import django

    django.setup()  # the environment above comes first, and everything below needs it
    import logging

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections

    from registration.intake.demo import EDITION
    from registration.intake.loading import load_edition
    from seminar.foundation import clock
    from tests.benchmarks import memory, outbox, pages, programme, sheets, walk
    from tests.benchmarks.bare.models import Note

    logging.disable(logging.INFO)
    call_command("prepare", stdout=StringIO())
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    load_edition(EDITION, now=clock.now())
    delegation = walk.make_delegation()
    web = make_web_environment(
        values, settings.SECRET_KEY, [str(key) for key in settings.LINK_KEYS], settings.DATA_KEYS
    )
    steps = (
        lambda: pages.measure_form(delegation),
        lambda: pages.measure_submission(delegation),
        lambda: pages.measure_way(delegation),
        pages.measure_list,
        lambda: outbox.measure_enqueue(delegation),
        lambda: outbox.measure_delivery(delegation),
        sheets.measure_desk,
        sheets.measure_sheet,
        sheets.measure_refusals,
        lambda: sheets.measure_preview(web, folder),
        programme.measure_programme,
        lambda: programme.measure_crowd(web, folder),
        lambda: memory.measure_worker(delegation, web, folder),
    )
    figures: list[Figure] = []
    for step in steps:
        found = step()
        print(*(f"  {figure.name}: {figure.measured:.2f} {figure.unit}" for figure in found), sep="\n", flush=True)
        figures += found
    connections.close_all()
    return figures


if __name__ == "__main__":
    sys.exit(main())
