"""Head and order of a delegation's list, by buttons."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registration.intake.desks import Desk, desk_action
from registration.intake.list_order import StandingChanged, move, read_standing, set_head
from registration.lifecycle import HeadTaken
from registration.models import Registration
from registration.models.registration import NUMBER
from seminar.foundation import clock

STEPS = {"up": -1, "down": 1}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_action
def order_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the list in its order; move one person by one place."""
    if request.method != "POST":
        return _render(request, desk)
    direction, _colon, number = request.POST.get("move", "").partition(":")
    if direction not in STEPS or not NUMBER.fullmatch(number):
        return redirect(desk.make_url("desk_order"))
    try:
        move(
            actor=desk.actor,
            delegation=desk.delegation,
            number=number,
            steps=STEPS[direction],
            seen=request.POST.get("seen_order", ""),
            now=clock.now(),
        )
    except StandingChanged:
        return _say_changed(request, desk)
    except Registration.DoesNotExist:
        raise Http404 from None
    return redirect(f"{desk.make_url('desk_order')}#{number}")


@require_POST
@desk_action
def choose_head(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make one person the head in place of another, or nobody."""
    number = request.POST.get("head", "")
    if number and not NUMBER.fullmatch(number):
        raise Http404
    try:
        set_head(
            actor=desk.actor,
            delegation=desk.delegation,
            number=number,
            seen=request.POST.get("seen_head", ""),
            now=clock.now(),
        )
    except (StandingChanged, HeadTaken):
        return _say_changed(request, desk)
    except Registration.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The head of your delegation is set."))
    return redirect(desk.make_url("desk_order"))


def _say_changed(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = _(
        "Somebody else changed the head or the order meanwhile. This is how it stands now; nothing of yours was saved."
    )
    messages.warning(request, text)
    return _render(request, desk, status=409)


def _render(request: HttpRequest, desk: Desk, status: int = 200) -> HttpResponse:
    standing = read_standing(desk.delegation)
    first = 1 if standing.head else 0
    last = len(standing.people) - 1
    context = {
        "desk": desk,
        "standing": standing,
        "people": [(person, first < place, first <= place < last) for place, person in enumerate(standing.people)],
    }
    return render(request, "registration/intake/order.html", context, status=status)
