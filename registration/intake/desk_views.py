"""The delegation desk: who is registered, what is missing, until when; adding people; one person's page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agenda.models import Presentation
from registration import lifecycle
from registration.history import list_history
from registration.intake.desks import Desk, desk_page, say_declined
from registration.intake.editing import Editing
from registration.intake.forms import NominationForm
from registration.intake.list_order import read_standing
from registration.intake.nominee_pages import list_change_pages, list_later_pages
from registration.intake.open_requests import list_waiting
from registration.intake.queries import (
    DeskRow,
    describe_places,
    list_deadlines,
    list_desk_rows,
    list_messages,
    list_missing,
)
from registration.intake.replies import is_open
from registration.intake.services import nominate as nominate_person
from registration.models import Registration
from registration.models.answers import label_answer, list_sections
from registration.models.states import ENDED, TRANSITIONS
from registration.visits import OTHER_LINK
from seminar.display import describe_days, describe_moment
from seminar.foundation import clock
from seminar.foundation.text import split_name
from seminar.models import Delegation

FILL_IN, MYSELF = "fill_in", "myself"  # the button beside the one that sends a link; the address that offers oneself


@require_safe
@desk_page
def show_desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who is registered for the delegation and what each waits for."""
    initial: dict[str, str] = {"language": desk.language}
    if MYSELF in request.GET and desk.focal_point is not None:
        given_names, family_name = split_name(desk.focal_point.name)
        initial |= {"given_names": given_names, "family_name": family_name, "email": desk.focal_point.email}
    return _render_desk(request, desk, NominationForm(initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def nominate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add one more person by name and mail address; send them a link, or fill in their form."""
    if not desk.can_act:
        raise PermissionDenied
    if request.method != "POST":
        return redirect(desk.home_url)
    form = NominationForm(request.POST)
    if not desk.is_shown_in(request):
        messages.error(request, OTHER_LINK)
        return _render_desk(request, desk, form, status=409)
    if not desk.is_open_to_nominations():
        say_declined(request)
        return redirect(desk.home_url)
    if form.is_valid():
        answers, fills_in = form.cleaned_data, FILL_IN in request.POST
        try:
            registration = nominate_person(
                actor=desk.actor,
                delegation=desk.delegation,
                email=answers["email"],
                language=answers["language"],
                now=clock.now(),
                is_link_sent=not fills_in,
                given_names=answers["given_names"],
                family_name=answers["family_name"],
            )
        except lifecycle.AddressTaken:
            form.add_error("email", _("This address is already registered for the seminar. Enter another one."))
        else:
            return _go_on(request, desk, registration, answers, fills_in=fills_in)
    return _render_desk(request, desk, form, status=422)


def _go_on(
    request: HttpRequest, desk: Desk, registration: Registration | None, answers: dict[str, Any], *, fills_in: bool
) -> HttpResponse:
    """Say what was done and lead back to the desk, or to the form of the person who was added."""
    if registration is None:
        text = _("%(email)s is the address of a person registered here already; nobody was added, no mail was sent.")
        messages.info(request, text % answers)
    elif fills_in:
        text = _("%(name)s was added. No mail was sent; you can send the personal link at any time.")
        messages.success(request, text % {"name": registration.full_name})
        return redirect(find_form_url(desk, registration))
    else:
        messages.success(request, _("The invitation is on its way to %(email)s.") % answers)
    return redirect(desk.home_url)


@require_safe
@desk_page
def show_nominee(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show one registration of the delegation in full, with what may be done with it, and its history."""
    registration = desk.find(number)
    standing = read_standing(desk.delegation)
    missing = list_missing(registration, desk.delegation)
    is_active = registration.state not in ENDED
    editing = Editing(registration, desk.actor, number)
    may_extend = desk.is_staff and desk.can_act and registration.is_editable
    context = {
        "desk": desk,
        "registration": registration,
        "form_url": find_form_url(desk, registration, is_complete=not missing),
        "sections": list_sections(registration),
        "delegation": desk.delegation,
        "history": [
            (describe_moment(registration.seminar, line.at), line)
            for line in list_history(registration, is_staff_named=desk.is_staff)
        ],
        "missing": [label_answer(name, registration.seminar) for name in missing],
        "later_pages": list_later_pages(editing, clock.now(), is_linked=not desk.is_staff),
        "change_pages": [] if desk.is_staff else list_change_pages(editing, clock.now()),
        "is_active": is_active,
        "is_head": is_active and registration.is_head,
        "head": standing.head,
        "head_mark": standing.head_mark,
        "has_link": hasattr(registration, "link"),
        "can_return": desk.can_act and registration.state in TRANSITIONS["return"].sources,
        "can_withdraw": desk.can_act and registration.state in TRANSITIONS["withdraw"].sources,
        "replace_url": desk.make_url("nominee_replace", number),
        "staff_url": reverse("admin:registration_registration_change", args=[registration.pk]) if desk.is_staff else "",
        "deadline_url": desk.make_url("nominee_deadline", number) if may_extend else "",
        "submit_by": describe_moment(registration.seminar, registration.submit_by),
    }
    return render(request, "registration/intake/nominee.html", context)


def find_form_url(desk: Desk, registration: Registration, *, is_complete: bool = False) -> str:
    """Return where this person's answers are filled in on their behalf, or checked and submitted."""
    if desk.is_staff:
        return reverse("admin:registration_registration_answers", args=[registration.pk])
    editing = Editing(registration, desk.actor, registration.number)
    return editing.check_url if is_complete else editing.begin_url


def _render_desk(request: HttpRequest, desk: Desk, form: NominationForm, status: int = 200) -> HttpResponse:
    delegation, now = desk.delegation, clock.now()
    prefetch_related_objects([delegation], "role_quotas")
    rows = list_desk_rows(delegation, now)
    deadlines = list_deadlines(delegation, now)
    posted = list_messages(delegation, desk.focal_point)
    for message in posted:
        message.posted_text = describe_moment(delegation.seminar, message.posted_at)  # type: ignore[attr-defined]
    context = {
        "desk": desk,
        "delegation": delegation,
        "days_text": describe_days(delegation.seminar),
        "first_deadlines": deadlines[:1],
        "later_deadlines": deadlines[1:],
        "places": describe_places(rows, delegation),
        "rows": [(row, desk.make_url("nominee", row.number)) for row in rows],
        "active_count": sum(row.is_active for row in rows),
        "waiting_count": sum(row.can_be_endorsed for row in rows),
        "beyond_count": sum(row.is_beyond_quota for row in rows),
        "new_messages": [message for message in posted if not message.is_read],  # type: ignore[attr-defined]
        "old_messages": [message for message in posted if message.is_read],  # type: ignore[attr-defined]
        "requests": [
            (one, desk.make_url("request_take", one.pk), desk.make_url("request_decline", one.pk))
            for one in list_waiting(delegation)
        ],
        "presentation_count": 0 if desk.is_staff else Presentation.objects.filter(delegation=delegation).count(),
        "replied": describe_moment(delegation.seminar, delegation.replied_at) if delegation.replied_at else "",
        "has_declined": delegation.state == Delegation.State.DECLINED,
        "has_accepted": delegation.state == Delegation.State.ACCEPTED,
        "can_reply": desk.can_act and delegation.needs_nomination and is_open(desk.actor, delegation, now),
        "can_nominate": desk.can_act and desk.is_open_to_nominations(),
        "may_attend": _may_attend(desk, rows),
        "entry_url": reverse("admin:registration_registration_enter") if desk.is_staff else "",
        "form": form,
    }
    return render(request, "registration/intake/desk.html", context, status=status)


def _may_attend(desk: Desk, rows: list[DeskRow]) -> bool:
    """Whether the focal point could be registered as well and is not yet."""
    focal_point = desk.focal_point
    if focal_point is None or not desk.is_open_to_nominations():
        return False
    return not any(row.is_active and row.email_key == focal_point.email_key for row in rows)
