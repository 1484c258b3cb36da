"""Reads for the reception: the queue, and who changed a registration last."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registration.history import name_actor, read_actor_names
from registration.models import Registration, State
from seminar.foundation.dates import format_clock_time, format_date_short
from seminar.models import AuditEntry, Seminar

# What changes a registration, as a sentence with places for `who` and `time`; a look at it or a mail does not.
DEEDS: dict[str, Promise] = {
    "edit": gettext_lazy("%(who)s changed its answers at %(time)s."),
    "submit": gettext_lazy("%(who)s submitted it at %(time)s."),
    "endorse": gettext_lazy("%(who)s endorsed it at %(time)s."),
    "approve": gettext_lazy("%(who)s approved it at %(time)s."),
    "waitlist": gettext_lazy("%(who)s put it on the waiting list at %(time)s."),
    "reject": gettext_lazy("%(who)s decided against it at %(time)s."),
    "return": gettext_lazy("%(who)s returned it for correction at %(time)s."),
    "withdraw": gettext_lazy("%(who)s withdrew it at %(time)s."),
    "cancel": gettext_lazy("%(who)s cancelled it at %(time)s."),
    "reopen": gettext_lazy("%(who)s reopened it at %(time)s."),
}


def describe_last_changes(registrations: Iterable[Registration], now: datetime) -> dict[int, str]:
    """Return {key: "Aya Tanaka approved it at 10:32."}, who changed each of these last, and when."""
    subjects = {f"registration:{registration.pk}": registration for registration in registrations}
    changes = AuditEntry.objects.filter(subject__in=subjects, action__in=DEEDS)
    entries = {entry.subject: entry for entry in changes.order_by("position")}
    names = read_actor_names(entries.values())
    return {
        subjects[subject].pk: str(DEEDS[entry.action])
        % {
            "who": name_actor(entry, names),
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
