"""What a visitor's link opens: the one registration, the one desk; anything else does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from registration.models import Registration
from seminar.access import Visitor
from seminar.models import FocalPoint

OTHER_LINK = gettext_lazy(
    "You opened another personal link in this browser. Open your own link again; nothing was saved."
)


def visitor_of(request: HttpRequest) -> Visitor:
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]
    return visitor


def personal_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a page that shows a person's data: never stored by a cache, its form never in an error report."""
    guarded = sensitive_post_parameters()(never_cache(view))

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = guarded(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return respond


class LinkNeeded(Exception):
    """The page belongs to a person, and this visitor came by no link."""


def require_registration(request: HttpRequest, slug: str) -> Registration:
    """Return the visitor's own registration in the edition `slug`. Raises LinkNeeded, Http404."""
    registration_id = visitor_of(request).registration_id
    if registration_id is None:
        raise LinkNeeded
    registration = (
        Registration.objects.filter(pk=registration_id, seminar__slug=slug)
        .select_related("delegation", "seminar")
        .first()
    )
    if registration is None:
        raise Http404
    registration.delegation.seminar = registration.seminar
    request.seminar = registration.seminar  # type: ignore[attr-defined]
    return registration


def require_focal_point(request: HttpRequest, slug: str) -> FocalPoint:
    """Return the visiting focal point of a delegation in the edition `slug`. Raises LinkNeeded, Http404."""
    focal_point_id = visitor_of(request).focal_point_id
    if focal_point_id is None:
        raise LinkNeeded
    focal_point = (
        FocalPoint.objects.filter(pk=focal_point_id, delegation__seminar__slug=slug)
        .select_related("delegation__seminar")
        .first()
    )
    if focal_point is None:
        raise Http404
    request.seminar = focal_point.delegation.seminar  # type: ignore[attr-defined]
    return focal_point


def with_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead a visitor without a link to the page where one is asked for, without losing what was typed."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LinkNeeded:
            if request.method == "POST":  # a page that was open for long: what was typed is still in the browser
                return render(request, "registration/intake/link_needed.html", status=403)
            return redirect("registration:lost_link")

    return respond
