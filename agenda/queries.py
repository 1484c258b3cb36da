"""Reads of the programme for its pages."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from agenda.models import ProgrammeItem
from seminar.foundation.dates import format_clock_time, format_day
from seminar.models import Seminar


@dataclass(frozen=True)
class ProgrammeLine:
    """One item as a page shows it; times are in the seminar's zone."""

    start: str
    end: str
    title: str
    summary: str
    kind: str


@dataclass(frozen=True)
class ProgrammeDay:
    day: date
    heading: str
    lines: list[ProgrammeLine]


def list_programme_days(seminar: Seminar, language: str) -> list[ProgrammeDay]:
    """Return the programme by day, in the order of time and then of the file; texts in the active language."""
    zone = ZoneInfo(seminar.time_zone)
    days: dict[date, list[ProgrammeLine]] = {}
    for item in ProgrammeItem.objects.filter(seminar=seminar).order_by("start_at", "list_order", "pk"):
        line = ProgrammeLine(
            start=format_clock_time(item.start_at, time_zone=seminar.time_zone),
            end=format_clock_time(item.end_at, time_zone=seminar.time_zone),
            title=str(item.title),
            summary=str(item.summary),
            kind=item.kind,
        )
        days.setdefault(item.start_at.astimezone(zone).date(), []).append(line)
    return [ProgrammeDay(day, format_day(day, language), lines) for day, lines in days.items()]
