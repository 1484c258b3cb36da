"""Reads the history of a registration: who did what to it, when and why, in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from registration.models import Registration, State
from registration.models.answers import ANSWER_NAMES, label_answer
from seminar.models import AuditEntry, FocalPoint, User

# Of the columns that an entry names; the time of consents, which goes along with them, says nothing more.
_SHOWN = ANSWER_NAMES | {"email", "shares_address"}


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    actor: str
    action: str
    details: str


def list_history(registration: Registration, *, is_staff_named: bool = True) -> list[HistoryLine]:
    """Return the audit trail of a registration, newest first, actors by name.

    `is_staff_named` False shows staff as "Organizers", for readers outside; why a quota was exceeded is not theirs
    to read.
    """
    entries = list(AuditEntry.objects.filter(subject=f"registration:{registration.pk}").order_by("-position"))
    names = read_actor_names(entries)
    return [
        HistoryLine(
            at=entry.at,
            actor=_("Organizers")
            if entry.actor_kind == AuditEntry.ActorKind.STAFF and not is_staff_named
            else name_actor(entry, names),
            action=describe_action(entry.action),
            details=_describe_details(entry.details, with_override=is_staff_named),
        )
        for entry in entries
    ]


def describe_action(action: str) -> str:
    """Return an action of the audit trail in the reader's words."""
    return {
        "create": _("Created"),
        "import": _("Loaded with the edition"),
        "invite": _("Invited"),
        "edit": _("Answers changed"),
        "name_person": _("Given a part in the programme"),
        "remove_person": _("Freed of a part in the programme"),
        "submit": _("Submitted"),
        "endorse": _("Endorsed"),
        "approve": _("Approved"),
        "waitlist": _("Put on the waiting list"),
        "reject": _("Not approved"),
        "return": _("Returned for correction"),
        "withdraw": _("Withdrawn"),
        "cancel": _("Cancelled"),
        "reopen": _("Reopened"),
        "extend": _("Own deadline changed"),
        "set_head": _("Made head of delegation"),
        "clear_head": _("No longer head of delegation"),
        "move": _("Moved in the delegation's list"),
        "replace": _("Entered as a replacement"),
        "ask_change": _("Change asked for"),
        "accept_change": _("Change accepted"),
        "decline_change": _("Change declined"),
        "view_passport": _("Passport number looked at"),
        "view_passport_copy": _("Copy of the passport opened"),
    }.get(action, action)


def name_actor(entry: AuditEntry, names: dict[tuple[str, str], str]) -> str:
    """Return who acted: by name where `names` knows them, else as what."""
    return names.get((entry.actor_kind, entry.actor_key), str(entry.get_actor_kind_display()))


def read_actor_names(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """Return {(kind, key): name} of the people behind these entries, one statement for each kind of actor there is."""
    kinds = AuditEntry.ActorKind
    keys: dict[str, set[int]] = {kind: set() for kind in kinds}
    for entry in entries:
        if entry.actor_key:
            keys[entry.actor_kind].add(int(entry.actor_key))
    names: dict[tuple[str, str], str] = {}
    if keys[kinds.STAFF]:
        for user in User.objects.filter(pk__in=keys[kinds.STAFF]):
            names[kinds.STAFF, str(user.pk)] = str(user)
    if keys[kinds.FOCAL_POINT]:
        for focal_point in FocalPoint.everyone.filter(pk__in=keys[kinds.FOCAL_POINT]):
            names[kinds.FOCAL_POINT, str(focal_point.pk)] = str(focal_point)
    if keys[kinds.DELEGATE]:
        for registration in Registration.objects.filter(pk__in=keys[kinds.DELEGATE]):
            names[kinds.DELEGATE, str(registration.pk)] = registration.full_name
    return names


def _describe_details(details: dict[str, Any], *, with_override: bool) -> str:
    for name in ("reason", "override_reason") if with_override else ("reason",):
        if name in details:
            return str(details[name])
    if "place" in details:
        return _("To place %(place)d") % {"place": details["place"]}
    if "state" in details:
        return str(State(details["state"]).label)
    return _(", ").join(label_answer(name) for name in details.get("fields", []) if name in _SHOWN)
