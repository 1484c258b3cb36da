"""What every command shares: bad input is one clear line and exit status 1, never a usage text or a traceback."""

import sys
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from seminar.foundation.fields import EmailField
from seminar.foundation.text import NAME_MAX_LENGTH, TextRefused, normalise_text


class PlainParser(CommandParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        if not self.called_from_command_line:
            raise CommandError(f"Error: {message}")
        sys.exit(f"{self.prog}: {message}")


class PlainCommand(BaseCommand):
    """A command whose wrong arguments are one line."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            if "no such table" in str(error) or "UndefinedTable" in type(error.__cause__).__name__:
                raise CommandError("The database is empty. Run `python manage.py prepare` first.") from None
            raise

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = PlainParser
        return parser


def read_email(text: str) -> str:
    """Return a mail address as it is kept. Raises CommandError."""
    try:
        email: str = EmailField().clean(text)
    except ValidationError:
        raise CommandError(f"{text!r} is not an e-mail address.") from None
    return email


def read_name(text: str) -> str:
    """Return a name, normalised. Raises CommandError for one that cannot be stored."""
    try:
        name = normalise_text(text)
    except TextRefused:
        raise CommandError(f"{text!r} is not a name: it holds characters that cannot be stored.") from None
    if len(name) > NAME_MAX_LENGTH:
        raise CommandError(f"The name is longer than {NAME_MAX_LENGTH} characters.")
    return name
