"""What a visitor's link opens: the one registration, the one desk; anything else does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from registration.models import Registration
from seminar.access import Visitor
from seminar.foundation.fields import EmailField
from seminar.foundation.questions import QuestionForm, QuestionHelper
from seminar.models import FocalPoint

OTHER_LINK = _("You opened another personal link in this browser. Open your own link again; nothing was saved.")


class LostLinkForm(QuestionForm):
    """Asks for the address to which a lost link is sent again."""

    email = EmailField(
        label=_("Your e-mail address"),
        help_text=_("The address to which we sent your invitation."),
        error_messages={"required": _("Enter your e-mail address.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.update(autocomplete="email")
        self.fields["email"].widget.is_required = False
        self.helper = QuestionHelper(self)


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
    registration = _read_opened(request, "registration")
    if registration is None:
        raise LinkNeeded
    if registration.seminar.slug != slug:
        raise Http404
    registration.delegation.seminar = registration.seminar
    request.seminar = registration.seminar  # type: ignore[attr-defined]
    return cast(Registration, registration)


def require_focal_point(request: HttpRequest, slug: str) -> FocalPoint:
    """Return the visiting focal point of a delegation in the edition `slug`. Raises LinkNeeded, Http404."""
    focal_point = _read_opened(request, "focal_point")
    if focal_point is None:
        raise LinkNeeded
    if focal_point.delegation.seminar.slug != slug:
        raise Http404
    request.seminar = focal_point.delegation.seminar  # type: ignore[attr-defined]
    return cast(FocalPoint, focal_point)


def _read_opened(request: HttpRequest, purpose: str) -> Any:
    """Return the row that the visitor's link of this purpose opens, as read with the visitor; None without one."""
    if getattr(visitor_of(request), f"{purpose}_id") is None:
        return None
    return getattr(request.opened_links[purpose], purpose)  # type: ignore[attr-defined]


def list_typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form holds, (name, text) in its order, without its own protection."""
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    return [(name, text) for name in names for text in request.POST.getlist(name)]


def with_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead a visitor without a link to the page where one is asked for, without losing what was typed."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LinkNeeded:
            if request.method == "POST":  # a page that was open for long: what was typed goes along and waits there
                context = {"typed": list_typed(request), "action": request.get_full_path(), "form": LostLinkForm()}
                return render(request, "registration/intake/link_needed.html", context, status=403)
            return redirect("registration:lost_link")

    return respond
