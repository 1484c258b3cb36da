"""Reads for the reception: what an approval would do, and the history of a registration."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from registration.lifecycle import QuotaFull
from registration.models import Registration, State
from registration.models.answers import ANSWER_NAMES, label_answer
from registration.review.policy import NotApprovable, check_approvable, check_quota
from registration.review.refusals import describe_refusal
from seminar.models import AuditEntry, Delegation, FocalPoint, Seminar, User


@dataclass(frozen=True)
class ApprovalPreview:
    """What approving one registration will do: mails to so many people, or a refusal with its reason.

    `is_beyond_quota`: nothing but the quota forbids it, so that a reason lets it through.
    """

    registration: Registration
    mail_count: int = 0
    refusal: str = ""
    is_beyond_quota: bool = False

    @property
    def will_be_approved(self) -> bool:
        return not self.refusal


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    actor: str
    action: str
    details: str


def preview_approvals(registrations: Iterable[Registration]) -> list[ApprovalPreview]:
    """Return what approving these, in this order, will do; quotas fill up as the list goes on."""
    taken: Counter[int] = Counter()
    previews: list[ApprovalPreview] = []
    for registration in registrations:
        delegation = registration.delegation
        try:
            check_approvable(registration, delegation)
            check_quota(delegation, taken=taken[delegation.pk])
        except (NotApprovable, QuotaFull) as error:
            is_beyond = isinstance(error, QuotaFull)
            refusal = describe_refusal(error)
            previews.append(ApprovalPreview(registration, refusal=refusal, is_beyond_quota=is_beyond))
            continue
        taken[delegation.pk] += 1
        previews.append(ApprovalPreview(registration, mail_count=1 + len(delegation.focal_points.all())))
    return previews


def list_history(registration: Registration) -> list[HistoryLine]:
    """Return the audit trail of a registration, newest first, actors by name."""
    entries = list(AuditEntry.objects.filter(subject=f"registration:{registration.pk}").order_by("-position"))
    names = _read_actor_names(entries)
    return [
        HistoryLine(
            at=entry.at,
            actor=names.get((entry.actor_kind, entry.actor_key), entry.get_actor_kind_display()),
            action=describe_action(entry.action),
            details=_describe_details(entry.details),
        )
        for entry in entries
    ]


def list_approvers(registrations: Iterable[Registration]) -> list[str]:
    """Return the names of those who approved these, each once, in alphabetical order."""
    subjects = [f"registration:{registration.pk}" for registration in registrations]
    entries = list(AuditEntry.objects.filter(subject__in=subjects, action__in=("approve", "import")))
    names = _read_actor_names(entries)
    return sorted(
        {names.get((entry.actor_kind, entry.actor_key), str(entry.get_actor_kind_display())) for entry in entries}
    )


def count_by_state(seminar: Seminar) -> dict[str, int]:
    """Return {state: number of registrations}, every state present."""
    counts = Counter(Registration.objects.filter(seminar=seminar).values_list("state", flat=True))
    return {state: counts[state] for state in State.values}


def list_silent_delegations(seminar: Seminar) -> list[int]:
    """Return the keys of delegations that have no active registration and have not declined, in editorial order."""
    with_people = Registration.objects.active().filter(seminar=seminar).values("delegation")
    silent = Delegation.objects.filter(seminar=seminar).outside_host().exclude(pk__in=with_people)
    silent = silent.exclude(state=Delegation.State.DECLINED).in_editorial_order()
    return list(silent.values_list("pk", flat=True))


def describe_action(action: str) -> str:
    """Return an action of the audit trail in the reader's words."""
    return {
        "create": _("Created"),
        "import": _("Loaded with the edition"),
        "invite": _("Invited"),
        "edit": _("Answers changed"),
        "submit": _("Submitted"),
        "endorse": _("Endorsed"),
        "approve": _("Approved"),
        "waitlist": _("Put on the waiting list"),
        "reject": _("Not approved"),
        "return": _("Returned for correction"),
        "withdraw": _("Withdrawn"),
        "cancel": _("Cancelled"),
        "reopen": _("Reopened"),
    }.get(action, action)


def _describe_details(details: dict[str, Any]) -> str:
    for name in ("reason", "override_reason"):
        if name in details:
            return str(details[name])
    if "state" in details:
        return str(State(details["state"]).label)
    return _(", ").join(_label(name) for name in details.get("fields", []))


def _label(name: str) -> str:
    return label_answer(name) if name in ANSWER_NAMES else name


def _read_actor_names(entries: list[AuditEntry]) -> dict[tuple[str, str], str]:
    kinds = AuditEntry.ActorKind
    keys = {kind: {int(e.actor_key) for e in entries if e.actor_kind == kind and e.actor_key} for kind in kinds}
    names: dict[tuple[str, str], str] = {}
    for user in User.objects.filter(pk__in=keys[kinds.STAFF]):
        names[kinds.STAFF, str(user.pk)] = str(user)
    for focal_point in FocalPoint.objects.filter(pk__in=keys[kinds.FOCAL_POINT]):
        names[kinds.FOCAL_POINT, str(focal_point.pk)] = str(focal_point)
    for registration in Registration.objects.filter(pk__in=keys[kinds.DELEGATE]):
        names[kinds.DELEGATE, str(registration.pk)] = registration.full_name
    return names
