"""The seminar's days as an iCalendar file: attached to letters, and offered on the delegate's page.

Source: RFC 5545 (format), RFC 5546 (publishing and cancelling).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress


def make_calendar_file(*, facts: Mapping[str, Any], language: str, method: str, status: str, at: datetime) -> str:
    """Return one entry over the days of the seminar, always the same one for a registration.

    `facts` hold "seminar" as facts.describe_seminar gives it, "registration" with its number, and "revision", which
    raises the entry's sequence. `method`: PUBLISH or CANCEL. `status`: TENTATIVE, CONFIRMED or CANCELLED.
    """
    seminar = facts["seminar"]
    calendar = Calendar()
    calendar.add("prodid", "-//Seminar//Registration//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{facts['registration']['number']}@{seminar['slug']}".lower())
    event.add("sequence", facts["revision"])
    event.add("status", status)
    event.add("organizer", vCalAddress(f"mailto:{seminar['secretariat_email']}"))
    event.add("dtstamp", at)
    event.add("summary", seminar[f"title_{language}"])
    event.add("location", seminar[f"city_{language}"])
    event.add("dtstart", date.fromisoformat(seminar["start_date"]))
    event.add("dtend", date.fromisoformat(seminar["end_date"]) + timedelta(days=1))
    event.add("url", f"{settings.SITE_URL}/{language}/{seminar['slug']}/")
    calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text
