"""Domain time: the one place that says what time it is for deadlines, states and letters.

Leases, sessions, link expiry and logs use real time instead (`django.utils.timezone.now`).
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

_PROCESS_STARTED_AT = timezone.now()


def now() -> datetime:
    """Return the domain's time, aware. In a demonstration it runs on from SEMINAR_NOW; else it is real time."""
    real = timezone.now()
    if settings.DEMO_NOW is None:
        return real
    since: datetime = settings.DEMO_NOW_SINCE or _PROCESS_STARTED_AT
    shifted: datetime = settings.DEMO_NOW + (real - since)
    return shifted


def is_shifted() -> bool:
    """Return whether this process runs on a demonstration's time."""
    return settings.DEMO_NOW is not None
