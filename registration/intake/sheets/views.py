"""Spreadsheets of people: the one to fill in, the upload, the preview, and saving all of it or nothing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from registration import lifecycle
from registration.intake.sheets import template
from registration.intake.sheets.doors import SheetDoor
from registration.intake.sheets.forms import SheetForm, read_corrections
from registration.intake.sheets.plan import Plan, make_plan
from registration.intake.sheets.preview import SHOWN, list_fault_links, list_rows, list_shown_columns
from registration.intake.sheets.rows import CHANGED, NEW
from registration.intake.sheets.services import (
    Saved,
    SavedAlready,
    correct_cells,
    drop_upload,
    find_upload,
    keep_upload,
    read_upload,
    save_plan,
)
from registration.models import SheetUpload
from registration.visits import OTHER_LINK
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.workbooks import CSV, XLSX

ROWS_A_PAGE = MOST_LISTED = 100
MOST_WRITTEN_TO = 500  # people who are invited or submitted along with saving; more would take longer than a page may
PAGES = ("sheet", "sheet_check", "sheet_xlsx", "sheet_csv")


@require_http_methods(["GET", "HEAD", "POST"])
def show_sheet(request: HttpRequest, door: SheetDoor) -> HttpResponse:
    """Offer the spreadsheet to fill in, and take a filled one."""
    if request.method != "POST":
        return _render_sheet(request, door, SheetForm(most_rows=door.most_rows))
    if not _is_shown_here(request, door):
        return redirect(door.make_url("sheet"))
    form = SheetForm(request.POST, request.FILES, most_rows=door.most_rows)
    if not form.is_valid():
        return _render_sheet(request, door, form, status=422)
    keep_upload(scope=door.scope, name=form.file_name, table=form.cleaned_data["sheet"], now=clock.now())
    return redirect(door.make_url("sheet_check"))


@require_safe
def download(request: HttpRequest, door: SheetDoor, *, is_csv: bool = False) -> HttpResponse:
    """Hand out the spreadsheet with the people who are registered, in the language of this address."""
    make, kind, ending = (template.make_csv, CSV, "csv") if is_csv else (template.make_workbook, XLSX, "xlsx")
    content, count = make(door.scope)
    template.record_download(door.scope, count, clock.now())
    of = door.scope.delegation.code if door.scope.delegation else "people"
    name = f"{door.scope.seminar.slug}-{of}.{ending}".lower()
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_sheet(request: HttpRequest, door: SheetDoor) -> HttpResponse:
    """Show what the uploaded spreadsheet would do; correct cells, save it whole, or discard it."""
    upload = find_upload(door.scope)
    if upload is None:
        if request.method == "POST":
            messages.info(request, _("This spreadsheet was saved or discarded already. Nothing more was changed."))
        return redirect(door.make_url("sheet"))
    table = read_upload(upload)
    if request.method != "POST":
        return _render_check(request, door, upload, make_plan(door.scope, table, clock.now()))
    if not _is_shown_here(request, door):
        return redirect(door.make_url("sheet"))
    if "drop" in request.POST:
        drop_upload(scope=door.scope)
        messages.info(request, _("The spreadsheet was discarded. Nothing was changed."))
        return redirect(door.make_url("sheet"))
    if "correct" in request.POST:
        correct_cells(scope=door.scope, upload=upload, table=table, texts=read_corrections(request.POST))
        return redirect(door.make_url("sheet_check"))
    return _save(request, door, upload, make_plan(door.scope, table, clock.now()))


def _save(request: HttpRequest, door: SheetDoor, upload: SheetUpload, plan: Plan) -> HttpResponse:
    if plan.fault_count:
        return _render_check(request, door, upload, plan, status=422)
    changed = _("Something here was changed in the meantime. Nothing was saved; please look at the preview again.")
    if request.POST.get("mark") != plan.make_mark():
        messages.warning(request, changed)
        return _render_check(request, door, upload, plan, status=409)
    try:
        saved = save_plan(
            scope=door.scope,
            upload=upload,
            plan=plan,
            are_invited="invite" in request.POST and plan.count_outcomes()[NEW] <= MOST_WRITTEN_TO,
            are_submitted="submit" in request.POST and plan.count_complete() <= MOST_WRITTEN_TO,
            now=clock.now(),
        )
    except SavedAlready:
        messages.info(request, _("This spreadsheet was saved or discarded already. Nothing more was changed."))
        return redirect(door.home_url)
    except lifecycle.LifecycleError:  # somebody was faster: the next preview says where
        messages.warning(request, changed)
        return redirect(door.make_url("sheet_check"))
    _say_saved(request, saved)
    return redirect(door.home_url)


def _say_saved(request: HttpRequest, saved: Saved) -> None:
    texts = [
        (saved.added, ngettext("%(n)d person added.", "%(n)d people added.", saved.added)),
        (saved.changed, ngettext("%(n)d person changed.", "%(n)d people changed.", saved.changed)),
        (
            saved.submitted,
            ngettext("%(n)d registration submitted.", "%(n)d registrations submitted.", saved.submitted),
        ),
        (
            saved.invited,
            ngettext("%(n)d personal link is on its way.", "%(n)d personal links are on their way.", saved.invited),
        ),
    ]
    told = " ".join(text % {"n": count} for count, text in texts if count)
    messages.success(request, told or _("Everything stands as in the spreadsheet already; nothing was changed."))


def _is_shown_here(request: HttpRequest, door: SheetDoor) -> bool:
    """Return whether the form was shown for the very people that this door is for now."""
    if request.POST.get("scope") == door.scope.key:
        return True
    messages.error(request, OTHER_LINK)
    return False


def _render_sheet(request: HttpRequest, door: SheetDoor, form: SheetForm, status: int = 200) -> HttpResponse:
    upload = find_upload(door.scope)
    context = {
        **_frame(door),
        "form": form,
        "upload": upload,
        "uploaded": describe_moment(door.scope.seminar, upload.uploaded_at) if upload else "",
    }
    return render(request, "registration/intake/sheet.html", context, status=status)


def _render_check(
    request: HttpRequest, door: SheetDoor, upload: SheetUpload, plan: Plan, status: int = 200
) -> HttpResponse:
    shown = request.GET.get("show", "")
    rows = plan.list_rows(shown) if shown in SHOWN else plan.rows
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    columns = list_shown_columns(plan, page.object_list)
    counts, complete = plan.count_outcomes(), plan.count_complete()
    new = counts[NEW]
    saved_count = new + counts[CHANGED]
    context: dict[str, Any] = {
        **_frame(door),
        "upload": upload,
        "plan": plan,
        "mark": plan.make_mark(),
        "counts": [(outcome, label, counts[outcome]) for outcome, label in SHOWN.items()],
        "shown": shown,
        "page": page,
        "columns": [column.heading for _index, column in columns],
        "rows": list_rows(page.object_list, columns),
        "faults": list_fault_links(plan, page.object_list, most=MOST_LISTED, rows_a_page=ROWS_A_PAGE),
        "saved_count": saved_count,
        "new_count": new if new <= MOST_WRITTEN_TO else 0,
        "complete_count": complete if complete <= MOST_WRITTEN_TO else 0,
        "can_save": not plan.fault_count and bool(saved_count or complete),
    }
    return render(request, "registration/intake/sheet_check.html", context, status=status)


def _frame(door: SheetDoor) -> dict[str, Any]:
    return {
        "door": door,
        "desk": door,
        "delegation": door.scope.delegation,
        "scope_key": door.scope.key,
        **{f"{page.removeprefix('sheet_')}_url": door.make_url(page) for page in PAGES},
    }
