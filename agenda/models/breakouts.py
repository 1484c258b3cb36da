"""Breakout sessions: rounds, groups on a theme, and the sittings of each group in each round."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agenda.models.programme import Theme
from seminar.foundation.bilingual import Bilingual
from seminar.models import Delegation, Seminar


class BreakoutRules(models.Model):
    """What holds for every breakout session of an edition; `roles` are the roles of people who are placed."""

    class Repeat(models.TextChoices):
        ALLOWED = "", _("themes may be repeated")
        THEME = "theme", _("nobody meets a theme twice")

    seminar = models.OneToOneField(
        Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="breakout_rules"
    )
    capacity = models.PositiveIntegerField(_("places in a group"), default=20)
    min_size = models.PositiveIntegerField(_("people at the least"), default=0)
    max_per_delegation = models.PositiveIntegerField(
        _("people of one delegation in a group"), null=True, blank=True, help_text=_("Wished for, not enforced.")
    )
    no_repeat = models.CharField(_("repeating"), max_length=10, choices=Repeat.choices, blank=True)
    roles = models.JSONField(_("roles that are placed"), default=list, blank=True)
    wishes_close_at = models.DateTimeField(_("wishes close"), null=True, blank=True)

    class Meta:
        verbose_name = _("rules of the breakout sessions")
        verbose_name_plural = _("rules of the breakout sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(min_size__lte=F("capacity")),
                name="breakout_rules_minimum_fits",
                violation_error_message=_("The least number of people must not exceed the places."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.seminar)


class BreakoutRound(models.Model):
    """One round, in which every group sits at the same time."""

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="breakout_rounds"
    )
    number = models.PositiveIntegerField(_("number"))
    start_at = models.DateTimeField(_("starts"))
    end_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("round of breakout sessions")
        verbose_name_plural = _("rounds of breakout sessions")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "number"], name="breakout_round_once_per_seminar"),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="breakout_round_ends_after_it_starts",
                violation_error_message=_("The end must lie after the start."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Round %(number)d") % {"number": self.number})


class BreakoutGroup(models.Model):
    """A group on one theme, in one room; it sits once in each round."""

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="breakout_groups"
    )
    label = models.CharField(_("label"), max_length=40)
    list_order = models.PositiveIntegerField(_("order"))
    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="groups")
    room_en = models.CharField(_("room (English)"), max_length=200, blank=True)
    room_ja = models.CharField(_("room (Japanese)"), max_length=200, blank=True)

    room = Bilingual(_("room"))

    class Meta:
        verbose_name = _("breakout group")
        verbose_name_plural = _("breakout groups")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "label"], name="breakout_group_label_once_per_seminar"),
        ]

    def __str__(self) -> str:
        return self.label


class Sitting(models.Model):
    """One group in one round: its places and who moderates. `taken` changes by the conditional update alone."""

    breakout_round = models.ForeignKey(
        BreakoutRound, verbose_name=_("round of breakout sessions"), on_delete=models.CASCADE, related_name="sittings"
    )
    group = models.ForeignKey(
        BreakoutGroup, verbose_name=_("breakout group"), on_delete=models.CASCADE, related_name="sittings"
    )
    min_size = models.PositiveIntegerField(_("people at the least"), default=0)
    capacity = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    moderating_delegation = models.ForeignKey(
        Delegation,
        verbose_name=_("moderating delegation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="moderated_sittings",
    )
    equipment = models.CharField(_("equipment needed"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        constraints = [
            models.UniqueConstraint(fields=["breakout_round", "group"], name="sitting_once_per_round_and_group"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="sitting_within_capacity",
                violation_error_message=_("More people than that have their place here already."),
            ),
            models.CheckConstraint(
                condition=Q(min_size__lte=F("capacity")),
                name="sitting_minimum_fits",
                violation_error_message=_("The least number of people must not exceed the places."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.breakout_round}"
