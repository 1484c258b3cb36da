"""How many people a delegation may send in one role, where organizers set that beside its whole quota."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registration.models.registration import Registration
from seminar.models import Delegation


def describe_role_quotas(delegation: Delegation) -> list[str]:
    """Return in words how the quotas by role of a delegation are used."""
    return [text for quota in delegation.role_quotas.all() if (text := quota.describe())]


class RoleQuota(models.Model):
    """`approved_count` is written by registration.lifecycle alone; who was approved beyond a quota is not counted."""

    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.CASCADE, related_name="role_quotas"
    )
    role = models.CharField(_("role"), max_length=20, choices=Registration.Role.choices)
    quota = models.PositiveIntegerField(_("quota"), null=True, blank=True, help_text=_("Empty: no limit."))
    approved_count = models.PositiveIntegerField(_("approved"), default=0, editable=False)

    objects: ClassVar[models.Manager["RoleQuota"]]

    class Meta:
        verbose_name = _("quota by role")
        verbose_name_plural = _("quotas by role")
        constraints = [
            models.UniqueConstraint(fields=["delegation", "role"], name="role_quota_once_per_delegation"),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(approved_count__lte=F("quota")), name="role_quota_is_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegation}: {self.get_role_display()}"

    def describe(self) -> str:
        """Return "Speaker: 1 of 2", empty where there is no limit."""
        if self.quota is None:
            return ""
        values = {"role": self.get_role_display(), "used": self.approved_count, "quota": self.quota}
        return gettext("%(role)s: %(used)d of %(quota)d") % values

    def has_room(self, *, taken: int = 0) -> bool:
        """Return whether one more is approved, as read, after `taken` more approvals; the lifecycle decides."""
        return self.quota is None or self.approved_count + taken < self.quota
