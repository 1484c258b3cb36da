"""Files of presentations, to whom each is disclosed, and what their speakers have permitted.

Written by agenda.materials alone.
"""

import uuid
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agenda.models.presentations import Presentation
from seminar.models import AuditEntry, StoredFile

LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]


class Disclosure(models.TextChoices):
    """To whom a file may be shown; each one includes those before it."""

    NONE = "none", pgettext_lazy("disclosure", "Nobody but the organizers")
    PARTICIPANTS = "participants", pgettext_lazy("disclosure", "The participants of the seminar")
    PUBLIC = "public", pgettext_lazy("disclosure", "Everybody, on the public website")

    @property
    def rank(self) -> int:
        return Disclosure.values.index(self.value)


class DisclosureConsent(models.Model):
    """What a speaker, or whoever may speak for them, permitted for the file of one language, and when it ended.

    One stands at a time; those before it stay as the record. `earliest_date` is a day in the seminar's zone.
    """

    presentation = models.ForeignKey(Presentation, on_delete=models.CASCADE, related_name="consents")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    level = models.CharField(_("permitted to"), max_length=20, choices=Disclosure.choices)
    earliest_date = models.DateField(_("not before"), null=True, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given"))
    giver_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices)
    giver_key = models.CharField(max_length=60, blank=True)
    giver_name = models.CharField(_("given by"), max_length=400, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        verbose_name = _("permission to disclose")
        verbose_name_plural = _("permissions to disclose")
        constraints = [
            models.UniqueConstraint(
                fields=["presentation", "language"],
                condition=models.Q(ended_at__isnull=True),
                name="disclosure_consent_one_stands",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.presentation_id} {self.language} {self.level}"

    def find_level_on(self, day: date) -> Disclosure:
        """Return what is permitted on a day: nothing before the earliest date, nothing after the end."""
        is_early = self.earliest_date is not None and day < self.earliest_date
        return Disclosure.NONE if is_early or self.ended_at is not None else Disclosure(self.level)


class Material(models.Model):
    """The file of a presentation in one language. What is shown never exceeds what the speaker permitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    presentation = models.ForeignKey(Presentation, on_delete=models.PROTECT, related_name="materials")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    file = models.ForeignKey(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    disclosure = models.CharField(_("shown to"), max_length=20, choices=Disclosure.choices, default=Disclosure.NONE)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploader_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices)
    uploader_key = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("file of a presentation")
        verbose_name_plural = _("files of presentations")
        constraints = [
            models.UniqueConstraint(fields=["presentation", "language"], name="material_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.presentation_id} {self.language}"
