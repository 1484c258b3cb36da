"""Staff look at a photo, at a whole passport number and at the passport's copy; the last two are recorded each time."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registration.models import Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import LATER_STAGES, describe_answer, label_answer
from seminar.access import staff_actor
from seminar.foundation import clock
from seminar.foundation.audit import record
from seminar.foundation.private_files import serve
from seminar.foundation.transactions import recorded, retried

PERMISSION = "registration.view_passport_number"
_PASSPORT = next(stage for stage in LATER_STAGES if stage.code == "passport")


def show_photo(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the photo, within a page."""
    registration = _find(admin, request, pk)
    if not admin.has_view_permission(request, registration):
        raise PermissionDenied
    photo = read_answer(registration, "photo")
    if photo is None:
        raise Http404
    return serve(photo, is_shown=True)


def show_passport(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the passport masked with buttons to look at it whole; a look is a POST, and recorded before it is shown."""
    registration = _find(admin, request, pk)
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    copy = read_answer(registration, "passport_copy")
    number = ""
    if request.method == "POST" and "copy" in request.POST:
        if copy is None:
            messages.warning(request, _("There is no copy of the passport."))
            return redirect("admin:registration_registration_passport", pk)
        _record_look(request, registration, "view_passport_copy")
        return serve(copy)
    if request.method == "POST":
        _record_look(request, registration, "view_passport")
        number = read_answer(registration, "passport_number")
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Passport of %(number)s %(name)s") % {"number": registration.number, "name": registration.full_name},
        "opts": admin.opts,
        "registration": registration,
        "answers": [
            (
                label_answer(name),
                number if number and name == "passport_number" else describe_answer(registration, name),
            )
            for name in ("passport_name", *_PASSPORT.names)
        ],
        "is_shown": bool(number),
        "has_number": bool(read_answer(registration, "passport_number")),
        "has_copy": copy is not None,
    }
    return TemplateResponse(request, "registration/review/passport.html", context)


def _find(admin: ModelAdmin, request: HttpRequest, pk: int) -> Registration:
    registration: Registration | None = admin.get_object(request, str(pk))
    if registration is None:
        raise Http404
    return registration


@retried
def _record_look(request: HttpRequest, registration: Registration, action: str) -> None:
    with recorded():
        record(
            actor=staff_actor(request.user),
            action=action,
            subject=f"registration:{registration.pk}",
            now=clock.now(),
            seminar_id=registration.seminar_id,
        )
