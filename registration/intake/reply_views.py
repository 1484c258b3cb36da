"""A delegation's reply to its invitation: it takes part, or it does not, and why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registration.intake import replies
from registration.intake.desks import Desk, desk_action
from registration.intake.forms import ReasonForm
from seminar.foundation import clock
from seminar.models import Delegation


@require_POST
@desk_action
def accept(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Accept the invitation, for the first time or after all."""
    try:
        if replies.accept(actor=desk.actor, delegation=desk.delegation, now=clock.now()):
            messages.success(request, _("Thank you: your delegation takes part. Now add the people whom you send."))
    except replies.RepliesClosed:
        messages.error(request, _say_closed())
    return redirect(desk.home_url)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def decline(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask why the delegation does not take part, and keep that."""
    if desk.delegation.state == Delegation.State.DECLINED:
        return redirect(desk.home_url)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why your delegation does not take part"),
        help_text=_("A short sentence is enough. The organizers read it."),
        required=_("Enter why your delegation does not take part."),
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            replies.decline(actor=desk.actor, delegation=desk.delegation, reason=reason, now=clock.now())
        except replies.RepliesClosed:
            messages.error(request, _say_closed())
        except replies.PeopleRegistered:
            messages.error(request, _("People of your delegation are registered. Withdraw them first, then decline."))
        else:
            messages.success(request, _("The organizers see that your delegation does not take part."))
        return redirect(desk.home_url)
    context = {"desk": desk, "form": form}
    status = 422 if form.errors else 200
    return render(request, "registration/intake/decline.html", context, status=status)


def _say_closed() -> str:
    return _("Nominations are closed, and the reply cannot be changed here any more. Please write to the secretariat.")
