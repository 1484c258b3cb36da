"""Writes mails into the outbox, inside the transaction of what they report.

Doors: `enqueue(...)`, `enqueue_all(...)`, and `resend(...)` for a mail that is to go out once more; nothing else makes
a mail.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from registration.mail.catalogue import KINDS
from registration.mail.facts import describe_delegation, describe_registration, describe_seminar
from registration.mail.queries import check_resendable, find_current_address
from registration.models import Link, OpenRequest, OutgoingMail, Registration
from registration.models.outgoing_mail import make_message_id
from seminar.foundation.audit import Actor, record
from seminar.foundation.bilingual import read_bilingual
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation, FocalPoint, Seminar, User

logger = logging.getLogger(__name__)

RETRIED_FOR = timedelta(hours=48)
BROKER_REST_S = 30
SECRETARIAT = "secretariat"  # key of the one recipient that is an office, not a person

_broker_rests_until = 0.0  # of this process, by its monotonic clock


@dataclass(frozen=True)
class Recipient:
    """One person a mail goes to, in that person's language, with the link that is theirs."""

    key: str
    address: str
    language: str
    name: str
    registration: Registration | None = None
    focal_point: FocalPoint | None = None


def to_delegate(registration: Registration) -> Recipient:
    return Recipient(
        key=f"registration:{registration.pk}",
        address=registration.email,
        language=registration.language,
        name=registration.full_name if registration.given_names else "",
        registration=registration,
    )


def to_focal_point(focal_point: FocalPoint) -> Recipient:
    return Recipient(
        key=f"focal_point:{focal_point.pk}",
        address=focal_point.email,
        language=focal_point.language,
        name=focal_point.name,
        focal_point=focal_point,
    )


def to_secretariat(seminar: Seminar) -> Recipient:
    return Recipient(
        key=SECRETARIAT,
        address=seminar.secretariat_email,
        language=seminar.secretariat_language,
        name=read_bilingual(seminar, "secretariat_name", seminar.secretariat_language),
    )


def to_staff(user: User) -> Recipient:
    return Recipient(key=f"user:{user.pk}", address=user.email, language=user.language, name=user.name)


@dataclass(frozen=True)
class MailOrder:
    """One mail to be queued: what it reports of whom, to whom. See `enqueue` for their meaning."""

    kind: str
    subject: Registration | OpenRequest | Delegation | Seminar
    revision: int
    to: Recipient
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dedupe_key(self) -> str:
        """What one mail alone may have: its kind, subject, revision and recipient."""
        return f"{self.kind}:{self.subject._meta.model_name}:{self.subject.pk}:{self.revision}:{self.to.key}"


def enqueue(
    *,
    kind: str,
    subject: Registration | OpenRequest | Delegation | Seminar,
    revision: int,
    to: Recipient,
    facts: Mapping[str, Any] | None = None,
) -> OutgoingMail:
    """Queue one mail, once for its kind, subject, revision and recipient; a second call returns the first row.

    `revision` rises with each reported change of `subject`; `facts` go beside what is known of it. Recipients without
    a personal link get `action_path` among the facts, the address on this site that their letter leads to. The worker
    is nudged after the commit.
    """
    return enqueue_all([MailOrder(kind, subject, revision, to, facts or {})])[0]


def enqueue_all(orders: Sequence[MailOrder]) -> list[OutgoingMail]:
    """Queue several mails of one act, as `enqueue` does each, in one statement; return their rows in that order."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a mail belongs to the transaction of what it reports")
    mails = [_make_mail(order) for order in orders]
    if not mails:
        return []
    try:
        with transaction.atomic():  # written before they are looked for: nearly every mail is new
            OutgoingMail.objects.bulk_create(mails)
    except IntegrityError:
        mails = [_insert_or_find(mail) for mail in mails]
    _nudge_after_commit(mails[0])
    return mails


def list_new(orders: Sequence[MailOrder]) -> list[MailOrder]:
    """Return those of `orders` that were not queued before."""
    keys = {order.dedupe_key for order in orders}
    known = set(OutgoingMail.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    return [order for order in orders if order.dedupe_key not in known]


def _make_mail(order: MailOrder) -> OutgoingMail:
    subject, to = order.subject, order.to
    registration = subject if isinstance(subject, Registration) else None
    delegation = subject if isinstance(subject, Delegation) else getattr(subject, "delegation", None)
    seminar = subject if isinstance(subject, Seminar) else subject.seminar
    facts = {
        "seminar": describe_seminar(seminar),
        "recipient_name": to.name,
        **({"is_to_secretariat": True} if to.key == SECRETARIAT else {}),
        "revision": order.revision,
        **({"delegation": describe_delegation(delegation)} if delegation else {}),
        **({"registration": describe_registration(registration)} if registration else {}),
        **order.facts,
    }
    link = None
    if KINDS[order.kind].has_link and (to.registration or to.focal_point):
        link = Link.objects.ensure(registration=to.registration, focal_point=to.focal_point)
    return OutgoingMail(
        seminar=seminar,
        registration=registration,
        link=link,
        kind=order.kind,
        dedupe_key=order.dedupe_key,
        recipient=to.address,
        language=to.language,
        facts=facts,
        **_make_beginning(),
    )


def _insert_or_find(mail: OutgoingMail) -> OutgoingMail:
    try:
        with transaction.atomic():
            mail.pk = None
            mail.save(force_insert=True)
    except IntegrityError:
        return OutgoingMail.objects.get(dedupe_key=mail.dedupe_key)
    return mail


def _nudge_after_commit(mail: OutgoingMail) -> None:
    """Nudge a worker once for all mails of a transaction: it delivers the one it is told of, then what else is due."""
    waiting = transaction.get_connection().run_on_commit
    if not any(isinstance(call, partial) and call.func is nudge for _savepoints, call, _robust in waiting):
        transaction.on_commit(partial(nudge, mail.pk), robust=True)


def enqueue_to_people(
    *,
    kind: str,
    registration: Registration,
    revision: int,
    facts: dict[str, Any] | None = None,
    is_delegate_told: bool = True,
) -> int:
    """Queue one mail about a registration to its delegate and to each of its focal points; return how many.

    A focal point's letter has `is_own` False among its facts, and whether the delegate was told as well.
    """
    focal_points = [
        person
        for person in list_focal_points(registration.delegation)
        if not (is_delegate_told and is_own_registration(person, registration))
    ]
    orders = (
        [MailOrder(kind, registration, revision, to_delegate(registration), facts or {})] if is_delegate_told else []
    )
    copy = {**(facts or {}), "is_own": False, "is_delegate_told": is_delegate_told}
    orders += [MailOrder(kind, registration, revision, to_focal_point(person), copy) for person in focal_points]
    return len(enqueue_all(orders))


def is_own_registration(focal_point: FocalPoint, registration: Registration) -> bool:
    """Whether a focal point attends as this very person, whom the letter to the delegate reaches already."""
    return focal_point.email_key == registration.email_key


def list_focal_points(delegation: Delegation) -> list[FocalPoint]:
    """Return the focal points of a delegation, each with the personal link that a mail carries."""
    return list(delegation.focal_points.select_related("link").order_by("pk"))


def readdress_queued(registration: Registration) -> int:
    """Send what still waits for a delegate to the registration's address of now, its link made anew; return how many.

    Else a letter held up on its way to a wrong address would open the registration there.
    """
    waiting = OutgoingMail.objects.filter(link__registration=registration, state=OutgoingMail.State.QUEUED)
    waiting = waiting.exclude(recipient=registration.email)
    if not waiting.exists():
        return 0
    Link.objects.ensure(registration=registration)
    return waiting.update(recipient=registration.email)


def nudge(mail_id: int) -> None:
    """Ask a worker to deliver this mail now. The poller finds it anyway, so a broker that is down costs a second.

    After a failure nobody is asked for BROKER_REST_S: a bulk decision waits once, not once for each mail.
    """
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return
    try:
        current_app.send_task("registration.deliver_mail", args=[mail_id], retry=False, ignore_result=True, expires=60)
    except Exception as error:
        _broker_rests_until = time.monotonic() + BROKER_REST_S
        logger.warning("no worker could be nudged (%s); the poller will find mail %d", type(error).__name__, mail_id)


@retried
def resend(*, actor: Actor, mail_id: int, now: datetime) -> OutgoingMail:
    """Queue a mail again as a new one: same kind and facts, to the recipient's address of today, rendered anew.

    The first one stays as it is. Raises OutgoingMail.DoesNotExist, queries.NotResendable.
    """
    with recorded():
        mails = OutgoingMail.objects.select_related("seminar", "registration", "link__registration__seminar")
        mails = mails.select_related("link__focal_point__delegation__seminar").select_for_update(of=("self",))
        mail = mails.get(pk=mail_id)
        check_resendable(mail)
        address, language = find_current_address(mail)
        link = None
        if mail.link is not None:
            link = Link.objects.ensure(registration=mail.link.registration, focal_point=mail.link.focal_point)
        again = OutgoingMail.objects.create(
            dedupe_key=f"again:{mail.pk}:{mail.resent_as.count() + 1}",
            resend_of=mail,
            seminar=mail.seminar,
            registration=mail.registration,
            link=link,
            kind=mail.kind,
            recipient=address,
            language=language,
            facts=mail.facts,
            **_make_beginning(),
        )
        record(
            actor=actor,
            action="resend",
            subject=f"outgoing_mail:{mail.pk}",
            now=now,
            seminar_id=mail.seminar_id,
            details={"again": again.pk},
        )
        _nudge_after_commit(again)
    return again


def _make_beginning() -> dict[str, Any]:
    """Return what every new mail begins with: its Message-ID, and its patience by the database's clock."""
    return {
        "message_id": make_message_id(settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")),
        "next_attempt_at": Now(),
        "give_up_at": Now() + RETRIED_FOR,
    }
