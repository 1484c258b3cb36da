"""A delegation's focal points: adding, removing, the primary one, handing the role on.

Doors: `add`, `remove`, `make_primary`, `hand_on`. Whoever is removed is written to no more and their link opens
nothing; a delegation never loses its last one.
"""

from datetime import datetime

from django.utils import timezone

from registration.intake.services import invite_focal_point
from registration.models import Link
from seminar.foundation.audit import Actor, record
from seminar.foundation.text import make_email_key
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation, FocalPoint


class AlreadyThere(Exception):
    """That address is a focal point's of this delegation."""


class LastFocalPoint(Exception):
    """The delegation has no other focal point."""


@retried
def add(*, actor: Actor, delegation: Delegation, email: str, name: str, language: str, now: datetime) -> FocalPoint:
    """Add a focal point and send them their personal link. Raises AlreadyThere."""
    with recorded():
        _lock(delegation)
        if delegation.focal_points.filter(email_key=make_email_key(email)).exists():
            raise AlreadyThere
        invitation = invite_focal_point(
            actor=actor, delegation=delegation, email=email, language=language, name=name, now=now
        )
        focal_point = invitation.link.focal_point
        assert focal_point is not None
        return focal_point


@retried
def remove(*, actor: Actor, delegation: Delegation, key: int, now: datetime) -> FocalPoint:
    """End the role of the focal point `key`, and their link. Raises FocalPoint.DoesNotExist, LastFocalPoint."""
    with recorded():
        _lock(delegation)
        return _remove(actor, delegation, key, now)


@retried
def make_primary(*, actor: Actor, delegation: Delegation, key: int, now: datetime) -> FocalPoint:
    """Make the focal point `key` the one that is named first. Raises FocalPoint.DoesNotExist."""
    with recorded():
        _lock(delegation)
        return _make_primary(actor, delegation, delegation.focal_points.get(pk=key), now)


@retried
def hand_on(
    *, actor: Actor, delegation: Delegation, key: int, email: str, name: str, language: str, now: datetime
) -> FocalPoint:
    """Give the role of the focal point `key` to another person, who gets a link; theirs ends. Return the new one.

    One who is a focal point already takes over. Raises AlreadyThere for their own address, FocalPoint.DoesNotExist.
    """
    with recorded():
        _lock(delegation)
        leaving = delegation.focal_points.get(pk=key)
        if leaving.email_key == make_email_key(email):
            raise AlreadyThere
        invitation = invite_focal_point(
            actor=actor, delegation=delegation, email=email, language=language, name=name, now=now
        )
        successor = invitation.link.focal_point
        assert successor is not None
        if leaving.is_primary:
            _make_primary(actor, delegation, successor, now)
        _remove(actor, delegation, leaving.pk, now)
        return successor


def _lock(delegation: Delegation) -> None:
    Delegation.objects.select_for_update(no_key=True).get(pk=delegation.pk)


def _remove(actor: Actor, delegation: Delegation, key: int, now: datetime) -> FocalPoint:
    leaving = delegation.focal_points.get(pk=key)
    others = delegation.focal_points.exclude(pk=key).order_by("pk")
    if not others:
        raise LastFocalPoint
    FocalPoint.objects.filter(pk=key).update(removed_at=now, is_primary=False)
    Link.objects.filter(focal_point=leaving).update(revoked_at=timezone.now())
    _record(actor, "remove_focal_point", delegation, leaving, now)
    if leaving.is_primary:
        _make_primary(actor, delegation, others[0], now)
    return leaving


def _make_primary(actor: Actor, delegation: Delegation, chosen: FocalPoint, now: datetime) -> FocalPoint:
    if not delegation.focal_points.filter(pk=chosen.pk, is_primary=True).exists():
        delegation.focal_points.filter(is_primary=True).update(is_primary=False)
        FocalPoint.objects.filter(pk=chosen.pk).update(is_primary=True)
        _record(actor, "make_primary", delegation, chosen, now)
    return chosen


def _record(actor: Actor, action: str, delegation: Delegation, focal_point: FocalPoint, now: datetime) -> None:
    subject = f"focal_point:{focal_point.pk}"
    record(actor=actor, action=action, subject=subject, now=now, seminar_id=delegation.seminar_id)
