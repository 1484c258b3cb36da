"""Whose presentation it is and who works on it: its speaker, the focal point of its delegation, or the secretariat.

Doors: `presentation_page` around a view, which then gets the `Work` instead of the address's parts; and
`open_presentations` for a list. Nothing is found that its visitor may not see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from agenda.models import Presentation
from registration.models import Registration
from registration.models.states import ENDED
from registration.visits import personal_page, require_focal_point, require_registration, visitor_of, with_link
from seminar.access import staff_actor
from seminar.admin_site import SeminarAdminSite
from seminar.foundation.audit import Actor
from seminar.models import Delegation, Seminar, User

SPEAKER, FOCAL_POINT, STAFF = "", "desk_", "staff"
TO_SEE, TO_CHANGE = "agenda.view_presentation", "agenda.change_presentation"


@dataclass(frozen=True)
class Door:
    """One visitor at the presentations that are theirs; `side` is SPEAKER, FOCAL_POINT or STAFF."""

    side: str
    seminar: Seminar
    actor: Actor
    name: str  # under which permissions are kept on record
    registration: Registration | None = None
    delegation: Delegation | None = None
    can_change: bool = True

    @property
    def is_staff(self) -> bool:
        return self.side == STAFF

    @property
    def is_own(self) -> bool:
        return self.side == SPEAKER

    @property
    def is_guest(self) -> bool:
        """Whether the presentation is all that this visitor is asked for."""
        return self.registration is not None and self.registration.role == Registration.Role.GUEST

    def make_url(self, page: str, *arguments: Any) -> str:
        """Return the address of one of these pages: presentations, presentation, presentation_file, and so on."""
        if self.is_staff:
            return reverse(f"admin:speaking_{page}", args=arguments)
        return reverse(f"registration:{self.side}{page}", args=[self.seminar.slug, *arguments])

    @property
    def home_url(self) -> str:
        """The page that this visitor comes from and goes back to."""
        if self.is_staff:
            return reverse("admin:agenda_presentation_changelist")
        page = "status" if self.is_own else "delegation"
        return reverse(f"registration:{page}", args=[self.seminar.slug])

    def list_presentations(self) -> QuerySet[Presentation]:
        """Return the presentations that this visitor works on, in the order of the programme."""
        rows = Presentation.objects.filter(item__seminar=self.seminar).select_related("item", "delegation")
        if self.registration is not None:
            rows = rows.filter(appearances__registration=self.registration).distinct()
        elif self.delegation is not None:
            rows = rows.filter(delegation=self.delegation)
        return rows.order_by("item__start_at", "item__list_order", "list_order", "pk")


@dataclass(frozen=True)
class Work:
    """One presentation in the hands of one visitor."""

    door: Door
    presentation: Presentation

    def make_url(self, page: str, *arguments: Any) -> str:
        return self.door.make_url(page, self.presentation.pk, *arguments)


def open_door(request: HttpRequest, *, side: str, slug: str = "") -> Door:
    """Return where this visitor stands. Raises visits.LinkNeeded, Http404, PermissionDenied."""
    if side == STAFF:
        return _open_for_staff(request)
    if side == FOCAL_POINT:
        focal_point = require_focal_point(request, slug)
        delegation = focal_point.delegation
        actor = visitor_of(request).focal_point_actor
        return Door(side, delegation.seminar, actor, focal_point.name, delegation=delegation)
    registration = require_registration(request, slug)
    if registration.state in ENDED:
        raise Http404
    actor = visitor_of(request).delegate_actor
    return Door(side, registration.seminar, actor, registration.full_name, registration=registration)


def _open_for_staff(request: HttpRequest) -> Door:
    site: SeminarAdminSite = admin.site  # type: ignore[assignment]
    seminar = site.get_seminar(request)
    if not request.user.has_perm(TO_SEE):
        raise PermissionDenied
    if seminar is None:
        raise Http404
    assert isinstance(request.user, User)  # who has a permission has an account
    request.seminar = seminar  # type: ignore[attr-defined]
    return Door(
        STAFF,
        seminar,
        staff_actor(request.user),
        request.user.name or request.user.email,
        can_change=request.user.has_perm(TO_CHANGE),
    )


def find_work(door: Door, key: int) -> Work:
    """Return one presentation of those that this visitor works on. Raises Http404."""
    presentation = door.list_presentations().filter(pk=key).first() if key < 2**63 else None
    if presentation is None:
        raise Http404
    presentation.item.seminar = door.seminar
    return Work(door, presentation)


def door_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view(request, door, ...)` where its visitor stands; addresses say at which `side`."""

    @personal_page
    @with_link
    @wraps(view)
    def respond(request: HttpRequest, side: str, slug: str = "", **more: Any) -> HttpResponse:
        return view(request, open_door(request, side=side, slug=slug), **more)

    return respond


def presentation_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view(request, work, ...)` the presentation of its address."""

    @door_page
    @wraps(view)
    def respond(request: HttpRequest, door: Door, key: int, **more: Any) -> HttpResponse:
        return view(request, find_work(door, key), **more)

    return respond


def presentation_action(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like `presentation_page`, for what changes something."""

    @presentation_page
    @wraps(view)
    def act(request: HttpRequest, work: Work, **more: Any) -> HttpResponse:
        if not work.door.can_change:
            raise PermissionDenied
        return view(request, work, **more)

    return act
