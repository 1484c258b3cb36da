"""Asking for a change of who a person is, after the approval. Doors: `may_ask_change`, `ask_change`, `find_open`."""

from datetime import datetime
from typing import Any

from registration.models import ChangeRequest, Registration, State
from registration.models.answer_columns import read_answer
from registration.models.answers import FILE_NAMES, STAGES, Stage, list_missing_of, may_edit
from registration.models.change_request import write_request_answers
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried

OF_IDENTITY = frozenset({"name", "position", "person", "passport"})


class NotApproved(Exception):
    """The person is approved no more: answers are corrected, or nothing is."""


class NothingChanged(Exception):
    """The answers asked for are those that stand already."""


def may_ask_change(registration: Registration, stage: Stage, now: datetime) -> bool:
    """Return whether a change of this page's answers may be asked for: after approval, until changes close."""
    if registration.state != State.APPROVED or stage.code not in OF_IDENTITY or may_edit(registration, stage, now):
        return False
    closes_at = registration.seminar.changes_close_at
    is_given = stage in STAGES or not list_missing_of(registration, stage)
    return is_given and (closes_at is None or now <= max(closes_at, registration.due_at or closes_at))


def list_asked_names(stage: Stage) -> list[str]:
    """Return the columns that a request for a page may change: all but its files."""
    return [name for name in stage.names if name not in FILE_NAMES]


def find_open(registration: Registration, stage: Stage) -> ChangeRequest | None:
    return ChangeRequest.objects.filter(
        registration=registration, stage=stage.code, state=ChangeRequest.State.OPEN
    ).first()


@retried
def ask_change(
    *, actor: Actor, registration: Registration, stage: Stage, answers: dict[str, Any], reason: str, now: datetime
) -> ChangeRequest:
    """Ask the organizers to change answers of one page; a new request takes the place of one that is still open.

    Raises NothingChanged, NotApproved.
    """
    wanted = {name: answers[name] for name in list_asked_names(stage)}
    changed = {name: value for name, value in wanted.items() if read_answer(registration, name) != value}
    if not changed:
        raise NothingChanged
    with recorded():
        # Locked: whoever takes the approval back lets open requests lapse, this one too.
        if Registration.objects.select_for_update(no_key=True).get(pk=registration.pk).state != State.APPROVED:
            raise NotApproved
        request, _is_new = ChangeRequest.objects.update_or_create(
            registration=registration,
            stage=stage.code,
            state=ChangeRequest.State.OPEN,
            defaults={
                "seminar": registration.seminar,
                "answers": write_request_answers(changed),
                "actor_kind": actor.kind,
                "actor_key": actor.key,
                "reason": reason,
                "asked_at": now,
            },
        )
        record(
            actor=actor,
            action="ask_change",
            subject=f"registration:{registration.pk}",
            now=now,
            seminar_id=registration.seminar_id,
            details={"fields": sorted(changed)},
        )
    return request
