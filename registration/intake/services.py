"""What comes in at the front door: invitations, answers, requests for a lost link."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from registration import lifecycle
from registration.mail.services import enqueue, readdress_queued, to_delegate, to_focal_point
from registration.models import Link, OutgoingMail, Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import ENCRYPTED_FILES
from registration.models.extra_questions import is_extra
from registration.models.link import LIFE_AFTER_SEMINAR
from registration.transitions import stamp_consents
from seminar.foundation.audit import Actor, record
from seminar.foundation.private_files import CheckedFile, remove, store
from seminar.foundation.text import make_email_key
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation, FocalPoint, Seminar


@dataclass(frozen=True)
class Invitation:
    """What an invitation made: its link, its mail, and whether the person was unknown before."""

    link: Link
    mail: OutgoingMail
    is_new: bool


@retried
def invite_delegate(
    *, actor: Actor, delegation: Delegation, email: str, language: str, now: datetime, **names: str
) -> Invitation:
    """Invite one person by personal link; a person already in the delegation gets a new link, ending the old one.

    Raises lifecycle.AddressTaken where the address belongs to another delegation's registration.
    """
    with recorded():
        registration = _find_active(delegation.seminar, email)
        if registration is None:
            registration = lifecycle.create_draft(
                actor=actor, delegation=delegation, email=email, language=language, now=now, **names
            )
            return send_invitation(actor, registration, now, is_new=True)
        if registration.delegation_id != delegation.pk:
            raise lifecycle.AddressTaken
        return send_invitation(actor, registration, now, is_new=False)


@retried
def nominate(
    *,
    actor: Actor,
    delegation: Delegation,
    email: str,
    language: str,
    now: datetime,
    is_link_sent: bool = True,
    **names: str,
) -> Registration | None:
    """Add one more person for a focal point and send them a personal link, now or (`is_link_sent` False) later.

    Returns None where the person is in the delegation already: asked for twice it is one nomination, and the first
    mail's link stays good. Raises lifecycle.AddressTaken where the address belongs to another delegation's
    registration.
    """
    try:
        with recorded():
            existing = _find_active(delegation.seminar, email)
            if existing is None:
                registration = lifecycle.create_draft(
                    actor=actor, delegation=delegation, email=email, language=language, now=now, **names
                )
                if is_link_sent:
                    send_invitation(actor, registration, now, is_new=True)
                return registration
    except lifecycle.AddressTaken:
        existing = _find_active(delegation.seminar, email)  # the same form, sent twice at once
    if existing is None or existing.delegation_id != delegation.pk:
        raise lifecycle.AddressTaken
    return None


@retried
def invite_focal_point(
    *, actor: Actor, delegation: Delegation, email: str, language: str, now: datetime, name: str = ""
) -> Invitation:
    """Make a person the delegation's focal point, if not yet one, and ask for nominations by personal link."""
    with recorded():
        has_primary = FocalPoint.objects.filter(delegation=delegation, is_primary=True).exists()
        focal_point, is_new = FocalPoint.objects.get_or_create(
            delegation=delegation,
            email_key=make_email_key(email),
            defaults={"email": email, "name": name, "language": language, "is_primary": not has_primary},
        )
        link = _issue_link(Link.objects.filter(focal_point=focal_point).first(), focal_point=focal_point)
        mail = enqueue(
            kind="nomination_request", subject=delegation, revision=link.version, to=to_focal_point(focal_point)
        )
        _record_invitation(actor, f"focal_point:{focal_point.pk}", delegation, now)
    return Invitation(link, mail, is_new)


@retried
def save_answers(
    *, actor: Actor, registration: Registration, answers: dict[str, Any], now: datetime, is_later: bool = False
) -> Registration:
    """Keep the answers of a question page, uploaded files with them. `is_later`: as lifecycle.update_fields.

    Raises what lifecycle.update_fields raises, and private_files.StorageFull.
    """
    answers = stamp_consents(registration, answers, now)
    with recorded():
        replaced = []
        for name, value in answers.items():
            if isinstance(value, CheckedFile):
                replaced.append(read_answer(registration, name))
                answers[name] = store(value, now=now, is_encrypted=name in ENCRYPTED_FILES or is_extra(name))
        registration = lifecycle.update_fields(
            actor=actor, registration=copy(registration), fields=answers, now=now, is_later=is_later
        )
        for file in filter(None, replaced):
            remove(file)
    return registration


@retried
def enter_registration(
    *, actor: Actor, delegation: Delegation, email: str, answers: dict[str, Any], now: datetime
) -> Registration:
    """Make a draft with its answers {column: value} on behalf of a person. Raises lifecycle.AddressTaken."""
    fields = stamp_consents(Registration(), answers, now)
    with recorded():
        return lifecycle.create_draft(actor=actor, delegation=delegation, email=email, now=now, **fields)


@retried
def correct_registration(
    *, actor: Actor, registration: Registration, answers: dict[str, Any], now: datetime
) -> Registration:
    """Write answers and address of a draft on behalf of its person; another address ends its personal link, and
    letters that have not left yet go there.

    Raises what lifecycle.update_fields raises, and lifecycle.AddressTaken.
    """
    answers = stamp_consents(registration, answers, now)
    with recorded():
        registration = lifecycle.update_fields(actor=actor, registration=copy(registration), fields=answers, now=now)
        if "email" in answers:
            readdress_queued(registration)
    return registration


@retried
def invite_again(*, actor: Actor, registration: Registration, now: datetime) -> Invitation:
    """Send the personal invitation of this registration to its address, ending an older link."""
    with recorded():
        return send_invitation(actor, registration, now, is_new=False)


@retried
def send_lost_link(*, email: str, now: datetime) -> int:
    """Send the links of that address again, to the address on record; return how many.

    Callers answer the same whatever the number. Links in use stay as they are: whoever knows an address can ask. An
    expired one is renewed, one that was revoked is not, and editions that are over have no links any more.
    """
    key = make_email_key(email)
    running = Q(delegation__seminar__end_date__gte=now.date() - LIFE_AFTER_SEMINAR, link__revoked_at=None)
    sent = 0
    with recorded():
        registrations = Registration.objects.active().filter(running, email_key=key)
        for registration in registrations.select_related("delegation__seminar").order_by("pk"):
            enqueue(
                kind="personal_link",
                subject=registration,
                revision=next_revision("personal_link", registration=registration),
                to=to_delegate(registration),
            )
            sent += 1
        focal_points = (
            FocalPoint.objects.filter(running, email_key=key).select_related("delegation__seminar").order_by("pk")
        )
        for focal_point in focal_points:
            enqueue(
                kind="personal_link",
                subject=focal_point.delegation,
                revision=next_revision("personal_link", link__focal_point=focal_point),
                to=to_focal_point(focal_point),
            )
            sent += 1
    return sent


def _find_active(seminar: Seminar, email: str) -> Registration | None:
    return (
        Registration.objects.active()
        .filter(seminar=seminar, email_key=make_email_key(email))
        .select_related("delegation", "seminar")
        .order_by("pk")
        .first()
    )


def send_invitation(actor: Actor, registration: Registration, now: datetime, *, is_new: bool) -> Invitation:
    """Send the personal invitation within the caller's transaction, ending an older link."""
    link = _issue_link(Link.objects.filter(registration=registration).first(), registration=registration)
    mail = enqueue(
        kind="personal_invitation", subject=registration, revision=link.version, to=to_delegate(registration)
    )
    _record_invitation(actor, f"registration:{registration.pk}", registration.delegation, now)
    return Invitation(link, mail, is_new)


def _issue_link(existing: Link | None, **owner: Any) -> Link:
    return Link.objects.reissue(existing) if existing else Link.objects.ensure(**owner)


def next_revision(kind: str, **mails: Any) -> int:
    """Return the revision of one more mail of this kind among `mails` (filters)."""
    return OutgoingMail.objects.filter(kind=kind, **mails).count() + 1


def _record_invitation(actor: Actor, subject: str, delegation: Delegation, now: datetime) -> None:
    record(actor=actor, action="invite", subject=subject, now=now, seminar_id=delegation.seminar_id)
