"""The plain lists of the agenda and their pages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, QuerySet
from django.db.models.deletion import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.base import AgendaAdmin
from agenda.admin.days import list_days
from agenda.models import (
    BreakoutGroup,
    BreakoutRound,
    BreakoutRules,
    Presentation,
    ProgrammeItem,
    ProgrammeVersion,
    Sitting,
    Theme,
    Tour,
)
from agenda.wording import describe_change
from seminar.admin_site import EditionAdmin, ReadOnly
from seminar.models import Delegation


class ProtectedAdmin(AgendaAdmin):
    """Rows on which others hang: one that files or people hang on is not deleted, and the page says so."""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            messages.error(request, _("Files or people hang on this. Remove them first."))
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))


@admin.register(Theme)
class ThemeAdmin(ProtectedAdmin):
    list_display = ("code", "title", "list_order")
    ordering = ("list_order", "pk")
    fields = ("code", "list_order", "title_en", "title_ja")


class PresentationInline(admin.TabularInline):
    model = Presentation
    fields = ("list_order", "delegation", "title_en", "title_ja", "minutes")
    extra = 0
    ordering = ("list_order", "pk")
    show_change_link = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        site: Any = self.admin_site
        rows = Delegation.objects.filter(seminar=site.get_seminar(request)).exclude(category=Delegation.Category.PRESS)
        kwargs["queryset"] = rows.in_editorial_order()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ProgrammeItem)
class ProgrammeItemAdmin(ProtectedAdmin):
    change_list_template = "agenda/admin/item_list.html"
    list_display = ("start_at", "end_at", "title", "kind", "room")
    list_filter = ("kind",)
    search_fields = ("title_en", "title_ja")
    ordering = ("start_at", "list_order", "pk")
    inlines = (PresentationInline,)
    formfield_overrides = {
        **AgendaAdmin.formfield_overrides,
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},  # an edition has few tours
    }
    fieldsets = (
        (None, {"fields": ("kind", ("start_at", "end_at"), "list_order")}),
        (
            gettext_lazy("What visitors read"),
            {"fields": ("title_en", "title_ja", "room_en", "room_ja", "summary_en", "summary_ja")},
        ),
        (
            gettext_lazy("What takes place in it"),
            {"fields": ("minutes_each", ("first_position", "last_position"), "breakout_round", "tours")},
        ),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        seminar = self.get_edition(request)
        days = list_days(seminar) if seminar else []
        return super().changelist_view(request, {**(extra_context or {}), "programme_days": days})


@admin.register(Presentation)
class PresentationAdmin(ProtectedAdmin):
    edition_lookup = "item__seminar"
    list_display = ("item", "list_order", "delegation", "title", "files", "work_link")
    list_filter = ("item",)
    list_select_related = ("item", "delegation")
    search_fields = ("title_en", "title_ja", "delegation__short_name_en", "delegation__short_name_ja")
    ordering = ("item__start_at", "item__list_order", "list_order", "pk")
    fields = (
        "item", "list_order", "delegation", "title_en", "title_ja", "abstract_en", "abstract_ja", "minutes",
        "equipment", "work_link",
    )  # fmt: skip
    readonly_fields = ("work_link",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(files_n=Count("materials"))

    @admin.display(description=gettext_lazy("files"), ordering="files_n")
    def files(self, presentation: Any) -> int:
        return int(presentation.files_n)

    @admin.display(description=gettext_lazy("speakers, files, disclosure"))
    def work_link(self, presentation: Presentation) -> str:
        if presentation._state.adding:
            return "-"
        url = reverse("admin:speaking_presentation", args=[presentation.pk])
        return format_html('<a href="{}">{}</a>', url, _("Open"))


@admin.register(BreakoutRules)
class BreakoutRulesAdmin(AgendaAdmin):
    list_display = ("seminar", "capacity", "min_size", "max_per_delegation", "no_repeat")
    fields = ("capacity", "min_size", "max_per_delegation", "no_repeat", "roles", "wishes_close_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row for an edition."""
        return super().has_add_permission(request) and not self.get_queryset(request).exists()


@admin.register(BreakoutRound)
class BreakoutRoundAdmin(ProtectedAdmin):
    list_display = ("number", "start_at", "end_at")
    ordering = ("number",)
    fields = ("number", "start_at", "end_at")


class PlacesForm(forms.ModelForm):
    """Something with places, which never go below who has one already."""

    def clean_capacity(self) -> int:
        capacity: int = self.cleaned_data["capacity"]
        if capacity < self.instance.taken:
            raise forms.ValidationError(
                _("%(taken)d people have their place here already. Enter at least this number.")
                % {"taken": self.instance.taken}
            )
        return capacity


class SittingInline(admin.TabularInline):
    model = Sitting
    form = PlacesForm
    fields = ("breakout_round", "min_size", "capacity", "moderating_delegation")
    extra = 0
    ordering = ("breakout_round__number",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        site: Any = self.admin_site
        seminar = site.get_seminar(request)
        if db_field.name == "moderating_delegation":
            kwargs["queryset"] = Delegation.objects.filter(seminar=seminar).in_editorial_order()
        else:
            kwargs["queryset"] = BreakoutRound.objects.filter(seminar=seminar).order_by("number")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(BreakoutGroup)
class BreakoutGroupAdmin(ProtectedAdmin):
    list_display = ("label", "theme", "room", "list_order")
    list_filter = ("theme",)
    list_select_related = ("theme",)
    ordering = ("list_order", "pk")
    fields = ("label", "list_order", "theme", "room_en", "room_ja")
    inlines = (SittingInline,)


@admin.register(Tour)
class TourAdmin(ProtectedAdmin):
    form = PlacesForm
    list_display = ("code", "title", "departs_at", "returns_at", "taken", "capacity")
    ordering = ("list_order", "pk")
    fieldsets = (
        (None, {"fields": ("code", "list_order", ("departs_at", "returns_at"))}),
        (
            gettext_lazy("What visitors read"),
            {
                "fields": (
                    "title_en", "title_ja", "operator_en", "operator_ja", "meeting_point_en", "meeting_point_ja",
                    "stops_en", "stops_ja", "rules_en", "rules_ja",
                )
            },
        ),
        (
            gettext_lazy("Places"),
            {"fields": ("capacity", "max_per_delegation", "wishes_close_at", "list_cutoff_at")},
        ),
    )  # fmt: skip


@admin.register(ProgrammeVersion)
class ProgrammeVersionAdmin(ReadOnly, EditionAdmin):
    """What was published, when, and what changed; nothing is typed here."""

    change_list_template = "agenda/admin/version_list.html"
    list_display = ("number", "published_at", "change_count")
    ordering = ("-number",)
    fields = ("number", "published_at", "change_list")
    readonly_fields = ("change_list",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("snapshot")

    @admin.display(description=gettext_lazy("changes"))
    def change_count(self, version: ProgrammeVersion) -> int:
        return len(version.changes)

    @admin.display(description=gettext_lazy("changes"))
    def change_list(self, version: ProgrammeVersion) -> str:
        return "\n".join(describe_change(change) for change in version.changes)
