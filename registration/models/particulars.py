"""What is asked of a person beyond the first submission: who they are, the travel document, the journey.

Each is one row beside the registration, made when its first answer is given, written through
registration.lifecycle.update_fields alone and erased after the seminar. Names are unique over all of them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models.registration import Registration
from seminar.foundation.encryption import EncryptedTextField
from seminar.models import StoredFile


class Answer(models.TextChoices):
    """A question that takes yes or no, and is empty until it is answered."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


class Particulars(models.Model):
    """Who a person is, what they need while they are here, and whether they present."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("Female")
        MALE = "M", _("Male")
        UNSPECIFIED = "X", _("X (as in the passport)")

    class Diet(models.TextChoices):
        NONE = "none", _("No special needs")
        HALAL = "halal", _("Halal")
        KOSHER = "kosher", _("Kosher")
        VEGETARIAN = "vegetarian", _("Vegetarian")
        VEGAN = "vegan", _("Vegan")
        OTHER = "other", pgettext_lazy("diet", "Other")

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="particulars")

    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    nationality = models.CharField(_("nationality"), max_length=2, blank=True)  # ISO 3166-1 alpha-2
    mobile = models.CharField(_("mobile telephone"), max_length=40, blank=True)  # E.164

    dietary = models.CharField(_("dietary needs"), max_length=20, choices=Diet.choices, blank=True)
    dietary_note = models.CharField(_("dietary needs in words"), max_length=400, blank=True)
    accessibility = models.CharField(_("accessibility needs"), max_length=1000, blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=200, blank=True)
    emergency_relation = models.CharField(_("relation to you"), max_length=200, blank=True)
    emergency_phone = models.CharField(_("telephone of the emergency contact"), max_length=40, blank=True)  # E.164

    presents = models.CharField(_("gives a presentation"), max_length=3, choices=Answer.choices, blank=True)
    presentation_title = models.CharField(_("title of the presentation"), max_length=300, blank=True)
    equipment = models.CharField(_("equipment needed"), max_length=1000, blank=True)

    photo = models.ForeignKey(
        StoredFile, verbose_name=_("photo"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"particulars of {self.registration_id}"


class TravelDocument(models.Model):
    """A person's passport. Its number is encrypted; `Registration.passport_key` finds equal ones."""

    class Type(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        OFFICIAL = "official", _("Official or service")
        DIPLOMATIC = "diplomatic", _("Diplomatic")
        LAISSEZ_PASSER = "laissez_passer", _("Laissez-passer")

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="travel_document")

    passport_type = models.CharField(_("type of passport"), max_length=20, choices=Type.choices, blank=True)
    passport_number = EncryptedTextField(_("passport number"), blank=True, default="")
    passport_issuer = models.CharField(_("issued by"), max_length=2, blank=True)  # ISO 3166-1 alpha-2; UN of the UN
    passport_issue_date = models.DateField(_("passport issued on"), null=True, blank=True)
    passport_expiry_date = models.DateField(_("passport expires"), null=True, blank=True)
    passport_copy = models.ForeignKey(
        StoredFile,
        verbose_name=_("copy of the passport"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("travel document")
        permissions = [("view_passport_number", "Can see whole passport numbers; each look is recorded")]

    def __str__(self) -> str:
        return f"travel document of {self.registration_id}"


class Travel(models.Model):
    """The visa, the journey, the hotel, and support by the organizers, which they decide on apart from approval."""

    class VisaNeed(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("I do not know")

    class VisaState(models.TextChoices):
        OPEN = "", _("Not looked at")
        NOT_NEEDED = "not_needed", _("Verified: no visa needed")
        NEEDED = "needed", _("Verified: visa needed")
        PAPERS_SENT = "papers_sent", _("Papers sent")

    class Support(models.TextChoices):
        UNDECIDED = "", _("Not decided")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", pgettext_lazy("support", "Declined")

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="travel")

    visa_need = models.CharField(_("visa needed"), max_length=10, choices=VisaNeed.choices, blank=True)
    visa_mission = models.CharField(_("embassy or consulate applied to"), max_length=200, blank=True)
    arrival_date = models.DateField(_("date of arrival"), null=True, blank=True)
    arrival_time = models.TimeField(_("time of arrival"), null=True, blank=True)
    arrival_flight = models.CharField(_("flight or train of arrival"), max_length=100, blank=True)
    arrival_port = models.CharField(_("airport or port of arrival"), max_length=100, blank=True)
    departure_date = models.DateField(_("date of departure"), null=True, blank=True)
    departure_time = models.TimeField(_("time of departure"), null=True, blank=True)
    departure_flight = models.CharField(_("flight or train of departure"), max_length=100, blank=True)
    departure_port = models.CharField(_("airport or port of departure"), max_length=100, blank=True)
    hotel = models.CharField(_("hotel"), max_length=200, blank=True)
    hotel_from = models.DateField(_("first night"), null=True, blank=True)
    hotel_until = models.DateField(_("leaves the hotel on"), null=True, blank=True)
    wants_ticket = models.BooleanField(_("asks for a ticket"), default=False)
    wants_allowance = models.BooleanField(_("asks for an allowance"), default=False)

    # Of the organizers
    visa_state = models.CharField(
        _("visa, as verified"), max_length=20, choices=VisaState.choices, blank=True, default=VisaState.OPEN
    )
    support_decision = models.CharField(
        _("support"), max_length=10, choices=Support.choices, blank=True, default=Support.UNDECIDED
    )
    support_reason = models.CharField(_("reason of the decision on support"), max_length=400, blank=True)
    has_receipts = models.BooleanField(_("receipts handed in"), default=False)

    def __str__(self) -> str:
        return f"travel of {self.registration_id}"


class Reception(models.Model):
    """What the secretariat notes of guests of honour, interpreters, staff and press; they are not asked for it."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="reception")

    arrives_at = models.DateTimeField(_("arrives"), null=True, blank=True)
    greeter = models.CharField(_("received by"), max_length=200, blank=True)
    seat = models.CharField(_("seat"), max_length=100, blank=True)
    protocol_note = models.TextField(_("protocol note"), max_length=2000, blank=True)
    medium = models.CharField(_("medium"), max_length=200, blank=True)
    press_card = models.CharField(_("press card"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("reception")

    def __str__(self) -> str:
        return f"reception of {self.registration_id}"
