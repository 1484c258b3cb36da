"""What somebody typed on a question page and has not finished: kept as typed, apart from the registration itself."""

from django.db import models

from registration.models.registration import Registration
from seminar.models import AuditEntry


class UnsavedAnswers(models.Model):
    """One person's unfinished page of one registration; gone when the page is finished or the registration moves.

    `values` is what the browser sent, {field: text}, unchecked; `seen` the mark of the answers that the page showed.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="unsaved_answers")
    stage = models.CharField(max_length=20)
    actor_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices)
    actor_key = models.CharField(max_length=60)
    values = models.JSONField()
    seen = models.CharField(max_length=32)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "stage", "actor_kind", "actor_key"], name="unsaved_answers_one_per_page"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.stage}"
