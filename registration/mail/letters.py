"""Renders a mail's letters from its facts, and makes the message that is sent.

Kept letters hold `personal-link` where the sent ones hold the recipient's token: nothing usable lies in the database.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from registration.mail.calendar import make_calendar_file
from registration.mail.catalogue import KINDS, label_kind
from registration.models import OutgoingMail, State
from registration.models.answers import find_stage, label_answer
from registration.models.link import UNSIGNED_TOKEN, make_link_url
from registration.models.open_request import make_proof_url, make_token
from seminar.foundation.dates import format_days, format_moment

BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")  # what parts of a letter leave behind that are not there


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def render_letter(mail: OutgoingMail) -> Letter:
    """Return the letter in the recipient's language, its link unsigned. Raises whatever a template raises."""
    stem = f"registration/mail/{mail.kind}.{mail.language}"
    with translation.override(mail.language):
        context = make_context(mail)
        subject = " ".join(render_to_string(f"{stem}.subject.txt", context).split())
        return Letter(
            subject=subject,
            text=BLANK_LINES.sub("\n\n", render_to_string(f"{stem}.txt", context).strip()) + "\n",
            html=render_to_string(f"{stem}.html", {**context, "subject": subject}),
        )


def make_context(mail: OutgoingMail) -> dict[str, Any]:
    """Return what the letters show, ready to print: texts and dates in the recipient's language."""
    language, facts, kind = mail.language, mail.facts, KINDS[mail.kind]
    seminar = facts["seminar"]
    registration = facts.get("registration", {})
    action_path = facts.get("action_path")
    reason = facts.get("reason", "").strip()
    return {
        "title": seminar[f"title_{language}"],
        "days": format_days(
            date.fromisoformat(seminar["start_date"]), date.fromisoformat(seminar["end_date"]), language
        ),
        "city": seminar[f"city_{language}"],
        "due": _format(
            facts.get("due_at") or registration.get("submit_by") or seminar["nominations_due_at"], seminar, language
        ),
        "due_date": _format_date(facts.get("due_at") or seminar["nominations_due_at"], seminar, language),
        "secretariat_name": seminar[f"secretariat_name_{language}"],
        "secretariat_email": seminar["secretariat_email"],
        "delegation": facts["delegation"][f"name_{language}"] if "delegation" in facts else "",
        "recipient_name": facts["recipient_name"],
        "registration": registration,
        "is_own": facts.get("is_own", True),
        "is_to_secretariat": facts.get("is_to_secretariat", False),
        "is_delegate_told": facts.get("is_delegate_told", True),
        "is_by_focal_point": facts.get("is_by_focal_point", False),
        "is_cancelled": registration.get("state") == State.CANCELLED,
        "was_approved": facts.get("was_approved", False),
        "has_calendar": bool(_choose_calendar_method(mail)),
        "reason": reason,
        # Marked line by line in plain text, so that no reason can pass for a part of the letter.
        "quoted_reason": _quote(reason),
        "count": facts.get("count", 0),
        "longest_wait_days": facts.get("longest_wait_days", 0),
        "waiting_since": _format(facts["waiting_since"], seminar, language) if "waiting_since" in facts else "",
        "undelivered": [
            {"label": label_kind(each["kind"]), "number": each["number"]} for each in facts.get("undelivered", [])
        ],
        "more_count": facts.get("count", 0) - len(facts.get("undelivered", [])),
        "missing": [str(stage.title) for code in facts.get("missing", []) if (stage := find_stage(code))],
        "is_accepted": facts.get("is_accepted", False),
        "changed": [label_answer(name) for name in facts.get("changed", [])],
        "people": facts.get("people", []),
        "is_waiting": facts.get("is_waiting", False),
        "requester": facts.get("requester", ""),
        "organization": facts.get("organization", ""),
        "wish": facts.get("wish", ""),
        "quoted_wish": _quote(facts.get("wish", "")),
        "facts": facts,
        "language": language,
        "has_personal_link": action_path is None,
        "link_url": f"{settings.SITE_URL}{action_path}" if action_path else _make_unsigned_url(mail) + kind.leads_to,
        "parts": [part[language] for part in facts.get("parts", [])],
    }


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _make_unsigned_url(mail: OutgoingMail) -> str:
    """Return the address of the recipient's link with UNSIGNED_TOKEN in it."""
    if request := mail.facts.get("open_request"):
        return make_proof_url(UNSIGNED_TOKEN, slug=request["slug"], language=mail.language)
    return make_link_url(UNSIGNED_TOKEN, mail.language)


def _make_signed_url(mail: OutgoingMail) -> str | None:
    """Return the address that the sent letter holds; None where the recipient has no link."""
    if request := mail.facts.get("open_request"):
        token = make_token(uuid.UUID(request["key"]), request["version"])
        return make_proof_url(token, slug=request["slug"], language=mail.language)
    return mail.link.make_url(mail.language) if mail.link is not None else None


def _format(moment: str, seminar: dict[str, Any], language: str) -> str:
    """Return an instant as the facts hold it, in the zone of the seminar, the zone named by its city."""
    return format_moment(
        datetime.fromisoformat(moment),
        time_zone=seminar["time_zone"],
        city=seminar[f"city_{language}"],
        language=language,
    )


def _format_date(moment: str, seminar: dict[str, Any], language: str) -> str:
    day = datetime.fromisoformat(moment).astimezone(ZoneInfo(seminar["time_zone"])).date()
    return format_days(day, day, language)


def make_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the message of a rendered mail, the recipient's link signed, with the Message-ID of its row."""
    text, html = mail.text_body, mail.html_body
    if signed := _make_signed_url(mail):
        unsigned = _make_unsigned_url(mail)
        text, html = text.replace(unsigned, signed), html.replace(unsigned, signed)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        to=[mail.recipient],
        reply_to=[mail.facts["seminar"]["secretariat_email"]],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    if method := _choose_calendar_method(mail):
        message.attach("seminar.ics", make_calendar(mail), f"text/calendar; method={method}")
    return message


def _choose_calendar_method(mail: OutgoingMail) -> str:
    """Return PUBLISH or CANCEL, or nothing: what was never confirmed stands in no calendar."""
    method = KINDS[mail.kind].calendar_method
    return "" if method == "CANCEL" and not mail.facts.get("was_approved", False) else method


def make_calendar(mail: OutgoingMail) -> str:
    """Return the seminar's days as the calendar file of a letter, in the recipient's language.

    The same entry for a registration each time; a later letter's has the higher sequence.
    """
    method = _choose_calendar_method(mail)
    status = "CANCELLED" if method == "CANCEL" else "CONFIRMED"
    return make_calendar_file(
        facts=mail.facts, language=mail.language, method=method, status=status, at=mail.created_at
    )
