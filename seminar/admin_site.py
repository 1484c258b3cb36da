"""The one admin site: who gets in, which edition is shown, and the cards of its first page.

Rooms register pages with `@admin.register` and cards with `admin.site.add_card(function)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from seminar.accounts import lacks_second_factor
from seminar.models import Seminar
from seminar.queries import find_current_seminar

CHOSEN_EDITION = "admin_edition_id"


@dataclass(frozen=True)
class Card:
    """One number on the first page, with the list behind it."""

    label: str
    value: int
    url: str
    is_urgent: bool = False


CardSource = Callable[[HttpRequest, Seminar], list[Card]]


class SeminarAdminSite(AdminSite):
    """The admin of Seminar, for staff with a second factor where production demands one."""

    site_header = _("Seminar administration")
    site_title = _("Seminar administration")
    index_title = _("What needs you now")
    index_template = "seminar/admin/index.html"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._card_sources: list[CardSource] = []

    def add_card(self, source: CardSource) -> CardSource:
        """Let `source(request, seminar)` put cards on the first page; usable as a decorator."""
        self._card_sources.append(source)
        return source

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        checked = super().admin_view(view, cacheable)

        def with_second_factor(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if self.has_permission(request):
                if lacks_second_factor(request.user):
                    return redirect("mfa_activate_totp")
                seminar = self.get_seminar(request)
                if seminar is not None:
                    timezone.activate(seminar.time_zone)  # until the response; see StaffSessionMiddleware
            return checked(request, *args, **kwargs)

        return with_second_factor

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("edition/", self.admin_view(require_POST(self.choose_edition)), name="choose_edition"),
            *super().get_urls(),
        ]

    def choose_edition(self, request: HttpRequest) -> HttpResponse:
        """Keep the edition that this member of staff works on for the session."""
        key = request.POST.get("edition", "")
        if key.isascii() and key.isdecimal() and Seminar.objects.filter(pk=int(key[:18])).exists():
            request.session[CHOSEN_EDITION] = int(key[:18])
        return redirect(reverse("admin:index"))

    def get_seminar(self, request: HttpRequest) -> Seminar | None:
        """Return the edition this member of staff chose, else the current one."""
        if not hasattr(request, "admin_seminar"):
            key = request.session.get(CHOSEN_EDITION)
            chosen = next((edition for edition in self.list_editions(request) if edition.pk == key), None)
            request.admin_seminar = chosen or find_current_seminar()  # type: ignore[attr-defined]
        return request.admin_seminar  # type: ignore[attr-defined]

    def list_editions(self, request: HttpRequest) -> list[Seminar]:
        """Return every edition, the newest first, read once for a request."""
        if not hasattr(request, "admin_editions"):
            request.admin_editions = list(Seminar.objects.order_by("-start_date", "-pk"))  # type: ignore[attr-defined]
        return request.admin_editions  # type: ignore[attr-defined]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if request.user.is_authenticated:
            context["edition"] = self.get_seminar(request)
            context["editions"] = self.list_editions(request)
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        seminar = self.get_seminar(request)
        cards = [card for source in self._card_sources for card in source(request, seminar)] if seminar else []
        return super().index(request, {**(extra_context or {}), "cards": cards})


class FilteredAdmin(ModelAdmin):
    """A page whose address filters by its own filters and keys alone, so that no other column can be probed."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        filters = self.get_list_filter(request)
        own = [entry if isinstance(entry, str) else getattr(entry, "parameter_name", "") for entry in filters]
        known = any(lookup == name or lookup.startswith(f"{name}__") for name in (*own, "id", "pk"))
        return known and not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)


class EditionAdmin(FilteredAdmin):
    """A page whose rows belong to an edition and show only those of the chosen one."""

    edition_lookup = "seminar"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        site: SeminarAdminSite = self.admin_site  # type: ignore[assignment]
        return super().get_queryset(request).filter(**{self.edition_lookup: site.get_seminar(request)})


class ReadOnly:
    """Mixin for pages on which nothing is typed: rows are seen, and change through services alone."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
