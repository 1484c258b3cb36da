"""Organizers' messages on the desks: noting what was read."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registration.intake.desks import Desk, desk_action
from registration.models import DeskMessage, MessageReading
from seminar.foundation import clock
from seminar.foundation.transactions import retried
from seminar.models import FocalPoint


@retried
def note_read(*, focal_point: FocalPoint, keys: list[int], now: datetime) -> None:
    """Keep that the focal point has read these messages; those of other desks are left alone."""
    shown = DeskMessage.objects.to_delegation(focal_point.delegation).filter(pk__in=keys)
    MessageReading.objects.bulk_create(
        [MessageReading(message=message, focal_point=focal_point, read_at=now) for message in shown],
        ignore_conflicts=True,
    )


@require_POST
@desk_action
def mark_read(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note that the messages shown were read. Organizers at the desk read nothing on a delegation's behalf."""
    keys = [int(key) for key in request.POST.getlist("message")[:100] if key.isascii() and key.isdecimal()]
    if desk.focal_point is None:
        messages.info(request, _("Only the focal point marks messages as read."))
    else:
        note_read(focal_point=desk.focal_point, keys=[key for key in keys if key < 2**62], now=clock.now())
    return redirect(desk.home_url)
