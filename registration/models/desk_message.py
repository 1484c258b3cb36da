"""What organizers tell delegations on their desks, and which focal point has read it."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from seminar.foundation.bilingual import Bilingual
from seminar.models import Delegation, FocalPoint, Seminar, User

TITLE_MAX_LENGTH, BODY_MAX_LENGTH = 200, 5000


class DeskMessageQuerySet(models.QuerySet["DeskMessage"]):
    def to_delegation(self, delegation: Delegation) -> "DeskMessageQuerySet":
        """Messages on the desk of that delegation, newest first."""
        chosen = DeskMessage.delegations.through.objects.filter(
            deskmessage_id=OuterRef("pk"), delegation_id=delegation.pk
        )
        to_it = Q(is_to_all=True) | Exists(chosen)
        return self.filter(to_it, seminar_id=delegation.seminar_id, is_withdrawn=False).order_by("-posted_at", "-pk")

    def with_reading(self, focal_point_id: int | None) -> "DeskMessageQuerySet":
        """Mark each with `is_read`: whether that focal point has said so."""
        read = MessageReading.objects.filter(message_id=OuterRef("pk"), focal_point_id=focal_point_id)
        return self.annotate(is_read=Exists(read))


class DeskMessage(models.Model):
    """A message to one, several or all delegations of an edition, in one language or in both."""

    seminar = models.ForeignKey(Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="+")
    title_en = models.CharField(_("title (English)"), max_length=TITLE_MAX_LENGTH, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=TITLE_MAX_LENGTH, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=BODY_MAX_LENGTH, blank=True)
    body_ja = models.TextField(_("text (Japanese)"), max_length=BODY_MAX_LENGTH, blank=True)
    is_to_all = models.BooleanField(_("to all delegations"), default=False)
    delegations = models.ManyToManyField(
        Delegation, verbose_name=_("delegations"), related_name="+", blank=True, help_text=_("Where it is not to all.")
    )
    posted_at = models.DateTimeField(_("posted"))
    posted_by = models.ForeignKey(User, verbose_name=_("posted by"), on_delete=models.PROTECT, related_name="+")
    is_withdrawn = models.BooleanField(
        _("taken back"), default=False, help_text=_("No longer shown on any desk; it stays here.")
    )

    title = Bilingual(_("title"))
    body = Bilingual(_("text"))

    objects: ClassVar[DeskMessageQuerySet] = DeskMessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("message to delegations")
        verbose_name_plural = _("messages to delegations")

    def __str__(self) -> str:
        return str(self.title)


class MessageReading(models.Model):
    """That a focal point has read a message."""

    message = models.ForeignKey(DeskMessage, on_delete=models.CASCADE, related_name="readings")
    focal_point = models.ForeignKey(FocalPoint, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "focal_point"], name="message_reading_once_per_focal_point")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} read by {self.focal_point_id}"
