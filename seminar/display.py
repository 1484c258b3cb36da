"""Days and moments of an edition as a page shows them, in the language of the moment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from seminar.foundation.dates import format_clock_time, format_day, format_days, format_moment
from seminar.models import Seminar


def describe_days(seminar: Seminar) -> str:
    return format_days(seminar.start_date, seminar.end_date, get_language() or "en")


def describe_moment(seminar: Seminar, moment: datetime) -> str:
    """Return a moment in the seminar's zone, the zone named by its city."""
    return format_moment(moment, time_zone=seminar.time_zone, city=str(seminar.city), language=get_language() or "en")


def describe_span(seminar: Seminar, start: datetime, end: datetime) -> str:
    """Return from when to when, in the seminar's zone: the day once, the zone named by its city."""
    language = get_language() or "en"
    zone = ZoneInfo(seminar.time_zone)
    if start.astimezone(zone).date() != end.astimezone(zone).date():
        return f"{describe_moment(seminar, start)} – {describe_moment(seminar, end)}"
    day = format_day(start.astimezone(zone).date(), language)
    times = "–".join(format_clock_time(moment, time_zone=seminar.time_zone) for moment in (start, end))
    return f"{day} {times}（{seminar.city}）" if language.startswith("ja") else f"{day}, {times} ({seminar.city})"
