"""Requests to take part in the admin: who waits, with a way to the desk where it is decided; moved to the right
delegation here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.intake.entry_forms import DelegationField
from registration.intake.open_requests import RequestDecided, move
from registration.models import OpenRequest
from seminar.access import staff_actor
from seminar.admin_site import Card, EditionAdmin
from seminar.foundation import clock
from seminar.models import Delegation, Seminar

LIST = "admin:registration_openrequest_changelist"


class MoveForm(forms.ModelForm):
    """The delegation that decides about a request."""

    delegation = DelegationField(queryset=Delegation.objects.none(), label=gettext_lazy("Delegation"))

    class Meta:
        model = OpenRequest
        fields = ("delegation",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "delegation" in self.fields:  # not for whom it is only shown to
            choice: Any = self.fields["delegation"]
            of_edition = Delegation.objects.filter(seminar_id=self.instance.seminar_id).outside_host()
            choice.queryset = of_edition.in_editorial_order()


@admin.register(OpenRequest)
class OpenRequestAdmin(EditionAdmin):
    """Requests of the chosen edition. They are taken and declined at the delegation's desk."""

    form = MoveForm
    list_display = ("name", "delegation", "organization", "email", "state", "proven_at")
    list_filter = ("state",)
    list_select_related = ("delegation", "seminar")
    search_fields = ("given_names", "family_name", "email", "organization")
    ordering = ("proven_at", "asked_at", "pk")
    actions = ()
    readonly_fields = (
        "desk", "name", "email", "organization", "position", "role", "wish", "language", "state", "asked_at",
        "proven_at", "decided_at", "reason", "registration",
    )  # fmt: skip
    fields = ("desk", "delegation", *readonly_fields[1:])

    @admin.display(description=gettext_lazy("name"), ordering="family_name")
    def name(self, asked: OpenRequest) -> str:
        return asked.full_name

    @admin.display(description=gettext_lazy("decision"))
    def desk(self, asked: OpenRequest) -> str:
        address = reverse("admin:desk_delegation", args=[asked.delegation.code])
        return format_html('<a href="{}">{}</a>', address, _("Take in or decline at the delegation's desk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_waiting = obj is None or obj.state == OpenRequest.State.WAITING
        return is_waiting and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: OpenRequest, form: Any, change: bool) -> None:
        """Move the request, by the service that tells the other delegation."""
        if "delegation" not in form.changed_data:
            return
        asked = OpenRequest.objects.select_related("delegation", "seminar").get(pk=obj.pk)
        try:
            move(actor=staff_actor(request.user), request=asked, delegation=obj.delegation, now=clock.now())
        except RequestDecided:
            messages.warning(request, _("This request was decided a moment ago."))


def list_request_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return the card of requests that wait, where the edition takes any, for staff who may see them."""
    if not seminar.takes_open_requests or not request.user.has_perm("registration.view_openrequest"):
        return []
    waiting = OpenRequest.objects.filter(seminar=seminar, state=OpenRequest.State.WAITING).count()
    note = _("People without an invitation ask to take part.") if waiting else _("Nobody waits for an answer.")
    address = f"{reverse(LIST)}?state__exact=waiting"
    return [Card(_("Requests to take part"), waiting, address, is_urgent=waiting > 0, note=note)]
