"""The delegate's form, the lost-link form and the focal point's nomination form."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.intake.extra_fields import make_field
from registration.intake.later_questions import LaterQuestions
from registration.models import ExtraQuestion, Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import CONSENTS, LATER_STAGES, SECRET_NAMES, STAGES
from registration.models.consents import CONSENT_TEXTS, current_consent
from registration.models.open_request import WISH_MAX_LENGTH
from registration.models.registration import FIRST_PAGES, REASON_MAX_LENGTH
from registration.visits import LostLinkForm
from seminar.foundation.encryption import mask
from seminar.foundation.fields import TextField, validate_moment
from seminar.foundation.private_files import CheckedFile, check_upload
from seminar.foundation.question_fields import UploadField
from seminar.foundation.questions import QuestionForm, QuestionHelper
from seminar.foundation.text import NAME_MAX_LENGTH
from seminar.models import Delegation, Seminar

_Role = Registration.Role
ASKED_ROLES = (_Role.DELEGATE, _Role.ADVISER, _Role.OBSERVER, _Role.SPEAKER, _Role.MODERATOR)
NEEDED_LATER = {name for stage in LATER_STAGES for name in stage.required} | {"presentation_title", "seen", "number"}
JOURNEY_NAMES = frozenset(
    {"arrival_date", "departure_date", "passport_issue_date", "passport_expiry_date", "hotel_from", "hotel_until"}
)
ALL_NAMES = tuple(name for stage in (*STAGES, CONSENTS) for name in stage.names)
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc\u30fb\u31f0-\u31ff\u3000 ]+")
_ADDRESS_LIKE = re.compile(r"://|www\.|@", re.IGNORECASE)


class NameField(TextField):
    """A person's name or a body's: any script, mononyms and apostrophes welcome, but no web or mail address."""

    default_error_messages = {"address": _("Enter a name only, without web or mail addresses.")}

    def validate(self, value: str) -> None:
        super().validate(value)
        if _ADDRESS_LIKE.search(value):
            raise forms.ValidationError(self.error_messages["address"], code="address")


def _attributes(autocomplete: str, **more: str) -> dict[str, str]:
    return {"autocomplete": autocomplete, **more}


class RegistrationForm(LaterQuestions):
    """What a first submission asks: identity, position, role, language, consents; and what follows it; nothing twice.

    `names` chooses the columns of one page. `seen` is the mark of the answers that the page showed, see stamps.py.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=32)
    number = forms.CharField(widget=forms.HiddenInput, max_length=60)

    title = NameField(
        label=_("Title"),
        max_length=40,
        required=False,
        help_text=_("For example Mr., Ms., Dr. or H.E."),
        widget=forms.TextInput(attrs=_attributes("honorific-prefix")),
    )
    passport_name = NameField(
        label=_("Full name as in your passport"),
        help_text=_("As printed in your passport, in Latin letters. You may use capitals and small letters."),
        error_messages={"required": _("Enter your full name as in your passport.")},
        widget=forms.TextInput(attrs=_attributes("name", spellcheck="false")),
    )
    given_names = NameField(
        label=_("Given names"),
        help_text=_("If you have one name only, enter it here."),
        error_messages={"required": _("Enter your given names.")},
        widget=forms.TextInput(attrs=_attributes("given-name", spellcheck="false")),
    )
    family_name = NameField(
        label=_("Family name"),
        required=False,
        help_text=_("Leave this empty if you have none."),
        widget=forms.TextInput(attrs=_attributes("family-name", spellcheck="false")),
    )
    badge_name = NameField(
        label=_("Name on your badge"),
        required=False,
        help_text=_("Leave this empty for “FAMILY NAME, Given names”."),
        widget=forms.TextInput(attrs=_attributes("off", spellcheck="false")),
    )
    name_native = NameField(
        label=_("Name in your own script"),
        required=False,
        help_text=_("For example in Arabic, Chinese, Japanese or Thai letters."),
        widget=forms.TextInput(attrs=_attributes("off")),
    )
    reading_ja = NameField(
        label=_("Reading in katakana"),
        required=False,
        help_text=_("If you know it; the interpreters will be grateful."),
        widget=forms.TextInput(attrs=_attributes("off")),
    )
    role = forms.ChoiceField(
        label=_("You take part as"),
        choices=[(role.value, role.label) for role in ASKED_ROLES],
        error_messages={"required": _("Choose how you take part."), "invalid_choice": _("Choose one of the list.")},
    )
    position = NameField(
        label=_("Position"),
        help_text=_("For example Deputy Director."),
        error_messages={"required": _("Enter your position.")},
        widget=forms.TextInput(attrs=_attributes("organization-title")),
    )
    division = NameField(label=_("Division"), required=False, widget=forms.TextInput(attrs=_attributes("off")))
    organization = NameField(
        label=_("Ministry or organization"),
        error_messages={"required": _("Enter your ministry or organization.")},
        widget=forms.TextInput(attrs=_attributes("organization")),
    )
    language = forms.ChoiceField(
        label=_("Language of our mails to you"),
        choices=Registration.Language.choices,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose one of the list.")},
    )
    data_handling_consent = forms.BooleanField(
        error_messages={"required": _("Tick this box: we cannot register you without your agreement.")}
    )
    contact_list_consent = forms.BooleanField(required=False)
    photo_consent = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        names: Sequence[str] = ALL_NAMES,
        is_nominated: bool = True,
        registration: Registration | None = None,
        questions: Sequence[ExtraQuestion] = (),
        **kwargs: Any,
    ) -> None:
        asked = {"seen", "number", *names}  # only these are copied for this page
        self.base_fields = {  # type: ignore[misc]  # Django reads it from the instance
            name: field for name, field in type(self).base_fields.items() if name in asked
        }
        super().__init__(*args, **kwargs)
        self.names = tuple(names)
        self.needed: set[str] = set()  # extra questions that must be answered
        self.needed_files: set[str] = set()  # of these the files of a first submission, which may be there already
        self.registration = registration
        if "passport_name" in self.fields:
            self.fields["passport_name"].required = is_nominated
        for question in questions:
            self._ask_extra(question)
        for name in CONSENT_TEXTS:
            if name in self.fields:
                self.fields[name].label = str(current_consent(name))
        for name, field in self.fields.items():
            field.widget.is_required = False  # our own messages speak the page's language; the browser's may not
            is_needed = field.required or name in NEEDED_LATER or name in self.needed
            if not is_needed and not isinstance(field, forms.BooleanField):
                field.label = _("%(label)s (optional)") % {"label": field.label}
            # Translated once here; a page asks for each several times.
            field.label, field.help_text = str(field.label or ""), str(field.help_text)
        if registration is not None:
            self._show_what_is_there(registration)
        self.helper = QuestionHelper(self)

    def _ask_extra(self, question: ExtraQuestion) -> None:
        """Add an extra question. On the pages of the first submission a mandatory one must be answered at once."""
        field = make_field(question)
        if question.is_required:
            self.needed.add(question.name)
            is_at_once = question.stage in FIRST_PAGES
            field.required = is_at_once and not isinstance(field, UploadField)
            if is_at_once and isinstance(field, UploadField):
                self.needed_files.add(question.name)
            field.error_messages["required"] = _("Answer this question.")
        self.fields[question.name] = field

    def list_file_names(self) -> list[str]:
        """Return the fields that take a file."""
        return [name for name, field in self.fields.items() if isinstance(field, UploadField)]

    def _show_what_is_there(self, registration: Registration) -> None:
        """Show a secret masked, and the name of a file that was given already."""
        for name in SECRET_NAMES & set(self.fields):
            self.saved_passport_number = read_answer(registration, name)
            self.initial[name] = mask(self.saved_passport_number)
        for name in self.list_file_names():
            if file := read_answer(registration, name):
                self.fields[name].help_text += " " + _(
                    "There is one already: %(name)s. Choose another one to replace it."
                ) % {"name": file.name}

    def clean_reading_ja(self) -> str:
        reading: str = self.cleaned_data["reading_ja"]
        if reading and not _KATAKANA.fullmatch(reading):
            raise forms.ValidationError(_("Enter the reading in fullwidth katakana, such as ヤマダ タロウ."))
        return reading

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        made_up = make_badge_name(answers.get("given_names", ""), answers.get("family_name", ""))
        if not answers.get("badge_name") and "badge_name" in answers and len(made_up) > NAME_MAX_LENGTH:
            self.add_error("badge_name", _("Your name is too long for a badge. Enter a shorter form of it here."))
        for name in self.needed_files:
            is_there = self.registration is not None and read_answer(self.registration, name)
            if not answers.get(name) and not is_there and name not in self.errors:
                self.add_error(name, _("Choose a file."))
        if self.registration is not None and not JOURNEY_NAMES.isdisjoint(self.names):
            saved = {name: read_answer(self.registration, name) for name in JOURNEY_NAMES}
            seminar = self.registration.seminar
            self.check_journey({**saved, **answers}, start=seminar.start_date, end=seminar.end_date)
        return answers

    def read_answers(self) -> dict[str, Any]:
        """Return the values for the registration's columns; ticked consents as the version of their text."""
        answers = {name: self.cleaned_data[name] for name in self.names}
        files = self.list_file_names()
        answers = {name: value for name, value in answers.items() if value is not None or name not in files}
        for name in CONSENT_TEXTS:
            if name in answers:
                answers[name] = current_consent(name).version if answers[name] else ""
        if "badge_name" in answers:
            was_made_up = make_badge_name(self.initial.get("given_names", ""), self.initial.get("family_name", ""))
            if answers["badge_name"] in ("", was_made_up):
                answers["badge_name"] = make_badge_name(answers["given_names"], answers["family_name"])
        return answers


def make_badge_name(given_names: str, family_name: str) -> str:
    """Return "FAMILY NAME, Given names", or the given names alone for a person without a family name."""
    return f"{family_name.upper()}, {given_names}" if family_name else given_names


class NominationForm(LostLinkForm):
    """A name and a mail address, nothing more: the nominee fills in the rest."""

    field_order: tuple[str, ...] = ("given_names", "family_name", "email", "language")
    given_names = NameField(label=_("Given names"), error_messages={"required": _("Enter the given names.")})
    family_name = NameField(label=_("Family name (optional)"), required=False)
    language = forms.ChoiceField(label=_("Language of our mails to this person"), choices=Registration.Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("A personal link goes to this address, now or when you send it.")
        self.fields["email"].widget.attrs.update(autocomplete="off")


class OpenRequestForm(LostLinkForm):
    """Who asks to take part, through which delegation, and why."""

    field_order = ("delegation", "given_names", "family_name", "email", "organization", "position", "role", "wish")
    delegation = forms.ModelChoiceField(
        label=_("Country, region or organization"),
        queryset=Delegation.objects.none(),
        empty_label=_("Choose one"),
        help_text=_("Through which you would take part. Its people, or the organizers, decide about your request."),
        error_messages={"required": _("Choose your delegation."), "invalid_choice": _("Choose one of the list.")},
    )
    given_names = NameField(label=_("Given names"), error_messages={"required": _("Enter your given names.")})
    family_name = NameField(label=_("Family name (optional)"), required=False)
    organization = NameField(
        label=_("Ministry or organization"),
        error_messages={"required": _("Enter your ministry or organization.")},
        widget=forms.TextInput(attrs=_attributes("organization")),
    )
    position = NameField(label=_("Position (optional)"), required=False)
    role = forms.ChoiceField(
        label=_("You would take part as"),
        choices=[(role.value, role.label) for role in ASKED_ROLES],
        error_messages={"required": _("Choose how you take part."), "invalid_choice": _("Choose one of the list.")},
    )
    wish = TextField(
        label=_("Why you would like to take part"),
        help_text=_("One or two sentences."),
        error_messages={"required": _("Write in one or two sentences why you would like to take part.")},
        max_length=WISH_MAX_LENGTH,
        is_multiline=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, seminar: Seminar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        delegations = Delegation.objects.filter(seminar=seminar).outside_host()
        choice: Any = self.fields["delegation"]
        choice.queryset = delegations.exclude(state=Delegation.State.DECLINED).in_editorial_order()
        choice.label_from_instance = lambda delegation: delegation.short_name
        self.fields["email"].help_text = _("We send a link there by which you confirm the address.")
        for field in self.fields.values():
            field.widget.is_required = False
        self.helper = QuestionHelper(self)

    def read_wish(self, language: str) -> dict[str, str]:
        """Return what was written, for open_requests.Wish; mails come in `language`."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "delegation"} | {"language": language}


class FocalPointForm(LostLinkForm):
    """Who speaks for a delegation: a name, a mail address, a language."""

    field_order = ("name", "email", "language")
    name = NameField(label=_("Name"), error_messages={"required": _("Enter the name.")})
    language = forms.ChoiceField(label=_("Language of our mails"), choices=Registration.Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("The personal link to the desk goes to this address.")
        self.fields["email"].widget.attrs.update(autocomplete="off")


class ReplacementForm(NominationForm):
    """Who comes instead of somebody, and why."""

    field_order = ("reason", "given_names", "family_name", "email", "language", "becomes_head")
    reason = TextField(
        label=_("Reason for the replacement"),
        help_text=_("A short sentence is enough, for example “Changed duties”. The mails quote it."),
        error_messages={"required": _("Enter the reason for the replacement.")},
        max_length=REASON_MAX_LENGTH,
        is_multiline=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    becomes_head = forms.BooleanField(label=_("The new person heads the delegation as well"), required=False)

    def __init__(self, *args: Any, is_head: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_head:
            del self.fields["becomes_head"]
        self.fields["reason"].widget.is_required = False
        self.helper = QuestionHelper(self)


class LetterForm(QuestionForm):
    """The nomination letter as a file."""

    letter = forms.FileField(
        label=_("The letter as a file"),
        help_text=_("PDF, JPEG or PNG, 10 MB at the most."),
        error_messages={"required": _("Choose the file of the letter."), "empty": _("Choose the file of the letter.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letter"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png"
        self.fields["letter"].widget.is_required = False
        self.helper = QuestionHelper(self)

    def clean_letter(self) -> CheckedFile:
        return check_upload(self.cleaned_data["letter"])


class DeadlineForm(QuestionForm):
    """Until when one person may submit, in the seminar's zone; empty: as long as their delegation."""

    due_at = forms.DateTimeField(
        label=_("Own deadline"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[validate_moment],
        error_messages={"invalid": _("Enter a day and a time such as 2013-01-20 18:00.")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = QuestionHelper(self)


class ReasonForm(QuestionForm):
    """Why a registration is returned or withdrawn; its people and the organizers read it."""

    reason = TextField(max_length=REASON_MAX_LENGTH, is_multiline=True, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, help_text: str, required: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text, field.error_messages["required"] = label, help_text, required
        field.widget.is_required = False
        self.helper = QuestionHelper(self)
