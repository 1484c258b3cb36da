"""The delegate's own page: the state in words, and what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registration.intake.visits import personal_page, require_registration, with_link
from registration.models import State
from registration.portal.sentences import choose_sentence
from seminar.display import describe_days, describe_moment


@require_safe
@personal_page
@with_link
def show_status(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the visitor's registration: where it stands and what to do."""
    registration = require_registration(request, slug)
    seminar = registration.seminar
    sentence = choose_sentence(registration.state)
    due = describe_moment(seminar, seminar.nominations_due_at)
    context = {
        "registration": registration,
        "seminar": seminar,
        "days_text": describe_days(seminar),
        "sentence_now": sentence.now,
        "sentence_next": str(sentence.next) % {"due": due} if "%(due)s" in str(sentence.next) else sentence.next,
        "is_confirmed": registration.state in (State.SUBMITTED, State.ENDORSED, State.APPROVED),
        "is_complete": not registration.list_missing_fields(is_nominated=registration.delegation.needs_nomination),
    }
    return render(request, "registration/portal/status.html", context)
