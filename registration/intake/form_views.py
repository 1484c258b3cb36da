"""The delegate's form, its review page and its submission."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registration import lifecycle
from registration.intake.forms import RegistrationForm
from registration.intake.services import save_answers
from registration.intake.visits import OTHER_LINK, personal_page, require_registration, visitor_of, with_link
from registration.models import Registration
from registration.models.answers import list_sections
from registration.models.consents import CONSENT_TEXTS
from registration.transitions import Incomplete, submit
from seminar.context import FONT_SIZE_COOKIE, FONT_SIZES, keep_font_size
from seminar.foundation import clock

TOO_LATE = gettext_lazy(
    "Your last answers were not saved: the registration was submitted or decided in the meantime. If something must be "
    "corrected, please write to the secretariat."
)


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
@with_link
def edit_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, and keep valid answers as the draft on the way to the review page."""
    registration = require_registration(request, slug)
    if not registration.is_editable:
        if request.method == "POST":
            messages.warning(request, TOO_LATE)
        return redirect("registration:status", slug)
    is_nominated = registration.delegation.needs_nomination
    if request.method != "POST":
        form = RegistrationForm(initial=_initial(registration), is_nominated=is_nominated)
        return _render_form(request, registration, form)
    if "keep" in request.POST or "size" in request.POST:  # another language or font size, in the middle of typing
        return _show_again(request, registration)
    form = RegistrationForm(request.POST, initial=_initial(registration), is_nominated=is_nominated)
    if not form.is_valid():
        return _render_form(request, registration, form, status=422)
    if form.cleaned_data["number"] != registration.number:
        messages.error(request, OTHER_LINK)
        return _render_form(request, registration, form, status=409)
    registration.version = form.cleaned_data["version"]
    try:
        save_answers(
            actor=visitor_of(request).delegate_actor,
            registration=registration,
            answers=form.read_answers(),
            now=clock.now(),
        )
    except lifecycle.ChangedMeanwhile as conflict:
        if not conflict.current.is_editable:
            messages.warning(request, TOO_LATE)
            return redirect("registration:status", slug)
        messages.warning(
            request,
            _(
                "This registration was changed in another window or by another person. Nothing of yours is lost: "
                "check the answers below and continue to keep them."
            ),
        )
        data = request.POST.copy()
        data["version"] = str(conflict.current.version)
        form = RegistrationForm(data, is_nominated=is_nominated)
        return _render_form(request, conflict.current, form, status=409)
    return redirect("registration:check", slug)


@require_safe
@personal_page
@with_link
def check_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all answers in one list, with ways to change them and the button that submits."""
    registration = require_registration(request, slug)
    if not registration.is_editable:
        return redirect("registration:status", slug)
    if registration.list_missing_fields(is_nominated=registration.delegation.needs_nomination):
        return redirect("registration:form", slug)
    context = {"registration": registration, "sections": list_sections(registration)}
    return render(request, "registration/intake/check.html", context)


@require_POST
@personal_page
@with_link
def submit_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Submit the draft; a second submission of the same draft leads to the same page and changes nothing."""
    registration = require_registration(request, slug)
    if request.POST.get("number") != registration.number:
        messages.error(request, OTHER_LINK)
        return redirect("registration:status", slug)
    if request.POST.get("version") != str(registration.version):
        if registration.is_editable:
            messages.warning(request, _("Your answers were changed in the meantime. Please check them again."))
            return redirect("registration:check", slug)
        return redirect("registration:status", slug)
    try:
        submit(actor=visitor_of(request).delegate_actor, registration=registration, now=clock.now())
    except Incomplete:
        return redirect("registration:form", slug)
    except (lifecycle.ChangedMeanwhile, lifecycle.TransitionRefused):
        pass  # it was submitted a moment ago: the status page says so
    return redirect("registration:status", slug)


def _show_again(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Show the form with what was typed so far, neither checked nor saved, in this address's language."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in RegistrationForm.base_fields}
    typed |= {name: name in request.POST for name in CONSENT_TEXTS}
    form = RegistrationForm(initial=typed, is_nominated=registration.delegation.needs_nomination)
    size = request.POST.get("size", "")
    if size in FONT_SIZES:
        request.COOKIES[FONT_SIZE_COOKIE] = size  # for this page already
    response = _render_form(request, registration, form)
    if size in FONT_SIZES:
        keep_font_size(response, size)
    return response


def _initial(registration: Registration) -> dict[str, Any]:
    initial = {name: getattr(registration, name, None) for name in RegistrationForm.base_fields}
    return initial | {name: bool(initial[name]) for name in CONSENT_TEXTS}


def _render_form(
    request: HttpRequest, registration: Registration, form: RegistrationForm, status: int = 200
) -> HttpResponse:
    context = {"registration": registration, "form": form}
    return render(request, "registration/intake/form.html", context, status=status)
