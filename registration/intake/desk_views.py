"""The delegation desk: who is registered for the delegation, endorsing, nominating by name and address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registration import lifecycle
from registration.history import list_history
from registration.intake.editing import Editing, find_nominee
from registration.intake.forms import NominationForm
from registration.intake.queries import list_desk_rows, list_missing
from registration.intake.services import nominate as nominate_person
from registration.intake.visits import OTHER_LINK, personal_page, require_focal_point, visitor_of, with_link
from registration.models import Registration
from registration.models.answers import label_answer, list_sections
from registration.models.registration import NUMBER
from registration.models.states import TRANSITIONS
from registration.transitions import endorse
from seminar.display import describe_days, describe_moment
from seminar.foundation import clock
from seminar.models import FocalPoint


@require_safe
@personal_page
@with_link
def show_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who is registered for the delegation and what each waits for."""
    focal_point = require_focal_point(request, slug)
    return _render_desk(request, focal_point, NominationForm(initial={"language": focal_point.language}))


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
@with_link
def nominate(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite one more person by name and mail address."""
    focal_point = require_focal_point(request, slug)
    if request.method != "POST":
        return redirect("registration:delegation", slug)
    form = NominationForm(request.POST)
    if not _is_own_desk(request, focal_point):
        messages.error(request, OTHER_LINK)
        return _render_desk(request, focal_point, form, status=409)
    if form.is_valid():
        answers = form.cleaned_data
        try:
            invitation = nominate_person(
                actor=visitor_of(request).focal_point_actor,
                delegation=focal_point.delegation,
                email=answers["email"],
                language=answers["language"],
                now=clock.now(),
                given_names=answers["given_names"],
                family_name=answers["family_name"],
            )
        except lifecycle.AddressTaken:
            form.add_error("email", _("This address is already registered for the seminar. Enter another one."))
        else:
            if invitation is None:
                messages.info(request, _("%(email)s has been invited already; nothing was sent again.") % answers)
            else:
                messages.success(request, _("The invitation is on its way to %(email)s.") % answers)
            return redirect("registration:delegation", slug)
    return _render_desk(request, focal_point, form, status=422)


@require_safe
@personal_page
@with_link
def show_nominee(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Show one registration of the delegation in full, with what its focal point may do with it, and its history."""
    focal_point = require_focal_point(request, slug)
    registration = find_nominee(focal_point.delegation_id, number)
    editing = Editing(registration, visitor_of(request).focal_point_actor, number)
    context = {
        "registration": registration,
        "editing": editing,
        "sections": list_sections(registration),
        "delegation": focal_point.delegation,
        "history": [
            (describe_moment(registration.seminar, line.at), line)
            for line in list_history(registration, is_staff_named=False)
        ],
        "missing": [label_answer(name) for name in list_missing(registration, focal_point.delegation)],
        "can_return": registration.state in TRANSITIONS["return"].sources,
        "can_withdraw": registration.state in TRANSITIONS["withdraw"].sources,
        "submit_by": describe_moment(registration.seminar, registration.submit_by),
    }
    return render(request, "registration/intake/nominee.html", context)


@require_POST
@personal_page
@with_link
def endorse_chosen(request: HttpRequest, slug: str) -> HttpResponse:
    """Endorse the chosen registrations of the delegation that wait for it; others are left as they are."""
    focal_point = require_focal_point(request, slug)
    if not _is_own_desk(request, focal_point):
        messages.error(request, OTHER_LINK)
        return redirect("registration:delegation", slug)
    numbers = [number for number in request.POST.getlist("number")[:500] if NUMBER.fullmatch(number)]
    chosen = Registration.objects.filter(delegation=focal_point.delegation, number__in=numbers)
    endorsed, left = 0, 0
    for registration in chosen.select_related("delegation__seminar", "seminar").order_by("pk"):
        try:
            endorse(actor=visitor_of(request).focal_point_actor, registration=registration, now=clock.now())
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
    return redirect("registration:delegation", slug)


def _is_own_desk(request: HttpRequest, focal_point: FocalPoint) -> bool:
    """Whether the form was shown for the delegation whose link this browser opened last."""
    return request.POST.get("delegation") == focal_point.delegation.code


def _render_desk(
    request: HttpRequest, focal_point: FocalPoint, form: NominationForm, status: int = 200
) -> HttpResponse:
    delegation = focal_point.delegation
    seminar = delegation.seminar
    rows = list_desk_rows(delegation)
    context = {
        "days_text": describe_days(seminar),
        "nominations_due": describe_moment(seminar, seminar.nominations_due_at),
        "delegation": delegation,
        "focal_point": focal_point,
        "rows": rows,
        "waiting_count": sum(row.can_be_endorsed for row in rows),
        "form": form,
    }
    return render(request, "registration/intake/desk.html", context, status=status)
