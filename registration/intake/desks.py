"""Whose desk this is and who works at it: a focal point by personal link, or organizers on the delegation's behalf.

Doors: `desk_page` and `desk_action` around a view, which then gets the `Desk` instead of the address's parts. Both
kinds of visitors use the same views and templates; registration/intake/desk_urls.py gives each their addresses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registration.models import Registration
from registration.visits import OTHER_LINK, personal_page, require_focal_point, visitor_of, with_link
from seminar.access import staff_actor
from seminar.admin_site import SeminarAdminSite
from seminar.foundation import clock
from seminar.foundation.audit import Actor
from seminar.models import Delegation, FocalPoint

TO_SEE = ("seminar.view_delegation", "registration.view_registration")
TO_ACT = ("registration.enter_registration", "registration.endorse_registration")


TO_OPEN_LETTERS = "seminar.view_nominationdocument"


class DeskUrls:
    """The addresses of one desk by the names of its pages, for templates: `desk.urls.nominate`."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def __getitem__(self, page: str) -> str:
        return self._desk.make_url(page)


@dataclass(frozen=True)
class Desk:
    """One delegation in the hands of one actor. `focal_point` is None where organizers act on its behalf."""

    delegation: Delegation
    actor: Actor
    focal_point: FocalPoint | None = None
    can_act: bool = True
    can_open_letters: bool = True

    @property
    def is_staff(self) -> bool:
        return self.focal_point is None

    @property
    def language(self) -> str:
        """The language in which whoever works here writes."""
        return self.focal_point.language if self.focal_point else get_language() or "en"

    def make_url(self, page: str, *arguments: Any) -> str:
        """Return the address of one of this desk's pages, see desk_urls.py."""
        if self.is_staff:
            return reverse(f"admin:desk_{page}", args=[self.delegation.code, *arguments])
        return reverse(f"registration:{page}", args=[self.delegation.seminar.slug, *arguments])

    @property
    def urls(self) -> DeskUrls:
        return DeskUrls(self)

    @property
    def home_url(self) -> str:
        return self.make_url("delegation")

    @property
    def admin_url(self) -> str:
        """The page of the delegation in the admin."""
        return reverse("admin:seminar_delegation_change", args=[self.delegation.pk])

    def is_open_to_nominations(self) -> bool:
        """Whether people may be added here: not by a delegation that declined and whose deadline has passed."""
        has_declined = self.delegation.state == Delegation.State.DECLINED
        return self.is_staff or not has_declined or clock.now() <= self.delegation.nominate_by

    def find(self, number: str) -> Registration:
        """Return a registration of the delegation by its number. Raises Http404."""
        rows = Registration.objects.filter(delegation=self.delegation, number=number[:60])
        registration = rows.select_related("replaces", "link").first()
        if registration is None:
            raise Http404
        registration.delegation, registration.seminar = self.delegation, self.delegation.seminar
        return registration

    def is_shown_in(self, request: HttpRequest) -> bool:
        """Whether a form was shown for the delegation whose link this browser opened last."""
        return self.is_staff or request.POST.get("delegation") == self.delegation.code


def open_desk(request: HttpRequest, *, slug: str = "", code: str = "") -> Desk:
    """Return the desk that this visitor's link opens in the edition `slug`, or for staff that of the delegation `code`.

    Raises visits.LinkNeeded, Http404, PermissionDenied.
    """
    if not code:
        focal_point = require_focal_point(request, slug)
        return Desk(focal_point.delegation, visitor_of(request).focal_point_actor, focal_point)
    if not request.user.has_perms(TO_SEE):
        raise PermissionDenied
    site: SeminarAdminSite = admin.site  # type: ignore[assignment]
    rows = Delegation.objects.filter(seminar=site.get_seminar(request), code=code[:20])
    delegation = rows.select_related("seminar").first()
    if delegation is None:
        raise Http404
    request.seminar = delegation.seminar  # type: ignore[attr-defined]
    return Desk(
        delegation,
        staff_actor(request.user),
        can_act=request.user.has_perms(TO_ACT),
        can_open_letters=request.user.has_perm(TO_OPEN_LETTERS),
    )


def desk_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view(request, desk, ...)` the desk of its visitor."""

    @personal_page
    @with_link
    @wraps(view)
    def respond(request: HttpRequest, slug: str = "", code: str = "", **more: Any) -> HttpResponse:
        return view(request, open_desk(request, slug=slug, code=code), **more)

    return respond


def desk_action(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like `desk_page`, for what changes something: for those who may act, from a form of this very desk."""

    @wraps(view)
    def act(request: HttpRequest, desk: Desk, **more: Any) -> HttpResponse:
        if not desk.can_act:
            raise PermissionDenied
        if request.method == "POST" and not desk.is_shown_in(request):
            messages.error(request, OTHER_LINK)
            return redirect(desk.home_url)
        return view(request, desk, **more)

    return desk_page(act)


def say_declined(request: HttpRequest) -> None:
    messages.error(request, _("Your delegation declined, and nominations are closed. Please write to the secretariat."))
