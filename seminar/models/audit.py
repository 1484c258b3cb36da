"""The audit trail's rows; written by seminar.foundation.audit alone, never changed afterwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from seminar.models.edition import Seminar


class AuditChain(models.Model):
    """The one row that holds the newest hash; locking it puts entries into one order."""

    last_hash = models.CharField(max_length=64, default="")
    length = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.length} entries"


class AuditEntry(models.Model):
    """Who did what to which row, when and why. `at` is domain time, `recorded_at` real time."""

    class ActorKind(models.TextChoices):
        STAFF = "staff", _("Staff")
        DELEGATE = "delegate", _("Delegate")
        FOCAL_POINT = "focal_point", _("Focal point")
        SYSTEM = "system", _("System")

    position = models.PositiveBigIntegerField(unique=True)
    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("time"))
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(_("by"), max_length=20, choices=ActorKind.choices)
    actor_key = models.CharField(max_length=60, blank=True)
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(pgettext_lazy("audit trail", "subject"), max_length=80)
    details = models.JSONField(_("details"), default=dict)
    details_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["subject", "position"], name="audit_entry_by_subject")]

    def __str__(self) -> str:
        return f"{self.position} {self.action} {self.subject}"
