"""What a decision would do to each registration: the letters it sends, or the reason why it is left out. Reads only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from registration.lifecycle import AddressTaken, HeadTaken, LifecycleError, PassportTaken, QuotaFull
from registration.mail.services import Recipient, is_own_registration, to_delegate, to_focal_point, to_secretariat
from registration.models import Registration
from registration.review.actions import Action
from registration.review.policy import NotApprovable, check_approvable, check_quota, check_way
from registration.review.refusals import describe_refusal
from seminar.models import Delegation


@dataclass(frozen=True)
class Outlook:
    """One row: whom letters go to, or a refusal with its reason.

    `is_beyond_quota`: nothing but the quota forbids it, so that a reason lets it through.
    """

    registration: Registration
    recipients: tuple[Recipient, ...] = ()
    refusal: str = ""
    is_beyond_quota: bool = False

    @property
    def will_happen(self) -> bool:
        return not self.refusal


@dataclass
class _Taken:
    """What the rows before this one will have taken."""

    quota: Counter[int] = field(default_factory=Counter)
    roles: Counter[tuple[int, str]] = field(default_factory=Counter)
    addresses: set[str] = field(default_factory=set)
    passports: set[str] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)


def foresee(
    action: Action,
    registrations: Sequence[Registration],
    *,
    is_delegate_told: bool = True,
    override_reason: str = "",
) -> list[Outlook]:
    """Return what `action` will do to these, in this order; quotas fill up as the list goes on.

    The registrations come with their seminars, delegations and focal points read.
    """
    taken = _read_taken(registrations) if action.name == "reopen" else _Taken()
    outlooks: list[Outlook] = []
    for registration in registrations:
        is_beyond = False
        try:
            _check(action, registration, taken)
        except (NotApprovable, LifecycleError) as error:
            is_beyond = isinstance(error, QuotaFull)
            if not (is_beyond and override_reason):
                refusal = describe_refusal(error, registration)
                outlooks.append(Outlook(registration, refusal=refusal, is_beyond_quota=is_beyond))
                continue
        recipients = list_recipients(action, registration, is_delegate_told=is_delegate_told)
        outlooks.append(Outlook(registration, recipients, is_beyond_quota=is_beyond))
    return outlooks


def list_recipients(action: Action, registration: Registration, *, is_delegate_told: bool) -> tuple[Recipient, ...]:
    """Return whom the decision is told to: delegate, focal points, secretariat, as far as they hear of it."""
    if not action.kind:
        return ()
    focal_points = sorted(registration.delegation.focal_points.all(), key=lambda focal_point: focal_point.pk)
    recipients: list[Recipient] = []
    if is_delegate_told or not action.is_delegate_told_by_choice or not focal_points:
        recipients.append(to_delegate(registration))
        focal_points = [person for person in focal_points if not is_own_registration(person, registration)]
    recipients += [to_focal_point(focal_point) for focal_point in focal_points]
    if action.is_secretariat_told:
        recipients.append(to_secretariat(registration.seminar))
    return tuple(recipients)


def _check(action: Action, registration: Registration, taken: _Taken) -> None:
    """Raise what forbids the decision, and take what it will take."""
    delegation: Delegation = registration.delegation
    if action.name == "approve":
        check_approvable(registration, delegation)
        role = (delegation.pk, registration.role)
        check_quota(delegation, registration.role, taken=taken.quota[delegation.pk], role_taken=taken.roles[role])
        taken.quota[delegation.pk] += 1
        taken.roles[role] += 1
        return
    check_way(registration, action.name)
    if action.name != "reopen":
        return
    if not registration.shares_address:
        if registration.email_key in taken.addresses:
            raise AddressTaken
        taken.addresses.add(registration.email_key)
    if registration.passport_key:
        if registration.passport_key in taken.passports:
            raise PassportTaken
        taken.passports.add(registration.passport_key)
    if registration.is_head:
        if delegation.pk in taken.heads:
            raise HeadTaken
        taken.heads.add(delegation.pk)


def _read_taken(registrations: Iterable[Registration]) -> _Taken:
    """Return addresses, passports and headships that active registrations hold, of those these would take back."""
    rows = list(registrations)
    if not rows:
        return _Taken()
    active = Registration.objects.active().filter(seminar=rows[0].seminar)
    addresses = Q(email_key__in={row.email_key for row in rows}, shares_address=False)
    passports = Q(passport_key__in={row.passport_key for row in rows} - {""})
    heads = Q(delegation__in={row.delegation_id for row in rows}, is_head=True)
    taken = _Taken()
    for email_key, shares, passport_key, delegation_id, is_head in active.filter(
        addresses | passports | heads
    ).values_list("email_key", "shares_address", "passport_key", "delegation_id", "is_head"):
        if not shares:
            taken.addresses.add(email_key)
        taken.passports.add(passport_key)
        if is_head:
            taken.heads.add(delegation_id)
    return taken
