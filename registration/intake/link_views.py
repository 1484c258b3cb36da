"""Personal links: opening one, and asking for a lost one."""

import time

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from registration.intake.middleware import open_session
from registration.intake.services import send_lost_link
from registration.models import Link
from registration.models.link import PRESENTATIONS
from registration.visits import LostLinkForm, personal_page
from seminar.foundation import clock
from seminar.foundation.text import make_email_key

SAME_ANSWER_S = 0.3  # several times what sending a link takes


class SeeOther(HttpResponseRedirect):
    status_code = 303


@require_safe
@personal_page
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Trade a token for a session and lead to a clean address; changes nothing but the visitor's own session."""
    link = Link.objects.find_by_token(token)
    if link is None:
        return render(request, "registration/intake/link_ended.html", status=404)
    open_session(request, link)
    is_about_presentations = request.GET.get("to") == PRESENTATIONS
    if link.registration is not None:
        page = "presentations" if is_about_presentations else "status"
        return SeeOther(reverse(f"registration:{page}", args=[link.registration.seminar.slug]))
    if link.focal_point is not None:
        page = "desk_presentations" if is_about_presentations else "delegation"
        return SeeOther(reverse(f"registration:{page}", args=[link.focal_point.delegation.seminar.slug]))
    raise AssertionError("a link opens exactly one thing, by constraint")


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def ask_lost_link(request: HttpRequest) -> HttpResponse:
    """Send the link again to its address; the answer is the same for every address."""
    form = LostLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        started = time.monotonic()
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="lost_link", key=make_email_key(email)):
            send_lost_link(email=email, now=clock.now())
        # An answer that came sooner for unknown addresses would tell which are known.
        time.sleep(max(0.0, SAME_ANSWER_S - (time.monotonic() - started)))
        return redirect("registration:lost_link_sent")
    return render(request, "registration/intake/lost_link.html", {"form": form})


@require_safe
@personal_page
def show_lost_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/intake/lost_link_sent.html")
