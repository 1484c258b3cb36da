"""Asks those who present, moderate and report for what the programme needs of them: title, file, disclosure.

Door: `order_materials_requests`. Where a delegation has named nobody, its focal points are asked.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import translation

from agenda.materials import IMPORTED
from agenda.models import DisclosureConsent, Presentation
from registration.mail.services import MailOrder, to_delegate, to_focal_point
from registration.mail.steps import choose_step, make_revision
from registration.models import Appearance, Registration, State
from seminar.display import describe_span
from seminar.foundation.bilingual import LANGUAGES
from seminar.models import FocalPoint, Seminar

MATERIALS_DAYS = (14,)
_Role = Registration.Role


def order_materials_requests(seminar: Seminar, now: datetime) -> list[MailOrder]:
    """Return the letters that are due now: to everybody with a part who has not told everything yet."""
    zone = ZoneInfo(seminar.time_zone)
    due_at = seminar.materials_due_at
    step = choose_step(due_at, now, MATERIALS_DAYS, zone)
    if due_at is None or step is None:
        return []
    revision = make_revision(due_at, step, zone)
    return [
        *_order_of_people(seminar, due_at, revision),
        *_order_of_delegations(seminar, due_at, revision),
    ]


def _order_of_people(seminar: Seminar, due_at: datetime, revision: int) -> list[MailOrder]:
    has_part = Exists(Appearance.objects.filter(registration=OuterRef("pk")))
    people = (
        Registration.objects.filter(has_part | Q(role__in=(_Role.SPEAKER, _Role.MODERATOR)), seminar=seminar)
        .filter(state=State.APPROVED)
        .select_related("delegation", "link")
        .prefetch_related(Prefetch("appearances", queryset=_read_appearances()))
        .order_by("pk")
    )
    orders = []
    for person in people:
        person.seminar = seminar
        presentations = [each.presentation for each in person.appearances.all() if each.presentation is not None]
        sits = any(each.sitting_id for each in person.appearances.all())
        if presentations and not sits and all(map(_is_complete, presentations)):
            continue
        facts = {"due_at": due_at.isoformat(), "parts": _describe_all(seminar, presentations)}
        orders.append(MailOrder("materials_request", person, revision, to_delegate(person), facts))
    return orders


def _order_of_delegations(seminar: Seminar, due_at: datetime, revision: int) -> list[MailOrder]:
    named = Appearance.objects.filter(presentation=OuterRef("pk"), registration__state=State.APPROVED)
    rows = (
        _read_presentations()
        .filter(~Exists(named), item__seminar=seminar, delegation__isnull=False)
        .select_related("item", "delegation")
        .order_by("item__start_at", "list_order", "pk")
    )
    waiting: dict[int, list[Presentation]] = {}
    for row in rows:
        if row.delegation_id is not None and not _is_complete(row):
            waiting.setdefault(row.delegation_id, []).append(row)
    people = FocalPoint.objects.filter(delegation__in=waiting).select_related("delegation", "link").order_by("pk")
    orders = []
    for person in people:
        person.delegation.seminar = seminar
        facts = {
            "due_at": due_at.isoformat(),
            "is_own": False,
            "parts": _describe_all(seminar, waiting[person.delegation_id]),
        }
        orders.append(MailOrder("materials_request", person.delegation, revision, to_focal_point(person), facts))
    return orders


def _read_presentations() -> QuerySet[Presentation]:
    standing = DisclosureConsent.objects.filter(ended_at=None).exclude(text_version=IMPORTED)
    return Presentation.objects.prefetch_related(
        "materials", Prefetch("consents", queryset=standing, to_attr="given_consents")
    )


def _read_appearances() -> QuerySet[Appearance]:
    presentations = _read_presentations().select_related("item")
    return Appearance.objects.prefetch_related(Prefetch("presentation", queryset=presentations)).order_by("pk")


def _is_complete(presentation: Presentation) -> bool:
    """Whether there is a title, a file, and somebody's decision on who may see it."""
    has_title = bool(presentation.title_en or presentation.title_ja)
    return has_title and bool(presentation.materials.all()) and bool(presentation.given_consents)  # type: ignore[attr-defined]


def _describe_all(seminar: Seminar, presentations: Iterable[Presentation]) -> list[dict[str, str]]:
    """Return {language: session and its time} of each presentation, as a letter names them."""
    described = []
    for presentation in presentations:
        item, texts = presentation.item, {}
        for language in LANGUAGES:
            with translation.override(language):
                texts[language] = f"{item.title}, {describe_span(seminar, item.start_at, item.end_at)}"
        described.append(texts)
    return described
