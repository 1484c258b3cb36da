"""Who presents what within an item of the programme; people are named by the floor above."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agenda.models.programme import ProgrammeItem
from seminar.foundation.bilingual import Bilingual
from seminar.models import Delegation


class Presentation(models.Model):
    """One presentation, in the running order of its item; of a delegation, or of a guest who has none.

    `minutes` is its own length where it differs from its item's `minutes_each`.
    """

    item = models.ForeignKey(
        ProgrammeItem, verbose_name=_("programme item"), on_delete=models.CASCADE, related_name="presentations"
    )
    list_order = models.PositiveIntegerField(_("order"))
    delegation = models.ForeignKey(
        Delegation,
        verbose_name=_("delegation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="presentations",
        help_text=_("Empty: a guest who speaks for nobody."),
    )
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300, blank=True)
    abstract_en = models.TextField(_("abstract (English)"), max_length=2000, blank=True)
    abstract_ja = models.TextField(_("abstract (Japanese)"), max_length=2000, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    equipment = models.CharField(_("equipment needed"), max_length=1000, blank=True)

    title = Bilingual(pgettext_lazy("of an event", "title"))
    abstract = Bilingual(_("abstract"))

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")

    def __str__(self) -> str:
        return str(self.title or self.delegation or self.item)
