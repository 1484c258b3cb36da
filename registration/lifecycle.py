"""The stairs: makes registrations and moves them between states; the only writer of `state` and `version`.

Doors: `create_draft`, `create_drafts`, `update_fields`, `change_state`, `insert_imported`, `insert_invented`. Each
runs inside the caller's `recorded()` transaction; locks go seminar, delegation, registration, and at its end the
audit trail.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from registration.models import ChangeRequest, Registration, RoleQuota, State
from registration.models.answer_columns import HOLDER_OF, HOLDERS, read_answer
from registration.models.extra_questions import is_extra, merge_extra_answers
from registration.models.states import EDITABLE, ENDED, TRANSITIONS
from seminar.foundation.audit import Actor, record
from seminar.foundation.encryption import make_lookup_key
from seminar.foundation.text import make_email_key
from seminar.models import AuditEntry, Delegation, Seminar

NOMINATING = (AuditEntry.ActorKind.FOCAL_POINT, AuditEntry.ActorKind.STAFF)


class LifecycleError(Exception):
    """A change of a registration that is refused; nothing was written."""


class TransitionRefused(LifecycleError):
    """The table has no such way for this state or this actor, or the reason is missing."""


class ChangedMeanwhile(LifecycleError):
    """Somebody else changed the registration after it was read; `current` is how it stands now."""

    def __init__(self, current: Registration) -> None:
        super().__init__(f"registration {current.number} is {current.state} at version {current.version}")
        self.current = current


class QuotaFull(LifecycleError):
    """The delegation has as many approved people as its quota allows."""


class RoleQuotaFull(QuotaFull):
    """The delegation has as many approved people of this role as its quota for it allows."""


class AddressTaken(LifecycleError):
    """Another active registration of this edition has the same mail address."""


class PassportTaken(LifecycleError):
    """Another active registration of this edition has the same passport."""


class HeadTaken(LifecycleError):
    """The delegation has another active head."""


def take_numbers(seminar: Seminar, count: int = 1) -> list[str]:
    """Return the edition's next `count` registration numbers, which nobody else gets."""
    Seminar.objects.filter(pk=seminar.pk).update(last_registration_number=F("last_registration_number") + count)
    last = Seminar.objects.values_list("last_registration_number", flat=True).get(pk=seminar.pk)
    return [f"{seminar.code}-{position:04d}" for position in range(last - count + 1, last + 1)]


def create_draft(
    *, actor: Actor, delegation: Delegation, email: str, language: str, now: datetime, **fields: Any
) -> Registration:
    """Make a registration in DRAFT with the edition's next number. Raises AddressTaken, HeadTaken.

    A delegation that nominates, or that organizers enter people for, has accepted its invitation.
    """
    number = take_numbers(delegation.seminar)[0]
    if actor.kind in NOMINATING:
        accept_invitation(actor=actor, delegation=delegation, now=now)
    registration = Registration(
        seminar=delegation.seminar,
        delegation=delegation,
        number=number,
        email=email,
        email_key=make_email_key(email),
        language=language,
        created_at=now,
        state_changed_at=now,
        **fields,
    )
    _insert(registration)
    _record(actor, "create", registration, now)
    return registration


@dataclass(frozen=True)
class Draft:
    """A person to enter: through which delegation, at which address, with which answers {column: value}."""

    delegation: Delegation
    email: str
    answers: dict[str, Any]


def create_drafts(
    *, actor: Actor, seminar: Seminar, drafts: Sequence[Draft], language: str, now: datetime
) -> list[Registration]:
    """Make several registrations of one edition in DRAFT at once, as `create_draft` makes each; all or none.

    `language` is that of mails to those whose answers name none. Raises AddressTaken, PassportTaken.
    """
    for delegation in sorted({draft.delegation for draft in drafts}, key=lambda one: one.pk):
        if actor.kind in NOMINATING:
            accept_invitation(actor=actor, delegation=delegation, now=now)
    registrations = [
        Registration(
            seminar=seminar,
            delegation=draft.delegation,
            number=number,
            email=draft.email,
            email_key=make_email_key(draft.email),
            passport_key=make_passport_key(
                draft.answers.get("passport_issuer", ""), draft.answers.get("passport_number", "")
            ),
            created_at=now,
            state_changed_at=now,
            extra_answers=merge_extra_answers(Registration(), _choose(draft.answers, is_extra)),
            **{"language": language} | _choose(draft.answers, _is_own),
        )
        for draft, number in zip(drafts, take_numbers(seminar, len(drafts)) if drafts else [], strict=True)
    ]
    with _taken_refused(), transaction.atomic():
        Registration.objects.bulk_create(registrations)
    _insert_beside([(one, draft.answers) for one, draft in zip(registrations, drafts, strict=True)])
    for registration in registrations:
        _record(actor, "create", registration, now)
    return registrations


def _insert_beside(people: Sequence[tuple[Registration, dict[str, Any]]]) -> None:
    """Insert the rows beside new registrations, one statement for each table."""
    for holder, model in HOLDERS.items():
        rows = []
        for registration, answers in people:
            values = {name: value for name, value in answers.items() if HOLDER_OF.get(name) == holder}
            if values:
                rows.append(model(registration=registration, **values))
                setattr(registration, holder, rows[-1])
        model._default_manager.bulk_create(rows)


def accept_invitation(*, actor: Actor, delegation: Delegation, now: datetime) -> bool:
    """Note that the delegation takes part; return whether that is new. The host side and the press need no reply."""
    if delegation.state == Delegation.State.ACCEPTED or not delegation.needs_nomination:
        return False
    waiting = Delegation.objects.filter(pk=delegation.pk).exclude(state=Delegation.State.ACCEPTED)
    written = waiting.update(state=Delegation.State.ACCEPTED, replied_at=now, decline_reason="")
    delegation.state, delegation.replied_at, delegation.decline_reason = Delegation.State.ACCEPTED, now, ""
    if written:
        subject = f"delegation:{delegation.pk}"
        record(actor=actor, action="accept", subject=subject, now=now, seminar_id=delegation.seminar_id)
    return bool(written)


def insert_imported(*, actor: Actor, registration: Registration, answers: dict[str, Any], now: datetime) -> None:
    """Insert a registration of a loaded edition in the state of the file, with `answers` of the rows beside it.

    Raises AddressTaken, PassportTaken, QuotaFull.
    """
    if registration.state == State.APPROVED:
        _take_quota(registration)
    registration.email_key = make_email_key(registration.email)
    registration.created_at = registration.state_changed_at = now
    registration.passport_key = make_passport_key(
        answers.get("passport_issuer", ""), answers.get("passport_number", "")
    )
    _insert(registration)
    write_beside(registration, answers)
    _record(actor, "import", registration, now, {"state": registration.state})


def insert_invented(*, people: Sequence[tuple[Registration, dict[str, Any]]]) -> None:
    """Insert invented registrations of one edition, many at once, in their states and with their places of the quota,
    each with its answers of the rows beside it.

    For benchmarks: the caller has locked the delegations, counted their room, and records one entry for all. A
    registration with `quota_override_reason` is counted beyond the quota.
    """
    registrations = [registration for registration, _answers in people]
    for registration, answers in people:
        registration.email_key = make_email_key(registration.email)
        registration.passport_key = make_passport_key(
            answers.get("passport_issuer", ""), answers.get("passport_number", "")
        )
    approved = [registration for registration in registrations if registration.state == State.APPROVED]
    taken = Counter(registration.delegation_id for registration in approved)
    beyond = Counter(registration.delegation_id for registration in approved if registration.quota_override_reason)
    for delegation_id, count in sorted(taken.items()):
        Delegation.objects.filter(pk=delegation_id).update(
            approved_count=F("approved_count") + count,
            beyond_quota_count=F("beyond_quota_count") + beyond[delegation_id],
        )
    in_role = Counter((one.delegation_id, one.role) for one in approved if not one.quota_override_reason)
    for quota in RoleQuota.objects.filter(delegation__in=taken).order_by("pk"):
        if count := in_role[quota.delegation_id, quota.role]:
            RoleQuota.objects.filter(pk=quota.pk).update(approved_count=F("approved_count") + count)
    Registration.objects.bulk_create(registrations)
    _insert_beside(people)


def update_fields(
    *, actor: Actor, registration: Registration, fields: dict[str, Any], now: datetime, is_later: bool = False
) -> Registration:
    """Write answers into an editable registration as read by the caller; return it with its new version.

    `is_later`: of pages that may be filled in after the submission, see answers.may_edit, which the caller asked.
    Raises TransitionRefused where it may no longer be edited, ChangedMeanwhile where somebody was first, PassportTaken,
    and RoleQuotaFull for another role of an approved person; the caller's transaction must then roll back.
    """
    if registration.state not in EDITABLE and (not is_later or registration.state in ENDED):
        raise TransitionRefused(f"a registration that is {registration.state} is not edited")
    changed = sorted(name for name, value in fields.items() if read_answer(registration, name) != value)
    if not changed:
        return registration
    beside = {name: fields[name] for name in changed if name in HOLDER_OF}
    own = _choose({name: fields[name] for name in changed}, _is_own)
    extra = _choose({name: fields[name] for name in changed}, is_extra)
    if extra:
        own["extra_answers"] = merge_extra_answers(registration, extra)
    if not {"passport_number", "passport_issuer"}.isdisjoint(beside):
        own["passport_key"] = make_passport_key(
            *(beside.get(name, read_answer(registration, name)) for name in ("passport_issuer", "passport_number"))
        )
    if registration.state == State.APPROVED and "role" in own and not registration.quota_override_reason:
        _free_role(registration.delegation_id, registration.role)
        if not _take_role(registration.delegation_id, own["role"]):
            raise RoleQuotaFull
    _write(registration, own)
    write_beside(registration, beside)
    _record(actor, "edit", registration, now, {"fields": changed})
    return registration


def _is_own(name: str) -> bool:
    """Return whether an answer has a column of the registration itself."""
    return name not in HOLDER_OF and not is_extra(name)


def _choose(answers: dict[str, Any], is_chosen: Callable[[str], bool]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if is_chosen(name)}


def make_passport_key(issuer: str, number: str) -> str:
    """Return what equal passports have in common and nobody can read; empty where one part is not known."""
    return make_lookup_key("passport", issuer, number) if issuer and number else ""


def write_beside(registration: Registration, answers: dict[str, Any]) -> None:
    """Write answers of the rows beside a registration, which are made where they are not there yet."""
    for holder, model in HOLDERS.items():
        values = {name: value for name, value in answers.items() if HOLDER_OF[name] == holder}
        if values:
            row, _is_new = model._default_manager.update_or_create(registration=registration, defaults=values)
            setattr(registration, holder, row)


def change_state(
    *,
    actor: Actor,
    registration: Registration,
    transition: str,
    now: datetime,
    reason: str = "",
    override_reason: str = "",
    due_at: datetime | None = None,
    answers: dict[str, Any] | None = None,
) -> Registration:
    """Move `registration`, as read by the caller, along `transition`; return it in its new state.

    `due_at` gives the person a deadline of their own, for what is returned after the edition's. `answers` are columns
    written along with a submission.

    `override_reason` lets an approval go beyond the delegation's quota where that is full, and is kept then.
    Raises TransitionRefused, QuotaFull, ChangedMeanwhile (the caller's transaction must then roll back). A database
    constraint that the new state breaks (one active registration per address and passport, one head) raises
    AddressTaken, PassportTaken, HeadTaken.
    """
    way = TRANSITIONS[transition]
    source = registration.state
    if source not in way.sources:
        raise TransitionRefused(f"{transition} does not start from {source}")
    if actor.kind not in way.actors:
        raise TransitionRefused(f"{transition} is not for a {actor.kind}")
    if way.needs_reason and not reason:
        raise TransitionRefused(f"{transition} needs a reason")
    fields: dict[str, Any] = {"state": way.target, "state_changed_at": now, "state_reason": reason}
    if way.target == State.APPROVED:
        is_beyond = _take_quota(registration, may_exceed=bool(override_reason))
        fields["quota_override_reason"] = override_reason if is_beyond else ""
    elif source == State.APPROVED:
        _free_quota(registration)
        fields["quota_override_reason"] = ""
        ChangeRequest.objects.filter(registration=registration, state=ChangeRequest.State.OPEN).update(
            state=ChangeRequest.State.LAPSED, decided_at=now
        )
    if due_at is not None:
        fields["due_at"] = due_at
    changed: list[str] = []
    if transition == "submit":
        fields["submitted_at"] = now
        changed = sorted(name for name, value in (answers or {}).items() if getattr(registration, name) != value)
        fields |= {name: value for name, value in (answers or {}).items() if name in changed}
    _write(registration, fields)
    details: dict[str, Any] = {"from": source, "to": str(way.target)} | ({"reason": reason} if reason else {})
    if changed:
        details["fields"] = changed
    if fields.get("quota_override_reason"):
        details["override_reason"] = override_reason
    _record(actor, transition, registration, now, details)
    return registration


def _take_quota(registration: Registration, *, may_exceed: bool = False) -> bool:
    """Count one more approved person; return whether that went beyond a quota, the delegation's or its role's.

    Who is let in beyond one is counted in neither. Raises QuotaFull, RoleQuotaFull.
    """
    delegation = Delegation.objects.filter(pk=registration.delegation_id)
    with_room = Q(quota__isnull=True) | Q(approved_count__lt=F("quota") + F("beyond_quota_count"))
    has_room = bool(delegation.filter(with_room).update(approved_count=F("approved_count") + 1))
    if has_room and _take_role(registration.delegation_id, registration.role):
        return False
    if not may_exceed:
        if has_room:
            delegation.update(approved_count=F("approved_count") - 1)
            raise RoleQuotaFull
        raise QuotaFull
    delegation.update(
        approved_count=F("approved_count") + int(not has_room), beyond_quota_count=F("beyond_quota_count") + 1
    )
    return True


def _free_quota(registration: Registration) -> None:
    was_beyond = bool(registration.quota_override_reason)
    Delegation.objects.filter(pk=registration.delegation_id).update(
        approved_count=F("approved_count") - 1, beyond_quota_count=F("beyond_quota_count") - int(was_beyond)
    )
    if not was_beyond:
        _free_role(registration.delegation_id, registration.role)


def _take_role(delegation_id: int, role: str) -> bool:
    """Count one more of a role, where it has a quota; return False where that is full."""
    quotas = RoleQuota.objects.filter(delegation_id=delegation_id, role=role)
    with_room = Q(quota__isnull=True) | Q(approved_count__lt=F("quota"))
    return bool(quotas.filter(with_room).update(approved_count=F("approved_count") + 1)) or not quotas.exists()


def _free_role(delegation_id: int, role: str) -> None:
    quotas = RoleQuota.objects.filter(delegation_id=delegation_id, role=role, approved_count__gt=0)
    quotas.update(approved_count=F("approved_count") - 1)


def _insert(registration: Registration) -> None:
    with _taken_refused(), transaction.atomic():
        registration.save(force_insert=True)


@contextmanager
def _taken_refused() -> Iterator[None]:
    """Turn a broken constraint into what it means."""
    try:
        yield
    except IntegrityError as error:
        _raise_taken(error)
        raise


def _write(registration: Registration, fields: dict[str, Any]) -> None:
    """Update the row where state and version are as read; the row count decides who won."""
    if "email" in fields:
        fields = fields | {"email_key": make_email_key(fields["email"])}
    as_read = Registration.objects.filter(pk=registration.pk, state=registration.state, version=registration.version)
    is_key_changed = not {"email", "shares_address", "passport_key"}.isdisjoint(fields)
    if is_key_changed or (registration.state in ENDED and "state" in fields):
        with _taken_refused(), transaction.atomic():
            written = as_read.update(version=F("version") + 1, **fields)
    else:  # no other change can meet another registration's address, passport or headship: no savepoint to come back to
        written = as_read.update(version=F("version") + 1, **fields)
    if not written:
        raise ChangedMeanwhile(Registration.objects.select_related("delegation", "seminar").get(pk=registration.pk))
    for name, value in fields.items():
        setattr(registration, name, value)
    registration.version += 1


def _raise_taken(error: IntegrityError) -> None:
    """Raise what the broken constraint means; SQLite names its columns, not the constraint."""
    text = str(error)
    if "registration_one_active_per_address" in text or "email_key" in text:
        raise AddressTaken from error
    if "registration_one_active_per_passport" in text or "passport_key" in text:
        raise PassportTaken from error
    if "registration_one_head_per_delegation" in text or text.endswith("registration_registration.delegation_id"):
        raise HeadTaken from error


def _record(
    actor: Actor, action: str, registration: Registration, now: datetime, details: dict[str, Any] | None = None
) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"registration:{registration.pk}",
        now=now,
        seminar_id=registration.seminar_id,
        details=details,
    )
