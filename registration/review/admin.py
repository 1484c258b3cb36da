"""The registrations' pages in the admin: the list with its bulk decisions, the queue, one registration."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registration.models import Registration, State
from registration.review.actions import ACTIONS, Action
from registration.review.decision_views import (
    MOST_ROWS,
    confirm,
    offer_choices,
    read_rows,
    say_too_many,
    show_decision,
)
from registration.review.list_filters import WAITING, LateFilter, WaitingFilter
from registration.review.passport_views import show_passport, show_photo
from registration.review.person import read_panel
from registration.review.policy import is_beyond_quota
from registration.review.queue_views import may_decide, show_queue
from registration.review.search import SEARCHED, search
from registration.review.stay_views import edit_stay
from seminar.admin_site import EditionAdmin, ReadOnly, SeminarAdminSite
from seminar.foundation import clock
from seminar.models import Delegation

_STATES, _ROLES = dict(State.choices), dict(Registration.Role.choices)
_CATEGORIES = dict(Delegation.Category.choices)
_HOUR_S, _DAY_S = 3600, 86_400


class RegistrationList(ChangeList):
    """The list; counts the edition's registrations a second time only where a filter or a search leaves some out."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        site: SeminarAdminSite = self.model_admin.admin_site  # type: ignore[assignment]
        seminar = site.get_seminar(request)
        self.result_list = list(self.result_list)
        for registration in self.result_list:
            registration.seminar = seminar  # the one they all belong to; a join would read it anew for each row
        is_filtered = self.has_active_filters or bool(self.query)
        self.full_result_count = self.root_queryset.count() if is_filtered else self.result_count
        self.show_full_result_count = True


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, EditionAdmin):
    """Registrations are read here and decided; their state changes through services alone."""

    list_display = ("number", "name", "delegation", "category", "role_label", "state_label", "waiting", "marks")
    list_filter = (
        "state",
        WaitingFilter,
        LateFilter,
        "delegation__category",
        "role",
        "is_head",
        "delegation",
    )
    search_fields = SEARCHED
    search_help_text = gettext_lazy("Number, name in any script, e-mail address or organization")
    show_full_result_count = False  # RegistrationList counts
    list_select_related = ("delegation",)
    list_per_page = 50  # what 40 ms of CPU hold (docs/benchmarks.md)
    list_max_show_all = MOST_ROWS
    actions = ()
    change_list_template = "registration/review/change_list.html"

    # Labels are looked up here, not column by column: Django builds each column's choices anew for each row.
    @admin.display(description=gettext_lazy("name"), ordering="family_name")
    def name(self, registration: Registration) -> str:
        return registration.full_name

    @admin.display(description=gettext_lazy("category"), ordering="delegation__category")
    def category(self, registration: Registration) -> str:
        return str(_CATEGORIES[registration.delegation.category])

    @admin.display(description=gettext_lazy("role"), ordering="role")
    def role_label(self, registration: Registration) -> str:
        return str(_ROLES[registration.role])

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, registration: Registration) -> str:
        return str(_STATES[registration.state])

    @admin.display(description=gettext_lazy("waiting"), ordering="state_changed_at", empty_value="")
    def waiting(self, registration: Registration) -> str | None:
        if registration.state not in WAITING:
            return None
        return describe_wait(registration.state_changed_at, clock.now())

    @admin.display(description=gettext_lazy("marks"), empty_value="")
    def marks(self, registration: Registration) -> SafeString | None:
        marks = [_("Late")] if registration.is_late else []
        if is_beyond_quota(registration, registration.delegation):
            marks.append(_("Beyond quota"))
        return format_html_join(" ", '<span class="mark">{}</span>', ([mark] for mark in marks)) if marks else None

    def action_checkbox(self, registration: Registration) -> SafeString:
        """Django's own box, written without a form's widget: a third of the list's time went there."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            registration.pk,
            _("Choose %(number)s") % {"number": registration.number},
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        rows: Any = super().get_queryset(request)
        marked: QuerySet[Registration] = rows.prefetch_related("delegation__role_quotas")  # one statement for all rows
        return marked

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By number; whoever waits longest first where the list shows those that wait."""
        waits = "waiting" in request.GET or request.GET.get("state__exact") in WAITING
        return ("state_changed_at", "pk") if waits else ("number", "pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return type("RegistrationList", (RegistrationList, super().get_changelist(request, **kwargs)), {})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Registration], search_term: str
    ) -> tuple[QuerySet[Registration], bool]:
        return search(queryset, search_term), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the decisions that this member of staff may make."""
        return {
            f"{action.name}_chosen": (partial(_show_chosen, action), f"{action.name}_chosen", action.texts.choose)
            for action in ACTIONS.values()
            if action.is_open_to(request.user)
        }

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("queue/", partial(show_queue, self), "queue"),
            ("decide/<str:name>/", partial(confirm, self), "decide"),
            ("<int:pk>/photo/", partial(show_photo, self), "photo"),
            ("<int:pk>/passport/", partial(show_passport, self), "passport"),
            ("<int:pk>/stay/", partial(edit_stay, self), "stay"),
        ]
        pages = [
            path(route, self.admin_site.admin_view(view), name=f"registration_registration_{name}")
            for route, view, name in own
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        queue_url = reverse("admin:registration_registration_queue") if may_decide(request) else ""
        return super().changelist_view(request, {**(extra_context or {}), "queue_url": queue_url})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one registration: person, warnings, duplicates, history and mails, with the decisions that are due."""
        registration = self.get_object(request, object_id)
        if registration is None:
            messages.warning(request, _("This registration is not in the edition that you chose."))
            return redirect("admin:registration_registration_changelist")
        if not self.has_view_permission(request, registration):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"{registration.number} {registration.full_name}",
            "opts": self.opts,
            "registration": registration,
            "panel": read_panel(
                registration,
                may_see_mails=request.user.has_perm("registration.view_outgoingmail"),
                may_see_passports=request.user.has_perm("registration.view_passport_number"),
            ),
            "choices": offer_choices(request, registration),
            "carried": {"came_from": "page"},
            "list_url": reverse("admin:registration_registration_changelist"),
        }
        return TemplateResponse(request, "registration/review/registration.html", context)


def _show_chosen(
    action: Action, model_admin: ModelAdmin, request: HttpRequest, chosen: QuerySet[Registration]
) -> HttpResponse | None:
    if chosen.count() > MOST_ROWS:
        say_too_many(request)
        return None
    return show_decision(model_admin, request, action, read_rows(chosen))


def describe_wait(since: datetime, now: datetime) -> str:
    """Return "3 days", "5 hours" or "less than an hour"."""
    waited_s = (now - since).total_seconds()
    if waited_s >= _DAY_S:
        days = int(waited_s // _DAY_S)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if waited_s >= _HOUR_S:
        hours = int(waited_s // _HOUR_S)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return _("less than an hour")
