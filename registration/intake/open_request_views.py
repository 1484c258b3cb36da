"""Asking to take part without an invitation, confirming the address, and the delegation's decision at its desk."""

import time
import uuid

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registration import lifecycle
from registration.intake import open_requests
from registration.intake.desks import Desk, desk_action, say_declined
from registration.intake.forms import OpenRequestForm, ReasonForm
from registration.intake.link_views import SAME_ANSWER_S
from registration.models import OpenRequest
from registration.visits import personal_page
from seminar.foundation import clock
from seminar.foundation.text import make_email_key
from seminar.models import Seminar
from seminar.queries import find_current_seminar, get_published_seminar


@require_safe
def lead_to_current(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the current edition."""
    seminar = find_current_seminar()
    if seminar is None:
        raise Http404
    return redirect("registration:open_request", seminar.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a request and mail its address a link; the answer is the same for every address."""
    seminar = _find_edition(request, slug)
    if not open_requests.is_open(seminar, clock.now()):
        return render(request, "registration/intake/open_request_closed.html", {"seminar": seminar}, status=410)
    form = OpenRequestForm(request.POST if request.method == "POST" else None, seminar=seminar)
    if request.method == "POST" and form.is_valid():
        started = time.monotonic()
        delegation, email = form.cleaned_data["delegation"], form.cleaned_data["email"]
        if ratelimit.consume(request, action="open_request", key=make_email_key(email)):
            wish = open_requests.Wish(**form.read_wish(get_language() or "en"))
            open_requests.ask(delegation=delegation, wish=wish, now=clock.now())
        # An answer that came sooner or later for known addresses would tell which are known.
        time.sleep(max(0.0, SAME_ANSWER_S - (time.monotonic() - started)))
        return redirect("registration:open_request_sent", slug)
    context = {"seminar": seminar, "form": form}
    return render(request, "registration/intake/open_request.html", context, status=422 if form.errors else 200)


@require_safe
@personal_page
def show_sent(request: HttpRequest, slug: str) -> HttpResponse:
    seminar = _find_edition(request, slug)
    return render(request, "registration/intake/open_request_sent.html", {"seminar": seminar})


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def confirm(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Show a request to whoever its mail reached, and confirm the address by the button: readers of mail follow links
    by themselves."""
    seminar = _find_edition(request, slug)
    asked = OpenRequest.objects.find_by_token(token)
    if asked is None or asked.seminar_id != seminar.pk:
        return render(request, "registration/intake/open_request_ended.html", {"seminar": seminar}, status=404)
    if request.method == "POST":
        open_requests.prove(request=asked, now=clock.now())
        return redirect("registration:open_request_confirm", slug, token)
    return render(request, "registration/intake/open_request_confirm.html", {"seminar": seminar, "asked": asked})


@require_POST
@desk_action
def take(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """Take the person into the delegation; a personal link goes out."""
    asked = _find_waiting(desk, key)
    if asked is None:
        return _say_decided(request, desk)
    if not desk.is_open_to_nominations():
        say_declined(request)
        return redirect(desk.home_url)
    try:
        open_requests.take(actor=desk.actor, request=asked, now=clock.now())
    except open_requests.RequestDecided:
        return _say_decided(request, desk)
    except lifecycle.AddressTaken:
        messages.warning(request, _("This address is already registered for the seminar. Decline the request, please."))
    else:
        text = _("%(name)s was added. The invitation is on its way to %(email)s.")
        messages.success(request, text % {"name": asked.full_name, "email": asked.email})
    return redirect(desk.home_url)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def decline(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """Ask why the request is declined, and tell its person."""
    asked = _find_waiting(desk, key)
    if asked is None:
        return _say_decided(request, desk)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why the request is declined"),
        help_text=_("A short sentence is enough. The person who asked reads it."),
        required=_("Enter why the request is declined."),
    )
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            open_requests.decline(actor=desk.actor, request=asked, reason=reason, now=clock.now())
        except open_requests.RequestDecided:
            return _say_decided(request, desk)
        messages.success(request, _("The request is declined; %(name)s is told.") % {"name": asked.full_name})
        return redirect(desk.home_url)
    context = {"desk": desk, "form": form, "asked": asked, "action": desk.make_url("request_decline", key)}
    status = 422 if form.errors else 200
    return render(request, "registration/intake/open_request_decline.html", context, status=status)


def _find_edition(request: HttpRequest, slug: str) -> Seminar:
    """Return a published edition that takes requests, now or at another time. Raises Http404."""
    seminar = get_published_seminar(slug)
    if not seminar.takes_open_requests:
        raise Http404
    request.seminar = seminar  # type: ignore[attr-defined]
    return seminar


def _find_waiting(desk: Desk, key: uuid.UUID) -> OpenRequest | None:
    """Return a request to this delegation; None where it is decided. Raises Http404 for any other."""
    asked = OpenRequest.objects.filter(pk=key, delegation=desk.delegation).exclude(state="asked").first()
    if asked is None:
        raise Http404
    asked.delegation, asked.seminar = desk.delegation, desk.delegation.seminar
    return asked if asked.state == OpenRequest.State.WAITING else None


def _say_decided(request: HttpRequest, desk: Desk) -> HttpResponse:
    messages.info(request, _("This request was decided a moment ago."))
    return redirect(desk.home_url)
