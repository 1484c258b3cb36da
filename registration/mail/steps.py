"""On which days before a deadline people are reminded, by the day in the seminar's zone. Pure."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

SENT_FROM = time(9, 0)
MOST_DAYS_LATE = 1


def choose_step(due_at: datetime | None, now: datetime, days_before: Iterable[int], zone: ZoneInfo) -> int | None:
    """Return which of `days_before` a deadline is now reminded of: that day in `zone`, or the day after it."""
    local = now.astimezone(zone)
    if due_at is None or now >= due_at or local.time() < SENT_FROM:
        return None
    left = (due_at.astimezone(zone).date() - local.date()).days
    return next((step for step in days_before if step - MOST_DAYS_LATE <= left <= step), None)


def make_revision(due_at: datetime, step: int, zone: ZoneInfo) -> int:
    """Return a reminder's number, its deadline's day and the step: a moved deadline is reminded of anew."""
    return int(f"{due_at.astimezone(zone):%Y%m%d}{step:02d}")
