"""Makes the demonstration: the shipped 20th seminar, staff accounts, focal points and links to begin with.

Door: `make_demo(data_dir)`; a second call keeps everything and says the same.
"""

import json
import os
import secrets
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from registration import lifecycle
from registration.intake.extra_answers import note_whether_any
from registration.intake.loading import load_edition
from registration.models import DeskMessage, ExtraQuestion, Link, Registration
from registration.models.consents import CONSENT_TEXTS, current_consent
from seminar.access import ADMINISTRATOR, APPROVER, DESK, SECRETARIAT, staff_actor
from seminar.accounts import create_account
from seminar.foundation.audit import SYSTEM
from seminar.foundation.text import make_email_key
from seminar.foundation.transactions import recorded
from seminar.models import AuditEntry, Delegation, FocalPoint, Seminar, User

EDITION = Path(__file__).parent / "editions" / "seminar20"
DELEGATE_NUMBER = "AECS20-0132"  # invited, not opened yet
FOCAL_POINT_CODE = "MNG"  # speaks for that delegate
FOCAL_POINTS = {
    "MNG": ("Tuya Bold", "en"),
    "KHM": ("Vanna Chea", "en"),
    "LAO": ("Noy Sisavath", "en"),
    "PAK": ("Adeel Mirza", "en"),
    "LKA": ("Nimali Weerakoon", "en"),
}  # fmt: skip
WAIT_LISTED_CODE = "PAK"
WAIT_LISTED = {
    "email": "sana.qureshi@pak.example",
    "title": "Ms.",
    "passport_name": "SANA QURESHI",
    "given_names": "Sana",
    "family_name": "Qureshi",
    "badge_name": "QURESHI, Sana",
    "role": "observer",
    "position": "Assistant Director",
    "organization": "Ministry of Foreign Affairs",
}
EXTRA_QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "code": "earlier_seminars",
        "kind": ExtraQuestion.Kind.YES_NO,
        "label_en": "Have you attended an earlier seminar?",
        "label_ja": "過去のセミナーに参加されたことはありますか",
        "stage": "position",
        "categories": ["asian", "cooperating"],
    },
    {
        "code": "meals",
        "kind": ExtraQuestion.Kind.SEVERAL,
        "label_en": "Which meals do you join?",
        "label_ja": "参加される食事をお選びください",
        "help_en": "All of them are at the venue.",
        "help_ja": "いずれも会場内で行います。",
        "options": [
            ["lunch_26", "Lunch on 26 February", "2月26日の昼食"],
            ["reception", "Reception on 26 February", "2月26日のレセプション"],
            ["lunch_27", "Lunch on 27 February", "2月27日の昼食"],
        ],
        "stage": "needs",
    },
)


@dataclass(frozen=True)
class DemoAccount:
    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Demo:
    """What a visitor of the demonstration needs; `now` is where its clock stands."""

    accounts: list[DemoAccount]
    delegate_url: str
    focal_point_url: str
    now: datetime
    seminar: Seminar


def make_demo(data_dir: Path) -> Demo:
    """Make what is missing of the demonstration and write its clock to `demo.env`. Raises FilesRefused."""
    edition = tomllib.loads((EDITION / "seminar.toml").read_text(encoding="utf-8"))["seminar"]
    if not Seminar.objects.filter(slug=edition["slug"]).exists():
        load_edition(EDITION, now=edition["demo_now"])
    seminar = Seminar.objects.get(slug=edition["slug"])
    accounts = _make_accounts(data_dir / "demo-accounts.json", seminar.slug)
    with transaction.atomic():
        _make_focal_points(seminar)
        _post_message(seminar, edition["demo_now"])
        _make_wait_listed(seminar, edition["demo_now"])
        _ask_more(seminar)
        delegate = Registration.objects.select_related("seminar").get(seminar=seminar, number=DELEGATE_NUMBER)
        of_delegation = FocalPoint.objects.filter(delegation__seminar=seminar, delegation__code=FOCAL_POINT_CODE)
        focal_point = of_delegation.select_related("delegation__seminar").order_by("-is_primary", "pk")[0]
        delegate_link = Link.objects.ensure(registration=delegate)
        focal_point_link = Link.objects.ensure(focal_point=focal_point)
    now = _set_clock(data_dir / "demo.env", edition["demo_now"])
    return Demo(accounts, delegate_link.make_url("en"), focal_point_link.make_url("en"), now, seminar)


def _make_accounts(path: Path, slug: str) -> list[DemoAccount]:
    """Return the accounts, their passwords kept beside the demo's data for the next start."""
    kept = [DemoAccount(**entry) for entry in json.loads(path.read_text())] if path.exists() else []
    if kept and User.objects.filter(email__in=[account.email for account in kept]).count() == len(kept):
        return kept
    accounts = [
        DemoAccount(role, f"{role}@{slug}.example", secrets.token_urlsafe(9))
        for role in (APPROVER, SECRETARIAT, DESK, ADMINISTRATOR)
    ]
    with transaction.atomic():
        User.objects.filter(email__in=[account.email for account in accounts]).delete()
        for account in accounts:
            name = f"{account.role.capitalize()} (demo)"
            create_account(email=account.email, name=name, password=account.password, role=account.role, language="en")
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump([asdict(account) for account in accounts], file)
        part.replace(path)
    return accounts


def _make_focal_points(seminar: Seminar) -> None:
    """Give the delegations of FOCAL_POINTS that have none a focal point; whom the visitor changed stays changed."""
    for delegation in Delegation.objects.filter(seminar=seminar, code__in=FOCAL_POINTS, focal_points=None):
        name, language = FOCAL_POINTS[delegation.code]
        email = f"{name.lower().replace(' ', '.')}@{delegation.code.lower()}.example"
        FocalPoint.objects.create(
            delegation=delegation, email=email, email_key=make_email_key(email), name=name, language=language
        )


def _post_message(seminar: Seminar, at: datetime) -> None:
    """Post what organizers write to delegations, once."""
    if DeskMessage.objects.filter(seminar=seminar).exists():
        return
    DeskMessage.objects.create(
        seminar=seminar,
        title_en="Hotel rooms are held until 20 January",
        title_ja="ホテルの客室の確保は1月20日までです",
        body_en="Please tell your delegates: the hotel releases the rooms that nobody has confirmed by that day.",
        body_ja="参加者の皆様にお伝えください。同日までに確定されなかった客室は解放されます。",
        is_to_all=True,
        posted_at=at,
        posted_by=User.objects.get(email=f"{SECRETARIAT}@{seminar.slug}.example"),
    )


def _make_wait_listed(seminar: Seminar, at: datetime) -> None:
    """Add the one person on the waiting list, whom the files leave out, as an approver would have put them there."""
    if Registration.objects.filter(seminar=seminar, email_key=WAIT_LISTED["email"]).exists():
        return
    approver = staff_actor(User.objects.get(email=f"{APPROVER}@{seminar.slug}.example"))
    delegation = Delegation.objects.select_related("seminar").get(seminar=seminar, code=WAIT_LISTED_CODE)
    consents = {name: current_consent(name).version for name in CONSENT_TEXTS}
    with recorded():
        registration = lifecycle.create_draft(
            actor=SYSTEM, delegation=delegation, language="en", now=at, **WAIT_LISTED, **consents, consents_given_at=at
        )
        for actor, transition in ((approver, "submit"), (SYSTEM, "endorse"), (approver, "waitlist")):
            lifecycle.change_state(actor=actor, registration=registration, transition=transition, now=at)


def _ask_more(seminar: Seminar) -> None:
    """Add what the organizers ask beside the forms, once; whatever the visitor makes of it stays."""
    if ExtraQuestion.objects.filter(seminar=seminar).exists():
        return
    for position, question in enumerate(EXTRA_QUESTIONS, start=1):
        ExtraQuestion.objects.create(seminar=seminar, position=position, **question)
    note_whether_any(seminar)
    Seminar.objects.filter(pk=seminar.pk).update(takes_open_requests=True)


def _set_clock(path: Path, demo_now: datetime) -> datetime:
    """Let the clock run on from where the last visit left it, so that time never goes back in the data."""
    newest = AuditEntry.objects.aggregate(newest=Max("at"))["newest"]
    now = max(demo_now, newest.astimezone(demo_now.tzinfo)) if newest else demo_now
    path.write_text(f"SEMINAR_NOW={now.isoformat()}\nSEMINAR_NOW_SINCE={timezone.now().isoformat()}\n")
    return now
