"""The states of a registration and the transitions between them, as data.

Source: DOMAIN of the field, docs/architecture.md "States". registration.lifecycle applies the table; nothing else does.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminar.models import AuditEntry


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    ENDORSED = "endorsed", _("Endorsed")
    WAITLISTED = "waitlisted", _("On the waiting list")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = (State.REJECTED, State.WITHDRAWN, State.CANCELLED)
EDITABLE = (State.DRAFT, State.RETURNED)

_DELEGATE = AuditEntry.ActorKind.DELEGATE
_FOCAL_POINT = AuditEntry.ActorKind.FOCAL_POINT
_STAFF = AuditEntry.ActorKind.STAFF
_SYSTEM = AuditEntry.ActorKind.SYSTEM


@dataclass(frozen=True)
class Transition:
    """One way from some states to one, for some kinds of actor."""

    sources: frozenset[State]
    target: State
    actors: frozenset[str]
    needs_reason: bool = False


def _transition(sources: tuple[State, ...], target: State, *actors: str, needs_reason: bool = False) -> Transition:
    return Transition(frozenset(sources), target, frozenset(actors), needs_reason)


TRANSITIONS: dict[str, Transition] = {
    "submit": _transition(EDITABLE, State.SUBMITTED, _DELEGATE, _FOCAL_POINT, _STAFF),
    "endorse": _transition((State.SUBMITTED,), State.ENDORSED, _FOCAL_POINT, _STAFF, _SYSTEM),
    "approve": _transition((State.ENDORSED, State.WAITLISTED), State.APPROVED, _STAFF),
    "waitlist": _transition((State.ENDORSED,), State.WAITLISTED, _STAFF),
    "reject": _transition((State.ENDORSED, State.WAITLISTED), State.REJECTED, _STAFF, needs_reason=True),
    "return": _transition((State.SUBMITTED, State.ENDORSED), State.RETURNED, _FOCAL_POINT, _STAFF, needs_reason=True),
    "withdraw": _transition(
        (State.DRAFT, State.SUBMITTED, State.RETURNED, State.ENDORSED, State.WAITLISTED, State.APPROVED),
        State.WITHDRAWN,
        _DELEGATE,
        _FOCAL_POINT,
        _STAFF,
    ),
    "cancel": _transition((State.APPROVED,), State.CANCELLED, _STAFF, needs_reason=True),
    "reopen": _transition(ENDED, State.SUBMITTED, _STAFF),
}
