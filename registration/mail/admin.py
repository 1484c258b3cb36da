"""The outbox in the admin: each mail as its recipient sees it."""

from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from registration.mail.catalogue import KINDS
from registration.mail.letters import Letter, render_letter
from registration.models import OutgoingMail
from seminar.admin_site import EditionAdmin, ReadOnly
from seminar.foundation.mail_folder import make_file_stem


class KindFilter(admin.SimpleListFilter):
    """Mails of one kind, by the kind's label."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, kind.label) for name, kind in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly, EditionAdmin):
    """Every mail of the edition, with its state until it is delivered or visibly given up."""

    list_display = ("created_at", "kind_label", "recipient", "subject", "state", "attempts", "sent_at")
    list_display_links = ("created_at", "kind_label")
    list_filter = ("state", KindFilter, "language")
    search_fields = ("recipient", "subject", "registration__number")
    ordering = ("-created_at", "-pk")
    list_per_page = 100

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, mail: OutgoingMail) -> str:
        return str(KINDS[mail.kind].label)

    def get_urls(self) -> list[URLPattern]:
        letter = path(
            "<path:object_id>/letter/",
            self.admin_site.admin_view(self.show_letter),
            name="registration_outgoingmail_letter",
        )
        return [letter, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one mail: who, when, how it went, and both parts of its letter."""
        mail = self.get_object(request, object_id)
        if mail is None:
            return redirect("admin:registration_outgoingmail_changelist")
        if not self.has_view_permission(request, mail):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"{KINDS[mail.kind].label}: {mail.recipient}",
            "opts": self.opts,
            "mail": mail,
            "letter": read_letter(mail),
            "delivered_text": read_delivered_text(mail),
            "letter_url": reverse("admin:registration_outgoingmail_letter", args=[mail.pk]),
            "list_url": reverse("admin:registration_outgoingmail_changelist"),
        }
        return TemplateResponse(request, "registration/outbox/outgoing_mail.html", context)

    # The letter's own styles stand inline, as mail programs need them; it is shown in a sandboxed frame of this site.
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(
        csp_replace(
            {
                "default-src": [NONE],
                "style-src": [UNSAFE_INLINE],
                "img-src": ["data:"],
                "frame-ancestors": [SELF],
                "form-action": [NONE],
            }
        )
    )
    def show_letter(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer with the HTML part alone, for the frame on the mail's page."""
        mail = self.get_object(request, object_id)
        if mail is None:
            raise Http404
        if not self.has_view_permission(request, mail):
            raise PermissionDenied
        return HttpResponse(read_letter(mail).html)


def read_letter(mail: OutgoingMail) -> Letter:
    """Return the letter as kept, or as it would be rendered now; links stay unsigned."""
    return Letter(mail.subject, mail.text_body, mail.html_body) if mail.is_rendered else render_letter(mail)


def read_delivered_text(mail: OutgoingMail) -> str:
    """Return the text of the message in the mail folder, working link included; empty without such a folder."""
    if not settings.MAIL_FOLDER:
        return ""
    file = Path(settings.MAIL_FOLDER) / f"{make_file_stem(mail.message_id)}.eml"
    if not file.exists():
        return ""
    message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
