"""What of the programme was published, when and by whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminar.models import AuditEntry, Seminar


class ProgrammeVersion(models.Model):
    """One published version: `snapshot` is what visitors read (agenda.snapshot), `changes` what differs from before.

    Written by agenda.publishing alone; the newest one is public.
    """

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="programme_versions"
    )
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("published"))
    publisher_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices)
    publisher_key = models.CharField(max_length=60, blank=True)
    snapshot = models.JSONField()
    changes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("version of the programme")
        verbose_name_plural = _("versions of the programme")
        permissions = [("publish_programme", "Can publish the programme")]
        constraints = [models.UniqueConstraint(fields=["seminar", "number"], name="programme_version_once")]

    def __str__(self) -> str:
        return str(_("Version %(number)d") % {"number": self.number})
