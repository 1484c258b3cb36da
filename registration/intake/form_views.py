"""The question pages, the review page and the submission: for the delegate, and for the focal point on their behalf.

`number` names a nominee on the focal point's pages and is None on the delegate's own.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registration import lifecycle
from registration.intake import drafts
from registration.intake.conflicts import TAKEN, list_differences, take_saved
from registration.intake.editing import Editing, open_editing
from registration.intake.forms import RegistrationForm
from registration.intake.services import save_answers
from registration.intake.stamps import make_mark
from registration.models import ExtraQuestion, Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import (
    CONSENTS,
    STAGES,
    Stage,
    extend,
    find_due_at,
    find_stage,
    label_answer,
    list_first_stages,
    list_sections,
    may_edit,
)
from registration.models.consents import CONSENT_TEXTS
from registration.models.extra_questions import list_asked
from registration.models.passports import warn_of_passport
from registration.transitions import Incomplete, submit
from registration.visits import OTHER_LINK, personal_page, with_link
from seminar.context import FONT_SIZE_COOKIE, FONT_SIZES, keep_font_size
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.dates import format_clock_time
from seminar.foundation.private_files import StorageFull

logger = logging.getLogger(__name__)

CLOSED = gettext_lazy(
    "Your last answers were not saved: they can no longer be changed here. If something must be corrected, please "
    "write to the secretariat."
)
TOO_LATE = gettext_lazy(
    "Your last answers were not saved: the registration was submitted or decided in the meantime. If something must be "
    "corrected, please write to the secretariat."
)


@require_safe
@personal_page
@with_link
def begin(request: HttpRequest, slug: str, number: str | None = None) -> HttpResponse:
    """Lead to the first page with something missing, else to the first page."""
    editing = open_editing(request, slug, number)
    return redirect(editing.make_url("stage", _first_open_stage(editing).code))


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
@with_link
def edit_stage(request: HttpRequest, slug: str, stage: str, number: str | None = None) -> HttpResponse:
    """Show one question page; keep what is typed there, and its answers once they are valid."""
    editing = open_editing(request, slug, number)
    page = _require_stage(stage, editing)
    if not may_edit(editing.registration, page, clock.now()):
        if request.method == "POST":
            messages.warning(request, CLOSED if page.due else TOO_LATE)
        return redirect(editing.home_url)
    if request.method != "POST":
        return _show_page(request, editing, page)
    if "keep" in request.POST or "size" in request.POST:  # another language or font size, in the middle of typing
        return _show_again(request, editing, page)
    if request.POST.get("number") != editing.registration.number:
        messages.error(request, OTHER_LINK)
        return _render_page(request, editing, page, _bind(editing, page, request.POST, request.FILES), status=409)
    return _save_page(request, editing, page)


@require_POST
@personal_page
@with_link
def autosave(request: HttpRequest, slug: str, stage: str, number: str | None = None) -> HttpResponse:
    """Keep what is typed so far, unchecked; answered with the time at which it was kept."""
    editing = open_editing(request, slug, number)
    page = _require_stage(stage, editing)
    registration = editing.registration
    now = clock.now()
    if not may_edit(registration, page, now) or request.POST.get("number") != registration.number:
        return JsonResponse({}, status=409)
    _keep_typed(request, editing, page)
    return JsonResponse({"saved_at": format_clock_time(now, time_zone=registration.seminar.time_zone)})


@require_safe
@personal_page
@with_link
def check_answers(request: HttpRequest, slug: str, number: str | None = None) -> HttpResponse:
    """Show all answers in one list, with ways to change them, the consents, and the button that submits."""
    editing = open_editing(request, slug, number)
    if not editing.registration.is_editable:
        return redirect(editing.home_url)
    if _list_missing(editing):
        return redirect(editing.make_url("stage", _first_open_stage(editing).code))
    return _render_check(request, editing, _bind(editing, CONSENTS))


@require_POST
@personal_page
@with_link
def submit_form(request: HttpRequest, slug: str, number: str | None = None) -> HttpResponse:
    """Submit the draft; a second submission of the same draft leads to the same page and changes nothing."""
    editing = open_editing(request, slug, number)
    registration = editing.registration
    if request.POST.get("number") != registration.number:
        messages.error(request, OTHER_LINK)
        return redirect(editing.home_url)
    if not registration.is_editable:
        return redirect(editing.home_url)
    seen = make_mark(registration, _list_all_names(editing))
    if request.POST.get("seen") != seen:
        messages.warning(request, _("Your answers were changed in the meantime. Please check them again."))
        if _list_missing(editing):
            return redirect(editing.check_url)
        renewed = request.POST.copy()  # what was ticked stays ticked
        renewed["seen"] = seen
        return _render_check(request, editing, _bind(editing, CONSENTS, renewed), status=409)
    form = _bind(editing, CONSENTS, request.POST)
    if not form.is_valid():
        return _render_check(request, editing, form, status=422)
    try:
        submit(actor=editing.actor, registration=registration, answers=form.read_answers(), now=clock.now())
    except Incomplete:
        return redirect(editing.make_url("stage", _first_open_stage(editing).code))
    except (lifecycle.ChangedMeanwhile, lifecycle.TransitionRefused):
        pass  # it was submitted a moment ago: the page it leads to says so
    return redirect(editing.home_url)


def _require_stage(code: str, editing: Editing) -> Stage:
    """Return a page with the extra questions of this person. Raises Http404."""
    stage = find_stage(code)
    if stage is None:
        raise Http404("no such question page")
    return extend(stage, editing.registration)


def _list_missing(editing: Editing) -> list[str]:
    """Return the mandatory answers that question pages ask for and that are empty."""
    missing = editing.registration.list_missing_fields(is_nominated=editing.is_nominated)
    return [name for name in missing if name not in CONSENT_TEXTS]


def _list_all_names(editing: Editing) -> list[str]:
    """Return every answer that a first submission sends, extra questions with them."""
    return [name for stage in (*list_first_stages(editing.registration), CONSENTS) for name in stage.names]


def _first_open_stage(editing: Editing) -> Stage:
    missing = set(_list_missing(editing))
    stages = list_first_stages(editing.registration)
    return next((stage for stage in stages if missing & set(stage.names)), stages[0])


def _find_place(page: Stage) -> int:
    """Return the place of a page among those of the first submission, 0 for any other."""
    return next((place for place, stage in enumerate(STAGES) if stage.code == page.code), 0)


def _bind(editing: Editing, page: Stage, data: Any = None, files: Any = None) -> RegistrationForm:
    registration = editing.registration
    initial: dict[str, Any] = {name: read_answer(registration, name) for name in page.names}
    initial |= {name: bool(initial[name]) for name in CONSENT_TEXTS if name in initial}
    initial |= {"number": registration.number, "seen": make_mark(registration, page.names)}
    questions = [question for question in list_asked(registration) if question.stage == page.code]
    return RegistrationForm(
        data,
        files,
        initial=initial,
        names=page.names,
        is_nominated=editing.is_nominated,
        registration=registration if page.due or questions else None,
        questions=questions,
    )


def _show_page(request: HttpRequest, editing: Editing, page: Stage) -> HttpResponse:
    """Show the page with its saved answers, or with what its reader typed there and did not finish."""
    form = _bind(editing, page)
    unsaved = drafts.find(actor=editing.actor, registration=editing.registration, stage=page)
    restored_at = ""
    if unsaved is not None:
        form.initial.update({**unsaved.values, "seen": unsaved.seen})
        restored_at = describe_moment(editing.registration.seminar, unsaved.saved_at)
    return _render_page(request, editing, page, form, restored_at=restored_at)


def _show_again(request: HttpRequest, editing: Editing, page: Stage) -> HttpResponse:
    """Show the page with what was typed so far, unchecked and kept as unfinished, in this address's language."""
    _keep_typed(request, editing, page)
    form = _bind(editing, page)
    form.initial.update(_read_typed(request, editing, (*page.names, "number", "seen")))
    size = request.POST.get("size", "")
    if size in FONT_SIZES:
        request.COOKIES[FONT_SIZE_COOKIE] = size  # for this page already
    response = _render_page(request, editing, page, form)
    if size in FONT_SIZES:
        keep_font_size(response, size)
    return response


def _save_page(request: HttpRequest, editing: Editing, page: Stage) -> HttpResponse:
    """Save valid answers and lead on; keep others as they were typed and say what is wrong.

    Where somebody else changed this page's answers since it was shown, both versions are shown instead.
    """
    data = take_saved(editing.registration, page, request.POST) if TAKEN in request.POST else request.POST
    form = _bind(editing, page, data, request.FILES)
    if not form.is_valid():
        _keep_typed(request, editing, page)
        return _render_page(request, editing, page, form, status=422)
    registration = editing.registration
    if form.cleaned_data["seen"] != make_mark(registration, page.names):
        return _show_both(request, editing, page, data, form)
    try:
        saved = save_answers(
            actor=editing.actor,
            registration=registration,
            answers=form.read_answers(),
            now=clock.now(),
            is_later=bool(page.due),
        )
    except (StorageFull, lifecycle.PassportTaken) as refusal:
        _say_refused(form, refusal)
        try:
            _keep_typed(request, editing, page)
        except DatabaseError:  # on one disk with the files: the words stand on this page, and in the browser
            logger.warning("the unfinished words of page %s could not be kept", page.code)
        return _render_page(request, editing, page, form, status=422)
    except lifecycle.ChangedMeanwhile as conflict:  # between our reading and our writing
        again = Editing(conflict.current, editing.actor, editing.number)
        if not may_edit(again.registration, page, clock.now()):
            messages.warning(request, TOO_LATE)
            return redirect(editing.home_url)
        return _save_page(request, again, page)
    drafts.drop(actor=editing.actor, registration=registration, stage=page)
    return redirect(_next_url(request, editing, page, saved))


def _next_url(request: HttpRequest, editing: Editing, page: Stage, saved: Registration) -> str:
    """Say what was saved, and return where that leads."""
    if page.due:
        messages.success(request, _("Saved: %(title)s.") % {"title": page.title})
        if page.code in ("passport", "travel") and (warning := warn_of_passport(saved, is_own=True)):
            messages.warning(request, warning)
        return editing.home_url
    following = STAGES[_find_place(page) + 1 :]
    if "from_check" in request.GET or not following:
        return editing.check_url
    return editing.make_url("stage", following[0].code)


def _say_refused(form: RegistrationForm, refusal: Exception) -> None:
    if isinstance(refusal, lifecycle.PassportTaken):
        form.add_error(
            "passport_number",
            _("This passport is already registered for the seminar. Check the number and the issuer."),
        )
    for name in form.list_file_names() if isinstance(refusal, StorageFull) else ():
        if form.cleaned_data.get(name):
            form.add_error(
                name, _("The file could not be kept just now. Your other answers are safe; try it again later.")
            )


def _keep_typed(request: HttpRequest, editing: Editing, page: Stage) -> None:
    typed = _read_typed(request, editing, page.names)
    drafts.keep(
        actor=editing.actor,
        registration=editing.registration,
        stage=page,
        typed=typed,
        seen=request.POST.get("seen", ""),
        now=clock.now(),
    )


def _read_typed(request: HttpRequest, editing: Editing, names: Iterable[str]) -> dict[str, Any]:
    """Return what the browser sent for these fields: a list where several may be chosen, nothing for a file."""
    kind = ExtraQuestion.Kind.SEVERAL
    several = {question.name for question in list_asked(editing.registration) if question.kind == kind}
    return {name: request.POST.getlist(name) if name in several else request.POST.get(name, "") for name in names}


def _show_both(
    request: HttpRequest, editing: Editing, page: Stage, data: QueryDict, form: RegistrationForm
) -> HttpResponse:
    """Show what was saved meanwhile beside what was typed here; nothing is overwritten unseen."""
    _keep_typed(request, editing, page)
    differences = list_differences(editing.registration, page, form.read_answers())
    renewed = data.copy()
    renewed["seen"] = make_mark(editing.registration, page.names)
    form = _bind(editing, page, renewed)
    return _render_page(request, editing, page, form, status=409, differences=differences)


def _render_page(
    request: HttpRequest, editing: Editing, page: Stage, form: RegistrationForm, status: int = 200, **more: Any
) -> HttpResponse:
    position = _find_place(page)
    context = {
        "registration": editing.registration,
        "editing": editing,
        "stage": page,
        "form": form,
        "step": 0 if page.due else position + 1,
        "steps": len(STAGES) + 1,
        "autosave_url": editing.make_url("autosave", page.code),
        "back_url": editing.make_url("stage", STAGES[position - 1].code) if position else editing.home_url,
        "due_text": _describe_due(editing, page) if page.due else "",
        "files": [
            (name, label_answer(name, editing.registration.seminar), editing.make_url("file", name))
            for name in page.names
            if name in form.list_file_names() and read_answer(editing.registration, name)
        ],
        **more,
    }
    return render(request, "registration/intake/stage.html", context, status=status)


def _describe_due(editing: Editing, page: Stage) -> str:
    seminar, due_at = editing.registration.seminar, find_due_at(editing.registration, page)
    return _("Please complete this page by %(due)s.") % {"due": describe_moment(seminar, due_at)} if due_at else ""


def _render_check(request: HttpRequest, editing: Editing, form: RegistrationForm, status: int = 200) -> HttpResponse:
    registration = editing.registration
    form.initial["seen"] = make_mark(registration, _list_all_names(editing))
    context = {
        "registration": registration,
        "editing": editing,
        "form": form,
        "sections": [
            (section, editing.make_url("stage", section.code) + "?from_check=1")
            for section in list_sections(registration, with_consents=False)
        ],
        "steps": len(STAGES) + 1,
        "back_url": editing.make_url("stage", STAGES[-1].code),
        "has_focal_point": registration.delegation.focal_points.exists() if editing.is_own else False,
    }
    return render(request, "registration/intake/check.html", context, status=status)
