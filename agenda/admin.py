"""Admin pages of the agenda."""

from django.contrib import admin

from agenda.models import ProgrammeItem, Theme
from seminar.admin_site import EditionAdmin, ReadOnly


@admin.register(Theme)
class ThemeAdmin(ReadOnly, EditionAdmin):
    list_display = ("code", "title")
    ordering = ("list_order", "pk")


@admin.register(ProgrammeItem)
class ProgrammeItemAdmin(ReadOnly, EditionAdmin):
    list_display = ("start_at", "end_at", "title", "kind")
    list_filter = ("kind",)
    ordering = ("start_at", "list_order", "pk")
