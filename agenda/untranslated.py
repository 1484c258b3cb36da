"""What visitors would read in one language alone. Door: `list_untranslated(seminar)`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import BreakoutGroup, Presentation, ProgrammeItem, Theme, Tour
from seminar.models import Seminar


@dataclass(frozen=True)
class Untranslated:
    """One text that stands in one language: what it belongs to, which text, and where it is typed."""

    name: str
    field: str
    missing: str
    url: str


def list_untranslated(seminar: Seminar) -> list[Untranslated]:
    """Return the texts of the programme that lack a language, in the order of its pages; a statement for each table."""
    rows: list[tuple[Iterable[Any], tuple[str, ...]]] = [
        (
            ProgrammeItem.objects.filter(seminar=seminar).order_by("start_at", "list_order", "pk"),
            ("title", "summary", "room"),
        ),
        (
            Presentation.objects.filter(item__seminar=seminar)
            .select_related("item", "delegation")
            .order_by("item__start_at", "list_order", "pk"),
            ("title", "abstract"),
        ),
        (Theme.objects.filter(seminar=seminar).order_by("list_order", "pk"), ("title",)),
        (BreakoutGroup.objects.filter(seminar=seminar).order_by("list_order", "pk"), ("room",)),
        (
            Tour.objects.filter(seminar=seminar).order_by("list_order", "pk"),
            ("title", "operator", "meeting_point", "stops", "rules"),
        ),
    ]
    return [found for table, names in rows for row in table for name in names for found in _check(row, name)]


def _check(row: Any, name: str) -> list[Untranslated]:
    english, japanese = getattr(row, f"{name}_en"), getattr(row, f"{name}_ja")
    if bool(english) == bool(japanese):
        return []
    missing, column = (_("English"), f"{name}_en") if japanese else (_("Japanese"), f"{name}_ja")
    url = reverse(f"admin:agenda_{row._meta.model_name}_change", args=[row.pk])
    return [Untranslated(str(row), str(row._meta.get_field(column).verbose_name), missing, url)]
