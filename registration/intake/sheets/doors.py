"""At which door a spreadsheet of people comes in: a delegation's desk, or the organizers' for many delegations.

Doors: `SheetDoor`, and `at_desk` and `at_edition` around a view, which then gets one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from registration.intake.desks import TO_ACT, Desk, desk_page
from registration.intake.sheets.people import Scope
from seminar.access import staff_actor
from seminar.admin_site import SeminarAdminSite
from seminar.models import Seminar

MOST_ROWS, MOST_ROWS_OF_EDITION = 500, 5_000
PAGE = "admin:registration_registration_{}"


@dataclass(frozen=True)
class SheetDoor:
    """A scope with its addresses: `make_url` of "sheet", "sheet_check", "sheet_xlsx", "sheet_csv"."""

    scope: Scope
    make_url: Callable[[str], str]
    home_url: str
    admin_url: str
    most_rows: int
    is_staff: bool = False
    can_act: bool = True


def at_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view(request, door)` the door of the desk that its visitor works at."""

    @desk_page
    @wraps(view)
    def respond(request: HttpRequest, desk: Desk, **more: Any) -> HttpResponse:
        if not desk.can_act:
            raise PermissionDenied
        scope = Scope(
            desk.delegation.seminar, desk.delegation, desk.actor, desk.language, desk.is_open_to_nominations()
        )
        door = SheetDoor(scope, desk.make_url, desk.home_url, desk.admin_url, MOST_ROWS, is_staff=desk.is_staff)
        return view(request, door, **more)

    return respond


def at_edition(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view(request, door)` the door for all delegations of the edition that staff chose in the admin."""

    @wraps(view)
    def respond(request: HttpRequest, **more: Any) -> HttpResponse:
        if not request.user.has_perms(TO_ACT):
            raise PermissionDenied
        site: SeminarAdminSite = admin.site  # type: ignore[assignment]
        seminar: Seminar | None = site.get_seminar(request)
        if seminar is None:
            raise Http404
        request.seminar = seminar  # type: ignore[attr-defined]
        scope = Scope(seminar, None, staff_actor(request.user), get_language() or "en")
        home_url = reverse(PAGE.format("changelist"))
        door = SheetDoor(
            scope, lambda page: reverse(PAGE.format(page)), home_url, home_url, MOST_ROWS_OF_EDITION, is_staff=True
        )
        return view(request, door, **more)

    return respond
