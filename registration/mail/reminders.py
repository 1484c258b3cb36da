"""Reminds people of their deadlines on set days before each, once, by the day in the seminar's zone.

Door: `queue_reminders`, called by beat. It may run many times at once; a day that the system slept through is made up
for on the next one.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from registration.mail.materials_requests import order_materials_requests
from registration.mail.services import (
    MailOrder,
    enqueue_all,
    list_new,
    to_delegate,
    to_focal_point,
)
from registration.mail.steps import choose_step, make_revision
from registration.models import OutgoingMail, Registration
from registration.models.answer_columns import HOLDERS
from registration.models.answers import (
    LATER_STAGES,
    find_due_at,
    find_edition_due_at,
    list_later_stages,
    list_missing_of,
    may_edit,
)
from registration.models.states import EDITABLE
from seminar.foundation.transactions import retried
from seminar.models import Delegation, FocalPoint, Seminar

NOMINATION_DAYS = (21, 14, 7, 3)
COMPLETION_DAYS = (7, 3, 1)
FRESH = timedelta(days=2)  # nobody is reminded of what came the day before


def queue_reminders(*, now: datetime) -> int:
    """Queue every reminder whose day has come and that was not queued before; return how many.

    For published editions that are not over.
    """
    editions = Seminar.objects.published().filter(end_date__gte=now.date() - timedelta(days=1)).order_by("pk")
    return sum(_queue_reminders_of(seminar, now) for seminar in editions)


@retried
def _queue_reminders_of(seminar: Seminar, now: datetime) -> int:
    orders = [
        *_order_nomination_reminders(seminar, now),
        *_order_completion_reminders(seminar, now),
        *_order_draft_reminders(seminar, now),
        *_order_reminders_of_pages(seminar, now),
        *order_materials_requests(seminar, now),
    ]
    with transaction.atomic():
        return len(enqueue_all(list_new(orders)))


def _order_nomination_reminders(seminar: Seminar, now: datetime) -> list[MailOrder]:
    """Remind focal points of delegations that have nominated nobody and did not decline, by their own deadline."""
    zone = ZoneInfo(seminar.time_zone)
    nominated = Registration.objects.active().filter(delegation=OuterRef("pk"))
    invited = OutgoingMail.objects.filter(kind="nomination_request", created_at__gt=timezone.now() - FRESH)
    delegations = (
        Delegation.objects.outside_host()
        .filter(~Exists(nominated), seminar=seminar)
        .exclude(state=Delegation.State.DECLINED)
    )
    people = (
        FocalPoint.objects.filter(delegation__in=delegations)
        .filter(~Exists(invited.filter(link__focal_point=OuterRef("pk"))))
        .select_related("delegation", "link")
        .order_by("pk")
    )
    orders = []
    for person in people:
        person.delegation.seminar = seminar
        due_at = person.delegation.nominate_by
        step = choose_step(due_at, now, NOMINATION_DAYS, zone)
        if step is None:
            continue
        facts = {"due_at": due_at.isoformat(), "is_own": False}
        revision = make_revision(due_at, step, zone)
        orders.append(MailOrder("nomination_reminder", person.delegation, revision, to_focal_point(person), facts))
    return orders


def _order_completion_reminders(seminar: Seminar, now: datetime) -> list[MailOrder]:
    """Remind people whose registration is not submitted, by their own deadline.

    Whom a focal point has entered without sending a link hears nothing from us before that: the focal point does.
    """
    zone = ZoneInfo(seminar.time_zone)
    asked = OutgoingMail.objects.filter(
        kind__in=("personal_invitation", "returned"), created_at__gt=timezone.now() - FRESH, registration=OuterRef("pk")
    )
    focal_points = FocalPoint.objects.filter(delegation=OuterRef("delegation"))
    known = Q(link__isnull=False) | ~Exists(focal_points)
    drafts = (
        Registration.objects.filter(known, ~Exists(asked), seminar=seminar, state__in=EDITABLE)
        .select_related("delegation", "link")
        .order_by("pk")
    )
    orders = []
    for registration in drafts:
        registration.seminar = seminar
        step = choose_step(registration.submit_by, now, COMPLETION_DAYS, zone)
        if step is not None:
            facts = {"due_at": registration.submit_by.isoformat()}
            revision = make_revision(registration.submit_by, step, zone)
            orders.append(MailOrder("completion_reminder", registration, revision, to_delegate(registration), facts))
    return orders


def _order_reminders_of_pages(seminar: Seminar, now: datetime) -> list[MailOrder]:
    """Remind people who have submitted of the pages that they did not complete, one mail for all of one deadline."""
    zone = ZoneInfo(seminar.time_zone)
    deadlines = {find_edition_due_at(seminar, stage) for stage in LATER_STAGES}
    people = Registration.objects.active().filter(seminar=seminar).exclude(state__in=EDITABLE)
    if not any(choose_step(due_at, now, COMPLETION_DAYS, zone) for due_at in deadlines):
        people = people.exclude(due_at=None)
    orders = []
    for registration in people.select_related("delegation", "link", *HOLDERS).order_by("pk"):
        registration.seminar = seminar
        for due_at, codes in _list_missing_pages(registration, now).items():
            step = choose_step(due_at, now, COMPLETION_DAYS, zone)
            if step is not None:
                facts = {"due_at": due_at.isoformat(), "missing": codes}
                revision = make_revision(due_at, step, zone)
                orders.append(
                    MailOrder("completion_reminder", registration, revision, to_delegate(registration), facts)
                )
    return orders


def _order_draft_reminders(seminar: Seminar, now: datetime) -> list[MailOrder]:
    """Remind focal points of whom they entered without a link and did not submit, one letter for all of a deadline."""
    zone = ZoneInfo(seminar.time_zone)
    drafts = (
        Registration.objects.filter(seminar=seminar, state__in=EDITABLE, link__isnull=True)
        .filter(Exists(FocalPoint.objects.filter(delegation=OuterRef("delegation"))))
        .select_related("delegation")
        .order_by("delegation_id", "pk")
    )
    waiting: dict[tuple[Delegation, datetime, int], list[str]] = {}
    for registration in drafts:
        registration.seminar = registration.delegation.seminar = seminar
        due_at = registration.submit_by
        step = choose_step(due_at, now, COMPLETION_DAYS, zone)
        if step is not None:
            waiting.setdefault((registration.delegation, due_at, step), []).append(registration.full_name)
    of_delegation: dict[int, list[FocalPoint]] = {}
    if waiting:
        some = FocalPoint.objects.filter(delegation__in=[delegation for delegation, *_when in waiting])
        for person in some.select_related("link").order_by("pk"):
            of_delegation.setdefault(person.delegation_id, []).append(person)
    orders = []
    for (delegation, due_at, step), names in waiting.items():
        facts = {"due_at": due_at.isoformat(), "is_own": False, "people": names}
        revision = make_revision(due_at, step, zone)
        orders += [
            MailOrder("completion_reminder", delegation, revision, to_focal_point(person), facts)
            for person in of_delegation[delegation.pk]
        ]
    return orders


def _list_missing_pages(registration: Registration, now: datetime) -> dict[datetime, list[str]]:
    """Return {deadline: codes of pages} of what is not complete and may be filled in."""
    pages: dict[datetime, list[str]] = {}
    for stage in list_later_stages(registration):
        due_at = find_due_at(registration, stage)
        if due_at and list_missing_of(registration, stage) and may_edit(registration, stage, now):
            pages.setdefault(due_at, []).append(stage.code)
    return pages
