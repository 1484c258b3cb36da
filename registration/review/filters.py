"""The filter that registration adds to the list of delegations: who nominated nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registration.review.statistics import find_silent_delegations
from seminar.models import Delegation


class NominationFilter(admin.SimpleListFilter):
    """Delegations that are to nominate and have nominated nobody."""

    title = _("nominations")
    parameter_name = "nominations"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("None nominated, not declined"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delegation]) -> QuerySet[Delegation]:
        return find_silent_delegations(queryset) if self.value() == "none" else queryset
