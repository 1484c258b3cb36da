"""Reads of the front door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, F, Value, When
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from registration.intake.later_pages import DONE, NOT_NEEDED, read_later_pages
from registration.models import DeskMessage, Registration, State
from registration.models.answers import label_answer
from registration.models.role_quota import describe_role_quotas
from registration.models.states import ENDED
from seminar.display import describe_moment
from seminar.foundation.dates import format_date_short
from seminar.models import Delegation, FocalPoint, Seminar

BESIDE = ("particulars__photo", "travel_document", "travel")  # rows that tell which pages are complete


@dataclass(frozen=True)
class DeskRow:
    """One person on the delegation desk. `missing` holds labels of what is still empty, see `find_missing`.

    `has_link` is False where somebody may still fill in the form and was never sent a link to it. `until`: when what is
    missing is asked for, where that is later than the delegation's deadline for nominations. `is_late`: it has passed.
    """

    number: str
    name: str
    role: str
    state: str
    state_label: str
    missing: list[str]
    changed_day: str
    is_head: bool = False
    is_active: bool = True
    is_beyond_quota: bool = False
    has_link: bool = True
    until: str = ""
    is_late: bool = False
    replaces: str = ""
    email_key: str = ""

    @property
    def missing_text(self) -> str:
        return _(", ").join(self.missing)

    @property
    def can_be_endorsed(self) -> bool:
        return self.state == State.SUBMITTED


@dataclass(frozen=True)
class Deadline:
    """One moment of the edition: its label, its text in the seminar's zone, what a script tells the visitor's by."""

    label: str
    text: str
    moment: str
    zone: str
    is_over: bool
    note: str = ""


def list_desk_rows(delegation: Delegation, now: datetime) -> list[DeskRow]:
    """Return a delegation's registrations, head first, then in the list's order, then by number; ended ones last."""
    has_ended = Case(When(state__in=ENDED, then=Value(True)), default=Value(False), output_field=BooleanField())
    registrations = list(
        Registration.objects.filter(delegation=delegation)
        .select_related("link", "replaces", *BESIDE)
        .order_by(has_ended, "-is_head", F("list_position").asc(nulls_last=True), "number", "pk")
    )
    for registration in registrations:
        registration.delegation, registration.seminar = delegation, delegation.seminar
    beyond = find_beyond_quota(registrations, delegation)
    return [_make_row(registration, beyond, now) for registration in registrations]


def _make_row(registration: Registration, beyond: set[int], now: datetime) -> DeskRow:
    delegation, seminar = registration.delegation, registration.seminar
    is_active = registration.state not in ENDED
    missing, due_at = find_missing(registration, now)
    return DeskRow(
        number=registration.number,
        name=registration.full_name,
        role=str(registration.get_role_display()),
        state=registration.state,
        state_label=str(registration.get_state_display()),
        missing=missing,
        changed_day=format_date_short(
            registration.state_changed_at, time_zone=seminar.time_zone, language=get_language() or "en"
        ),
        is_head=registration.is_head and is_active,
        is_active=is_active,
        is_beyond_quota=registration.pk in beyond,
        has_link=not registration.is_editable or hasattr(registration, "link"),
        until=describe_moment(seminar, due_at) if due_at and due_at > delegation.nominate_by else "",
        is_late=due_at is not None and now > due_at,
        replaces=registration.replaces.full_name if registration.replaces else "",
        email_key=registration.email_key,
    )


def find_missing(registration: Registration, now: datetime) -> tuple[list[str], datetime | None]:
    """Return what a person still has to give and until when, the earliest deadline; None where nothing is asked.

    Before the submission its mandatory answers, by name; after it the pages asked for until dates of their own.
    """
    if registration.state in ENDED:
        return [], None
    if registration.is_editable:
        names = list_missing(registration, registration.delegation)
        return [label_answer(name, registration.seminar) for name in names], registration.submit_by
    pages = [page for page in read_later_pages(registration, now) if page.status not in (DONE, NOT_NEEDED)]
    deadlines = [page.due_at for page in pages if page.due_at is not None]
    return [str(page.stage.title) for page in pages], min(deadlines, default=None)


def find_beyond_quota(registrations: Sequence[Registration], delegation: Delegation) -> set[int]:
    """Return the keys of those for whom the quotas leave no place: who was let in beyond one, and who came last."""
    beyond = _find_beyond(registrations, delegation.quota)
    for quota in delegation.role_quotas.all():
        beyond |= _find_beyond([one for one in registrations if one.role == quota.role], quota.quota)
    return beyond


def _find_beyond(registrations: Sequence[Registration], quota: int | None) -> set[int]:
    if quota is None:
        return set()
    approved = [one for one in registrations if one.state == State.APPROVED]
    beyond = {one.pk for one in approved if one.quota_override_reason}
    room = max(0, quota - (len(approved) - len(beyond)))
    waiting = [one for one in registrations if one.state != State.APPROVED and one.state not in ENDED]
    waiting.sort(key=lambda one: (one.created_at, one.number))
    return beyond | {one.pk for one in waiting[room:]}


def describe_places(rows: Sequence[DeskRow], delegation: Delegation) -> str:
    """Return "2 of 4 approved, 1 more nominated; Speaker: 1 of 1"."""
    approved = sum(row.state == State.APPROVED for row in rows)
    nominated = sum(row.is_active for row in rows) - approved
    if delegation.quota is None:
        text = _("%(used)d approved") % {"used": approved}
    else:
        text = _("%(used)d of %(quota)d approved") % {"used": approved, "quota": delegation.quota}
    if nominated:
        text = _add_nominated(text, nominated)
    return _("; ").join([text, *describe_role_quotas(delegation)])


def _add_nominated(text: str, nominated: int) -> str:
    more = ngettext("%(n)d more nominated", "%(n)d more nominated", nominated) % {"n": nominated}
    return _("%(approved)s, %(nominated)s") % {"approved": text, "nominated": more}


def list_deadlines(delegation: Delegation, now: datetime) -> list[Deadline]:
    """Return the edition's moments that a focal point must know: that of nominations, then the others by time."""
    seminar: Seminar = delegation.seminar
    is_extended = delegation.nominate_by > seminar.nominations_due_at
    nominations = (
        delegation.nominate_by,
        _("Nominations due"),
        _("extended for your delegation") if is_extended else "",
    )
    others = [
        (seminar.visa_requests_due_at, _("Visa requests due"), ""),
        (seminar.travel_due_at, _("Travel details due"), ""),
        (seminar.materials_due_at, _("Presentation files due"), ""),
        (seminar.changes_close_at, _("Changes close"), ""),
        (seminar.list_locks_at, _("List of participants is closed"), ""),
    ]
    known = [(at, label, note) for at, label, note in others if at is not None]
    later = sorted(known, key=lambda moment: moment[0])
    return [
        Deadline(label, describe_moment(seminar, at), at.isoformat(), seminar.time_zone, now > at, note)
        for at, label, note in (nominations, *later)
    ]


def list_messages(delegation: Delegation, focal_point: FocalPoint | None) -> list[DeskMessage]:
    """Return what organizers wrote to the delegation, newest first, each with `is_read` by this focal point."""
    return list(
        DeskMessage.objects.to_delegation(delegation).with_reading(focal_point.pk if focal_point else None)[:100]
    )


def list_missing(registration: Registration, delegation: Delegation) -> list[str]:
    """Return the mandatory answers that a draft still lacks; none where nobody may fill them in any more."""
    if not registration.is_editable:
        return []
    return registration.list_missing_fields(is_nominated=delegation.needs_nomination)
