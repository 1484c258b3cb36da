"""Index of the rooms' admin pages, and registration's cards for the admin's first page."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from registration.intake import entry_views
from registration.mail.admin import OutgoingMailAdmin
from registration.models import OutgoingMail, State
from registration.review.admin import RegistrationAdmin
from registration.review.queries import count_by_state, list_silent_delegations
from seminar.admin_site import Card, SeminarAdminSite
from seminar.models import Seminar

__all__ = ("OutgoingMailAdmin", "RegistrationAdmin")


def list_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return what waits for somebody, each number with the list behind it, as far as this member of staff may see."""
    cards: list[Card] = []
    if request.user.has_perm("registration.view_registration"):
        registrations = reverse("admin:registration_registration_changelist")
        counts = count_by_state(seminar)
        labels = {
            State.ENDORSED: _("Waiting for approval"),
            State.SUBMITTED: _("Waiting for endorsement"),
            State.RETURNED: _("Returned for correction"),
            State.APPROVED: _("Approved"),
        }
        for state, label in labels.items():
            url = f"{registrations}?state__exact={state.value}"
            cards.append(Card(label, counts[state], url, is_urgent=state == State.ENDORSED and counts[state] > 0))
        every = sum(counts.values())
        cards.append(Card(_("All registrations"), every, registrations))
    if request.user.has_perm("seminar.view_delegation"):
        silent = list_silent_delegations(seminar)
        delegations = reverse("admin:seminar_delegation_changelist")
        keys = ",".join(str(key) for key in silent) or "0"
        cards.append(Card(_("Delegations without nominations"), len(silent), f"{delegations}?id__in={keys}"))
    if request.user.has_perm("registration.view_outgoingmail"):
        given_up = OutgoingMail.objects.filter(seminar=seminar, state=OutgoingMail.State.GIVEN_UP).count()
        outbox = reverse("admin:registration_outgoingmail_changelist")
        cards.append(Card(_("Mails given up"), given_up, f"{outbox}?state__exact=given_up", is_urgent=given_up > 0))
    return cards


site: SeminarAdminSite = admin.site  # type: ignore[assignment]
site.add_card(list_cards)
site.add_page("registration/registration/enter/", entry_views.enter, "registration_registration_enter")
site.add_page("registration/registration/<int:pk>/answers/", entry_views.correct, "registration_registration_answers")
