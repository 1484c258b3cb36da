"""demo: the 20th seminar, ready to click through."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from registration.intake.demo import make_demo
from registration.speaking.demo import furnish_programme
from seminar.foundation.commands import PlainCommand
from seminar.foundation.edition_files import FilesRefused
from seminar.preparation import prepare_database


class Command(PlainCommand):
    help = (
        "Migrate, load the shipped 20th seminar once, make demo accounts, and print addresses, passwords and links. "
        "Running it again keeps everything."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo has known people and links; it is for the embedded profile only.")
        prepare_database()
        try:
            demo = make_demo(settings.DATA_DIR)
            furnish_programme(demo.seminar, demo.now)
        except FilesRefused as refused:
            raise CommandError(str(refused)) from None
        site = settings.SITE_URL
        lines = [
            "",
            f"  Public pages     {site}/en/   {site}/ja/",
            f"  Administration   {site}/admin/",
            *(f"    {account.role:<14} {account.email:<32} password {account.password}" for account in demo.accounts),
            f"  A delegate       {demo.delegate_url}",
            f"  A focal point    {demo.focal_point_url}",
            f"  Mails are kept in {settings.MAIL_FOLDER} and shown in the administration under Outbox."
            if settings.MAIL_FOLDER
            else "  Mails go to the server that EMAIL_URL names.",
            f"  The demonstration's clock stands at {demo.now:%d %B %Y %H:%M %Z}.",
        ]
        self.stdout.write("\n".join(lines))
