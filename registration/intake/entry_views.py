"""Registrations that staff type in: the host side and the press, paper forms, and corrections of drafts by telephone.

Pages of the admin; registration/admin.py puts them there.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from registration.intake.conflicts import list_differences
from registration.intake.entry_forms import EntryForm
from registration.intake.forms import ALL_NAMES
from registration.intake.services import correct_registration, enter_registration, invite_again
from registration.intake.stamps import make_mark
from registration.lifecycle import AddressTaken, ChangedMeanwhile, TransitionRefused
from registration.models import Registration
from registration.models.answers import CONSENTS, STAGES, Stage
from registration.models.consents import CONSENT_TEXTS
from registration.transitions import Incomplete, submit
from seminar.access import staff_actor
from seminar.admin_site import SeminarAdminSite
from seminar.foundation import clock
from seminar.models import Seminar

PAGE = Stage("all", CONSENTS.title, (*ALL_NAMES, "email", "shares_address"))  # every question at once, and the address
INVITE, SUBMIT = "_invite", "_submit"  # the buttons beside the one that saves alone


def enter(request: HttpRequest) -> HttpResponse:
    """Enter one more registration for a delegation of the chosen edition."""
    seminar = _require_edition(request)
    initial = {"number": "new", "seen": "new", "delegation": request.GET.get("delegation")}
    form = EntryForm(request.POST or None, seminar=seminar, names=ALL_NAMES, initial=initial)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            registration = enter_registration(
                actor=staff_actor(request.user),
                delegation=answers["delegation"],
                email=answers["email"],
                answers={**form.read_answers(), "shares_address": answers["shares_address"]},
                now=clock.now(),
            )
        except AddressTaken:
            form.say_address_is_taken()
        else:
            return _go_on(request, registration)
    return _render(request, form, _("Enter a registration"), reverse(f"{LIST}_changelist"))


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the answers of a draft, or of one that was returned, on behalf of its person."""
    seminar = _require_edition(request)
    rows = Registration.objects.filter(seminar=seminar).select_related("delegation", "seminar")
    registration = rows.filter(pk=pk).first()
    if registration is None:
        raise Http404
    home = reverse(f"{LIST}_change", args=[pk])
    if not registration.is_editable:
        messages.warning(request, _("This registration is not a draft. Return it for correction first."))
        return redirect(home)
    form = _bind(request, registration)
    if request.method == "POST" and form.is_valid():
        answers = {**form.read_answers(), "shares_address": form.cleaned_data["shares_address"]}
        answers["email"] = form.cleaned_data["email"]
        if form.cleaned_data["seen"] != make_mark(registration, PAGE.names):
            form = _show_both(request, registration, answers)
        else:
            try:
                registration = correct_registration(
                    actor=staff_actor(request.user), registration=registration, answers=answers, now=clock.now()
                )
            except AddressTaken:
                form.say_address_is_taken()
            except (ChangedMeanwhile, TransitionRefused):
                messages.warning(request, _("The registration was changed in the meantime. Please look at it again."))
                return redirect(request.path)
            else:
                return _go_on(request, registration)
    title = _("Correct %(number)s %(name)s") % {"number": registration.number, "name": registration.full_name}
    return _render(request, form, title, home, registration)


LIST = "admin:registration_registration"


def _require_edition(request: HttpRequest) -> Seminar:
    if not request.user.has_perm("registration.enter_registration"):
        raise PermissionDenied
    site: SeminarAdminSite = admin.site  # type: ignore[assignment]
    seminar = site.get_seminar(request)
    if seminar is None:
        raise Http404
    return seminar


def _go_on(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Do what the pressed button asks beside saving, say what was done, and show the registration."""
    actor, number = staff_actor(request.user), registration.number
    if SUBMIT in request.POST:
        if not request.user.has_perm("registration.endorse_registration"):
            raise PermissionDenied
        try:
            submit(actor=actor, registration=registration, now=clock.now())
            messages.success(request, _("%(number)s is saved and submitted.") % {"number": number})
        except Incomplete:
            text = _("%(number)s is saved, but not submitted: mandatory answers are missing.")
            messages.warning(request, text % {"number": number})
        except (ChangedMeanwhile, TransitionRefused):
            messages.warning(request, _("%(number)s was submitted by somebody else already.") % {"number": number})
    elif INVITE in request.POST:
        invite_again(actor=actor, registration=registration, now=clock.now())
        text = _("%(number)s is saved. The invitation with a personal link is on its way to %(email)s.")
        messages.success(request, text % {"number": number, "email": registration.email})
    else:
        messages.success(request, _("%(number)s is saved as a draft.") % {"number": number})
    return redirect(f"{LIST}_change", registration.pk)


def _bind(request: HttpRequest, registration: Registration, data: Any = None) -> EntryForm:
    initial: dict[str, Any] = {name: getattr(registration, name) for name in PAGE.names}
    initial |= {name: bool(initial[name]) for name in CONSENT_TEXTS}
    initial |= {"number": registration.number, "seen": make_mark(registration, PAGE.names)}
    typed = data if data is not None else request.POST or None
    return EntryForm(
        typed, seminar=registration.seminar, delegation=registration.delegation, names=ALL_NAMES, initial=initial
    )


def _show_both(request: HttpRequest, registration: Registration, answers: dict[str, Any]) -> EntryForm:
    """Return the form as it was typed, with what somebody else saved meanwhile said at each field."""
    data = request.POST.copy()
    data["seen"] = make_mark(registration, PAGE.names)
    form = _bind(request, registration, data)
    for difference in list_differences(registration, PAGE, answers):
        text = _("Somebody else saved “%(saved)s” here meanwhile. Save again to keep what you typed.")
        form.add_error(difference.name, text % {"saved": difference.saved})
    return form


def _render(
    request: HttpRequest, form: EntryForm, title: str, back_url: str, registration: Registration | None = None
) -> HttpResponse:
    sections = [(stage.title, [form[name] for name in stage.names]) for stage in (*STAGES, CONSENTS)]
    about = [form[name] for name in ("delegation", "email", "shares_address") if name in form.fields]
    context = {
        **admin.site.each_context(request),
        "title": title,
        "opts": Registration._meta,
        "form": form,
        "sections": [(_("Delegation and address"), about), *sections],
        "registration": registration,
        "can_submit": request.user.has_perm("registration.endorse_registration"),
        "list_url": reverse(f"{LIST}_changelist"),
        "back_url": back_url,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "registration/intake/entry.html", context, status=status)
