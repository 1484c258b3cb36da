"""The page on which a change of who an approved person is is asked for: the question page, with a reason."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from registration.intake.change_requests import (
    NotApproved,
    NothingChanged,
    ask_change,
    find_open,
    list_asked_names,
    may_ask_change,
)
from registration.intake.editing import Editing, open_editing
from registration.intake.forms import RegistrationForm
from registration.intake.stamps import make_mark
from registration.models.answer_columns import read_answer
from registration.models.answers import Stage, describe_value, find_stage, label_answer
from registration.models.registration import REASON_MAX_LENGTH
from registration.visits import OTHER_LINK, personal_page, with_link
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.fields import TextField


class ChangeForm(RegistrationForm):
    """A question page's answers as they should be, and why."""

    reason = TextField(
        label=gettext_lazy("Why this changes"),
        max_length=REASON_MAX_LENGTH,
        is_multiline=True,
        help_text=gettext_lazy("For example: I have a new passport. The organizers read it."),
        error_messages={"required": gettext_lazy("Say in a few words why this changes.")},
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, names=(*names, "reason"), **kwargs)
        self.names = tuple(names)
        self.fields["reason"].widget.attrs["rows"] = 3


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
@with_link
def request_change(request: HttpRequest, slug: str, stage: str, number: str | None = None) -> HttpResponse:
    """Show one page's answers to be changed, and send the request to the organizers."""
    editing, page = open_editing(request, slug, number), find_stage(stage)
    if page is None:
        raise Http404
    now = clock.now()
    if not may_ask_change(editing.registration, page, now):
        return redirect(editing.home_url)
    form = _bind(editing, page, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _render(request, editing, page, form)
    if request.POST.get("number") != editing.registration.number:
        messages.error(request, OTHER_LINK)
        return _render(request, editing, page, form, status=409)
    if not form.is_valid():
        return _render(request, editing, page, form, status=422)
    seen = _make_mark(editing, page)
    if form.cleaned_data["seen"] != seen:
        messages.warning(request, _("Something was changed or asked for in the meantime. Please check it again."))
        renewed = request.POST.copy()
        renewed["seen"] = seen
        return _render(request, editing, page, _bind(editing, page, renewed), status=409)
    try:
        ask_change(
            actor=editing.actor,
            registration=editing.registration,
            stage=page,
            answers=form.read_answers(),
            reason=form.cleaned_data["reason"],
            now=now,
        )
    except NotApproved:
        return redirect(editing.home_url)
    except NothingChanged:
        form.add_error(None, _("Nothing is changed yet. Change what is no longer right."))
        return _render(request, editing, page, form, status=422)
    messages.success(request, _("Your request is with the organizers. We write to you when they have decided."))
    return redirect(editing.home_url)


def _bind(editing: Editing, page: Stage, data: Any) -> ChangeForm:
    registration, names = editing.registration, list_asked_names(page)
    initial: dict[str, Any] = {name: read_answer(registration, name) for name in names}
    asked = find_open(registration, page)
    if asked is not None:
        initial |= asked.read_answers() | {"reason": asked.reason}
    initial |= {"number": registration.number, "seen": _make_mark(editing, page)}
    return ChangeForm(data, initial=initial, names=names, is_nominated=editing.is_nominated, registration=registration)


def _make_mark(editing: Editing, page: Stage) -> str:
    """Return the mark of the answers and of the request that waits: a later one takes its place only when seen."""
    asked = find_open(editing.registration, page)
    return sha256(f"{make_mark(editing.registration, page.names)} {asked and asked.asked_at}".encode()).hexdigest()[:32]


def _render(request: HttpRequest, editing: Editing, page: Stage, form: ChangeForm, status: int = 200) -> HttpResponse:
    asked = find_open(editing.registration, page)
    context = {
        "registration": editing.registration,
        "editing": editing,
        "stage": page,
        "form": form,
        "waiting": [(label_answer(name), describe_value(name, value)) for name, value in asked.read_answers().items()]
        if asked
        else [],
        "asked_at": describe_moment(editing.registration.seminar, asked.asked_at) if asked else "",
    }
    return render(request, "registration/intake/change.html", context, status=status)
