"""Who presents, moderates and reports: a person's part in a presentation or a sitting.

Written by registration.speaking alone.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agenda.models import Presentation, Sitting
from registration.models.registration import Registration


class Appearance(models.Model):
    """One person's part in exactly one presentation or sitting."""

    class Part(models.TextChoices):
        SPEAKER = "speaker", _("Speaker")
        MODERATOR = "moderator", _("Moderator")
        RAPPORTEUR = "rapporteur", _("Rapporteur")

    registration = models.ForeignKey(
        Registration, verbose_name=_("person"), on_delete=models.PROTECT, related_name="appearances"
    )
    presentation = models.ForeignKey(
        Presentation,
        verbose_name=_("presentation"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="appearances",
    )
    sitting = models.ForeignKey(
        Sitting,
        verbose_name=_("sitting"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="appearances",
    )
    part = models.CharField(_("part"), max_length=20, choices=Part.choices)

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        constraints = [
            models.CheckConstraint(
                condition=Q(presentation__isnull=True) ^ Q(sitting__isnull=True), name="appearance_in_exactly_one"
            ),
            models.UniqueConstraint(
                fields=["registration", "presentation", "part"], name="appearance_once_per_presentation"
            ),
            models.UniqueConstraint(fields=["registration", "sitting", "part"], name="appearance_once_per_sitting"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.part}"
