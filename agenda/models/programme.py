"""What happens when, and the themes of the breakout sessions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from seminar.foundation.bilingual import Bilingual
from seminar.models import Seminar


class Theme(models.Model):
    """A theme of the breakout sessions; `carried_from` is the same theme of an earlier edition."""

    seminar = models.ForeignKey(Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="themes")
    code = models.CharField(_("code"), max_length=40)
    list_order = models.PositiveIntegerField(_("order"))
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300, blank=True)
    carried_from = models.ForeignKey(
        "self",
        verbose_name=_("theme of an earlier edition"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    title = Bilingual(pgettext_lazy("of an event", "title"))

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "code"], name="theme_code_once_per_seminar"),
            models.CheckConstraint(
                condition=~Q(title_en="", title_ja=""),
                name="theme_has_a_title",
                violation_error_message=_("Enter a title in one language at least."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class ProgrammeItem(models.Model):
    """One entry of the programme.

    `minutes_each` is the length of each presentation in it. National presentations are those of the delegations whose
    `presentation_order` lies from `first_position` to `last_position`.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Check-in")
        WELCOME_SPEECH = "welcome_speech", _("Welcome speech")
        PRESENTATION = "presentation", _("Presentation")
        NATIONAL_PRESENTATIONS = "national_presentations", _("National efforts")
        BREAKOUT_ROUND = "breakout_round", _("Breakout sessions")
        REPORT = "report", _("Report")
        BREAK = "break", _("Break")
        RECEPTION = "reception", _("Reception")
        TOUR = "tour", _("Facility tour")
        CLOSING = "closing", _("Closing")

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="programme_items"
    )
    list_order = models.PositiveIntegerField(_("order"), help_text=_("Decides between items that start together."))
    kind = models.CharField(_("kind"), max_length=40, choices=Kind.choices)
    start_at = models.DateTimeField(_("starts"))
    end_at = models.DateTimeField(_("ends"))
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300, blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    summary_ja = models.TextField(_("summary (Japanese)"), blank=True)
    room_en = models.CharField(_("room (English)"), max_length=200, blank=True)
    room_ja = models.CharField(_("room (Japanese)"), max_length=200, blank=True)
    minutes_each = models.PositiveIntegerField(_("minutes each"), null=True, blank=True)
    first_position = models.PositiveIntegerField(_("from order of presentation"), null=True, blank=True)
    last_position = models.PositiveIntegerField(_("to order of presentation"), null=True, blank=True)
    breakout_round = models.ForeignKey(
        "agenda.BreakoutRound",
        verbose_name=_("round of breakout sessions"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
    )
    tours = models.ManyToManyField("agenda.Tour", verbose_name=_("tours"), blank=True, related_name="items")

    title = Bilingual(pgettext_lazy("of an event", "title"))
    summary = Bilingual(_("summary"))
    room = Bilingual(_("room"))

    class Meta:
        verbose_name = _("programme item")
        verbose_name_plural = _("programme items")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="programme_item_ends_after_it_starts",
                violation_error_message=_("The end must lie after the start."),
            ),
            models.CheckConstraint(
                condition=~Q(title_en="", title_ja=""),
                name="programme_item_has_a_title",
                violation_error_message=_("Enter a title in one language at least."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)
