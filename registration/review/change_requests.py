"""Organizers accept or decline a change of who an approved person is. Doors: `accept_change`, `decline_change`."""

from datetime import datetime
from typing import Any

from registration import lifecycle
from registration.mail.services import Recipient, enqueue, to_delegate, to_focal_point
from registration.models import ChangeRequest, Registration, State
from registration.models.answer_columns import HOLDERS
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import AuditEntry, FocalPoint


class AlreadyDecided(Exception):
    """Somebody else decided the request, or its person is no longer approved."""


class AskedAnew(Exception):
    """Another request has taken the place of the one that was shown; nothing was decided."""


@retried
def accept_change(
    *, actor: Actor, request_id: int, now: datetime, reason: str = "", asked_at: datetime | None = None
) -> ChangeRequest:
    """Write the answers that were asked for, and tell who asked. `asked_at`: of the request as it was shown.

    Raises AlreadyDecided, AskedAnew, lifecycle.PassportTaken.
    """
    with recorded():
        request, registration = _take(request_id, asked_at)
        lifecycle.update_fields(
            actor=actor, registration=registration, fields=request.read_answers(), now=now, is_later=True
        )
        return _decide(request, actor, ChangeRequest.State.ACCEPTED, reason, now)


@retried
def decline_change(
    *, actor: Actor, request_id: int, now: datetime, reason: str, asked_at: datetime | None = None
) -> ChangeRequest:
    """Leave the answers as they are, and tell who asked, with the reason. Raises AlreadyDecided, AskedAnew."""
    with recorded():
        request, _registration = _take(request_id, asked_at)
        return _decide(request, actor, ChangeRequest.State.DECLINED, reason, now)


def _take(request_id: int, asked_at: datetime | None) -> tuple[ChangeRequest, Registration]:
    """Lock the registration and then its request, in the global order. Raises AlreadyDecided, AskedAnew."""
    request = ChangeRequest.objects.get(pk=request_id)
    Registration.objects.select_for_update(no_key=True).get(pk=request.registration_id)
    registration = Registration.objects.select_related("delegation", "seminar", *HOLDERS).get(
        pk=request.registration_id
    )
    request = ChangeRequest.objects.select_for_update(no_key=True).get(pk=request_id)
    if request.state != ChangeRequest.State.OPEN or registration.state != State.APPROVED:
        raise AlreadyDecided
    if asked_at is not None and request.asked_at != asked_at:
        raise AskedAnew
    request.registration = registration
    return request, registration


def _decide(request: ChangeRequest, actor: Actor, state: str, reason: str, now: datetime) -> ChangeRequest:
    request.state, request.decided_at, request.decision_reason = state, now, reason
    request.save(update_fields=["state", "decided_at", "decision_reason"])
    names = sorted(request.read_answers())
    details: dict[str, Any] = {"fields": names} | ({"reason": reason} if reason else {})
    action = "accept_change" if state == ChangeRequest.State.ACCEPTED else "decline_change"
    registration = request.registration
    record(
        actor=actor,
        action=action,
        subject=f"registration:{registration.pk}",
        now=now,
        seminar_id=request.seminar_id,
        details=details,
    )
    to = _find_asker(request)
    facts = {"is_accepted": state == ChangeRequest.State.ACCEPTED, "reason": reason, "changed": names}
    facts |= {"is_own": to.registration is not None}
    enqueue(kind="change_decided", subject=registration, revision=request.pk, to=to, facts=facts)
    return request


def _find_asker(request: ChangeRequest) -> Recipient:
    """Return who asked: a focal point who still is one, else the person whom it is about."""
    if request.actor_kind == AuditEntry.ActorKind.FOCAL_POINT:
        focal_point = FocalPoint.objects.filter(pk=request.actor_key).first()
        if focal_point is not None:
            return to_focal_point(focal_point)
    return to_delegate(request.registration)
