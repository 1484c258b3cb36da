"""The queue: one registration that waits for approval after another, whoever waits longest first.

Its address says who is shown (`at`) and where in the queue that was (`place`), so that somebody who was decided about
in the meantime is named and the next one is shown in the same place.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from registration.models.answer_columns import HOLDERS
from registration.review.actions import APPROVE_PERMISSION, RETURN_PERMISSION
from registration.review.decision_views import offer_choices
from registration.review.person import read_panel
from registration.review.queries import describe_last_changes, list_queue
from seminar.admin_site import Section, SeminarAdminSite
from seminar.foundation import clock
from seminar.models import Seminar


@dataclass(frozen=True)
class Position:
    """Somebody's place in the queue, from 1, and who stands before and after; None at either end."""

    key: int
    place: int
    length: int
    previous: int | None
    next: int | None


def may_decide(request: HttpRequest) -> bool:
    """Return whether the queue has anything to decide for this member of staff."""
    may_see = request.user.has_perm("registration.view_registration")
    return may_see and (request.user.has_perm(APPROVE_PERMISSION) or request.user.has_perm(RETURN_PERMISSION))


def show_way_to_queue(request: HttpRequest, seminar: Seminar) -> Section | None:
    """Return the way into the queue for the first page, for staff who may decide something there."""
    if not may_decide(request):
        return None
    return Section("registration/review/_way_to_queue.html", {"url": reverse("admin:registration_registration_queue")})


def find_position(queue: list[int], at: int, place: int) -> Position | None:
    """Return where `at` stands, or who moved up to `place` if `at` is gone; None for an empty queue. Pure."""
    if not queue:
        return None
    index = queue.index(at) if at in queue else min(max(place, 1), len(queue)) - 1
    return Position(
        key=queue[index],
        place=index + 1,
        length=len(queue),
        previous=queue[index - 1] if index else None,
        next=queue[index + 1] if index + 1 < len(queue) else None,
    )


def show_queue(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show one waiting registration with all that the decision needs, and the decisions themselves."""
    if not may_decide(request):
        raise PermissionDenied
    site: SeminarAdminSite = admin.admin_site  # type: ignore[assignment]
    seminar = site.get_seminar(request)
    at, place = _read_number(request, "at"), _read_number(request, "place")
    queue = list_queue(seminar) if seminar else []
    if at and at not in queue:
        _say_who_decided(admin, request, at)
    position = find_position(queue, at, place)
    context = {
        **site.each_context(request),
        "title": _("Waiting for approval, one after another"),
        "opts": admin.opts,
        "position": position,
        "list_url": reverse("admin:registration_registration_changelist"),
    }
    if position is not None:
        rows = admin.get_queryset(request).select_related("delegation", "seminar", "replaces", *HOLDERS)
        registration = rows.get(pk=position.key)
        context |= {
            "panel": read_panel(
                registration,
                may_see_mails=request.user.has_perm("registration.view_outgoingmail"),
                may_see_passports=request.user.has_perm("registration.view_passport_number"),
            ),
            "registration": registration,
            "choices": offer_choices(request, registration),
            "carried": {
                "came_from": "queue",
                "place": str(position.place),
                "next_at": str(position.next or ""),
            },
            "previous_url": _address(position.previous, position.place - 1),
            "next_url": _address(position.next, position.place + 1),
        }
    return TemplateResponse(request, "registration/review/queue.html", context)


def _say_who_decided(admin: ModelAdmin, request: HttpRequest, key: int) -> None:
    registration = admin.get_queryset(request).select_related("seminar").filter(pk=key).first()
    if registration is None:
        return
    deeds = describe_last_changes([registration], clock.now())
    text = _("%(number)s %(name)s no longer waits for approval. %(deed)s") % {
        "number": registration.number,
        "name": registration.full_name,
        "deed": deeds.get(registration.pk, ""),
    }
    messages.info(request, text)


def _address(key: int | None, place: int) -> str:
    if key is None:
        return ""
    return f"{reverse('admin:registration_registration_queue')}?{urlencode({'at': key, 'place': place})}"


def _read_number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
