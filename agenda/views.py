"""The public pages of an edition: what everybody sees alike is kept, what depends on the visitor never is."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agenda.disclosure import find_open_file, list_published_presentations, read_open_files
from agenda.feeds import make_calendar, make_json
from agenda.models import ProgrammeItem, ProgrammeVersion
from agenda.pages import make_programme_context
from agenda.participants import list_sections
from agenda.publishing import read_published
from seminar.context import read_font_size
from seminar.display import describe_days
from seminar.foundation import clock
from seminar.foundation.kept_pages import Key, kept_page
from seminar.foundation.private_files import serve
from seminar.models import Seminar
from seminar.queries import find_current_seminar, get_published_seminar

KINDS = frozenset(ProgrammeItem.Kind.values)


def make_page_key(request: HttpRequest, slug: str = "") -> Key:
    """Return what a public page depends on: its address with a known kind alone, the language, the size of the text,
    and in a demonstration the minute its clock shows."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    request.META["QUERY_STRING"] = urlencode({"kind": kind}) if kind else ""  # links on the page repeat this alone
    minute = clock.now().strftime("%Y%m%d%H%M") if clock.is_shifted() else ""
    return (slug, get_language(), kind, read_font_size(request), minute)


def make_feed_key(request: HttpRequest, slug: str) -> Key:
    return (slug, get_language())


@require_safe
@kept_page(make_page_key)
def show_current_programme(request: HttpRequest) -> HttpResponse:
    """Show the current edition, or say that none is published yet."""
    seminar = find_current_seminar()
    if seminar is None:
        return render(request, "agenda/no_edition.html")
    return _render_programme(request, seminar)


@require_safe
@kept_page(make_page_key)
def show_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one published edition."""
    return _render_programme(request, get_published_seminar(slug))


@require_safe
@kept_page(make_page_key)
def show_participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the countries, regions and organizations that take part in a published edition."""
    seminar = _open_edition(request, slug)
    context = {"seminar": seminar, "days_text": describe_days(seminar), "sections": list_sections(seminar)}
    return render(request, "agenda/participants.html", context)


@require_safe
@kept_page(make_feed_key)
def show_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the published programme for machines; without one there is nothing."""
    seminar = get_published_seminar(slug)
    version = _require_version(seminar)
    files = [file for file in read_open_files(seminar, clock.now()) if file.is_public]
    feed = make_json(seminar, version, files, get_language() or "en")
    response = JsonResponse(feed, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and read by other sites' scripts
    return response


@require_safe
@kept_page(make_feed_key)
def show_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the published programme as a calendar; without one there is nothing."""
    seminar = get_published_seminar(slug)
    text = make_calendar(seminar, _require_version(seminar), get_language() or "en")
    headers = {"Content-Disposition": f'inline; filename="{seminar.slug}.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
@never_cache
def show_materials(request: HttpRequest, slug: str) -> HttpResponse:
    """List the files that this visitor may open: everybody the public ones, participants theirs as well."""
    seminar = _open_edition(request, slug)
    version = _require_version(seminar)
    is_participant = _is_participant(request, seminar)
    files = [file for file in read_open_files(seminar, clock.now()) if is_participant or file.is_public]
    context = {
        "seminar": seminar,
        "days_text": describe_days(seminar),
        "is_participant": is_participant,
        **make_programme_context(seminar, version, files, only_with_files=True),
    }
    response = render(request, "agenda/materials.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def download_material(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """Hand out one file to whom it is open at this moment; for everybody else there is none."""
    seminar = get_published_seminar(slug)
    file = find_open_file(seminar, key, is_participant=_is_participant(request, seminar), now=clock.now())
    if file is None:
        raise Http404
    return serve(file)


def _render_programme(request: HttpRequest, seminar: Seminar) -> HttpResponse:
    request.seminar = seminar  # type: ignore[attr-defined]
    version = read_published(seminar)
    files = read_open_files(seminar, clock.now())
    known = list_published_presentations(version)
    context: dict[str, Any] = {
        "seminar": seminar,
        "days_text": describe_days(seminar),
        "has_participants_files": any(not file.is_public and file.presentation_id in known for file in files),
        **make_programme_context(
            seminar, version, [file for file in files if file.is_public], kind=request.GET.get("kind", "")
        ),
    }
    return render(request, "agenda/programme.html", context)


def _open_edition(request: HttpRequest, slug: str) -> Seminar:
    seminar = get_published_seminar(slug)
    request.seminar = seminar  # type: ignore[attr-defined]
    return seminar


def _require_version(seminar: Seminar) -> ProgrammeVersion:
    version = read_published(seminar)
    if version is None:
        raise Http404("the programme is a draft")
    return version


def _is_participant(request: HttpRequest, seminar: Seminar) -> bool:
    return bool(request.visitor.participates_in(seminar.pk))  # type: ignore[attr-defined]
