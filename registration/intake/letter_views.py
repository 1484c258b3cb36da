"""The page of the nomination letter, and the letter itself for those who may open it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registration.intake import letters
from registration.intake.desks import Desk, desk_action, desk_page
from registration.intake.forms import LetterForm
from registration.visits import OTHER_LINK
from seminar.display import describe_moment
from seminar.foundation import clock, private_files
from seminar.models import NominationDocument


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def show_letters(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the delegation's letter and those before it; take another one."""
    if not desk.can_open_letters:
        raise PermissionDenied
    if request.method != "POST":
        return _render(request, desk, LetterForm())
    if not desk.can_act:
        raise PermissionDenied
    if not desk.is_shown_in(request):
        messages.error(request, OTHER_LINK)
        return redirect(desk.home_url)
    form = LetterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, desk, form, status=422)
    try:
        letters.upload(
            actor=desk.actor, delegation=desk.delegation, letter=form.cleaned_data["letter"], now=clock.now()
        )
    except private_files.StorageFull:
        text = _(
            "The letter could not be kept: there is no room on our disk. Nothing was changed. Please try again later, "
            "or send the letter to the secretariat by mail."
        )
        form.add_error("letter", text)
        return _render(request, desk, form, status=507)
    messages.success(request, _("The letter is here and counts for everybody of your delegation."))
    return redirect(desk.make_url("letter"))


@require_safe
@desk_page
def download_letter(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Hand out one letter of this delegation, to its focal points and to staff who decide by it."""
    if not desk.can_open_letters:
        raise PermissionDenied
    try:
        return private_files.serve(letters.find_letter(desk.delegation, key).file)
    except (NominationDocument.DoesNotExist, OverflowError):
        raise Http404 from None


@require_POST
@desk_action
def remove_letter(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Remove one letter with its file."""
    try:
        letters.remove(actor=desk.actor, delegation=desk.delegation, key=key, now=clock.now())
    except (NominationDocument.DoesNotExist, OverflowError):
        raise Http404 from None
    except letters.LetterNeeded:
        text = _("The organizers have approved people by this letter. Upload another one in its place instead.")
        messages.error(request, text)
    else:
        messages.success(request, _("The letter was removed."))
    return redirect(desk.make_url("letter"))


def _render(request: HttpRequest, desk: Desk, form: LetterForm, status: int = 200) -> HttpResponse:
    seminar, present = desk.delegation.seminar, desk.delegation.nomination_document_id
    context = {
        "desk": desk,
        "form": form,
        "letters": [
            (
                letter,
                letter.pk == present,
                describe_moment(seminar, letter.uploaded_at),
                desk.make_url("letter_file", letter.pk),
                desk.make_url("letter_remove", letter.pk),
            )
            for letter in letters.list_letters(desk.delegation)
        ],
        "waiver_reason": desk.delegation.nomination_waiver_reason,
    }
    return render(request, "registration/intake/letter.html", context, status=status)
