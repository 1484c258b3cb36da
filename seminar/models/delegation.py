"""Delegations of an edition and the focal points who speak for them."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from seminar.foundation.bilingual import Bilingual
from seminar.models.edition import Seminar

REASON_MAX_LENGTH = 1000


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def outside_host(self) -> "DelegationQuerySet":
        """Delegations that are counted and listed: neither the host side nor the press."""
        return self.exclude(category__in=Delegation.UNCOUNTED)

    def in_editorial_order(self) -> "DelegationQuerySet":
        rank = models.Case(
            *[models.When(category=value, then=index) for index, value in enumerate(Delegation.Category.values)]
        )
        return self.order_by(rank, "list_order", "pk")


class Delegation(models.Model):
    """A country, region, organization or regime in one edition; its category is a role, not geography."""

    class Category(models.TextChoices):
        ASIAN = "asian", _("Asian countries and regions")
        COOPERATING = "cooperating", _("Cooperating countries and regions")
        ORGANIZATION = "organization", _("Cooperating organizations")
        MECR = "mecr", _("Multilateral export control regimes")
        HOST = "host", _("Host")
        PRESS = "press", _("Press")

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")
        ORGANIZATION = "organization", _("Organization")
        REGIME = "regime", _("Regime")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    UNCOUNTED = (Category.HOST, Category.PRESS)

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="delegations"
    )
    code = models.CharField(_("code"), max_length=20)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    list_order = models.PositiveIntegerField(_("order in its category"))
    article = models.CharField(_("article"), max_length=10, blank=True)
    formal_name_en = models.CharField(_("formal name (English)"), max_length=200)
    formal_name_ja = models.CharField(_("formal name (Japanese)"), max_length=200)
    short_name_en = models.CharField(_("short name (English)"), max_length=100)
    short_name_ja = models.CharField(_("short name (Japanese)"), max_length=100)
    listed_as_en = models.CharField(_("listed as (English)"), max_length=200, blank=True)
    listed_as_ja = models.CharField(_("listed as (Japanese)"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    iso_3166_alpha2 = models.CharField(_("ISO 3166 code"), max_length=2, blank=True)
    first_time = models.BooleanField(_("first-time participant"), default=False)
    presentation_order = models.PositiveIntegerField(_("order of presentation"), null=True, blank=True)
    quota = models.PositiveIntegerField(_("quota"), null=True, blank=True, help_text=_("Empty: no limit."))
    approved_count = models.PositiveIntegerField(_("approved"), default=0, editable=False)
    beyond_quota_count = models.PositiveIntegerField(_("of these beyond the quota"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.INVITED)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True, editable=False)
    decline_reason = models.CharField(_("declined because"), max_length=REASON_MAX_LENGTH, blank=True, editable=False)
    due_at = models.DateTimeField(
        _("own deadline for nominations"),
        null=True,
        blank=True,
        help_text=_("Gives this delegation more time than the edition's deadline. Empty: the edition's."),
    )
    nomination_document = models.ForeignKey(
        "seminar.NominationDocument",
        verbose_name=_("nomination document"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    nomination_waiver_reason = models.CharField(
        _("nomination document waived because"),
        max_length=200,
        blank=True,
        help_text=_("Approval needs the nomination document or this reason."),
    )

    formal_name = Bilingual(_("formal name"))
    short_name = Bilingual(_("short name"))

    objects: ClassVar[DelegationQuerySet] = DelegationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "code"], name="delegation_code_once_per_seminar"),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(approved_count__lte=F("quota") + F("beyond_quota_count")),
                name="delegation_within_quota",
            ),
            models.CheckConstraint(
                condition=Q(beyond_quota_count__lte=F("approved_count")), name="delegation_beyond_quota_is_approved"
            ),
        ]

    def __str__(self) -> str:
        return str(self.short_name)

    @property
    def has_nomination(self) -> bool:
        """Whether approvals may rest on a nomination document or on a waiver with its reason."""
        return self.nomination_document_id is not None or bool(self.nomination_waiver_reason)

    @property
    def nominate_by(self) -> datetime:
        """Until when the delegation nominates: the edition's deadline, or a later one of its own."""
        due_at = self.seminar.nominations_due_at
        return max(due_at, self.due_at) if self.due_at else due_at

    @property
    def needs_nomination(self) -> bool:
        """Whether its people come by nomination; the host side and the press do not."""
        return self.category not in self.UNCOUNTED


class PresentFocalPoints(models.Manager["FocalPoint"]):
    """Those who speak for their delegation today; whoever was removed is written to no more."""

    def get_queryset(self) -> "models.QuerySet[FocalPoint]":
        return super().get_queryset().filter(removed_at=None)


class FocalPoint(models.Model):
    """The person through whom a delegation nominates and endorses; comes by personal link.

    `objects` holds the present ones; `everyone` those removed as well, whom audit trail and outbox still name.
    """

    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="focal_points")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    email_key = models.CharField(max_length=254, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=[("en", _("English")), ("ja", _("Japanese"))])
    is_primary = models.BooleanField(_("primary"), default=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[PresentFocalPoints] = PresentFocalPoints()
    everyone: ClassVar[models.Manager["FocalPoint"]] = models.Manager()

    class Meta:
        verbose_name = _("focal point")
        verbose_name_plural = _("focal points")
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "email_key"],
                condition=Q(removed_at__isnull=True),
                name="focal_point_once_per_address",
            ),
            models.UniqueConstraint(
                fields=["delegation"], condition=Q(is_primary=True), name="focal_point_one_primary_per_delegation"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email
