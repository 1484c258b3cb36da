"""The outbox: each mail is a row, written in the transaction of what it reports.

Written by registration.mail alone. Leases and retries go by the database's clock.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models.link import Link
from registration.models.registration import Registration
from seminar.models import Seminar


class OutgoingMail(models.Model):
    """One mail of one kind to one recipient about one revision of one subject."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("state of a mail", "Queued")
        SENDING = "sending", pgettext_lazy("state of a mail", "Sending")
        SENT = "sent", pgettext_lazy("state of a mail", "Sent")
        GIVEN_UP = "given_up", pgettext_lazy("state of a mail", "Given up")
        CANCELLED = "cancelled", pgettext_lazy("state of a mail", "Cancelled")
        HELD = "held", pgettext_lazy("state of a mail", "Held")

    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, related_name="mails")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    dedupe_key = models.CharField(max_length=400)
    message_id = models.CharField(max_length=200)
    recipient = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=2, choices=Registration.Language.choices)
    facts = models.JSONField(default=dict)

    subject = models.CharField(_("subject"), max_length=400, blank=True)
    text_body = models.TextField(blank=True)
    html_body = models.TextField(blank=True)

    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    give_up_at = models.DateTimeField(_("retried until"))
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    last_code = models.PositiveIntegerField(_("last answer"), null=True)
    last_error = models.CharField(_("last error"), max_length=400, blank=True)
    resend_of = models.ForeignKey(
        "self",
        verbose_name=_("sent again"),
        on_delete=models.PROTECT,
        null=True,
        db_index=False,  # see outgoing_mail_resent
        related_name="resent_as",
    )
    reported_at = models.DateTimeField(null=True)  # when the secretariat was told that it was given up

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outbox")
        permissions = [("resend_outgoingmail", "Can send mails again")]
        # Each attempt writes a row twice, each time into every index: there are no more than needed, and no
        # "unique=True", which makes a second one for LIKE.
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="outgoing_mail_once"),
            models.UniqueConstraint(fields=["message_id"], name="outgoing_mail_message_id_once"),
        ]
        indexes = [
            models.Index(fields=["resend_of"], condition=Q(resend_of__isnull=False), name="outgoing_mail_resent"),
            models.Index(
                fields=["next_attempt_at", "id"],  # the order in which they are claimed: no claim sorts what is due
                condition=Q(state__in=("queued", "sending")),
                name="outgoing_mail_due",
            ),
            models.Index(
                fields=["seminar"],
                condition=Q(state="given_up", reported_at__isnull=True),
                name="outgoing_mail_unreported",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_rendered(self) -> bool:
        return bool(self.text_body)


class MailPause(models.Model):
    """The one row that stands while the mail server as a whole refuses; deliveries wait for `until`.

    Times are the database's. Written by registration.mail.pause alone.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    code = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=400)

    def __str__(self) -> str:
        return self.error


def make_message_id(domain: str) -> str:
    """Return a new Message-ID; it is made once for a row and sent unchanged at each attempt."""
    return f"<{uuid.uuid4().hex}@{domain}>"
