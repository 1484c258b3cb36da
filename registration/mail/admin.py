"""The outbox in the admin: each mail as its recipient sees it, how it fared, and sending it again."""

from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from registration.mail.catalogue import KINDS, label_kind
from registration.mail.letters import Letter, render_letter
from registration.mail.queries import (
    NotResendable,
    OnItsWay,
    check_resendable,
    find_address_problem,
    find_pause,
    preview_resends,
)
from registration.mail.services import resend
from registration.mail.wording import describe_failure, describe_state
from registration.models import OutgoingMail
from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, ReadOnly
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.mail_folder import make_file_stem


class KindFilter(admin.SimpleListFilter):
    """Mails of one kind, by the kind's label."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, kind.label) for name, kind in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly, EditionAdmin):
    """Every mail of the edition, with its state until it is delivered or visibly given up."""

    change_list_template = "registration/outbox/list.html"
    list_display = ("created", "kind_label", "recipient", "subject", "number", "fate", "attempts", "repeats")
    list_display_links = ("created", "kind_label")
    list_filter = ("state", KindFilter, "language")
    list_select_related = ("seminar", "registration")
    search_fields = ("recipient", "subject", "registration__number")
    ordering = ("-created_at", "-pk")
    list_per_page = 100
    actions = ("resend_chosen",)

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, mail: OutgoingMail) -> str:
        return describe_moment(mail.seminar, mail.created_at)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_label(self, mail: OutgoingMail) -> str:
        return label_kind(mail.kind)

    @admin.display(description=gettext_lazy("about"), ordering="registration__number", empty_value="")
    def number(self, mail: OutgoingMail) -> str | None:
        return mail.registration.number if mail.registration else None

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def fate(self, mail: OutgoingMail) -> str:
        return describe_state(mail)

    @admin.display(description=gettext_lazy("sent again"), ordering="resend_of")
    def repeats(self, mail: OutgoingMail) -> str:
        if mail.resend_of_id is not None:
            return _("Repeats an earlier mail")
        return _("Was sent again") if getattr(mail, "was_repeated", False) else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        again = OutgoingMail.objects.filter(resend_of=OuterRef("pk"))
        return super().get_queryset(request).annotate(was_repeated=Exists(again))

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registration.resend_outgoingmail")

    def get_urls(self) -> list[URLPattern]:
        letter = path(
            "<path:object_id>/letter/",
            self.admin_site.admin_view(self.show_letter),
            name="registration_outgoingmail_letter",
        )
        return [letter, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), **self._make_notice(request)})

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
            **self._make_notice(request),
            "title": f"{label_kind(mail.kind)}: {mail.recipient}",
            "opts": self.opts,
            "mail": mail,
            "created": describe_moment(mail.seminar, mail.created_at),
            "fate": describe_state(mail),
            "failure": describe_failure(mail.last_code, mail.last_error),
            "address_problem": find_address_problem(mail.recipient),
            "sent_again": list(mail.resent_as.order_by("pk")),
            "can_resend": self.has_resend_permission(request),
            "refusal": _describe_obstacle(mail),
            "letter": read_letter(mail),
            "delivered_text": read_delivered_text(mail),
            "letter_url": reverse("admin:registration_outgoingmail_letter", args=[mail.pk]),
            "list_url": reverse("admin:registration_outgoingmail_changelist"),
        }
        return TemplateResponse(request, "registration/outbox/outgoing_mail.html", context)

    def _make_notice(self, request: HttpRequest) -> dict[str, Any]:
        """Return the pause of the whole queue for the head of a page, its beginning in the edition's zone."""
        pause = find_pause()
        seminar = self.admin_site.get_seminar(request)  # type: ignore[attr-defined]
        since = describe_moment(seminar, pause.since) if pause and seminar else ""
        return {"pause": pause, "paused_since": since}

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
        letter = read_letter(mail)
        return HttpResponse(letter.html if letter else "")

    @admin.action(description=gettext_lazy("Send the chosen mails again…"), permissions=["resend"])
    def resend_chosen(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> HttpResponse | None:
        """Show which will be sent again and where to, which not and why; send on the second, confirming request."""
        rows = queryset.select_related("seminar", "registration", "link__registration", "link__focal_point")
        rows = rows.prefetch_related("resent_as").order_by("pk")
        if "confirmed" in request.POST:
            self._resend_each(request, rows)
            return None
        previews = preview_resends(rows)
        context = {
            **self.admin_site.each_context(request),
            **self._make_notice(request),
            "title": _("Send again"),
            "opts": self.opts,
            "lines": [
                (preview, describe_obstacle(preview.refusal) if preview.refusal else "", describe_state(preview.mail))
                for preview in previews
            ],
            "sent_count": sum(preview.refusal is None for preview in previews),
            "left_count": sum(preview.refusal is not None for preview in previews),
            "list_url": reverse("admin:registration_outgoingmail_changelist"),
        }
        return TemplateResponse(request, "registration/outbox/resend.html", context)

    def _resend_each(self, request: HttpRequest, rows: QuerySet[OutgoingMail]) -> None:
        sent = 0
        for mail in rows:
            try:
                resend(actor=staff_actor(request.user), mail_id=mail.pk, now=clock.now())
                sent += 1
            except NotResendable as refusal:
                text = _("“%(kind)s” to %(address)s was not sent again. %(reason)s") % {
                    "kind": label_kind(mail.kind),
                    "address": mail.recipient,
                    "reason": describe_obstacle(refusal),
                }
                messages.warning(request, text)
        if sent:
            text = ngettext("%(n)d mail is on its way again.", "%(n)d mails are on their way again.", sent)
            messages.success(request, text % {"n": sent})


def _describe_obstacle(mail: OutgoingMail) -> str:
    try:
        check_resendable(mail)
    except NotResendable as refusal:
        return describe_obstacle(refusal)
    return ""


def describe_obstacle(refusal: NotResendable) -> str:
    """Return why a mail is not sent again, in one sentence."""
    if isinstance(refusal, OnItsWay):
        return _("It is on its way already.")
    return _("The personal link of its recipient was revoked.")


def read_letter(mail: OutgoingMail) -> Letter | None:
    """Return the letter as kept, or as it would be rendered now, links unsigned; None where it cannot be rendered."""
    if mail.is_rendered:
        return Letter(mail.subject, mail.text_body, mail.html_body)
    try:
        return render_letter(mail)
    except Exception:  # whatever makes it a mail that is given up: its page says so
        return None


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
