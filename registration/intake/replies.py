"""Whether a delegation takes part: it accepts or declines its invitation, and may change its mind.

Doors: `accept`, `decline`. Nominating counts as accepting, see lifecycle.create_draft.
"""

from datetime import datetime

from registration import lifecycle
from registration.models import Registration
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import AuditEntry, Delegation


class RepliesClosed(Exception):
    """Nominations are closed: a delegation changes its reply no more; organizers still can."""


class PeopleRegistered(Exception):
    """The delegation has people registered, who would be withdrawn first."""


@retried
def accept(*, actor: Actor, delegation: Delegation, now: datetime) -> bool:
    """Accept the invitation; return whether that is new. Raises RepliesClosed for one that declined."""
    with recorded():
        delegation = _read_locked(delegation)
        if delegation.state == Delegation.State.DECLINED:
            _check_open(actor, delegation, now)
        return lifecycle.accept_invitation(actor=actor, delegation=delegation, now=now)


@retried
def decline(*, actor: Actor, delegation: Delegation, reason: str, now: datetime) -> None:
    """Decline the invitation, with the reason. Raises RepliesClosed, PeopleRegistered."""
    with recorded():
        delegation = _read_locked(delegation)
        _check_open(actor, delegation, now)
        if Registration.objects.active().filter(delegation=delegation).exists():
            raise PeopleRegistered
        row = Delegation.objects.filter(pk=delegation.pk)
        row.update(state=Delegation.State.DECLINED, replied_at=now, decline_reason=reason)
        record(
            actor=actor,
            action="decline",
            subject=f"delegation:{delegation.pk}",
            now=now,
            seminar_id=delegation.seminar_id,
            details={"reason": reason},
        )


def is_open(actor: Actor, delegation: Delegation, now: datetime) -> bool:
    """Return whether this actor may still change the delegation's reply."""
    return actor.kind == AuditEntry.ActorKind.STAFF or now <= delegation.nominate_by


def _check_open(actor: Actor, delegation: Delegation, now: datetime) -> None:
    if not is_open(actor, delegation, now):
        raise RepliesClosed


def _read_locked(delegation: Delegation) -> Delegation:
    row: Delegation = Delegation.objects.select_for_update(no_key=True, of=("self",)).get(pk=delegation.pk)
    row.seminar = delegation.seminar
    return row
