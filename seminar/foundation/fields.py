"""Form fields that normalise what is typed and say in the reader's words what to do."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from seminar.foundation.text import NAME_MAX_LENGTH, TextRefused, is_email, normalise_code, normalise_text

YEARS = range(2000, 3000)  # of moments: at the calendar's own ends no zone can be reckoned with
LONGEST_RAW = 20_000  # characters looked at; longer input is refused before it is normalised

_REFUSED = _("This text holds characters that cannot be stored. Please type it again instead of pasting it.")


def validate_moment(moment: datetime) -> None:
    """Refuse a moment that no seminar has, such as one of a year typed in part."""
    if moment.year not in YEARS:
        raise forms.ValidationError(_("Enter a year in four digits, such as 2013."), code="year")


class TextField(forms.CharField):
    """A line or, with `is_multiline`, a paragraph of text in any script, normalised to NFC."""

    default_error_messages = {
        "refused": _REFUSED,
        "too_long": _("Shorten this text: it may have %(limit)d characters at most."),
    }

    def __init__(self, *, max_length: int = NAME_MAX_LENGTH, is_multiline: bool = False, **kwargs: Any) -> None:
        self.limit = max_length
        self.is_multiline = is_multiline
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value) if value not in self.empty_values else ""
        if len(text) > LONGEST_RAW:
            raise self._too_long()
        try:
            text = self.normalise(text)
        except TextRefused:
            raise forms.ValidationError(self.error_messages["refused"], code="refused") from None
        if len(text) > self.limit:
            raise self._too_long()
        return text

    def normalise(self, text: str) -> str:
        return normalise_text(text, is_multiline=self.is_multiline)

    def _too_long(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["too_long"], code="too_long", params={"limit": self.limit})


class EmailField(TextField):
    """One mail address, fullwidth characters made plain; kept as typed but for that."""

    widget = forms.EmailInput

    default_error_messages = {"invalid": _("Enter an e-mail address such as name@ministry.example.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)
        self.validators.append(EmailValidator(message=self.error_messages["invalid"]))

    def normalise(self, text: str) -> str:
        return normalise_code(text)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_email(value):  # what EmailValidator lets through and no mail server takes
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
