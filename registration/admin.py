"""Index of the rooms' admin pages, and what registration puts on the admin's first page and on lists below it."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from registration.intake import entry_views
from registration.intake.desk_urls import add_staff_pages
from registration.intake.message_admin import DeskMessageAdmin
from registration.intake.open_request_admin import OpenRequestAdmin, list_request_cards
from registration.intake.question_admin import ExtraQuestionAdmin
from registration.mail.admin import OutgoingMailAdmin
from registration.models import MailPause, OutgoingMail
from registration.review import first_page
from registration.review.admin import RegistrationAdmin
from registration.review.change_admin import ChangeRequestAdmin, list_change_cards
from registration.review.filters import NominationFilter
from registration.review.queue_views import show_way_to_queue
from registration.review.role_quota_admin import RoleQuotaAdmin
from registration.speaking import urls as speaking_urls
from registration.speaking.admin import AppearanceAdmin
from seminar.admin_site import Card, Section, SeminarAdminSite
from seminar.models import Delegation, Seminar

__all__ = (
    "AppearanceAdmin",
    "ChangeRequestAdmin",
    "DeskMessageAdmin",
    "ExtraQuestionAdmin",
    "OpenRequestAdmin",
    "OutgoingMailAdmin",
    "RegistrationAdmin",
    "RoleQuotaAdmin",
)

OUTBOX = "admin:registration_outgoingmail_changelist"


def list_mail_cards(request: HttpRequest, seminar: Seminar) -> list[Card]:
    """Return the card of mails given up, for staff who may see the outbox."""
    if not request.user.has_perm("registration.view_outgoingmail"):
        return []
    given_up = OutgoingMail.objects.filter(seminar=seminar, state=OutgoingMail.State.GIVEN_UP).count()
    address = f"{reverse(OUTBOX)}?state__exact=given_up"
    note = _("Their recipients know nothing yet.") if given_up else _("Every mail found its way so far.")
    return [Card(_("Mails given up"), given_up, address, is_urgent=given_up > 0, note=note)]


def show_mail_pause(request: HttpRequest, seminar: Seminar) -> Section | None:
    """Return the alert that no mail leaves, while the mail server refuses; for staff who may see the outbox."""
    if not request.user.has_perm("registration.view_outgoingmail"):
        return None
    pause = MailPause.objects.order_by("-until", "pk").first()  # it stands until a delivery succeeds
    if pause is None:
        return None
    queued = f"{reverse(OUTBOX)}?state__exact=queued"
    return Section("registration/outbox/_pause_section.html", {"pause": pause, "list_url": queued}, is_alert=True)


site: SeminarAdminSite = admin.site  # type: ignore[assignment]
site.add_page("registration/registration/enter/", entry_views.enter, "registration_registration_enter")
site.add_page("registration/registration/<int:pk>/answers/", entry_views.correct, "registration_registration_answers")
add_staff_pages(site)
speaking_urls.add_staff_pages(site)
for cards in (
    first_page.list_registration_cards,
    list_change_cards,
    list_request_cards,
    first_page.list_delegation_cards,
    list_mail_cards,
):
    site.add_card(cards)
for section in (show_mail_pause, show_way_to_queue, first_page.show_delegations, first_page.show_days):
    site.add_section(section)
site.add_list_filter(Delegation, NominationFilter)
