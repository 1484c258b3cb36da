"""The registrations' pages in the admin: list, one registration, bulk approval with its preview."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registration.lifecycle import LifecycleError
from registration.mail.queries import list_mails
from registration.models import Registration, State
from registration.models.answers import list_sections
from registration.review.policy import NotApprovable, check_approvable
from registration.review.queries import list_approvers, list_history, preview_approvals
from registration.review.refusals import describe_refusal
from registration.review.services import approve
from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, ReadOnly
from seminar.foundation import clock
from seminar.foundation.fields import TextField


class OverrideForm(forms.Form):
    """Why people are approved beyond their delegation's quota; empty leaves them out."""

    override_reason = TextField(
        label=gettext_lazy("Reason to approve beyond the quota"),
        help_text=gettext_lazy("Leave this empty to leave out those whose quota is full."),
        max_length=400,
        required=False,
    )


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, EditionAdmin):
    """Registrations are read here and decided; their state changes through services alone."""

    list_display = ("number", "name", "delegation", "category", "role", "state", "state_changed_at")
    list_filter = ("state", "delegation__category", "role", "is_head", "delegation")
    search_fields = (
        "number",
        "passport_name",
        "given_names",
        "family_name",
        "name_native",
        "reading_ja",
        "email_key",
        "organization",
    )
    search_help_text = gettext_lazy("Number, name in any script, e-mail address or organization")
    ordering = ("number", "pk")
    list_select_related = ("delegation",)
    list_per_page = 200
    actions = ("approve_chosen",)

    @admin.display(description=gettext_lazy("name"), ordering="family_name")
    def name(self, registration: Registration) -> str:
        return registration.full_name

    @admin.display(description=gettext_lazy("category"), ordering="delegation__category")
    def category(self, registration: Registration) -> str:
        return registration.delegation.get_category_display()

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Leave alone a request whose chosen rows are no keys at all."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdecimal() and len(key) < 18 for key in chosen):
            raise SuspiciousOperation("chosen rows are no keys")
        return super().response_action(request, *args, **kwargs)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registration.approve_registration")

    @admin.action(description=gettext_lazy("Approve the chosen registrations…"), permissions=["approve"])
    def approve_chosen(self, request: HttpRequest, queryset: QuerySet[Registration]) -> HttpResponse | None:
        """Show what will happen to each, who is left out and why; approve on the second, confirming request."""
        rows = queryset.select_related("delegation__seminar", "seminar").prefetch_related("delegation__focal_points")
        rows = rows.order_by("number", "pk")
        form = OverrideForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self._approve_each(request, rows, form.cleaned_data["override_reason"])
            return None
        previews = preview_approvals(rows)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Approve registrations"),
            "opts": self.opts,
            "previews": previews,
            "form": form,
            "beyond_quota_count": sum(preview.is_beyond_quota for preview in previews),
            "approved_count": sum(preview.will_be_approved for preview in previews),
            "left_count": sum(not preview.will_be_approved for preview in previews),
            "mail_count": sum(preview.mail_count for preview in previews),
            "action": "approve_chosen",
            "list_url": reverse("admin:registration_registration_changelist"),
        }
        return TemplateResponse(request, "registration/review/approve.html", context)

    def _approve_each(self, request: HttpRequest, rows: QuerySet[Registration], override_reason: str) -> None:
        approved = 0
        decided: list[Registration] = []
        actor = staff_actor(request.user)
        for registration in rows:
            try:
                approve(
                    actor=actor,
                    registration_id=registration.pk,
                    now=clock.now(),
                    override_reason=override_reason,
                )
                approved += 1
            except (NotApprovable, LifecycleError) as error:
                registration.refresh_from_db()
                if registration.state == State.APPROVED:
                    decided.append(registration)
                    continue
                text = _("%(number)s was not approved. %(reason)s") % {
                    "number": registration.number,
                    "reason": describe_refusal(error),
                }
                messages.warning(request, text)
        if decided:
            text = ngettext(
                "%(n)d registration is approved already, by %(names)s.",
                "%(n)d registrations are approved already, by %(names)s.",
                len(decided),
            )
            messages.info(request, text % {"n": len(decided), "names": _(", ").join(list_approvers(decided))})
        if approved:
            text = ngettext("%(n)d registration approved.", "%(n)d registrations approved.", approved)
            messages.success(request, text % {"n": approved})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one registration: answers, quota, history and mails, with the decision where it is due."""
        registration = self.get_object(request, object_id)
        if registration is None:
            messages.warning(request, _("This registration is not in the edition that you chose."))
            return redirect("admin:registration_registration_changelist")
        if not self.has_view_permission(request, registration):
            raise PermissionDenied
        refusal = _describe_obstacle(registration)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{registration.number} {registration.full_name}",
            "opts": self.opts,
            "registration": registration,
            "delegation": registration.delegation,
            "sections": list_sections(registration),
            "history": list_history(registration),
            "mails": list_mails(registration) if request.user.has_perm("registration.view_outgoingmail") else None,
            "refusal": refusal,
            "can_approve": self.has_approve_permission(request) and not refusal,
            "list_url": reverse("admin:registration_registration_changelist"),
        }
        return TemplateResponse(request, "registration/review/registration.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        rows: Any = super().get_queryset(request)
        return rows.select_related("delegation", "seminar")


def _describe_obstacle(registration: Registration) -> str:
    try:
        check_approvable(registration, registration.delegation)
    except NotApprovable as error:
        return describe_refusal(error)
    return ""
