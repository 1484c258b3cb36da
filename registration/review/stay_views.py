"""What organizers add to a registration: visa as verified, support, receipts; the reception of hosts and press."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registration import lifecycle
from registration.models import Reception, Registration, Travel
from registration.models.answer_columns import read_answer
from registration.review.refusals import describe_refusal
from seminar.access import staff_actor
from seminar.admin_lists import LabelledDateTime
from seminar.foundation import clock
from seminar.foundation.edition_forms import LONGEST_PARAGRAPH
from seminar.foundation.fields import TextField
from seminar.foundation.transactions import recorded, retried

PERMISSION = "registration.enter_registration"


class StayForm(forms.ModelForm):
    """Of people who travel."""

    support_reason = TextField(max_length=400, required=False)

    class Meta:
        model = Travel
        fields = ("visa_state", "support_decision", "support_reason", "has_receipts")

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if answers.get("support_decision") == Travel.Support.DECLINED and not answers.get("support_reason"):
            self.add_error("support_reason", _("Give the reason: the person reads it."))
        return answers


class ReceptionForm(forms.ModelForm):
    """Of guests of honour, interpreters, staff and press."""

    greeter = TextField(max_length=200, required=False)
    seat = TextField(max_length=100, required=False)
    protocol_note = TextField(
        max_length=min(2000, LONGEST_PARAGRAPH),
        is_multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    medium = TextField(max_length=200, required=False)
    press_card = TextField(max_length=100, required=False)

    class Meta:
        model = Reception
        fields = ("arrives_at", "greeter", "seat", "protocol_note", "medium", "press_card")
        field_classes = {"arrives_at": forms.SplitDateTimeField}
        widgets = {"arrives_at": LabelledDateTime}


def edit_stay(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show and keep what organizers add to one registration."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    registration: Registration | None = admin.get_object(request, str(pk))
    if registration is None:
        raise Http404
    form = _bind(registration, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, registration, form.cleaned_data)
        except lifecycle.LifecycleError as error:
            form.add_error(None, describe_refusal(error, registration))
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:registration_registration_change", pk)
    context = {
        **admin.admin_site.each_context(request),
        "title": f"{registration.number} {registration.full_name}",
        "opts": admin.opts,
        "registration": registration,
        "form": form,
    }
    return TemplateResponse(request, "registration/review/stay.html", context)


def _bind(registration: Registration, data: Any) -> Any:
    form_class: Any = StayForm if registration.delegation.needs_nomination else ReceptionForm
    names = form_class.Meta.fields
    form = form_class(data, initial={name: read_answer(registration, name) for name in names})
    for name, field in form.fields.items():
        field.label = form_class.Meta.model._meta.get_field(name).verbose_name
    return form


@retried
def _save(request: HttpRequest, registration: Registration, answers: dict[str, Any]) -> None:
    with recorded():
        lifecycle.update_fields(
            actor=staff_actor(request.user),
            registration=registration,
            fields=answers,
            now=clock.now(),
            is_later=True,
        )
