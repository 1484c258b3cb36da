"""load_seminar DIR: load or update an edition from its files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from registration.intake.loading import load_edition
from seminar.foundation import clock
from seminar.foundation.commands import PlainCommand
from seminar.foundation.edition_files import FilesRefused, LoadReport


class Command(PlainCommand):
    help = (
        "Load or update an edition from seminar.toml, delegations.csv and registrations.csv in DIR. All or nothing; "
        "loading the same files twice changes nothing. No mail is queued; registrations that exist stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_edition(options["directory"], now=clock.now())
        except FilesRefused as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            n = len(refused.faults)
            raise CommandError(f"{n} fault{'s' if n > 1 else ''}; nothing was changed.") from None
        self.stdout.write(describe_report(report))


def describe_report(report: LoadReport) -> str:
    """Return what was loaded in one line, then a line for each thing that waits or was left."""
    parts = [
        f"{new + changed + same} {table} ({new} new, {changed} changed"
        + (f", {report.removed[table]} removed)" if table in report.removed else ")")
        for table, (new, changed, same) in report.counts.items()
    ]
    lines = ["Loaded " + ", ".join(parts) + "."]
    lines += [f"Waiting for its table: {entry}" for entry in report.waiting]
    return "\n".join([*lines, *report.notes])
