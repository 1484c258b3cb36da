"""A table as plain as can be."""

from django.db import models


class Note(models.Model):
    name = models.CharField(max_length=200)
    email = models.EmailField()
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.name
