"""The landing: what people do with a registration, whole: its state, its audit entry and its mails in one transaction.

Doors: `submit`, `endorse`, `return_for_correction`, `withdraw`, used by the front door and by the reception alike. What
only organizers decide stands in registration.review.services.
"""

from copy import copy
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from registration import lifecycle
from registration.mail.services import (
    MailOrder,
    enqueue,
    enqueue_all,
    enqueue_to_people,
    list_focal_points,
    to_delegate,
    to_focal_point,
    to_secretariat,
)
from registration.models import Link, Registration, State, UnsavedAnswers
from registration.models.answers import STAGES
from registration.models.consents import CONSENT_TEXTS
from seminar.foundation.audit import SYSTEM, Actor
from seminar.foundation.transactions import recorded, retried
from seminar.models import AuditEntry

CORRECTION_DAYS = 3  # at the least, for what is returned at the deadline or after it


class Incomplete(Exception):
    """A submission lacks mandatory fields; `missing` names them."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@retried
def submit(
    *, actor: Actor, registration: Registration, now: datetime, answers: dict[str, Any] | None = None
) -> Registration:
    """Submit a complete draft, with the last `answers` {field: value}; endorsed at once where the focal point submits
    or the delegation has none.

    Raises Incomplete, lifecycle.TransitionRefused, lifecycle.ChangedMeanwhile.
    """
    registration = copy(registration)
    with recorded():
        answers = stamp_consents(registration, answers or {}, now)
        missing = registration.list_missing_fields(is_nominated=registration.delegation.needs_nomination)
        missing = [name for name in missing if not answers.get(name)]
        if missing:
            raise Incomplete(missing)
        registration = lifecycle.change_state(
            actor=actor, registration=registration, transition="submit", answers=answers, now=now
        )
        first_pages = [stage.code for stage in STAGES]  # what follows them may still be filled in
        UnsavedAnswers.objects.filter(registration=registration, stage__in=first_pages).delete()
        submission = registration.version
        is_by_focal_point = actor.kind == AuditEntry.ActorKind.FOCAL_POINT
        if is_by_focal_point:
            lifecycle.change_state(actor=actor, registration=registration, transition="endorse", now=now)
            enqueue_to_people(kind="received", registration=registration, revision=submission)
            return registration
        asked = order_endorsement(registration, submission)
        if not asked:
            lifecycle.change_state(actor=SYSTEM, registration=registration, transition="endorse", now=now)
        enqueue_all([MailOrder("received", registration, submission, to_delegate(registration)), *asked])
    return registration


def order_endorsement(registration: Registration, revision: int) -> list[MailOrder]:
    """Return the letters that ask a delegation's focal points to endorse a submitted registration."""
    focal_points = list_focal_points(registration.delegation)
    if not focal_points:
        return []
    facts = {"count": registration.delegation.registrations.filter(state=State.SUBMITTED).count()}
    asked = ("endorsement_request", registration, revision)
    return [MailOrder(*asked, to_focal_point(focal_point), facts) for focal_point in focal_points]


@retried
def endorse(*, actor: Actor, registration: Registration, now: datetime) -> Registration:
    """Confirm that the delegation sends this person. Raises what lifecycle.change_state raises."""
    with recorded():
        return lifecycle.change_state(actor=actor, registration=copy(registration), transition="endorse", now=now)


@retried
def return_for_correction(*, actor: Actor, registration: Registration, reason: str, now: datetime) -> Registration:
    """Give a registration back to its people to correct, with the reason, and time to do it.

    Raises what lifecycle.change_state raises.
    """
    with recorded():
        registration = lifecycle.change_state(
            actor=actor,
            registration=copy(registration),
            transition="return",
            reason=reason,
            due_at=choose_correction_deadline(registration, now),
            now=now,
        )
        enqueue_to_people(
            kind="returned",
            registration=registration,
            revision=registration.version,
            facts={
                "reason": reason,
                "due_at": registration.submit_by.isoformat(),
                "is_by_focal_point": actor.kind == AuditEntry.ActorKind.FOCAL_POINT,
            },
        )
    return registration


@retried
def withdraw(*, actor: Actor, registration: Registration, reason: str, now: datetime) -> Registration:
    """Take a registration back, with the reason; tells the delegate, the focal points and the secretariat.

    Raises what lifecycle.change_state raises.
    """
    with recorded():
        was_approved = registration.state == State.APPROVED
        is_known = registration.state != State.DRAFT or Link.objects.filter(registration=registration).exists()
        registration = lifecycle.change_state(
            actor=actor, registration=copy(registration), transition="withdraw", reason=reason, now=now
        )
        tell_of_end(registration, reason=reason, was_approved=was_approved, is_delegate_told=is_known)
    return registration


def tell_of_end(registration: Registration, *, reason: str, was_approved: bool, is_delegate_told: bool = True) -> None:
    """Queue the letters that a registration was withdrawn or cancelled, calendar cancellation for who was approved.

    Who was entered by a focal point and never written to is told nothing either (`is_delegate_told` False).
    """
    UnsavedAnswers.objects.filter(registration=registration).delete()
    revision = registration.version
    facts = {"reason": reason, "was_approved": was_approved}
    enqueue_to_people(
        kind="withdrawn",
        registration=registration,
        revision=revision,
        facts=facts,
        is_delegate_told=is_delegate_told,
    )
    path = f"/admin/registration/registration/{registration.pk}/change/"
    enqueue(
        kind="withdrawn",
        subject=registration,
        revision=revision,
        to=to_secretariat(registration.seminar),
        facts={**facts, "is_own": False, "action_path": path},
    )


def endorse_if_nobody_else_does(registration: Registration, now: datetime) -> Registration:
    """Endorse a submitted registration on behalf of the system where its delegation has no focal point."""
    if registration.state != State.SUBMITTED or registration.delegation.focal_points.exists():
        return registration
    return lifecycle.change_state(actor=SYSTEM, registration=registration, transition="endorse", now=now)


def stamp_consents(registration: Registration, answers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return `answers` with the time at which consents were given, where they change one."""
    changes = any(name in answers and answers[name] != getattr(registration, name) for name in CONSENT_TEXTS)
    return {**answers, "consents_given_at": now} if changes else dict(answers)


def choose_correction_deadline(registration: Registration, now: datetime) -> datetime | None:
    """Return until when a registration returned now is to be corrected; None where its own deadline leaves time.

    Else the end of the day CORRECTION_DAYS ahead in the seminar's zone.
    """
    if registration.submit_by - now >= timedelta(days=CORRECTION_DAYS):
        return None
    zone = ZoneInfo(registration.seminar.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=CORRECTION_DAYS)
    return datetime.combine(day, time(23, 59), zone)
