"""create_account EMAIL --group GROUP: make a staff account."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError

from seminar.access import ROLE_PERMISSIONS
from seminar.accounts import activate_totp, create_account
from seminar.foundation.commands import PlainCommand, read_email, read_name
from seminar.foundation.text import make_email_key
from seminar.models import User


class Command(PlainCommand):
    help = "Make a staff account and print its password, and with --totp the secret of its second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--group", required=True, choices=sorted(ROLE_PERMISSIONS), help="what the account may do")
        parser.add_argument("--name", default="", help="the person's name; the address where it is left out")
        parser.add_argument("--language", default="en", choices=User.Language.values, help="of the admin's pages (en)")
        parser.add_argument("--totp", action="store_true", help="set up a second factor and print its secret")

    def handle(self, *args: Any, **options: Any) -> None:
        email = make_email_key(read_email(options["email"]))
        password = secrets.token_urlsafe(12)
        try:
            user = create_account(
                email=email,
                name=read_name(options["name"]) or email,
                password=password,
                role=options["group"],
                language=options["language"],
            )
        except IntegrityError:
            raise CommandError(f"{email} has an account already.") from None
        line = f"Account {email} in group {options['group']}, password {password}"
        self.stdout.write(f"{line}, TOTP secret {activate_totp(user)}" if options["totp"] else line)
