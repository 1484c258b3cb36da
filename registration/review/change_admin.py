"""Change requests in the admin: which wait, and one with the difference in view, to be accepted or declined."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.history import name_actor, read_actor_names
from registration.lifecycle import LifecycleError
from registration.models import ChangeRequest, State
from registration.models.answer_columns import read_answer
from registration.models.answers import describe_value, find_stage, label_answer
from registration.models.registration import REASON_MAX_LENGTH
from registration.review.change_requests import AlreadyDecided, AskedAnew, accept_change, decline_change
from registration.review.refusals import describe_refusal
from seminar.access import staff_actor
from seminar.admin_site import Card, EditionAdmin, ReadOnly
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.fields import TextField
from seminar.models import AuditEntry, Seminar

DECIDE = "registration.decide_changerequest"
LIST = "admin:registration_changerequest_changelist"


class DecisionForm(forms.Form):
    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MAX_LENGTH,
        is_multiline=True,
        required=False,
        help_text=gettext_lazy("Whoever asked reads it. A change is declined with a reason only."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnly, EditionAdmin):
    """Requests are read here and decided; what they change is written by services alone."""

    list_display = ("number", "name", "page", "asked", "state")
    list_display_links = ("number", "name")
    list_filter = ("state",)
    list_select_related = ("registration__delegation", "seminar")
    ordering = ("asked_at", "pk")
    actions = ()

    @admin.display(description=gettext_lazy("registration"), ordering="registration__number")
    def number(self, asked: ChangeRequest) -> str:
        return asked.registration.number

    @admin.display(description=gettext_lazy("name"), ordering="registration__family_name")
    def name(self, asked: ChangeRequest) -> str:
        return asked.registration.full_name

    @admin.display(description=gettext_lazy("page"), ordering="stage")
    def page(self, asked: ChangeRequest) -> str:
        return title_of(asked)

    @admin.display(description=gettext_lazy("asked"), ordering="asked_at")
    def asked(self, asked: ChangeRequest) -> str:
        return describe_moment(asked.seminar, asked.asked_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what would change beside what stands now, and decide it."""
        asked = self.get_object(request, object_id)
        if asked is None:
            messages.warning(request, _("This change request is not in the edition that you chose."))
            return redirect(LIST)
        if not self.has_view_permission(request, asked):
            raise PermissionDenied
        form = DecisionForm(request.POST or None)
        if request.method == "POST":
            if not request.user.has_perm(DECIDE):
                raise PermissionDenied
            if form.is_valid() and self._decide(request, asked, form):
                return redirect(LIST)
        registration = asked.registration
        context = {
            **self.admin_site.each_context(request),
            "title": f"{registration.number} {registration.full_name}: {title_of(asked)}",
            "opts": self.opts,
            "asked": asked,
            "asked_at": describe_moment(asked.seminar, asked.asked_at),
            "asked_by": name_asker(asked),
            "registration": registration,
            "differences": [
                (label_answer(name), describe_value(name, read_answer(registration, name)), describe_value(name, value))
                for name, value in asked.read_answers().items()
            ],
            "form": form,
            "can_decide": request.user.has_perm(DECIDE)
            and asked.state == ChangeRequest.State.OPEN
            and registration.state == State.APPROVED,
            "list_url": reverse(LIST),
        }
        return TemplateResponse(request, "registration/review/change_request.html", context)

    def _decide(self, request: HttpRequest, asked: ChangeRequest, form: DecisionForm) -> bool:
        """Do what the button says; return whether it was done or cannot be done any more."""
        reason = form.cleaned_data["reason"]
        what: dict[str, Any] = {"actor": staff_actor(request.user), "request_id": asked.pk, "now": clock.now()}
        what |= {"reason": reason, "asked_at": asked.asked_at}
        if "accept" not in request.POST and not reason:
            form.add_error("reason", _("Give the reason: whoever asked reads it."))
            return False
        try:
            if request.POST.get("shown") != asked.asked_at.isoformat() and asked.state == ChangeRequest.State.OPEN:
                raise AskedAnew
            if "accept" in request.POST:
                accept_change(**what)
                messages.success(request, _("The change was accepted and written; whoever asked is told."))
            else:
                decline_change(**what)
                messages.success(request, _("The change was declined; whoever asked is told."))
        except AlreadyDecided:
            messages.warning(
                request, _("This request was decided in the meantime, or its person is not approved any more.")
            )
        except AskedAnew:
            asked.refresh_from_db()
            form.add_error(None, _("Another request took the place of this one. Look at what is asked for now."))
            return False
        except LifecycleError as error:
            form.add_error(None, describe_refusal(error, asked.registration))
            return False
        return True


def title_of(asked: ChangeRequest) -> str:
    stage = find_stage(asked.stage)
    return str(stage.title) if stage else asked.stage


def name_asker(asked: ChangeRequest) -> str:
    entry = AuditEntry(actor_kind=asked.actor_kind, actor_key=asked.actor_key)
    return name_actor(entry, read_actor_names([entry]))


def list_change_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return the card of change requests that wait, for staff who may see them."""
    if not request.user.has_perm("registration.view_changerequest"):
        return []
    waiting = ChangeRequest.objects.filter(seminar=seminar, state=ChangeRequest.State.OPEN).count()
    note = _("Who is approved asks to change who they are.") if waiting else _("Nobody asked for a change.")
    return [Card(_("Change requests"), waiting, f"{reverse(LIST)}?state__exact=open", is_urgent=waiting > 0, note=note)]
