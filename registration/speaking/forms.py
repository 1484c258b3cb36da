"""What a presentation's page asks: title and abstract, equipment, a file per language and who may see it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agenda.models import Disclosure
from registration.models import Registration
from seminar.foundation.fields import TextField
from seminar.foundation.question_fields import DayField, UploadField
from seminar.foundation.questions import QuestionForm, QuestionHelper

MOST_BYTES = 25 * 1024 * 1024
LANGUAGES = ("en", "ja")
_HINT = _("PDF, JPEG or PNG, 25 MB at the most. Leave it empty to keep the file that is there.")


def _ask_file(label: Any) -> UploadField:
    return UploadField(label=label, help_text=_HINT, most_bytes=MOST_BYTES)


def _ask_level(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=Disclosure.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see this file."), "invalid_choice": _("Choose one of the list.")},
    )


def _ask_day(label: Any) -> DayField:
    return DayField(label=label, required=False)


class PresentationForm(QuestionForm):
    """The whole page. Where `permitted` is given, files are shown to that many people at the most, {language: level};
    else what is chosen is the speaker's permission."""

    title_en = TextField(label=_("Title in English"), max_length=300, required=False)
    title_ja = TextField(
        label=_("Title in Japanese"),
        max_length=300,
        required=False,
        help_text=_("Give it in one language at least; the secretariat translates the other."),
    )
    abstract_en = TextField(
        label=_("Abstract in English (optional)"),
        max_length=2000,
        is_multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    abstract_ja = TextField(
        label=_("Abstract in Japanese (optional)"),
        max_length=2000,
        is_multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    equipment = TextField(
        label=_("Equipment you need (optional)"),
        max_length=1000,
        required=False,
        help_text=_("For example your own computer, sound, a remote control."),
    )
    file_en = _ask_file(_("File in English"))
    level_en = _ask_level(_("Who may see the English file?"))
    earliest_en = _ask_day(_("Not before this day (optional)"))
    file_ja = _ask_file(_("File in Japanese"))
    level_ja = _ask_level(_("Who may see the Japanese file?"))
    earliest_ja = _ask_day(_("Not before this day (optional)"))

    def __init__(self, *args: Any, permitted: dict[str, Disclosure] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            if permitted is not None:
                del self.fields[f"earliest_{language}"]
                field: Any = self.fields[f"level_{language}"]
                field.choices = [
                    (level.value, level.label) for level in Disclosure if level.rank <= permitted[language].rank
                ]
                field.help_text = _("No more than the speaker has permitted.")
                field.error_messages["invalid_choice"] = _("The speaker has not permitted this.")
            else:
                self.fields[f"earliest_{language}"].help_text = _("A day in the zone of the seminar.")
        self.helper = QuestionHelper(self)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not values.get("title_en") and not values.get("title_ja") and not (self.errors.keys() & {"title_en"}):
            self.add_error("title_en", _("Enter the title in English or in Japanese."))
        return values


class SpeakerForm(QuestionForm):
    """Who presents, among the people who may."""

    registration: "forms.ModelChoiceField[Registration]" = forms.ModelChoiceField(
        queryset=Registration.objects.none(),
        label=_("Person"),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose a person."), "invalid_choice": _("Choose one of the list.")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["registration"]
        field.queryset = people
        field.label_from_instance = lambda person: f"{person.full_name} ({person.number})"
        self.helper = QuestionHelper(self)


class EquipmentForm(QuestionForm):
    """What a moderator needs in the room."""

    equipment = TextField(
        label=_("Equipment you need (optional)"),
        max_length=1000,
        required=False,
        help_text=_("For example a board, a screen, sound."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = QuestionHelper(self)
