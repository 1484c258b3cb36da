"""Days and moments of an edition as a page shows them, in the language of the moment."""

from datetime import datetime

from django.utils.translation import get_language

from seminar.foundation.dates import format_days, format_moment
from seminar.models import Seminar


def describe_days(seminar: Seminar) -> str:
    return format_days(seminar.start_date, seminar.end_date, get_language() or "en")


def describe_moment(seminar: Seminar, moment: datetime) -> str:
    """Return a moment in the seminar's zone, the zone named by its city."""
    return format_moment(moment, time_zone=seminar.time_zone, city=str(seminar.city), language=get_language() or "en")
