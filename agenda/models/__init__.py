"""Tables of the agenda."""

from agenda.models.programme import ProgrammeItem, Theme

__all__ = ("ProgrammeItem", "Theme")
