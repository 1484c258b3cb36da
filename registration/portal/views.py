"""The delegate's own page: the state in words, the way in steps, and what comes next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registration.intake.change_requests import may_ask_change
from registration.intake.drafts import list_begun_stages
from registration.intake.editing import Editing, open_editing
from registration.intake.later_pages import read_later_pages
from registration.mail.calendar import make_calendar_file
from registration.mail.facts import describe_seminar
from registration.models import ChangeRequest, Registration, State
from registration.models.answers import STAGES, list_first_stages, list_later_stages, list_sections
from registration.models.consents import CONSENT_TEXTS
from registration.models.states import ENDED, TRANSITIONS
from registration.portal.progress import DONE, LABELS, Step, list_later_steps, list_steps
from registration.portal.sentences import choose_sentence
from registration.speaking.queries import has_part
from registration.visits import personal_page, require_registration, with_link
from seminar.display import describe_days, describe_moment
from seminar.foundation import clock


@require_safe
@personal_page
@with_link
def show_status(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the visitor's registration: where it stands, what to do, and by when."""
    editing = open_editing(request, slug, None)
    registration = editing.registration
    seminar = registration.seminar
    speaks = not registration.is_editable and registration.state not in ENDED and has_part(registration)
    if speaks and registration.role == Registration.Role.GUEST:
        return redirect("registration:presentations", slug)  # all that is asked of a guest who speaks
    due = describe_moment(seminar, registration.submit_by)
    focal_points = list(registration.delegation.focal_points.order_by("-is_primary", "pk"))
    begun = list_begun_stages(editing.actor, registration) if registration.state not in ENDED else set()
    missing = registration.list_missing_fields(is_nominated=editing.is_nominated)
    is_untouched = registration.state == State.DRAFT and registration.version == 0
    steps = list_steps(
        stages=list_first_stages(registration),
        state=registration.state,
        missing=[name for name in missing if name not in CONSENT_TEXTS],
        begun=begun,
        is_untouched=is_untouched,
        has_focal_point=bool(focal_points),
    )
    later_steps = list_later_steps(read_later_pages(registration, clock.now()), begun=begun)
    sentence = choose_sentence(registration.state)
    is_submitted = not registration.is_editable and registration.state not in ENDED
    context = {
        "registration": registration,
        "editing": editing,
        "seminar": seminar,
        "days_text": describe_days(seminar),
        "due": due,
        "sentence_now": str(sentence.now),
        "sentence_next": str(sentence.next) % {"due": due},
        "is_confirmed": registration.state in (State.SUBMITTED, State.ENDORSED, State.APPROVED),
        "is_arrival": is_untouched and not begun,
        "focal_point": focal_points[0] if focal_points else None,
        "steps": [_present(editing, step) for step in steps],
        "later_steps": [_present(editing, step) for step in later_steps],
        "next_url": next((_find_url(editing, step) for step in steps if step.status != DONE and step.stage), ""),
        "sections": list_sections(registration) if is_submitted else [],
        "change_pages": _list_change_pages(editing),
        "speaks": speaks,
        "can_withdraw": registration.state in TRANSITIONS["withdraw"].sources,
    }
    return render(request, "registration/portal/status.html", context)


@require_safe
@personal_page
@with_link
def download_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the seminar's days as a calendar file: the entry that the confirmation carries, tentative before."""
    registration = require_registration(request, slug)
    if registration.is_editable or registration.state in ENDED:
        raise Http404
    text = make_calendar_file(
        facts={
            "seminar": describe_seminar(registration.seminar),
            "registration": {"number": registration.number},
            "revision": registration.version,
        },
        language=get_language() or "en",
        method="PUBLISH",
        status="CONFIRMED" if registration.state == State.APPROVED else "TENTATIVE",
        at=registration.state_changed_at,
    )
    headers = {"Content-Disposition": f'attachment; filename="{registration.seminar.slug}.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


def _list_change_pages(editing: Editing) -> list[tuple[str, str, str]]:
    """Return (title, address, since when one waits) of the pages whose answers a change may be asked for."""
    registration, now = editing.registration, clock.now()
    pages = [stage for stage in (*STAGES, *list_later_stages(registration)) if may_ask_change(registration, stage, now)]
    waiting = {}
    if pages:
        rows = ChangeRequest.objects.filter(registration=registration, state=ChangeRequest.State.OPEN).values_list(
            "stage", "asked_at"
        )
        waiting = {code: describe_moment(registration.seminar, asked_at) for code, asked_at in rows}
    return [(str(stage.title), editing.make_url("change", stage.code), waiting.get(stage.code, "")) for stage in pages]


def _present(editing: Editing, step: Step) -> tuple[Step, str, str]:
    """Return a step, its status in words, and the address it leads to."""
    registration = editing.registration
    due = describe_moment(registration.seminar, step.due_at or registration.submit_by)
    return step, str(LABELS[step.status]) % {"due": due}, _find_url(editing, step)


def _find_url(editing: Editing, step: Step) -> str:
    if not step.stage:
        return ""
    return editing.check_url if step.stage == "check" else editing.make_url("stage", step.stage)
