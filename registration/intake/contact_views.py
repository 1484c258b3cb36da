"""The focal points of a delegation: who they are, one more, one fewer, the primary one, handing the role on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registration.intake import contacts
from registration.intake.desks import Desk, desk_action
from registration.intake.forms import FocalPointForm
from seminar.foundation import clock
from seminar.models import FocalPoint


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def show_contacts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the delegation's focal points; add one more."""
    form = FocalPointForm(request.POST if request.method == "POST" else None, initial={"language": desk.language})
    if request.method == "POST" and form.is_valid():
        try:
            added = contacts.add(actor=desk.actor, delegation=desk.delegation, now=clock.now(), **form.cleaned_data)
        except contacts.AlreadyThere:
            form.add_error("email", _("This address is a focal point's of your delegation already."))
        else:
            text = _("%(email)s speaks for your delegation from now on. The personal link is on its way.")
            messages.success(request, text % {"email": added.email})
            return redirect(desk.make_url("contacts"))
    points = list(desk.delegation.focal_points.order_by("-is_primary", "pk"))
    own = desk.focal_point.pk if desk.focal_point else None
    context = {
        "desk": desk,
        "form": form,
        "points": [
            (point, point.pk == own, desk.make_url("contact_primary", point.pk), _remove_url(desk, point, points))
            for point in points
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "registration/intake/contacts.html", context, status=status)


@require_POST
@desk_action
def make_primary(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Let one focal point be the one who is named first."""
    return _change(request, desk, key, contacts.make_primary, _("%(name)s is the primary focal point now."))


@require_POST
@desk_action
def remove(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """End one focal point's role and link; never the last one's, and not the own: that is handed on."""
    if desk.focal_point and desk.focal_point.pk == key:
        messages.info(request, _("To leave, hand the role on to somebody else."))
        return redirect(desk.make_url("contacts"))
    return _change(request, desk, key, contacts.remove, _("%(name)s no longer speaks for your delegation."))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def hand_on(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the own role to another person; the own link ends with that."""
    if desk.focal_point is None:
        return redirect(desk.make_url("contacts"))
    form = FocalPointForm(request.POST if request.method == "POST" else None, initial={"language": desk.language})
    if request.method == "POST" and form.is_valid():
        try:
            successor = contacts.hand_on(
                actor=desk.actor,
                delegation=desk.delegation,
                key=desk.focal_point.pk,
                now=clock.now(),
                **form.cleaned_data,
            )
        except contacts.AlreadyThere:
            form.add_error("email", _("This is your own address. Enter that of the person who follows you."))
        else:
            text = _("Thank you. %(email)s speaks for your delegation now and gets a link; yours is closed.")
            messages.success(request, text % {"email": successor.email})
            return redirect("agenda:programme", desk.delegation.seminar.slug)
    context = {"desk": desk, "form": form}
    return render(request, "registration/intake/hand_on.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, desk: Desk, key: int, service: Callable[..., FocalPoint], done: str) -> HttpResponse:
    what: dict[str, Any] = {"actor": desk.actor, "delegation": desk.delegation, "key": key, "now": clock.now()}
    try:
        focal_point = service(**what)
    except FocalPoint.DoesNotExist:
        raise Http404 from None
    except contacts.LastFocalPoint:
        messages.error(request, _("A delegation has one focal point at the least. Add another one first."))
    else:
        messages.success(request, done % {"name": str(focal_point)})
    return redirect(desk.make_url("contacts"))


def _remove_url(desk: Desk, point: FocalPoint, points: list[FocalPoint]) -> str:
    is_own = desk.focal_point is not None and desk.focal_point.pk == point.pk
    return "" if is_own or len(points) == 1 else desk.make_url("contact_remove", point.pk)
