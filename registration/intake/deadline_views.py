"""One person's own deadline, given by organizers: a page of the desk in the admin alone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registration.intake.desks import Desk, desk_action
from registration.intake.forms import DeadlineForm
from registration.intake.nominations import extend_deadline
from seminar.display import describe_moment
from seminar.foundation import clock


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def extend(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Ask until when one person may submit; the latest of the three deadlines counts."""
    if not desk.is_staff:
        raise Http404
    registration = desk.find(number)
    home = desk.make_url("nominee", number)
    form = DeadlineForm(request.POST if request.method == "POST" else None, initial={"due_at": registration.due_at})
    if request.method == "POST" and form.is_valid():
        due_at = form.cleaned_data["due_at"]
        extend_deadline(actor=desk.actor, registration=registration, due_at=due_at, now=clock.now())
        registration.due_at = due_at
        text = _("%(name)s may submit until %(due)s.")
        due = describe_moment(registration.seminar, registration.submit_by)
        messages.success(request, text % {"name": registration.full_name, "due": due})
        return redirect(home)
    context = {
        "desk": desk,
        "registration": registration,
        "form": form,
        "home_url": home,
        "nominate_by": describe_moment(registration.seminar, desk.delegation.nominate_by),
    }
    return render(request, "registration/intake/deadline.html", context, status=422 if form.errors else 200)
