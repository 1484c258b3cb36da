"""Renders a mail's letters from its facts, and makes the message that is sent.

Kept letters hold `personal-link` where the sent ones hold the recipient's token: nothing usable lies in the database.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from icalendar import Calendar, Event

from registration.mail.catalogue import KINDS
from registration.models import OutgoingMail
from registration.models.link import UNSIGNED_TOKEN, make_link_url
from seminar.foundation.dates import format_days, format_moment


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def render_letter(mail: OutgoingMail) -> Letter:
    """Return the letter in the recipient's language, its link unsigned. Raises whatever a template raises."""
    context = make_context(mail)
    stem = f"registration/mail/{mail.kind}.{mail.language}"
    with translation.override(mail.language):
        subject = " ".join(render_to_string(f"{stem}.subject.txt", context).split())
        return Letter(
            subject=subject,
            text=render_to_string(f"{stem}.txt", context).strip() + "\n",
            html=render_to_string(f"{stem}.html", {**context, "subject": subject}),
        )


def make_context(mail: OutgoingMail) -> dict[str, Any]:
    """Return what the letters show, ready to print: texts and dates in the recipient's language."""
    language, facts = mail.language, mail.facts
    seminar = facts["seminar"]
    city = seminar[f"city_{language}"]
    action_path = facts.get("action_path")
    return {
        "title": seminar[f"title_{language}"],
        "days": format_days(
            date.fromisoformat(seminar["start_date"]), date.fromisoformat(seminar["end_date"]), language
        ),
        "city": city,
        "due": format_moment(
            datetime.fromisoformat(seminar["nominations_due_at"]),
            time_zone=seminar["time_zone"],
            city=city,
            language=language,
        ),
        "secretariat_name": seminar[f"secretariat_name_{language}"],
        "secretariat_email": seminar["secretariat_email"],
        "delegation": facts["delegation"][f"name_{language}"] if "delegation" in facts else "",
        "recipient_name": facts["recipient_name"],
        "registration": facts.get("registration", {}),
        "is_own": facts.get("is_own", True),
        "count": facts.get("count", 0),
        "facts": facts,
        "language": language,
        "has_personal_link": action_path is None,
        "link_url": f"{settings.SITE_URL}{action_path}" if action_path else make_link_url(UNSIGNED_TOKEN, language),
    }


def make_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the message of a rendered mail, the recipient's link signed, with the Message-ID of its row."""
    text, html = mail.text_body, mail.html_body
    if mail.link is not None:
        unsigned = make_link_url(UNSIGNED_TOKEN, mail.language)
        signed = mail.link.make_url(mail.language)
        text, html = text.replace(unsigned, signed), html.replace(unsigned, signed)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        to=[mail.recipient],
        reply_to=[mail.facts["seminar"]["secretariat_email"]],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    if KINDS[mail.kind].has_calendar:
        message.attach("seminar.ics", make_calendar(mail), "text/calendar; method=PUBLISH")
    return message


def make_calendar(mail: OutgoingMail) -> str:
    """Return the seminar's days as an iCalendar file (RFC 5545) in the recipient's language."""
    seminar, language = mail.facts["seminar"], mail.language
    calendar = Calendar()
    calendar.add("prodid", "-//Seminar//Registration//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{mail.facts['registration']['number']}@{seminar['slug']}".lower())
    event.add("sequence", mail.facts["revision"])
    event.add("dtstamp", mail.created_at)
    event.add("summary", seminar[f"title_{language}"])
    event.add("location", seminar[f"city_{language}"])
    event.add("dtstart", date.fromisoformat(seminar["start_date"]))
    event.add("dtend", date.fromisoformat(seminar["end_date"]) + timedelta(days=1))
    event.add("url", f"{settings.SITE_URL}/{language}/{seminar['slug']}/")
    calendar.add_component(event)
    return calendar.to_ical().decode()
