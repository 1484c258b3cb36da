"""A wish to change who a person is, after the approval of that person: organizers accept or decline it."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registration.models.answer_columns import find_column
from registration.models.registration import REASON_MAX_LENGTH, Registration
from seminar.foundation.encryption import EncryptedTextField
from seminar.models import AuditEntry, Seminar


class ChangeRequest(models.Model):
    """The answers of one question page as they should be. Kept encrypted: they may hold a passport number."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Lapsed: no longer approved")

    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(
        Registration, verbose_name=_("registration"), on_delete=models.PROTECT, related_name="change_requests"
    )
    stage = models.CharField(_("page"), max_length=20)
    answers = EncryptedTextField()  # JSON {column: value}
    actor_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices)
    actor_key = models.CharField(max_length=40)
    reason = models.CharField(_("reason given"), max_length=REASON_MAX_LENGTH, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=REASON_MAX_LENGTH, blank=True)

    objects: ClassVar[models.Manager["ChangeRequest"]]

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        permissions = [("decide_changerequest", "Can accept and decline change requests")]
        indexes = [models.Index(fields=["seminar", "state"], name="change_request_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "stage"], condition=Q(state="open"), name="change_request_one_open_per_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration.number}: {self.stage}"

    def read_answers(self) -> dict[str, Any]:
        """Return the answers asked for, as values of their columns."""
        return {name: find_column(name).to_python(value) for name, value in json.loads(self.answers).items()}


def write_request_answers(answers: dict[str, Any]) -> str:
    """Return answers as ChangeRequest keeps them."""
    return json.dumps(
        {
            name: value if isinstance(value, (str, bool)) or value is None else str(value)
            for name, value in answers.items()
        }
    )
