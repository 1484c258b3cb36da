"""Fields of questions that several rooms ask: a day, a file. Their texts say what to do."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from seminar.foundation.private_files import MOST_BYTES, CheckedFile, check_photo, check_upload
from seminar.foundation.text import normalise_code


class DayField(forms.DateField):
    """A day, by the browser's own picker; without one, as 2013-02-26."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Enter the day as year-month-day, such as 2013-02-26.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        return super().to_python(normalise_digits(value))


def normalise_digits(value: Any) -> Any:
    """Return typed text with fullwidth digits made plain; what cannot be read is left to the field to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return normalise_code(value[:40])
    except ValueError:
        return "?"


class UploadField(forms.FileField):
    """A file that is what it says it is; empty where none was chosen, and then the one that is there stays."""

    default_error_messages = {
        "required": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
    }

    def __init__(self, *, is_photo: bool = False, most_bytes: int = MOST_BYTES, **kwargs: Any) -> None:
        accepted = "image/jpeg,image/png" if is_photo else "application/pdf,image/jpeg,image/png"
        super().__init__(widget=forms.FileInput(attrs={"accept": accepted}), required=False, **kwargs)
        self.is_photo = is_photo
        self.most_bytes = most_bytes

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        if not isinstance(super().clean(data, None), UploadedFile):
            return None
        return check_photo(data) if self.is_photo else check_upload(data, most_bytes=self.most_bytes)
