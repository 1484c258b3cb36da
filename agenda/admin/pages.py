"""Pages of the admin beside the lists: a day of the programme, the check and the publishing, the preview, copying."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agenda.admin.base import record_change
from agenda.admin.days import DayForms, list_days
from agenda.clashes import list_clashes
from agenda.copying import HasProgramme, copy_programme
from agenda.models import ProgrammeItem, ProgrammeVersion
from agenda.ordering import derive_running_order
from agenda.pages import make_programme_context
from agenda.publishing import ChangedSinceShown, NothingToPublish, list_unpublished, publish, read_published
from agenda.snapshot import take_snapshot
from agenda.untranslated import list_untranslated
from agenda.wording import describe_change
from seminar.access import staff_actor
from seminar.admin_site import Card, SeminarAdminSite
from seminar.display import describe_days, describe_moment
from seminar.foundation import clock
from seminar.foundation.dates import format_day
from seminar.foundation.transactions import recorded
from seminar.models import Seminar

TO_SEE, TO_CHANGE, TO_PUBLISH = (
    "agenda.view_programmeitem",
    "agenda.change_programmeitem",
    "agenda.publish_programme",
)
site: SeminarAdminSite = admin.site  # type: ignore[assignment]


def open_programme(request: HttpRequest, permission: str) -> Seminar:
    """Return the edition whose programme this member of staff works on. Raises PermissionDenied, Http404."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    seminar = site.get_seminar(request)
    if seminar is None:
        raise Http404
    return seminar


@require_http_methods(["GET", "HEAD", "POST"])
def edit_day(request: HttpRequest, day: str) -> HttpResponse:
    """Show one day of the programme as rows, and take what was typed in them."""
    seminar = open_programme(request, TO_SEE)
    chosen = _read_day(seminar, day)
    if request.method != "POST":
        return _render_day(request, seminar, chosen, DayForms(seminar, chosen))
    if not request.user.has_perm(TO_CHANGE):
        raise PermissionDenied
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=seminar.pk)
        day_forms = DayForms(seminar, chosen, request.POST)
        is_known = request.POST.get("mark", "") == day_forms.mark
        if is_known and day_forms.is_valid():
            changed = day_forms.save()
            if changed:
                record_change(request.user, seminar, "edit_programme_of", changed, seminar.pk)
            messages.success(request, _("The day is saved. Visitors see it when you publish the programme."))
            return redirect(request.path)
    if not is_known:
        text = _("Somebody else changed this day meanwhile. Compare with the list of items, then save again.")
        messages.warning(request, text)
        day_forms.is_valid()
        return _render_day(request, seminar, chosen, day_forms, status=409)
    return _render_day(request, seminar, chosen, day_forms, status=422)


@require_safe
def check_programme(request: HttpRequest) -> HttpResponse:
    """Show what publishing would change, what clashes, and what lacks a language."""
    seminar = open_programme(request, TO_SEE)
    return _render_check(request, seminar)


@require_POST
def publish_programme(request: HttpRequest) -> HttpResponse:
    """Make the programme public as it is now."""
    seminar = open_programme(request, TO_PUBLISH)
    number = request.POST.get("number", "")
    try:
        version = publish(
            actor=staff_actor(request.user),
            seminar=seminar,
            now=clock.now(),
            expected_number=int(number[:9]) if number.isascii() and number.isdecimal() else -1,
        )
    except NothingToPublish:
        messages.info(request, _("There is nothing to publish: visitors see the programme as it is."))
    except ChangedSinceShown:
        messages.warning(request, _("Somebody else published meanwhile. Look at what is left to publish."))
    else:
        text = _("Version %(number)d is public. The page, the calendar and the feed follow within seconds.")
        messages.success(request, text % {"number": version.number})
    return redirect("admin:agenda_check")


@require_POST
def order_anew(request: HttpRequest) -> HttpResponse:
    """Put the national presentations in the order of their delegations, earlier systems first."""
    seminar = open_programme(request, TO_CHANGE)
    changed = derive_running_order(actor=staff_actor(request.user), seminar=seminar, now=clock.now())
    messages.success(request, _("%(n)d presentations came or changed place.") % {"n": changed})
    return redirect("admin:agenda_check")


@require_safe
def preview_programme(request: HttpRequest, language: str) -> HttpResponse:
    """Show the page as it would be after publishing, in either language."""
    seminar = open_programme(request, TO_SEE)
    if language not in ("en", "ja"):
        raise Http404
    with translation.override(language):
        draft = ProgrammeVersion(
            seminar=seminar, number=0, published_at=clock.now(), snapshot={"items": take_snapshot(seminar)}
        )
        request.seminar = seminar  # type: ignore[attr-defined]
        context = {
            "seminar": seminar,
            "days_text": describe_days(seminar),
            "is_preview": True,
            **make_programme_context(seminar, draft, []),
        }
        return render(request, "agenda/programme.html", context)


class CopyForm(forms.Form):
    source = forms.ModelChoiceField(queryset=Seminar.objects.none(), label=gettext_lazy("Earlier edition"))

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = editions


@require_http_methods(["GET", "HEAD", "POST"])
def copy_edition(request: HttpRequest) -> HttpResponse:
    """Take the programme of an earlier edition, its themes with it."""
    seminar = open_programme(request, TO_CHANGE)
    editions = Seminar.objects.exclude(pk=seminar.pk).filter(programme_items__isnull=False).distinct()
    form = CopyForm(
        request.POST if request.method == "POST" else None, editions=editions.order_by("-start_date", "-pk")
    )
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        try:
            copied = copy_programme(actor=staff_actor(request.user), source=source, target=seminar, now=clock.now())
        except HasProgramme:
            form.add_error(None, _("This edition has a programme or themes already. Nothing was copied."))
        else:
            text = _(
                "%(items)d items, %(presentations)d presentations, %(themes)d themes and %(tours)d tours are here."
            )
            messages.success(request, text % vars(copied))
            return redirect("admin:agenda_check")
    context = {**site.each_context(request), "title": _("Copy the programme of an earlier edition"), "form": form}
    return render(request, "agenda/admin/copy.html", context, status=422 if form.errors else 200)


def list_programme_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return the card of changes that visitors do not see yet, for staff who may publish."""
    if not request.user.has_perm(TO_PUBLISH):
        return []
    count = len(list_unpublished(seminar))
    note = _("Visitors do not see them yet.") if count else _("Visitors see the programme as it is.")
    return [Card(_("Changes of the programme to publish"), count, reverse("admin:agenda_check"), note=note)]


def _read_day(seminar: Seminar, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if day not in list_days(seminar):
        raise Http404
    return day


def _render_day(
    request: HttpRequest, seminar: Seminar, day: date, day_forms: DayForms, status: int = 200
) -> HttpResponse:
    language = translation.get_language() or "en"
    context = {
        **site.each_context(request),
        "title": format_day(day, language),
        "day_forms": day_forms,
        "days": [(each, format_day(each, language), each == day) for each in list_days(seminar)],
        "sessions": day_forms.list_sessions(),
        "can_change": request.user.has_perm(TO_CHANGE),
    }
    return render(request, "agenda/admin/day.html", context, status=status)


def _render_check(request: HttpRequest, seminar: Seminar) -> HttpResponse:
    newest = read_published(seminar)
    changes = list_unpublished(seminar)
    language = translation.get_language() or "en"
    context = {
        **site.each_context(request),
        "title": _("Check and publish the programme"),
        "seminar": seminar,
        "newest": newest,
        "newest_at": describe_moment(seminar, newest.published_at) if newest else "",
        "number": newest.number if newest else 0,
        "changes": [describe_change(change.as_json()) for change in changes],
        "clashes": list_clashes(seminar),
        "untranslated": list_untranslated(seminar),
        "days": [(each, format_day(each, language), False) for each in list_days(seminar)],
        "has_items": ProgrammeItem.objects.filter(seminar=seminar).exists(),
        "can_publish": request.user.has_perm(TO_PUBLISH),
        "can_change": request.user.has_perm(TO_CHANGE),
        "public_urls": [f"/{code}/{seminar.slug}/" for code in ("en", "ja")] if newest else [],
    }
    return render(request, "agenda/admin/check.html", context)


site.add_page("agenda/programmeitem/day/<str:day>/", edit_day, "agenda_day")
site.add_page("agenda/programmeversion/check/", check_programme, "agenda_check")
site.add_page("agenda/programmeversion/publish/", publish_programme, "agenda_publish")
site.add_page("agenda/programmeversion/preview/<str:language>/", preview_programme, "agenda_preview")
site.add_page("agenda/programmeitem/order/", order_anew, "agenda_order")
site.add_page("agenda/programmeitem/copy/", copy_edition, "agenda_copy")
site.add_card(list_programme_cards)
