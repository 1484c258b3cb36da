"""The public pages of an edition."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from agenda.participants import list_sections
from agenda.queries import list_programme_days
from seminar.display import describe_days, describe_moment
from seminar.models import Seminar
from seminar.queries import count_delegations, find_current_seminar, get_published_seminar


@require_safe
def show_current_programme(request: HttpRequest) -> HttpResponse:
    """Show the current edition, or say that none is published yet."""
    seminar = find_current_seminar()
    if seminar is None:
        return render(request, "agenda/no_edition.html")
    return _render_programme(request, seminar)


@require_safe
def show_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one published edition."""
    return _render_programme(request, get_published_seminar(slug))


@require_safe
def show_participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the countries, regions and organizations that take part in a published edition."""
    seminar = get_published_seminar(slug)
    request.seminar = seminar  # type: ignore[attr-defined]
    context = {"seminar": seminar, "days_text": describe_days(seminar), "sections": list_sections(seminar)}
    return render(request, "agenda/participants.html", context)


def _render_programme(request: HttpRequest, seminar: Seminar) -> HttpResponse:
    request.seminar = seminar  # type: ignore[attr-defined]
    context = {
        "seminar": seminar,
        "days_text": describe_days(seminar),
        "nominations_due": describe_moment(seminar, seminar.nominations_due_at),
        "bodies": list(seminar.organizing_bodies.order_by("list_order", "pk")),
        "delegation_counts": count_delegations(seminar),
        "programme_days": list_programme_days(seminar, get_language() or "en"),
    }
    return render(request, "agenda/programme.html", context)
