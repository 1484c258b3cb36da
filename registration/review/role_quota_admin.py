"""Quotas by role in the admin: set for a delegation and a role, never below who is approved already."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from registration.models import Registration, RoleQuota
from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, SeminarAdminSite
from seminar.foundation import clock
from seminar.foundation.audit import record
from seminar.models import Delegation


def count_regular(delegation: Delegation, role: str) -> int:
    """Return how many of a role are approved within the delegation's quotas."""
    approved = Registration.objects.approved().filter(delegation=delegation, role=role, quota_override_reason="")
    return approved.count()


class RoleQuotaForm(forms.ModelForm):
    class Meta:
        model = RoleQuota
        fields = ("delegation", "role", "quota")

    def clean(self) -> dict[str, Any]:
        """Count who is approved already, under the delegation's lock, which every approval takes as well."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        delegation = answers.get("delegation") or getattr(self.instance, "delegation", None)
        role, quota = answers.get("role") or self.instance.role, answers.get("quota")
        if delegation and role:
            Delegation.objects.select_for_update(no_key=True).get(pk=delegation.pk)
            self.instance.approved_count = taken = count_regular(delegation, role)
            if quota is not None and taken > quota:
                text = _("%(taken)d people are approved already. Enter at least this number.")
                self.add_error("quota", text % {"taken": taken})
        return answers


@admin.register(RoleQuota)
class RoleQuotaAdmin(EditionAdmin):
    """One row for a delegation and a role; an empty quota takes the limit away."""

    form = RoleQuotaForm
    edition_lookup = "delegation__seminar"
    list_display = ("delegation", "role", "approved_count", "quota")
    list_filter = ("role", "delegation")
    list_select_related = ("delegation",)
    ordering = ("delegation__category", "delegation__list_order", "role", "pk")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        site: SeminarAdminSite = self.admin_site  # type: ignore[assignment]
        kwargs["queryset"] = Delegation.objects.filter(seminar=site.get_seminar(request)).in_editorial_order()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("delegation", "role", "approved_count") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RoleQuota, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record(
            actor=staff_actor(request.user),
            action="set_role_quota",
            subject=f"delegation:{obj.delegation_id}",
            now=clock.now(),
            seminar_id=obj.delegation.seminar_id,
            details={"role": obj.role, "quota": obj.quota},
        )
