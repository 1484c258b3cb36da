"""The questions that follow a first submission: personal data, passport, journey, needs, presentation, photo."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from registration.models.particulars import Answer, Particulars, Travel, TravelDocument
from seminar.foundation import clock
from seminar.foundation.countries import UNITED_NATIONS, list_countries
from seminar.foundation.encryption import mask
from seminar.foundation.fields import TextField
from seminar.foundation.question_fields import DayField, UploadField, normalise_digits
from seminar.foundation.questions import QuestionForm
from seminar.foundation.text import normalise_code

OLDEST_BIRTH = date(1900, 1, 1)
YOUNGEST_AGE = timedelta(days=365 * 15)
_NUMBER = re.compile(r"[A-Z0-9]{4,20}")
_EMPTY = ("", _("Choose one"))


def list_choices() -> list[tuple[str, Any]]:
    return [_EMPTY, *list_countries()]


def list_nations() -> list[tuple[str, Any]]:
    """Return what a nationality may be: the United Nations issue documents and have no nationals."""
    return [choice for choice in list_choices() if choice[0] != UNITED_NATIONS]


class CountryField(forms.ChoiceField):
    """A country or region by its code of ISO 3166-1; "UN" of the United Nations' own documents."""

    default_error_messages = {"invalid_choice": _("Choose one of the list.")}

    def __init__(self, *, choices: Callable[[], list[tuple[str, Any]]] = list_choices, **kwargs: Any) -> None:
        super().__init__(choices=choices, **kwargs)


class PhoneField(TextField):
    """A telephone number with its country's code, kept as E.164 writes it."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
    default_error_messages = {"invalid": _("Enter the number with its country code, such as +81 3 3501 1511.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_python(self, value: Any) -> str:
        typed = normalise_code(super().to_python(value))
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed, None)
        except phonenumbers.NumberParseException:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not phonenumbers.is_possible_number(number):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class PassportNumberField(TextField):
    """A passport's number in plain capital letters and digits."""

    default_error_messages = {
        "invalid": _("Enter the number as in your passport: 4 to 20 letters and digits, without signs.")
    }

    def normalise(self, text: str) -> str:
        return normalise_code(text).upper().replace(" ", "").replace("-", "")


class ClockField(forms.TimeField):
    """A time of the day, by the browser's own picker; without one, as 18:00."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    default_error_messages = {"invalid": _("Enter the time as hours and minutes, such as 18:05.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(normalise_digits(value))


def _choices(of: type[Any]) -> list[tuple[str, Any]]:
    return [_EMPTY, *of.choices]


class LaterQuestions(QuestionForm):
    """Declares the questions; which of them a page asks, its form chooses."""

    sex = forms.ChoiceField(
        label=_("Sex"), choices=_choices(Particulars.Sex), required=False, help_text=_("As in your passport.")
    )
    birth_date = DayField(
        label=_("Date of birth"),
        required=False,
        help_text=_("As in your passport."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    nationality = CountryField(
        choices=list_nations,
        label=_("Nationality"),
        required=False,
        help_text=_("Yours, which may be another than your delegation's."),
    )
    mobile = PhoneField(
        label=_("Mobile telephone"),
        required=False,
        help_text=_("With the country code. We call it only while you travel."),
    )
    passport_type = forms.ChoiceField(
        label=_("Type of passport"), choices=_choices(TravelDocument.Type), required=False
    )
    passport_number = PassportNumberField(
        label=_("Passport number"),
        required=False,
        help_text=_("Only the secretariat sees it whole, and each look is recorded."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-unkept": ""}),
    )
    passport_issuer = CountryField(label=_("Issued by"), required=False)
    passport_issue_date = DayField(label=_("Date of issue"), required=False)
    passport_expiry_date = DayField(label=_("Valid until"), required=False)
    passport_copy = UploadField(
        label=_("Copy of the passport's page with your photo"),
        help_text=_("A PDF, JPEG or PNG of at most 10 MB. It is kept encrypted."),
    )
    visa_need = forms.ChoiceField(
        label=_("Do you need a visa for this journey?"),
        choices=_choices(Travel.VisaNeed),
        required=False,
        help_text=_("The secretariat checks this and writes to you about the papers."),
    )
    visa_mission = TextField(
        label=_("Embassy or consulate where you apply"),
        required=False,
        help_text=_("If you need a visa; for example the embassy in Ulaanbaatar."),
    )
    arrival_date = DayField(label=_("Day of arrival"), required=False)
    arrival_time = ClockField(label=_("Time of arrival"), required=False)
    arrival_flight = TextField(
        label=_("Flight or train of arrival"), max_length=100, required=False, help_text=_("For example NH 842.")
    )
    arrival_port = TextField(
        label=_("Airport or port of arrival"), max_length=100, required=False, help_text=_("For example Narita.")
    )
    departure_date = DayField(label=_("Day of departure"), required=False)
    departure_time = ClockField(label=_("Time of departure"), required=False)
    departure_flight = TextField(label=_("Flight or train of departure"), max_length=100, required=False)
    departure_port = TextField(label=_("Airport or port of departure"), max_length=100, required=False)
    hotel = TextField(label=_("Hotel"), required=False, help_text=_("If you know it already."))
    hotel_from = DayField(label=_("First night"), required=False)
    hotel_until = DayField(label=_("You leave the hotel on"), required=False)
    wants_ticket = forms.BooleanField(label=_("I ask the organizers for a ticket."), required=False)
    wants_allowance = forms.BooleanField(
        label=_("I ask the organizers for an allowance."),
        required=False,
        help_text=_("The organizers decide on support apart from your registration."),
    )
    dietary = forms.ChoiceField(label=_("Meals"), choices=_choices(Particulars.Diet), required=False)
    dietary_note = TextField(
        label=_("What the kitchen should know"),
        max_length=400,
        required=False,
        help_text=_("For example allergies."),
    )
    accessibility = TextField(
        label=_("What would help you to take part"),
        max_length=1000,
        is_multiline=True,
        required=False,
        help_text=_("For example a seat near the door, a wheelchair, large print."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    emergency_name = TextField(
        label=_("Whom we call in an emergency"), required=False, help_text=_("A person who does not travel with you.")
    )
    emergency_relation = TextField(
        label=_("Relation to you"), required=False, help_text=_("For example spouse, colleague.")
    )
    emergency_phone = PhoneField(
        label=_("Telephone of this person"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    presents = forms.ChoiceField(label=_("Do you give a presentation?"), choices=_choices(Answer), required=False)
    presentation_title = TextField(
        label=_("Title of the presentation"), max_length=300, required=False, help_text=_("It may still change.")
    )
    equipment = TextField(
        label=_("Equipment you need"), max_length=1000, required=False, help_text=_("For example sound for a film.")
    )
    photo = UploadField(
        label=_("Photo for your badge"),
        is_photo=True,
        help_text=_("A JPEG or PNG of your face, upright, of at most 10 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _("Choose one of the list.")

    def clean_birth_date(self) -> date | None:
        day: date | None = self.cleaned_data["birth_date"]
        if day and not OLDEST_BIRTH <= day <= clock.now().date() - YOUNGEST_AGE:
            raise forms.ValidationError(_("Enter your birth date as in your passport."))
        return day

    def clean_passport_number(self) -> str:
        """Take a number that was typed anew; the masked one that the page showed stands for the saved one."""
        typed: str = self.cleaned_data["passport_number"]
        saved: str = getattr(self, "saved_passport_number", "")
        if saved and typed == mask(saved):
            return saved
        if typed and not _NUMBER.fullmatch(typed):
            raise forms.ValidationError(self.fields["passport_number"].error_messages["invalid"], code="invalid")
        return typed

    def check_journey(self, answers: dict[str, Any], *, start: date, end: date) -> None:
        """Add an error where days cannot be right: before the arrival, or after the passport expires."""
        arrival, departure = answers.get("arrival_date"), answers.get("departure_date")
        if arrival and departure and departure < arrival:
            self.add_error("departure_date", _("Enter a day of departure that is not before your arrival."))
        first, last = answers.get("hotel_from"), answers.get("hotel_until")
        if first and last and last <= first:
            self.add_error("hotel_until", _("Enter a day after the first night."))
        issued, expires = answers.get("passport_issue_date"), answers.get("passport_expiry_date")
        is_wrong = issued and (issued > clock.now().date() or (expires and issued >= expires))
        if is_wrong and "passport_issue_date" in self.fields:
            self.add_error("passport_issue_date", _("Enter the date of issue as in your passport."))
        for name, day, nearest in (("arrival_date", arrival, start), ("departure_date", departure, end)):
            if day and abs(day - nearest) > timedelta(days=60) and name not in self.errors:
                self.add_error(name, _("Enter a day near the seminar; this one is more than two months away."))
        expiry = answers.get("passport_expiry_date")
        if expiry and expiry < (departure or end):
            self.add_error(
                "passport_expiry_date" if "passport_expiry_date" in self.fields else "departure_date",
                _("The passport expires before you depart. Enter a passport that is valid until then."),
            )
