"""Puts the Visitor on the request: who came by which personal link, or signed in as staff."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from registration.models import Link, State
from seminar.access import Visitor

SESSION_KEY = "links"  # {"registration" | "focal_point": [link id, version]}


class VisitorMiddleware:
    """Sets `request.visitor`, read from the database when a page first asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.visitor = SimpleLazyObject(lambda: read_visitor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def read_visitor(request: HttpRequest) -> Visitor:
    """Return who this is by session; a link that has expired, was revoked or re-issued since opens nothing."""
    ids: dict[str, int | None] = {"registration_id": None, "focal_point_id": None}
    opened: dict[str, Link] = {}
    for purpose, (key, version) in request.session.get(SESSION_KEY, {}).items():
        link = Link.objects.find_usable(key, version, purpose)
        if link is not None:
            ids[f"{purpose}_id"] = getattr(link, f"{purpose}_id")
            opened[purpose] = link
    request.opened_links = opened  # type: ignore[attr-defined]  # what visits.py then need not read again
    staff = request.user if request.user.is_authenticated else None
    own = opened["registration"].registration if "registration" in opened else None
    approved_seminar_id = own.seminar_id if own is not None and own.state == State.APPROVED else None
    return Visitor(staff=staff, approved_seminar_id=approved_seminar_id, **ids)


def open_session(request: HttpRequest, link: Link) -> None:
    """Let this browser's session open what `link` opens, under a new session key."""
    purpose = "registration" if link.registration_id else "focal_point"
    request.session[SESSION_KEY] = {
        **request.session.get(SESSION_KEY, {}),
        purpose: [link.pk.hex, link.version],
    }
    request.session.cycle_key()
