"""Replacing one person by another: a withdrawal and a new registration that is linked to it, in one act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registration import lifecycle
from registration.intake.desk_views import FILL_IN, find_form_url
from registration.intake.desks import Desk, desk_action
from registration.intake.ending_views import CHANGED
from registration.intake.forms import ReplacementForm
from registration.intake.nominations import replace
from registration.models.states import TRANSITIONS
from seminar.foundation import clock


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def replace_person(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Ask who comes instead and why; withdraw the one, enter the other."""
    registration = desk.find(number)
    home = desk.make_url("nominee", number)
    if registration.state not in TRANSITIONS["withdraw"].sources:
        if request.method == "POST":
            messages.info(request, CHANGED)
        return redirect(home)
    form = ReplacementForm(
        request.POST if request.method == "POST" else None,
        is_head=registration.is_head,
        initial={"language": desk.language},
    )
    status = 200
    if request.method == "POST":
        status = 422
        is_current = request.POST.get("version") == str(registration.version)
        if form.is_valid() and is_current:
            answers, fills_in = form.cleaned_data, FILL_IN in request.POST
            try:
                successor = replace(
                    actor=desk.actor,
                    registration=registration,
                    is_link_sent=not fills_in,
                    now=clock.now(),
                    **answers,
                )
            except lifecycle.AddressTaken:
                form.add_error("email", _("This address is already registered for the seminar. Enter another one."))
            except lifecycle.LifecycleError:  # somebody else was faster
                messages.info(request, CHANGED)
                return redirect(home)
            else:
                text = _("%(old)s was withdrawn and %(new)s entered instead.")
                text %= {"old": registration.full_name, "new": successor.full_name}
                messages.success(request, text)
                return redirect(find_form_url(desk, successor) if fills_in else desk.home_url)
        elif form.is_valid():
            messages.warning(request, CHANGED)
    context = {"desk": desk, "registration": registration, "form": form, "home_url": home}
    return render(request, "registration/intake/replace.html", context, status=status)
