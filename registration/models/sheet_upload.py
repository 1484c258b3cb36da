"""A spreadsheet of people that somebody uploaded and has not saved yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminar.foundation.encryption import EncryptedTextField
from seminar.models import AuditEntry, Delegation, Seminar


class SheetUpload(models.Model):
    """One actor's spreadsheet for one delegation, or (`delegation` None) for many of the edition; gone when saved.

    `content` is the table that was read, as JSON and encrypted: it may hold passport numbers.
    """

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="+")
    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    scope = models.CharField(max_length=40)  # "delegation:17" or "seminar:3"
    actor_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices)
    actor_key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    content = EncryptedTextField()
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("uploaded spreadsheet")
        constraints = [
            models.UniqueConstraint(fields=["scope", "actor_kind", "actor_key"], name="sheet_upload_one_per_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.scope}"
