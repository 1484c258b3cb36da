"""Filters that registration adds to lists: what came late, and who nominated nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registration.models import Registration
from registration.review.statistics import LATE, find_silent_delegations
from seminar.models import Delegation


class LateFilter(admin.SimpleListFilter):
    """Registrations that were submitted after their deadline."""

    title = _("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("Submitted late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        return queryset.filter(LATE) if self.value() == "late" else queryset


class NominationFilter(admin.SimpleListFilter):
    """Delegations that are to nominate and have nominated nobody."""

    title = _("nominations")
    parameter_name = "nominations"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("None nominated, not declined"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delegation]) -> QuerySet[Delegation]:
        return find_silent_delegations(queryset) if self.value() == "none" else queryset
