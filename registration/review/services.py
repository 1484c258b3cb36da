"""Decisions of staff. Each is one transaction: state, audit trail and mails together.

`version`, where given, is the registration's as the approver saw it: a decision on another one raises
lifecycle.ChangedMeanwhile. Each raises Registration.DoesNotExist and what lifecycle.change_state raises.
"""

from datetime import datetime

from registration import lifecycle, transitions
from registration.mail.services import enqueue_all, enqueue_to_people
from registration.models import Registration
from registration.review.policy import check_approvable
from registration.transitions import endorse_if_nobody_else_does, order_endorsement, tell_of_end
from seminar.foundation.audit import Actor
from seminar.foundation.transactions import recorded, retried


@retried
def approve(
    *, actor: Actor, registration_id: int, now: datetime, override_reason: str = "", version: int | None = None
) -> Registration:
    """Approve one person and confirm it to the delegate and the focal points.

    `override_reason` approves beyond a full quota; without one that raises QuotaFull.

    Raises policy.NotApprovable, lifecycle.QuotaFull.
    """
    with recorded():
        registration = _read(registration_id, version)
        check_approvable(registration, registration.delegation)
        return _decide(actor, registration, now, transition="approve", kind="approved", override_reason=override_reason)


@retried
def waitlist(
    *,
    actor: Actor,
    registration_id: int,
    now: datetime,
    reason: str = "",
    is_delegate_told: bool = True,
    version: int | None = None,
) -> Registration:
    """Put an endorsed registration on the waiting list; its focal points are told, the delegate by choice."""
    with recorded():
        registration = _read(registration_id, version)
        return _decide(
            actor,
            registration,
            now,
            transition="waitlist",
            kind="waitlisted",
            reason=reason,
            is_delegate_told=is_delegate_told,
        )


@retried
def reject(
    *,
    actor: Actor,
    registration_id: int,
    now: datetime,
    reason: str,
    is_delegate_told: bool = True,
    version: int | None = None,
) -> Registration:
    """Decide against a registration, with the reason; its focal points are told, the delegate by choice."""
    with recorded():
        registration = _read(registration_id, version)
        return _decide(
            actor,
            registration,
            now,
            transition="reject",
            kind="rejected",
            reason=reason,
            is_delegate_told=is_delegate_told,
        )


@retried
def cancel(
    *, actor: Actor, registration_id: int, now: datetime, reason: str, version: int | None = None
) -> Registration:
    """Take an approval back, with the reason, and tell the delegate, the focal points and the secretariat."""
    with recorded():
        registration = _read(registration_id, version)
        lifecycle.change_state(actor=actor, registration=registration, transition="cancel", reason=reason, now=now)
        tell_of_end(registration, reason=reason, was_approved=True)
    return registration


@retried
def reopen(
    *, actor: Actor, registration_id: int, now: datetime, reason: str = "", version: int | None = None
) -> Registration:
    """Let an ended registration be decided again: submitted, and endorsed at once where there is no focal point.

    Its focal points are asked to endorse it; the person hears of the next decision.
    Raises lifecycle.AddressTaken, lifecycle.HeadTaken.
    """
    with recorded():
        registration = _read(registration_id, version)
        lifecycle.change_state(actor=actor, registration=registration, transition="reopen", reason=reason, now=now)
        enqueue_all(order_endorsement(registration, registration.version))
        return endorse_if_nobody_else_does(registration, now)


@retried
def return_for_correction(
    *, actor: Actor, registration_id: int, now: datetime, reason: str, version: int | None = None
) -> Registration:
    """Give a registration back to its people to correct; see transitions.return_for_correction."""
    with recorded():
        registration = _read(registration_id, version)
        return transitions.return_for_correction(actor=actor, registration=registration, reason=reason, now=now)


@retried
def endorse(*, actor: Actor, registration_id: int, now: datetime, version: int | None = None) -> Registration:
    """Confirm on behalf of the focal point that the delegation sends this person. Sends no mail."""
    with recorded():
        return transitions.endorse(actor=actor, registration=_read(registration_id, version), now=now)


@retried
def withdraw(
    *, actor: Actor, registration_id: int, now: datetime, reason: str, version: int | None = None
) -> Registration:
    """Take a registration back on behalf of its people; see transitions.withdraw."""
    with recorded():
        registration = _read(registration_id, version)
        return transitions.withdraw(actor=actor, registration=registration, reason=reason, now=now)


def _read(registration_id: int, version: int | None) -> Registration:
    """Return the registration, at the version that the approver saw. Raises lifecycle.ChangedMeanwhile."""
    registration = Registration.objects.select_related("delegation__seminar", "seminar").get(pk=registration_id)
    if version is not None and registration.version != version:
        raise lifecycle.ChangedMeanwhile(registration)
    return registration


def _decide(
    actor: Actor,
    registration: Registration,
    now: datetime,
    *,
    transition: str,
    kind: str,
    reason: str = "",
    override_reason: str = "",
    is_delegate_told: bool = True,
) -> Registration:
    lifecycle.change_state(
        actor=actor,
        registration=registration,
        transition=transition,
        now=now,
        reason=reason,
        override_reason=override_reason,
    )
    # Host, press and delegations without a focal point have nobody else to hear of it.
    has_focal_point = registration.delegation.focal_points.exists()
    enqueue_to_people(
        kind=kind,
        registration=registration,
        revision=registration.version,
        facts={"reason": reason},
        is_delegate_told=is_delegate_told or not has_focal_point,
    )
    return registration
