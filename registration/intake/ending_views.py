"""Withdrawing a registration, by its delegate or the focal point; and giving one back for correction."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from registration.intake.editing import Editing, open_editing
from registration.intake.forms import ReasonForm
from registration.lifecycle import LifecycleError
from registration.models import Registration
from registration.models.states import TRANSITIONS
from registration.transitions import return_for_correction, withdraw
from registration.visits import OTHER_LINK, personal_page, with_link
from seminar.foundation import clock


@dataclass(frozen=True)
class Ending:
    """One step that takes a reason: its transition, its service, and the words of its page."""

    transition: str
    service: Callable[..., Registration]
    title: Promise
    button: Promise
    consequence: Promise
    label: Promise
    help_text: Promise
    required: Promise
    done: Promise


WITHDRAWAL = Ending(
    transition="withdraw",
    service=withdraw,
    title=_("Withdraw this registration"),
    button=_("Withdraw the registration"),
    consequence=_(
        "The place becomes free for somebody else at once. The delegate, the focal point and the secretariat are told "
        "by mail. Only the organizers can open the registration again."
    ),
    label=_("Reason for the withdrawal"),
    help_text=_("A short sentence is enough, for example “Changed duties”. The mails quote it."),
    required=_("Enter the reason for the withdrawal."),
    done=_("The registration was withdrawn. The mails that say so are on their way."),
)
RETURN = Ending(
    transition="return",
    service=return_for_correction,
    title=_("Return this registration for correction"),
    button=_("Return for correction"),
    consequence=_("The delegate is asked by mail to correct the registration and to submit it again."),
    label=_("What is to be corrected"),
    help_text=_("The mail to the delegate quotes this."),
    required=_("Enter what is to be corrected."),
    done=_("The registration was returned. The mail that says so is on its way."),
)
CHANGED = _("The registration was changed in the meantime. Please look at it again.")


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
@with_link
def withdraw_registration(request: HttpRequest, slug: str, number: str | None = None) -> HttpResponse:
    """Ask for the reason, then take the registration back."""
    return _end(request, open_editing(request, slug, number), WITHDRAWAL)


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
@with_link
def return_registration(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Ask the focal point what is to be corrected, then give the registration back to its delegate."""
    return _end(request, open_editing(request, slug, number), RETURN)


def _end(request: HttpRequest, editing: Editing, ending: Ending) -> HttpResponse:
    registration = editing.registration
    if registration.state not in TRANSITIONS[ending.transition].sources:
        if request.method == "POST":
            messages.info(request, CHANGED)
        return redirect(editing.home_url)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=str(ending.label),
        help_text=str(ending.help_text),
        required=str(ending.required),
    )
    status = 200
    if request.method == "POST":
        if request.POST.get("number") != registration.number:
            messages.error(request, OTHER_LINK)
            return redirect(editing.home_url)
        if form.is_valid() and request.POST.get("version") == str(registration.version):
            try:
                ending.service(
                    actor=editing.actor,
                    registration=registration,
                    reason=form.cleaned_data["reason"],
                    now=clock.now(),
                )
            except LifecycleError:  # somebody else was faster
                messages.info(request, CHANGED)
            else:
                messages.success(request, str(ending.done))
            return redirect(editing.home_url)
        if form.is_valid():
            messages.warning(request, CHANGED)
        status = 422
    context = {"registration": registration, "editing": editing, "ending": ending, "form": form}
    return render(request, "registration/intake/ending.html", context, status=status)
