"""invite: queue an invitation and print the personal link."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from registration.intake.services import invite_delegate, invite_focal_point
from registration.lifecycle import AddressTaken
from seminar.foundation import clock
from seminar.foundation.audit import SYSTEM
from seminar.foundation.commands import PlainCommand, read_email, read_name
from seminar.models import Delegation, Seminar


class Command(PlainCommand):
    help = (
        "Invite a delegate or a focal point of a delegation: queue the mail with the personal link and print the link. "
        "Inviting somebody again ends the earlier link."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seminar", required=True, metavar="SLUG", help="the edition, such as aecs20")
        parser.add_argument("--delegation", required=True, metavar="CODE", help="the delegation, such as MNG")
        parser.add_argument("--email", required=True, metavar="EMAIL")
        parser.add_argument("--role", choices=("focal_point", "delegate"), default="delegate", help="(delegate)")
        parser.add_argument("--language", choices=("en", "ja"), default="en", help="of the mail (en)")
        parser.add_argument("--name", default="", help="the focal point's name, or the delegate's given names")

    def handle(self, *args: Any, **options: Any) -> None:
        seminar = Seminar.objects.filter(slug=options["seminar"]).first()
        if seminar is None:
            raise CommandError(f"There is no edition {options['seminar']!r}.")
        delegation = Delegation.objects.filter(seminar=seminar, code=options["delegation"]).first()
        if delegation is None:
            raise CommandError(f"{seminar.slug} has no delegation {options['delegation']!r}.")
        email, name = read_email(options["email"]), read_name(options["name"])
        common: dict[str, Any] = {
            "actor": SYSTEM,
            "delegation": delegation,
            "email": email,
            "language": options["language"],
            "now": clock.now(),
        }
        try:
            if options["role"] == "focal_point":
                invitation = invite_focal_point(**common, name=name)
            else:
                invitation = invite_delegate(**common, given_names=name)
        except AddressTaken:
            raise CommandError(f"{email} is registered for another delegation of {seminar.slug}.") from None
        done = "Invited" if invitation.is_new else "Invited again"
        self.stdout.write(
            f"{done} {email} ({options['role']}, {delegation.code}): {invitation.link.make_url(options['language'])}"
        )
