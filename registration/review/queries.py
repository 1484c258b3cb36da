"""Reads for the reception: the queue, the history of a registration and who changed it last, counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registration.models import Registration, State
from registration.models.answers import ANSWER_NAMES, label_answer
from seminar.foundation.dates import format_clock_time, format_date_short
from seminar.models import AuditEntry, Delegation, FocalPoint, Seminar, User


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    actor: str
    action: str
    details: str


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


def describe_last_changes(registrations: Iterable[Registration], now: datetime) -> dict[int, str]:
    """Return {key: "Aya Tanaka approved it at 10:32."}, who did the last thing to each of these, and when."""
    subjects = {f"registration:{registration.pk}": registration for registration in registrations}
    entries = {e.subject: e for e in AuditEntry.objects.filter(subject__in=subjects).order_by("position")}
    names = _read_actor_names(list(entries.values()))
    return {
        subjects[subject].pk: describe_deed(entry.action)
        % {
            "who": names.get((entry.actor_kind, entry.actor_key), entry.get_actor_kind_display()),
            "time": _describe_time(entry.at, now, subjects[subject].seminar.time_zone),
        }
        for subject, entry in entries.items()
    }


def list_queue(seminar: Seminar) -> list[int]:
    """Return the keys of registrations that wait for approval, whoever waits longest first."""
    waiting = Registration.objects.filter(seminar=seminar, state=State.ENDORSED)
    return list(waiting.order_by("state_changed_at", "pk").values_list("pk", flat=True))


def _describe_time(at: datetime, now: datetime, time_zone: str) -> str:
    clock_time, zone = format_clock_time(at, time_zone=time_zone), ZoneInfo(time_zone)
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return clock_time
    day = format_date_short(at, time_zone=time_zone, language=get_language() or "en")
    return _("%(time)s on %(day)s") % {"time": clock_time, "day": day}


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


def describe_deed(action: str) -> str:
    """Return what somebody did, as a sentence with places for `who` and `time`."""
    return {
        "edit": _("%(who)s changed its answers at %(time)s."),
        "submit": _("%(who)s submitted it at %(time)s."),
        "endorse": _("%(who)s endorsed it at %(time)s."),
        "approve": _("%(who)s approved it at %(time)s."),
        "waitlist": _("%(who)s put it on the waiting list at %(time)s."),
        "reject": _("%(who)s decided against it at %(time)s."),
        "return": _("%(who)s returned it for correction at %(time)s."),
        "withdraw": _("%(who)s withdrew it at %(time)s."),
        "cancel": _("%(who)s cancelled it at %(time)s."),
        "reopen": _("%(who)s reopened it at %(time)s."),
    }.get(action, _("%(who)s changed it at %(time)s."))


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
