"""What a focal point does about one person beside answers and states: replacing them, sending their link again."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Now

from registration import lifecycle, transitions
from registration.intake.services import next_revision, send_invitation
from registration.mail.services import enqueue, to_delegate
from registration.models import Link, OutgoingMail, Registration
from registration.models.states import ENDED
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import Seminar

LINK_GAP = timedelta(minutes=5)  # within it a second press sends nothing
WITH_LINK = ("personal_invitation", "personal_link")


@retried
def replace(
    *,
    actor: Actor,
    registration: Registration,
    reason: str,
    email: str,
    language: str,
    is_link_sent: bool,
    becomes_head: bool = False,
    now: datetime,
    **names: str,
) -> Registration:
    """Withdraw `registration`, as read by the caller, and enter the person who comes instead; both or neither.

    The new person takes over role, organization and place in the list, and the head's part where `becomes_head`.
    Raises what transitions.withdraw raises, and lifecycle.AddressTaken.
    """
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=registration.seminar_id)  # the first of the global order
        transitions.withdraw(actor=actor, registration=registration, reason=reason, now=now)
        taken_over: dict[str, Any] = {
            name: getattr(registration, name) for name in ("role", "organization", "list_position")
        }
        successor = lifecycle.create_draft(
            actor=actor,
            delegation=registration.delegation,
            email=email,
            language=language,
            now=now,
            replaces=registration,
            is_head=registration.is_head and becomes_head,
            **taken_over,
            **names,
        )
        record(
            actor=actor,
            action="replace",
            subject=f"registration:{successor.pk}",
            now=now,
            seminar_id=successor.seminar_id,
            details={"replaces": registration.pk},
        )
        if is_link_sent:
            send_invitation(actor, successor, now, is_new=True)
    return successor


@retried
def extend_deadline(*, actor: Actor, registration: Registration, due_at: datetime | None, now: datetime) -> None:
    """Give one person more time than their delegation, until `due_at`; None takes that back."""
    with recorded():
        Registration.objects.filter(pk=registration.pk).update(due_at=due_at)
        record(
            actor=actor,
            action="extend",
            subject=f"registration:{registration.pk}",
            now=now,
            seminar_id=registration.seminar_id,
            details={"due_at": due_at.isoformat() if due_at else ""},
        )


@retried
def send_link(*, actor: Actor, registration: Registration, now: datetime) -> bool:
    """Send a person their personal link, the first one or the same again; return whether a mail was made.

    None for who has ended, and none within LINK_GAP of the last one, by the database's clock.
    """
    if registration.state in ENDED:
        return False
    with recorded():
        Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
        mails = OutgoingMail.objects.filter(registration=registration, kind__in=WITH_LINK)
        if mails.filter(created_at__gt=Now() - LINK_GAP).exists():
            return False
        if not Link.objects.filter(registration=registration).exists():
            send_invitation(actor, registration, now, is_new=False)
            return True
        revision = next_revision("personal_link", registration=registration)
        enqueue(kind="personal_link", subject=registration, revision=revision, to=to_delegate(registration))
        record(
            actor=actor,
            action="invite",
            subject=f"registration:{registration.pk}",
            now=now,
            seminar_id=registration.seminar_id,
        )
    return True
