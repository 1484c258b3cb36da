"""The facts a mail reports, taken as they are when it is queued: ids and values, no passport data."""

from typing import Any

from registration.models import Registration
from seminar.models import Delegation, Seminar


def describe_seminar(seminar: Seminar) -> dict[str, Any]:
    return {
        "slug": seminar.slug,
        "title_en": seminar.title_en,
        "title_ja": seminar.title_ja,
        "start_date": seminar.start_date.isoformat(),
        "end_date": seminar.end_date.isoformat(),
        "time_zone": seminar.time_zone,
        "city_en": seminar.city_en,
        "city_ja": seminar.city_ja,
        "nominations_due_at": seminar.nominations_due_at.isoformat(),
        "secretariat_name_en": seminar.secretariat_name_en,
        "secretariat_name_ja": seminar.secretariat_name_ja,
        "secretariat_email": seminar.secretariat_email,
    }


def describe_delegation(delegation: Delegation) -> dict[str, Any]:
    return {"code": delegation.code, "name_en": delegation.short_name_en, "name_ja": delegation.short_name_ja}


def describe_registration(registration: Registration) -> dict[str, Any]:
    return {
        "number": registration.number,
        "name": registration.full_name,
        "state": registration.state,
        "needs_endorsement": registration.state == "submitted",
        "submit_by": registration.submit_by.isoformat(),
    }
