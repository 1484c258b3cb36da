"""Requests to take part from people without an invitation: asked, their address proven, taken or declined.

Doors: `is_open`, `ask`, `prove`, `take`, `decline`, `move`, `list_waiting`, `sweep_requests`. Callers of `ask` answer
the same whoever asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from registration import lifecycle
from registration.intake.services import next_revision, send_invitation
from registration.mail.services import (
    MailOrder,
    Recipient,
    enqueue,
    enqueue_all,
    list_focal_points,
    to_delegate,
    to_focal_point,
    to_secretariat,
)
from registration.models import OpenRequest, Registration
from seminar.foundation.audit import SYSTEM, Actor, record
from seminar.foundation.text import make_email_key
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation, Seminar

KEPT_UNPROVEN = timedelta(days=7)
_State = OpenRequest.State


class RequestDecided(Exception):
    """The request was taken, declined or moved a moment ago."""


@dataclass(frozen=True)
class Wish:
    """What somebody who asks has written of themselves."""

    given_names: str
    family_name: str
    email: str
    language: str
    role: str
    organization: str
    position: str
    wish: str


def is_open(seminar: Seminar, now: datetime) -> bool:
    """Return whether people may ask now: the edition allows it, and nominations are open."""
    begins_at = seminar.registration_opens_at
    return seminar.takes_open_requests and (begins_at is None or begins_at <= now) and now <= seminar.nominations_due_at


@retried
def ask(*, delegation: Delegation, wish: Wish, now: datetime) -> None:
    """Keep a request and mail its address the link that proves it.

    Who is registered already gets the personal link instead; who asked before gets the mail for the request that is
    there, written anew while its address was not proven.
    """
    seminar, key = delegation.seminar, make_email_key(wish.email)
    with recorded():
        registered = Registration.objects.active().filter(seminar=seminar, email_key=key)
        person = registered.select_related("delegation", "seminar").order_by("pk").first()
        if person is not None:
            revision = next_revision("personal_link", registration=person)
            enqueue(kind="personal_link", subject=person, revision=revision, to=to_delegate(person))
            return
        request = _keep(delegation, wish, key)
        if request is None:
            return
        # The version counts the letters: each is one more mail, and its link ends that of the one before.
        facts = {
            "open_request": {"key": request.pk.hex, "version": request.version, "slug": seminar.slug},
            "is_waiting": request.state == _State.WAITING,
        }
        enqueue(
            kind="open_request_proof", subject=request, revision=request.version, to=_to_requester(request), facts=facts
        )
        record(actor=SYSTEM, action="ask", subject=f"open_request:{request.pk.hex}", now=now, seminar_id=seminar.pk)


def _keep(delegation: Delegation, wish: Wish, key: str) -> OpenRequest | None:
    """Return the open request of this address, made or written anew; None where the same came twice at once."""
    values = {**vars(wish), "delegation": delegation, "asked_at": timezone.now()}
    rows = OpenRequest.objects.open().filter(seminar=delegation.seminar, email_key=key)
    existing = rows.select_for_update().first()
    if existing is None:
        try:
            with transaction.atomic():
                return OpenRequest.objects.create(seminar=delegation.seminar, email_key=key, **values)
        except IntegrityError:
            return None
    if existing.state == _State.WAITING:
        values = {"asked_at": timezone.now()}
    OpenRequest.objects.filter(pk=existing.pk).update(version=F("version") + 1, **values)
    return OpenRequest.objects.select_related("delegation", "seminar").get(pk=existing.pk)


@retried
def prove(*, request: OpenRequest, now: datetime) -> bool:
    """Let a request whose address is proven wait for its delegation; return whether that is new.

    Its focal points are told, or the secretariat where there are none.
    """
    with recorded():
        unproven = OpenRequest.objects.filter(pk=request.pk, state=_State.ASKED, version=request.version)
        if not unproven.update(state=_State.WAITING, proven_at=now):
            return False
        request.state = _State.WAITING
        _tell_of_waiting(request)
        record(
            actor=SYSTEM,
            action="prove",
            subject=f"open_request:{request.pk.hex}",
            now=now,
            seminar_id=request.seminar_id,
        )
    return True


@retried
def take(*, actor: Actor, request: OpenRequest, now: datetime) -> Registration:
    """Make a draft of the request and send its person the personal invitation.

    Raises RequestDecided, and lifecycle.AddressTaken.
    """
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=request.seminar_id)  # the first of the global order
        registration = lifecycle.create_draft(
            actor=actor,
            delegation=request.delegation,
            email=request.email,
            language=request.language,
            now=now,
            given_names=request.given_names,
            family_name=request.family_name,
            role=request.role,
            organization=request.organization,
            position=request.position,
        )
        _decide(actor, request, _State.TAKEN, now, registration=registration)
        send_invitation(actor, registration, now, is_new=True)
    return registration


@retried
def decline(*, actor: Actor, request: OpenRequest, reason: str, now: datetime) -> None:
    """Decline a request and tell its person why. Raises RequestDecided."""
    with recorded():
        _decide(actor, request, _State.DECLINED, now, reason=reason)
        path = f"/{request.language}/{request.seminar.slug}/"
        enqueue(
            kind="open_request_declined",
            subject=request,
            revision=1,
            to=_to_requester(request),
            facts={"reason": reason, "action_path": path},
        )


@retried
def move(*, actor: Actor, request: OpenRequest, delegation: Delegation, now: datetime) -> None:
    """Let another delegation decide, whose people are told. Raises RequestDecided."""
    with recorded():
        waiting = OpenRequest.objects.filter(pk=request.pk, state=_State.WAITING, delegation=request.delegation_id)
        if not waiting.update(delegation=delegation, version=F("version") + 1):
            raise RequestDecided
        request.delegation, request.version = delegation, request.version + 1
        _tell_of_waiting(request)
        record(
            actor=actor,
            action="move_request",
            subject=f"open_request:{request.pk.hex}",
            now=now,
            seminar_id=request.seminar_id,
            details={"delegation": delegation.pk},
        )


def list_waiting(delegation: Delegation) -> list[OpenRequest]:
    """Return what waits for a delegation's decision, the oldest first; no statement where nobody may ask."""
    if not delegation.seminar.takes_open_requests:
        return []
    return list(OpenRequest.objects.filter(delegation=delegation, state=_State.WAITING).order_by("proven_at", "pk"))


def sweep_requests() -> int:
    """Remove requests whose address nobody proved in KEPT_UNPROVEN; return how many."""
    before = timezone.now() - KEPT_UNPROVEN
    return OpenRequest.objects.filter(state=_State.ASKED, asked_at__lt=before).delete()[0]


def _decide(
    actor: Actor,
    request: OpenRequest,
    state: str,
    now: datetime,
    *,
    reason: str = "",
    registration: Registration | None = None,
) -> None:
    waiting = OpenRequest.objects.filter(pk=request.pk, state=_State.WAITING, delegation=request.delegation_id)
    decided = waiting.update(
        state=state, decided_at=now, decided_by_kind=actor.kind, reason=reason, registration=registration
    )
    if not decided:
        raise RequestDecided
    record(
        actor=actor,
        action="take_request" if state == _State.TAKEN else "decline_request",
        subject=f"open_request:{request.pk.hex}",
        now=now,
        seminar_id=request.seminar_id,
        details={"registration": registration.pk} if registration else {},
    )


def _tell_of_waiting(request: OpenRequest) -> None:
    told = ("open_request_waiting", request, request.version)
    facts = {"requester": request.full_name, "wish": request.wish, "organization": request.organization}
    points = list_focal_points(request.delegation)
    orders = [MailOrder(*told, to_focal_point(focal_point), facts) for focal_point in points]
    if not points:
        path = f"/admin/registration/openrequest/{request.pk}/change/"
        orders = [MailOrder(*told, to_secretariat(request.seminar), {**facts, "action_path": path})]
    enqueue_all(orders)


def _to_requester(request: OpenRequest) -> Recipient:
    return Recipient(
        key=f"open_request:{request.pk.hex}", address=request.email, language=request.language, name=request.full_name
    )
