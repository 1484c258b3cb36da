"""Plain functions that make rows for tests; every value can be given."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Group

from registration.models import Registration, State
from registration.models.consents import CONSENT_TEXTS
from seminar.foundation.text import make_email_key
from seminar.models import Delegation, FocalPoint, Seminar, User

NOW = datetime(2013, 1, 8, 1, 0, tzinfo=UTC)
_counter = itertools.count(1)


def make_seminar(**values: Any) -> Seminar:
    defaults: dict[str, Any] = {
        "slug": "aecs20",
        "number": 20,
        "title_en": "The 20th Asian Export Control Seminar",
        "title_ja": "第20回アジア輸出管理セミナー",
        "start_date": date(2013, 2, 26),
        "end_date": date(2013, 2, 28),
        "time_zone": "Asia/Tokyo",
        "city_en": "Tokyo",
        "city_ja": "東京",
        "nominations_due_at": datetime(2013, 1, 11, 9, 0, tzinfo=UTC),
        "secretariat_name_en": "Secretariat, CISTEC",
        "secretariat_name_ja": "セミナー事務局",
        "secretariat_email": "secretariat@aecs20.example",
    }
    return Seminar.objects.create(**(defaults | values))


def make_delegation(seminar: Seminar | None = None, **values: Any) -> Delegation:
    n = next(_counter)
    defaults: dict[str, Any] = {
        "code": f"D{n}",
        "category": Delegation.Category.ASIAN,
        "list_order": n,
        "formal_name_en": "Mongolia",
        "formal_name_ja": "モンゴル国",
        "short_name_en": "Mongolia",
        "short_name_ja": "モンゴル",
        "kind": Delegation.Kind.COUNTRY,
        "quota": 3,
        "nomination_waiver_reason": "imported",
    }
    return Delegation.objects.create(seminar=seminar or make_seminar(), **(defaults | values))


def make_focal_point(delegation: Delegation, **values: Any) -> FocalPoint:
    email = values.pop("email", f"focal{next(_counter)}@ministry.example")
    defaults: dict[str, Any] = {"name": "Tuya Bold", "language": "en", "is_primary": True}
    return FocalPoint.objects.create(
        delegation=delegation, email=email, email_key=make_email_key(email), **(defaults | values)
    )


def make_registration(delegation: Delegation | None = None, state: str = State.DRAFT, **values: Any) -> Registration:
    """Make a complete registration straight in `state`; the lifecycle's own tests go through its doors."""
    delegation = delegation or make_delegation()
    n = next(_counter)
    email = values.pop("email", f"delegate{n}@ministry.example")
    defaults: dict[str, Any] = {
        "number": f"AECS20-{n:04d}",
        "title": "Ms.",
        "passport_name": "SOLONGO TSEND",
        "given_names": "Solongo",
        "family_name": "Tsend",
        "badge_name": "TSEND, Solongo",
        "position": "Director",
        "organization": "Ministry of Economic Development",
        "language": "en",
        "created_at": NOW,
        "state_changed_at": NOW,
        **{name: texts[-1].version for name, texts in CONSENT_TEXTS.items()},
    }
    registration = Registration.objects.create(
        seminar=delegation.seminar,
        delegation=delegation,
        email=email,
        email_key=make_email_key(email),
        state=state,
        **(defaults | values),
    )
    if state == State.APPROVED:
        Delegation.objects.filter(pk=delegation.pk).update(approved_count=delegation.approved_count + 1)
        delegation.refresh_from_db()
    return registration


def make_user(role: str, **values: Any) -> User:
    email = values.pop("email", f"{role}{next(_counter)}@aecs20.example")
    user = User.objects.create_user(email, "a long pass phrase", name=values.pop("name", role.title()), **values)
    user.groups.add(Group.objects.get(name=role))
    return user
