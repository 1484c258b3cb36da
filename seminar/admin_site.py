"""The one admin site: who gets in, which edition is shown, and what its first page holds.

Rooms register pages with `@admin.register`, cards with `admin.site.add_card(function)`, sections below the cards with
`add_section`, and filters on lists of the floors below with `add_list_filter`. What pages derive from is made in
seminar.admin_lists and handed on here.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin import AdminSite, SimpleListFilter
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from seminar.accounts import lacks_second_factor
from seminar.admin_lists import EditionAdmin, FilteredAdmin, ReadOnly
from seminar.models import Seminar
from seminar.queries import find_current_seminar

__all__ = ("Card", "EditionAdmin", "FilteredAdmin", "ReadOnly", "Section", "SeminarAdminSite")

CHOSEN_EDITION = "admin_edition_id"


@dataclass(frozen=True)
class Card:
    """One number on the first page, with the list behind it; `note` says how urgent it is, or that all is well.

    `is_total`: a sum that asks nothing of anybody; these come last.
    """

    label: str
    value: int
    url: str
    is_urgent: bool = False
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the first page: a template that shows `section.values`. Alerts stand above the cards."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    is_alert: bool = False


CardSource = Callable[[HttpRequest, Seminar], list[Card]]
SectionSource = Callable[[HttpRequest, Seminar], Section | None]


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
        self._pages: list[tuple[str, Any, str]] = []
        self._section_sources: list[SectionSource] = []
        self._added_filters: dict[type[Model], list[type[SimpleListFilter]]] = defaultdict(list)

    def add_card(self, source: CardSource) -> CardSource:
        """Let `source(request, seminar)` put cards on the first page; usable as a decorator."""
        self._card_sources.append(source)
        return source

    def add_page(self, route: str, view: Any, name: str) -> None:
        """Serve `view(request, ...)` for staff at `route` below /admin/, named admin:`name`; it checks permissions."""
        self._pages.append((route, view, name))

    def add_section(self, source: SectionSource) -> SectionSource:
        """Let `source(request, seminar)` put a section on the first page, or none; usable as a decorator."""
        self._section_sources.append(source)
        return source

    def add_list_filter(self, model: type[Model], list_filter: type[SimpleListFilter]) -> None:
        """Give the list of `model` a filter that the floor of its page cannot know."""
        self._added_filters[model].append(list_filter)

    def get_added_filters(self, model: type[Model]) -> list[type[SimpleListFilter]]:
        return self._added_filters[model]

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
            *(path(route, self.admin_view(view), name=name) for route, view, name in self._pages),
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
        cards: list[Card] = []
        sections: list[Section] = []
        if seminar:
            cards = [card for source in self._card_sources for card in source(request, seminar)]
            found = [source(request, seminar) for source in self._section_sources]
            sections = [section for section in found if section is not None]
        context = {
            "cards": sorted(cards, key=lambda card: card.is_total),
            "alerts": [section for section in sections if section.is_alert],
            "sections": [section for section in sections if not section.is_alert],
        }
        return super().index(request, {**(extra_context or {}), **context})
