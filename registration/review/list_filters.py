"""Filters of the registrations' list that no column answers: how long somebody waits, and who was late."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registration.models import Registration, State
from registration.review.statistics import LATE
from seminar.foundation import clock

WAITING = (State.SUBMITTED, State.RETURNED, State.ENDORSED, State.WAITLISTED)  # for somebody to do something
_WAITED_DAYS = (1, 3, 7, 14)


class WaitingFilter(admin.SimpleListFilter):
    """Whoever waits in the present state for longer than so many days."""

    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (str(n), ngettext("Longer than %(n)d day", "Longer than %(n)d days", n) % {"n": n}) for n in _WAITED_DAYS
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        if self.value() not in [str(n) for n in _WAITED_DAYS]:
            return queryset
        limit = clock.now() - timedelta(days=int(str(self.value())))
        return queryset.filter(state__in=WAITING, state_changed_at__lt=limit)


class LateFilter(admin.SimpleListFilter):
    """Whoever submitted after the edition's deadline and any later one of the delegation or their own."""

    title = _("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("Submitted late")), ("kept", _("Submitted in time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        if self.value() == "late":
            return queryset.filter(LATE)
        if self.value() == "kept":
            deadlines = ("seminar__nominations_due_at", "delegation__due_at", "due_at")
            in_time = [Q(submitted_at__lte=F(deadline)) for deadline in deadlines]
            return queryset.filter(in_time[0] | in_time[1] | in_time[2])
        return queryset
