"""The reception's part of the admin's first page: what waits, delegations at a glance, registrations by day."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from registration.models import Registration
from registration.review import statistics
from seminar.admin_lists import SHOW_ALL, find_column
from seminar.admin_site import Card, Section
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.dates import format_day_short
from seminar.models import Seminar

REGISTRATIONS = "admin:registration_registration_changelist"
DELEGATIONS = "admin:seminar_delegation_changelist"
LONGEST_AXIS = 400  # days; a chart of more would draw bars thinner than a pixel


def list_registration_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return the cards about registrations, for staff who may see these."""
    if not request.user.has_perm("registration.view_registration"):
        return []
    now = clock.now()
    waiting = statistics.count_waiting(seminar, now=now)
    places = statistics.count_places(seminar)
    address, page = reverse(REGISTRATIONS), admin.site.get_model_admin(Registration)
    oldest_first = f"&o={find_column(request, page, 'waiting')}"
    return [
        Card(
            _("Waiting for approval"),
            waiting.approval,
            f"{address}?state__exact=endorsed{oldest_first}",
            is_urgent=waiting.approval > 0,
            note=_describe_wait(waiting.approval_since, now, _("Nobody waits for approval.")),
        ),
        Card(
            _("Waiting for endorsement"),
            waiting.endorsement,
            f"{address}?state__exact=submitted{oldest_first}",
            note=_describe_wait(waiting.endorsement_since, now, _("No focal point is asked.")),
        ),
        Card(
            _("Returned for correction"),
            waiting.returned,
            f"{address}?state__exact=returned{oldest_first}",
            is_urgent=waiting.returned_long > 0,
            note=_describe_silence(waiting, now),
        ),
        Card(
            _("Submitted late"),
            waiting.late,
            f"{address}?deadline=late",
            note=_("After their deadline") if waiting.late else _("Everybody was in time."),
            is_total=True,
        ),
        Card(
            _("Approved"),
            waiting.approved,
            f"{address}?state__exact=approved",
            note=_describe_places(places),
            is_total=True,
        ),
        Card(_("All registrations"), waiting.every, f"{address}?{SHOW_ALL}", is_total=True),
    ]


def list_delegation_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return the card about delegations that nominated nobody, for staff who may see delegations."""
    if not request.user.has_perm("seminar.view_delegation"):
        return []
    silent = statistics.count_silent_delegations(seminar)
    now, due_at = clock.now(), seminar.nominations_due_at
    return [
        Card(
            _("Delegations without nominations"),
            silent,
            f"{reverse(DELEGATIONS)}?nominations=none",
            is_urgent=silent > 0 and due_at - now < timedelta(days=3),
            note=describe_days_left(due_at, now=now, time_zone=seminar.time_zone)
            if silent
            else _("Every delegation has nominated or declined."),
        )
    ]


def show_delegations(request: HttpRequest, seminar: Seminar) -> Section | None:
    """Return the delegations at a glance, grouped by category, each leading to its registrations."""
    if not request.user.has_perms(("registration.view_registration", "seminar.view_delegation")):
        return None
    tiles = statistics.list_tiles(seminar)
    groups = [(label, list(members)) for label, members in groupby(tiles, key=lambda tile: tile.category)]
    return Section("registration/review/_delegations.html", {"groups": groups, "list_url": reverse(REGISTRATIONS)})


def show_days(request: HttpRequest, seminar: Seminar) -> Section | None:
    """Return registrations by day and state as a table, with the data of a chart."""
    if not request.user.has_perm("registration.view_registration"):
        return None
    figures = statistics.count_by_day(seminar)
    comparison = statistics.compare_with_past(seminar)
    values = {
        "figures": figures,
        "totals": [{"state": state, "n": n} for state, n in zip(figures.states, figures.totals, strict=True)],
        "comparison": comparison,
        "due": describe_moment(seminar, seminar.nominations_due_at),
        "chart": _make_chart(figures, comparison, until=min(_today(seminar), seminar.end_date)),
        "list_url": reverse(REGISTRATIONS),
    }
    return Section("registration/review/_days.html", values)


def describe_days_left(due_at: datetime, *, now: datetime, time_zone: str) -> str:
    """Return "3 days left", "Closes today" or "Closed 2 days ago", by the days of the seminar's zone."""
    zone = ZoneInfo(time_zone)
    days = (due_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days > 0:
        return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
    if days < 0:
        return ngettext("Closed %(n)d day ago", "Closed %(n)d days ago", -days) % {"n": -days}
    return _("Closes today") if due_at > now else _("Closed today")


def _describe_wait(since: datetime | None, now: datetime, nobody: str) -> str:
    if since is None:
        return nobody
    if now - since < timedelta(hours=1):
        return _("All within the last hour")
    return _("The longest for %(time)s") % {"time": timesince(since, now, depth=1)}


def _describe_silence(waiting: statistics.Waiting, now: datetime) -> str:
    if not waiting.returned_long:
        return _describe_wait(waiting.returned_since, now, _("No correction is awaited."))
    text = ngettext(
        "%(n)d silent for more than %(days)d days, the longest for %(time)s",
        "%(n)d silent for more than %(days)d days, the longest for %(time)s",
        waiting.returned_long,
    )
    assert waiting.returned_since is not None
    days, time = statistics.SILENT_AFTER.days, timesince(waiting.returned_since, now, depth=1)
    return text % {"n": waiting.returned_long, "days": days, "time": time}


def _describe_places(places: statistics.Places) -> str:
    if not places.quota:
        return ""
    text = _("%(taken)d of %(quota)d places taken") % {"taken": places.taken, "quota": places.quota}
    if places.beyond:
        text += _(", %(n)d people beyond the quota") % {"n": places.beyond}
    return text


def _today(seminar: Seminar) -> date:
    return clock.now().astimezone(ZoneInfo(seminar.time_zone)).date()


def _make_chart(figures: statistics.DailyFigures, comparison: statistics.Comparison, *, until: date) -> dict[str, Any]:
    """Return what the chart draws: every day from the first to `until`, so that quiet days show as such."""
    if not figures.days:
        return {}
    known = {day.day: day for day in figures.days}
    first, last = figures.days[0].day, max(until, figures.days[-1].day)
    length = (last - first).days + 1
    days = [first + timedelta(n) for n in range(length)] if length <= LONGEST_AXIS else list(known)
    so_far: list[int] = []
    for day in days:
        so_far.append(known[day].so_far if day in known else so_far[-1])
    language = get_language() or "en"
    return {
        "labels": [format_day_short(day, language) for day in days],
        "states": [
            {"state": state.value, "label": str(state.label)}
            | {"data": [known[day].counts[n] if day in known else 0 for day in days]}
            for n, state in enumerate(figures.states)
        ],
        "by_day": _("On the day"),
        "so_far": {"label": _("All so far"), "data": so_far},
        "past": {
            "label": _("People at edition %(number)s") % {"number": comparison.past_number},
            "value": comparison.past_people,
        },
    }
