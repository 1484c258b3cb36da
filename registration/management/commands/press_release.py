"""press_release: print the closing report of a seminar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from registration.reports.press_release import write_press_release
from seminar.foundation.bilingual import LANGUAGES
from seminar.foundation.commands import PlainCommand
from seminar.models import Seminar


class Command(PlainCommand):
    help = "Print the closing report of a seminar: outline, programme with its numbers, and who took part."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seminar", required=True, metavar="SLUG", help="the edition, such as aecs20")
        parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the report (en)")

    def handle(self, *args: Any, **options: Any) -> None:
        seminar = Seminar.objects.filter(slug=options["seminar"]).first()
        if seminar is None:
            raise CommandError(f"There is no edition {options['seminar']!r}.")
        self.stdout.write(write_press_release(seminar, options["language"]), ending="")
