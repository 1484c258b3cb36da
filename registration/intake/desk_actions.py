"""What is done with chosen people of a delegation: endorsing, sending links, returning, withdrawing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from registration import lifecycle
from registration.intake.desks import Desk, desk_action
from registration.intake.ending_views import RETURN, WITHDRAWAL, Ending
from registration.intake.forms import ReasonForm
from registration.intake.nominations import send_link
from registration.models import Registration
from registration.models.registration import NUMBER
from registration.models.states import TRANSITIONS
from registration.transitions import endorse
from seminar.foundation import clock

MOST_CHOSEN = 500


@require_POST
@desk_action
def endorse_chosen(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Endorse the chosen registrations of the delegation that wait for it; others are left as they are."""
    endorsed, left = 0, 0
    for registration in _read_chosen(request, desk):
        try:
            endorse(actor=desk.actor, registration=registration, now=clock.now())
            endorsed += 1
        except lifecycle.LifecycleError:
            left += 1
    if endorsed:
        text = ngettext("%(n)d registration endorsed.", "%(n)d registrations endorsed.", endorsed) % {"n": endorsed}
        messages.success(request, text)
    if left:
        text = ngettext(
            "%(n)d registration was not waiting for endorsement.",
            "%(n)d registrations were not waiting for endorsement.",
            left,
        )
        messages.info(request, text % {"n": left})
    if not endorsed and not left:
        messages.info(request, _("Choose at least one registration to endorse."))
    return redirect(desk.home_url)


@require_POST
@desk_action
def send_links(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Send the chosen people their personal links; a link that they use already stays good."""
    sent, left = 0, 0
    for registration in _read_chosen(request, desk):
        if send_link(actor=desk.actor, registration=registration, now=clock.now()):
            sent += 1
        else:
            left += 1
    if sent:
        text = ngettext("%(n)d personal link is on its way.", "%(n)d personal links are on their way.", sent)
        messages.success(request, text % {"n": sent})
    if left:
        text = ngettext(
            "%(n)d person got no mail: a link was sent a moment ago, or the registration has ended.",
            "%(n)d people got no mail: a link was sent a moment ago, or the registration has ended.",
            left,
        )
        messages.info(request, text % {"n": left})
    if not sent and not left:
        messages.info(request, _("Choose at least one person to send a link to."))
    return redirect(desk.home_url)


@require_POST
@desk_action
def return_chosen(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask what is to be corrected, then give the chosen registrations back."""
    return _end_chosen(request, desk, RETURN, "desk_return")


@require_POST
@desk_action
def withdraw_chosen(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for the reason, then take the chosen registrations back."""
    return _end_chosen(request, desk, WITHDRAWAL, "desk_withdraw")


@dataclass(frozen=True)
class ChosenRow:
    """One person of the page that asks for the reason, and whether the step will happen to them."""

    registration: Registration
    will_happen: bool

    @property
    def value(self) -> str:
        """Who, and at which version they were shown."""
        return f"{self.registration.number}:{self.registration.version}"


def _end_chosen(request: HttpRequest, desk: Desk, ending: Ending, page: str) -> HttpResponse:
    """Show who is chosen and ask for the reason; with the reason, do it to each who has not changed since."""
    sources = TRANSITIONS[ending.transition].sources
    rows = [ChosenRow(one, one.state in sources) for one in _read_chosen(request, desk)]
    if not rows:
        messages.info(request, _("Choose at least one registration."))
        return redirect(desk.home_url)
    is_answer = "reason" in request.POST
    form = ReasonForm(
        request.POST if is_answer else None,
        label=str(ending.label),
        help_text=str(ending.help_text),
        required=str(ending.required),
    )
    if is_answer and form.is_valid():
        _apply(request, desk, ending.service, rows, form.cleaned_data["reason"])
        return redirect(desk.home_url)
    context = {
        "desk": desk,
        "ending": ending,
        "rows": rows,
        "count": sum(row.will_happen for row in rows),
        "action": desk.make_url(page),
        "form": form,
    }
    return render(request, "registration/intake/endings.html", context, status=422 if is_answer else 200)


def _apply(request: HttpRequest, desk: Desk, service: Callable[..., Any], rows: list[ChosenRow], reason: str) -> None:
    shown = set(request.POST.getlist("row"))
    done, left = 0, 0
    for row in rows:
        if not row.will_happen or row.value not in shown:
            left += 1
            continue
        try:
            service(actor=desk.actor, registration=row.registration, reason=reason, now=clock.now())
            done += 1
        except lifecycle.LifecycleError:
            left += 1
    if done:
        text = ngettext(
            "%(n)d registration changed. The mails that say so are on their way.",
            "%(n)d registrations changed. The mails that say so are on their way.",
            done,
        )
        messages.success(request, text % {"n": done})
    if left:
        text = ngettext(
            "%(n)d registration was left as it is: it was changed in the meantime, or the step does not fit its state.",
            "%(n)d registrations were left as they are: they were changed in the meantime, or the step does not fit "
            "their state.",
            left,
        )
        messages.warning(request, text % {"n": left})


def _read_chosen(request: HttpRequest, desk: Desk) -> "QuerySet[Registration]":
    numbers = [number for number in request.POST.getlist("number")[:MOST_CHOSEN] if NUMBER.fullmatch(number)]
    chosen = Registration.objects.filter(delegation=desk.delegation, number__in=numbers)
    return chosen.select_related("delegation__seminar", "seminar").order_by("pk")
