"""Admin pages of the agenda: plain lists, the day pages, the check before publishing, copying an edition."""

from agenda.admin import lists, pages

__all__ = ("lists", "pages")
