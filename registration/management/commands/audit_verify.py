"""audit_verify: check that nobody touched the audit trail."""

from typing import Any

from django.core.management.base import CommandError

from seminar.foundation.audit import verify
from seminar.foundation.commands import PlainCommand
from seminar.models import AuditEntry


class Command(PlainCommand):
    help = "Check the audit trail's chain of hashes: an edit, a deletion or a swap is named and exits 1."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = verify()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the audit trail.")
        self.stdout.write(f"The audit trail is whole: {AuditEntry.objects.count()} entries.")
