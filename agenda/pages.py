"""What the pages of the programme show, ready to print. Door: `make_programme_context`."""

from typing import Any

from django.utils.translation import get_language

from agenda.disclosure import OpenFile
from agenda.models import ProgrammeItem, ProgrammeVersion
from agenda.programme import Day, Reader, list_days
from seminar.display import describe_moment
from seminar.foundation.dates import format_zone
from seminar.models import Seminar
from seminar.queries import count_delegations


def make_programme_context(
    seminar: Seminar,
    version: ProgrammeVersion | None,
    files: list[OpenFile],
    *,
    kind: str = "",
    only_with_files: bool = False,
) -> dict[str, Any]:
    """Return the values of the programme's pages; `kind` shows items of one kind, `only_with_files` those with any.

    Without a version the programme is a draft, and its days are none.
    """
    items = version.snapshot["items"] if version else []
    kind = kind if kind in ProgrammeItem.Kind.values else ""
    by_presentation: dict[int, list[OpenFile]] = {}
    for file in files:
        by_presentation.setdefault(file.presentation_id, []).append(file)
    days = list_days(items, Reader(get_language() or "en", seminar.time_zone, by_presentation), kind=kind)
    return {
        "nominations_due": describe_moment(seminar, seminar.nominations_due_at),
        "bodies": list(seminar.organizing_bodies.order_by("list_order", "pk")),
        "delegation_counts": count_delegations(seminar),
        "version": version,
        "published_text": describe_moment(seminar, version.published_at) if version else "",
        "zone_text": format_zone(seminar.start_date, seminar.time_zone),
        "programme_days": _keep_with_files(days) if only_with_files else days,
        "kinds": _list_kinds(items),
        "kind": kind,
    }


def _list_kinds(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return (kind, label) of the kinds that the programme has, in the order of their list."""
    present = {item["kind"] for item in items}
    return [(value, str(label)) for value, label in ProgrammeItem.Kind.choices if value in present]


def _keep_with_files(days: list[Day]) -> list[Day]:
    kept = []
    for day in days:
        lines = [line for line in day.lines if line.with_files]
        if lines:
            kept.append(Day(day.day, day.heading, lines))
    return kept
