"""Somebody without an invitation who asks to take part through a delegation, where the edition lets people ask.

It is no registration: that begins when the delegation, or the organizers for it, take the person.
"""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from registration.models.link import make_signer
from registration.models.registration import REASON_MAX_LENGTH, Registration
from seminar.foundation.text import join_name
from seminar.models import AuditEntry, Delegation, Seminar

PROOF_LIFE = timedelta(days=3)  # real time in which the mailed link proves the address
WISH_MAX_LENGTH = 400


SALT = "registration.open_request"


class OpenRequestQuerySet(models.QuerySet["OpenRequest"]):
    def open(self) -> "OpenRequestQuerySet":
        """Those that are not decided yet."""
        return self.filter(state__in=(OpenRequest.State.ASKED, OpenRequest.State.WAITING))

    def find_by_token(self, token: str) -> "OpenRequest | None":
        """Return the request behind a token; None alike for an unknown, an expired and an older one."""
        try:
            key, version = make_signer(SALT).unsign(token).split("~")
            rows = self.select_related("seminar", "delegation").filter(pk=uuid.UUID(key), version=int(version))
        except (signing.BadSignature, ValueError):
            return None
        request = rows.first()
        return request if request is not None and request.asked_at + PROOF_LIFE > timezone.now() else None


class OpenRequest(models.Model):
    """One person's request. `asked_at` is real time, other times are domain time."""

    class State(models.TextChoices):
        ASKED = "asked", _("Address not confirmed")
        WAITING = "waiting", _("Waiting")
        TAKEN = "taken", _("Taken into the delegation")
        DECLINED = "declined", _("Request declined")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seminar = models.ForeignKey(Seminar, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.PROTECT, related_name="open_requests"
    )
    given_names = models.CharField(_("given names"), max_length=200)
    family_name = models.CharField(_("family name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"))
    email_key = models.CharField(max_length=254, editable=False)
    language = models.CharField(_("language of mails"), max_length=2, choices=Registration.Language.choices)
    role = models.CharField(_("role"), max_length=20, choices=Registration.Role.choices)
    organization = models.CharField(_("ministry or organization"), max_length=200)
    position = models.CharField(_("position"), max_length=200, blank=True)
    wish = models.CharField(_("why this person asks"), max_length=WISH_MAX_LENGTH)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.ASKED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    proven_at = models.DateTimeField(_("address confirmed"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by_kind = models.CharField(max_length=20, choices=AuditEntry.ActorKind.choices, blank=True, editable=False)
    reason = models.CharField(_("reason of the decision"), max_length=REASON_MAX_LENGTH, blank=True, editable=False)
    registration = models.OneToOneField(
        Registration,
        verbose_name=_("registration"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="open_request",
    )

    objects: ClassVar[OpenRequestQuerySet] = OpenRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request to take part")
        verbose_name_plural = _("requests to take part")
        indexes = [models.Index(fields=["delegation", "state"], name="open_request_by_delegation")]
        constraints = [
            models.UniqueConstraint(
                fields=["seminar", "email_key"],
                condition=Q(state__in=("asked", "waiting")),
                name="open_request_one_per_address",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return join_name(self.given_names, self.family_name)

    def make_token(self) -> str:
        """Return the token that proves the address; it lies nowhere."""
        return make_token(self.pk, self.version)


def make_token(key: uuid.UUID, version: int) -> str:
    return make_signer(SALT).sign(f"{key.hex}~{version}")


def make_proof_url(token: str, *, slug: str, language: str) -> str:
    """Return the whole address at which a request's address is confirmed."""
    with translation.override(language):
        return settings.SITE_URL + reverse("registration:open_request_confirm", args=[slug, token])
