"""Facility tours: who receives the visitors, when, where they meet, and by when their names must be known."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from seminar.foundation.bilingual import Bilingual
from seminar.models import Seminar
from seminar.validators import validate_texts


class Tour(models.Model):
    """One tour. After `list_cutoff_at` nobody is added without the operator's consent; `taken` changes by the
    conditional update alone."""

    seminar = models.ForeignKey(Seminar, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="tours")
    code = models.CharField(_("code"), max_length=40)
    list_order = models.PositiveIntegerField(_("order"))
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300, blank=True)
    operator_en = models.CharField(_("operator (English)"), max_length=200, blank=True)
    operator_ja = models.CharField(_("operator (Japanese)"), max_length=200, blank=True)
    departs_at = models.DateTimeField(_("departs"))
    returns_at = models.DateTimeField(_("returns"))
    meeting_point_en = models.CharField(_("meeting point (English)"), max_length=200, blank=True)
    meeting_point_ja = models.CharField(_("meeting point (Japanese)"), max_length=200, blank=True)
    stops_en = models.JSONField(_("stops (English)"), default=list, blank=True, validators=[validate_texts])
    stops_ja = models.JSONField(_("stops (Japanese)"), default=list, blank=True, validators=[validate_texts])
    rules_en = models.JSONField(_("rules (English)"), default=list, blank=True, validators=[validate_texts])
    rules_ja = models.JSONField(_("rules (Japanese)"), default=list, blank=True, validators=[validate_texts])
    capacity = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    max_per_delegation = models.PositiveIntegerField(_("people of one delegation"), null=True, blank=True)
    wishes_close_at = models.DateTimeField(_("wishes close"), null=True, blank=True)
    list_cutoff_at = models.DateTimeField(_("visitor list closes"), null=True, blank=True)

    title = Bilingual(pgettext_lazy("of an event", "title"))
    operator = Bilingual(_("operator"))
    meeting_point = Bilingual(_("meeting point"))
    stops = Bilingual(_("stops"))
    rules = Bilingual(_("rules"))

    class Meta:
        verbose_name = _("facility tour")
        verbose_name_plural = _("facility tours")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "code"], name="tour_code_once_per_seminar"),
            models.CheckConstraint(
                condition=Q(returns_at__gt=F("departs_at")),
                name="tour_returns_after_it_departs",
                violation_error_message=_("The end must lie after the start."),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="tour_within_capacity",
                violation_error_message=_("More people than that have their place here already."),
            ),
            models.CheckConstraint(
                condition=~Q(title_en="", title_ja=""),
                name="tour_has_a_title",
                violation_error_message=_("Enter a title in one language at least."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)
