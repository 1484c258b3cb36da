"""Form fields for the files of an edition: text, moments, lists of texts and flags, made from a model's columns."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.forms.models import fields_for_model

from seminar.foundation.fields import EmailField, TextField

LONGEST_PARAGRAPH = 5000
LARGEST_INTEGER = 2_147_483_647  # what a column of whole numbers holds in PostgreSQL


class MomentField(forms.DateTimeField):
    """A moment with its offset, as TOML writes it."""

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise forms.ValidationError("write the moment with its offset, like 2013-01-11T18:00:00+09:00")
        if value is not None and not isinstance(value, datetime):
            raise forms.ValidationError("write a moment, like 2013-01-11T18:00:00+09:00, without quotation marks")
        if value is not None and not 1 < value.year < 9999:  # beyond these no database and no zone follows
            raise forms.ValidationError("write a moment with the year of the seminar")
        return value


class CellField(TextField):
    """A text as a file holds it; a number, date or list of TOML in its place is refused."""

    def to_python(self, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise forms.ValidationError("write a text, in quotation marks")
        return super().to_python(value)


class TextListField(forms.Field):
    """A list of texts; a missing one is empty."""

    def to_python(self, value: Any) -> list[str]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise forms.ValidationError("write a list of texts")
        return [CellField(max_length=LONGEST_PARAGRAPH).clean(entry) for entry in value]


class FlagField(forms.ChoiceField):
    """A yes or no of a spreadsheet, or true and false of TOML; empty is no."""

    YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0", "")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = str("" if value is None else value).strip().lower()
        if text not in self.YES + self.NO:
            raise forms.ValidationError("write yes or no")
        return text in self.YES

    def validate(self, value: Any) -> None:
        """Every value that to_python lets through is allowed."""


def make_form(model: type[models.Model], names: list[str], **overrides: forms.Field) -> type[forms.Form]:
    """Return a form with one field per column of `model` in `names`, plus or instead of them `overrides`."""

    def make_field(column: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
        required = not column.blank
        if isinstance(column, models.DateTimeField):
            return MomentField(required=required)
        if isinstance(column, models.JSONField):
            return TextListField(required=required)
        if isinstance(column, models.BooleanField):
            return FlagField()
        if isinstance(column, models.DateField):
            return forms.DateField(required=required, validators=column.validators)
        if isinstance(column, models.EmailField):
            return EmailField(required=required)
        if isinstance(column, models.TextField):
            return CellField(max_length=LONGEST_PARAGRAPH, is_multiline=True, required=required)
        if isinstance(column, models.CharField) and not column.choices and not isinstance(column, models.SlugField):
            return CellField(max_length=column.max_length or 200, required=required)
        if isinstance(column, models.IntegerField):
            return column.formfield(max_value=LARGEST_INTEGER, **kwargs)
        return column.formfield(**kwargs)

    fields = fields_for_model(model, fields=names, formfield_callback=make_field)
    return type(f"{model.__name__}RowForm", (forms.Form,), {**fields, **overrides})
