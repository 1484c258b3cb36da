"""The letter by which a government or organization nominates its delegation: a note verbale or a recommendation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seminar.models.delegation import Delegation
from seminar.models.stored_file import StoredFile


class NominationDocument(models.Model):
    """One letter, uploaded once for all members of a delegation; those before the present one are kept.

    `Delegation.nomination_document` is the present one, so that the delegation's row tells whether there is one.
    """

    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="nomination_documents")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"))
    replaced_at = models.DateTimeField(_("replaced"), null=True)

    class Meta:
        verbose_name = _("nomination document")
        verbose_name_plural = _("nomination documents")
        constraints = [
            models.UniqueConstraint(
                fields=["delegation"],
                condition=Q(replaced_at__isnull=True),
                name="nomination_document_one_present_per_delegation",
            )
        ]

    def __str__(self) -> str:
        return str(self.file)
