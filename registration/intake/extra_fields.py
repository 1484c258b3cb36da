"""The fields in which extra questions are answered. Door: `make_field`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.models import ExtraQuestion
from seminar.foundation.fields import TextField
from seminar.foundation.question_fields import DayField, UploadField

TEXT_MAX_LENGTH, LONG_TEXT_MAX_LENGTH = 300, 2000
_Kind = ExtraQuestion.Kind
_ONE_OF_LIST = _("Choose one of the list.")


def make_field(question: ExtraQuestion) -> forms.Field:
    """Return the field of one question; whether it must be filled in, its page decides."""
    about: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    match question.kind:
        case _Kind.LONG_TEXT:
            return TextField(
                max_length=LONG_TEXT_MAX_LENGTH, is_multiline=True, widget=forms.Textarea(attrs={"rows": 4}), **about
            )
        case _Kind.CHOICE | _Kind.YES_NO:
            chosen = question.choices if question.kind == _Kind.CHOICE else [("yes", _("Yes")), ("no", _("No"))]
            messages = {"invalid_choice": _ONE_OF_LIST}
            return forms.ChoiceField(choices=[("", _("Choose one")), *chosen], error_messages=messages, **about)
        case _Kind.SEVERAL:
            messages = {"invalid_choice": _ONE_OF_LIST, "invalid_list": _ONE_OF_LIST}
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=question.choices, error_messages=messages, widget=widget, **about)
        case _Kind.DATE:
            return DayField(**about)
        case _Kind.FILE:
            del about["required"]
            return UploadField(**about)
        case _:
            return TextField(max_length=TEXT_MAX_LENGTH, **about)
