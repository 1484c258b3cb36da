"""An edition of a seminar, who organizes it, and what is known of earlier editions."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from seminar.foundation.bilingual import Bilingual
from seminar.validators import validate_slug_is_free, validate_texts, validate_time_zone, validate_year


class SeminarQuerySet(models.QuerySet["Seminar"]):
    def published(self) -> "SeminarQuerySet":
        return self.filter(is_published=True)


class Seminar(models.Model):
    """One edition: its days, place, deadlines and the people who answer for it. Moments are aware."""

    slug = models.SlugField(
        _("short name in addresses"), max_length=40, unique=True, validators=[validate_slug_is_free]
    )
    number = models.PositiveIntegerField(_("number of the edition"))
    title_en = models.CharField(_("title (English)"), max_length=300)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300)
    start_date = models.DateField(_("first day"), validators=[validate_year])
    end_date = models.DateField(_("last day"), validators=[validate_year])
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[validate_time_zone])
    city_en = models.CharField(_("city (English)"), max_length=120)
    city_ja = models.CharField(_("city (Japanese)"), max_length=120)
    focus_en = models.JSONField(_("focus themes (English)"), default=list, blank=True, validators=[validate_texts])
    focus_ja = models.JSONField(_("focus themes (Japanese)"), default=list, blank=True, validators=[validate_texts])
    first_held_year = models.PositiveIntegerField(_("year of the first edition"), null=True, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    nominations_due_at = models.DateTimeField(_("nominations due"))
    visa_requests_due_at = models.DateTimeField(_("visa requests due"), null=True, blank=True)
    travel_due_at = models.DateTimeField(_("travel details due"), null=True, blank=True)
    materials_due_at = models.DateTimeField(_("materials due"), null=True, blank=True)
    changes_close_at = models.DateTimeField(_("changes close"), null=True, blank=True)
    list_locks_at = models.DateTimeField(_("list of participants locks"), null=True, blank=True)
    retention_days = models.PositiveIntegerField(_("days until personal data is erased"), default=90)
    takes_open_requests = models.BooleanField(_("people may ask to take part without an invitation"), default=False)
    has_extra_questions = models.BooleanField(default=False, editable=False)  # so that pages without any read none
    demo_now = models.DateTimeField(_("start of the demonstration's clock"), null=True, blank=True)

    secretariat_name_en = models.CharField(_("secretariat (English)"), max_length=200)
    secretariat_name_ja = models.CharField(_("secretariat (Japanese)"), max_length=200)
    secretariat_email = models.EmailField(_("e-mail address of the secretariat"))
    secretariat_language = models.CharField(
        _("language of mails to the secretariat"),
        max_length=2,
        choices=[("en", _("English")), ("ja", _("Japanese"))],
        default="en",
    )

    release_date = models.DateField(_("release date"), null=True, blank=True)
    release_division_en = models.CharField(_("division in charge (English)"), max_length=300, blank=True)
    release_division_ja = models.CharField(_("division in charge (Japanese)"), max_length=300, blank=True)
    release_address_en = models.CharField(_("address (English)"), max_length=300, blank=True)
    release_address_ja = models.CharField(_("address (Japanese)"), max_length=300, blank=True)
    release_phone = models.CharField(_("telephone"), max_length=60, blank=True)
    release_results_en = models.TextField(_("results (English)"), blank=True)
    release_results_ja = models.TextField(_("results (Japanese)"), blank=True)

    last_registration_number = models.PositiveIntegerField(default=0, editable=False)

    title = Bilingual(pgettext_lazy("of an event", "title"))
    city = Bilingual(_("city"))
    focus = Bilingual(_("focus themes"))
    secretariat_name = Bilingual(_("secretariat"))

    objects: ClassVar[SeminarQuerySet] = SeminarQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")),
                name="seminar_ends_after_it_starts",
                violation_error_message=_("The last day must not lie before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def code(self) -> str:
        """What registration numbers of this edition begin with."""
        return self.slug.upper()


class OrganizingBody(models.Model):
    """A body that organizes, co-organizes or cooperates, in the order of its edition."""

    class Role(models.TextChoices):
        ORGANIZER = "organizer", _("Organizer")
        CO_ORGANIZER = "co_organizer", _("Co-organizer")
        COOPERATION = "cooperation", _("In cooperation with")

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="organizing_bodies")
    list_order = models.PositiveIntegerField(_("order"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_ja = models.CharField(_("name (Japanese)"), max_length=200)
    abbreviation = models.CharField(_("abbreviation"), max_length=40, blank=True)

    name = Bilingual(_("name"))

    class Meta:
        verbose_name = _("organizing body")
        verbose_name_plural = _("organizing bodies")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "list_order"], name="organizing_body_order_once_per_seminar"),
        ]

    def __str__(self) -> str:
        if not self.abbreviation:
            return str(self.name)
        return gettext("%(name)s (%(abbreviation)s)") % {"name": self.name, "abbreviation": self.abbreviation}


class PastEdition(models.Model):
    """Totals of another edition of the same seminar, for comparison; unknown numbers stay empty."""

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="past_editions")
    number = models.PositiveIntegerField(_("number of the edition"))
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"))
    people = models.PositiveIntegerField(_("people"), null=True, blank=True)
    delegations = models.PositiveIntegerField(_("countries, regions and organizations"), null=True, blank=True)

    class Meta:
        verbose_name = _("past edition")
        verbose_name_plural = _("past editions")
        constraints = [models.UniqueConstraint(fields=["seminar", "number"], name="past_edition_once_per_seminar")]

    def __str__(self) -> str:
        return str(self.number)
