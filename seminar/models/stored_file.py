"""Private files and the mark of the keys that they and other secrets were written with."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One file in the private store, under a name made by the server; written by seminar.foundation.private_files."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name of the file"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    is_encrypted = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name


class KeyCheck(models.Model):
    """The one row that tells whether DATA_KEYS are this database's own."""

    ID = 1

    sealed = models.TextField()
    lookup_key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return "keys"
