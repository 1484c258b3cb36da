"""Who has a part in the programme, as a list: moderators and rapporteurs are named here, speakers as well."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agenda.models import Presentation, Sitting
from registration.appearances import NotNameable, name_person, remove_person
from registration.models import Appearance, Registration
from registration.models.states import ENDED
from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, SeminarAdminSite
from seminar.foundation import clock


class AppearanceForm(forms.ModelForm):
    class Meta:
        model = Appearance
        fields = ("registration", "part", "presentation", "sitting")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        presentation, sitting = values.get("presentation"), values.get("sitting")
        if (presentation is None) == (sitting is None):
            self.add_error("presentation", _("Choose a presentation or a sitting, not both."))
        person, part = values.get("registration"), values.get("part")
        known = Appearance.objects.filter(registration=person, presentation=presentation, sitting=sitting, part=part)
        if person and known.exists():
            self.add_error("registration", _("This person has this part already."))
        return values


@admin.register(Appearance)
class AppearanceAdmin(EditionAdmin):
    """Parts are given and taken, not changed; what breaks a rule is listed before the programme is published."""

    form = AppearanceForm
    edition_lookup = "registration__seminar"
    list_display = ("registration", "part", "presentation", "sitting")
    list_filter = ("part",)
    list_select_related = (
        "registration",
        "presentation__item",
        "presentation__delegation",
        "sitting__group",
        "sitting__breakout_round",
    )
    search_fields = ("registration__given_names", "registration__family_name", "registration__number")
    ordering = ("part", "registration__family_name", "pk")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        site: SeminarAdminSite = self.admin_site  # type: ignore[assignment]
        seminar = site.get_seminar(request)
        rows: dict[str, Any] = {
            "registration": Registration.objects.filter(seminar=seminar)
            .exclude(state__in=ENDED)
            .order_by("family_name", "given_names", "pk"),
            "presentation": Presentation.objects.filter(item__seminar=seminar)
            .select_related("item", "delegation")
            .order_by("item__start_at", "list_order", "pk"),
            "sitting": Sitting.objects.filter(group__seminar=seminar)
            .select_related("group", "breakout_round")
            .order_by("breakout_round__number", "group__list_order", "pk"),
        }
        kwargs["queryset"] = rows[db_field.name]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Appearance, form: Any, change: bool) -> None:
        try:
            made = name_person(
                actor=staff_actor(request.user),
                registration=obj.registration,
                part=obj.part,
                presentation=obj.presentation,
                sitting=obj.sitting,
                now=clock.now(),
            )
        except NotNameable:  # withdrawn since the page was shown
            self.message_user(request, _("This person does not come any more. Choose another one."), "ERROR")
        else:
            obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Appearance) -> None:
        remove_person(actor=staff_actor(request.user), appearance=obj, now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset.select_related("registration"):
            self.delete_model(request, row)
