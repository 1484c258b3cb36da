"""Decisions of the organizers. Each is one transaction: state, audit trail and mails together."""

from datetime import datetime

from registration import lifecycle
from registration.mail.services import enqueue, to_delegate, to_focal_point
from registration.models import Registration
from registration.review.policy import check_approvable
from seminar.foundation.audit import Actor
from seminar.foundation.transactions import recorded, retried


@retried
def approve(*, actor: Actor, registration_id: int, now: datetime, override_reason: str = "") -> Registration:
    """Approve one person and confirm it to the delegate and the focal points.

    `override_reason` approves beyond a full quota; without one that raises QuotaFull.

    Raises policy.NotApprovable, lifecycle.QuotaFull, lifecycle.ChangedMeanwhile, Registration.DoesNotExist.
    """
    with recorded():
        registration = Registration.objects.select_related("delegation__seminar", "seminar").get(pk=registration_id)
        delegation = registration.delegation
        check_approvable(registration, delegation)
        lifecycle.change_state(
            actor=actor,
            registration=registration,
            transition="approve",
            now=now,
            override_reason=override_reason,
        )
        revision = registration.version
        enqueue(kind="approved", subject=registration, revision=revision, to=to_delegate(registration))
        for focal_point in delegation.focal_points.order_by("pk"):
            enqueue(
                kind="approved",
                subject=registration,
                revision=revision,
                to=to_focal_point(focal_point),
                facts={"is_own": False},
            )
    return registration
