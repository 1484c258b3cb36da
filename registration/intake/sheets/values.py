"""What the cells of a spreadsheet of people mean: choices, yes and no, days, in English and Japanese whoever reads."""

import re
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from registration.intake.extra_fields import make_field
from registration.intake.forms import RegistrationForm
from registration.models import ExtraQuestion, Registration
from seminar.foundation.bilingual import LANGUAGES
from seminar.foundation.text import TextRefused, normalise_code

MOST_NAMED = 12  # choices that an error still counts up
_JAPANESE_DAY = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
_BETWEEN = re.compile("[;；]")
_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "○", "〇", "はい", "有"})
_NO = frozenset({"no", "n", "false", "0", "×", "いいえ", "無"})

Reader = Callable[[str], Any]


def simplify(text: str) -> str:
    """Return what two spellings of one word have in common; empty where the text is none."""
    try:
        return normalise_code(text).casefold()
    except TextRefused:
        return ""


def read_code(text: str) -> str:
    """Return an identifier in plain characters. Raises ValidationError."""
    try:
        return normalise_code(text)[:100]
    except TextRefused:
        raise ValidationError(_("This text holds characters that cannot be stored.")) from None


def list_pairs(name: str) -> list[tuple[str, str]]:
    """Return (code, label in the reader's language) of what may be chosen as the answer `name`."""
    choices: Any = Registration.Role.choices if name == "role" else getattr(_ask(name), "choices", ())
    return [(str(code), str(label)) for code, label in choices if code]


def make_extra_reader(question: ExtraQuestion) -> tuple[Reader, Any, str]:
    """Return what `make_reader` does for an extra question."""
    kind = question.kind
    if kind in (ExtraQuestion.Kind.CHOICE, ExtraQuestion.Kind.YES_NO):
        return partial(_read_extra_choice, question), "", "text"
    if kind == ExtraQuestion.Kind.SEVERAL:
        return partial(_read_extra_choices, question), [], "text"
    field = make_field(question)
    if isinstance(field, forms.DateField):
        return partial(_read_day, field), None, "date"
    return field.clean, "", "text"


def list_extra_pairs(question: ExtraQuestion) -> list[tuple[str, str]]:
    """Return (code, label in the reader's language) of what may be chosen."""
    if question.kind == ExtraQuestion.Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return question.choices


def _read_extra_choice(question: ExtraQuestion, text: str) -> str:
    if question.kind == ExtraQuestion.Kind.YES_NO:
        return "yes" if _read_yes_or_no(text) else "no"
    for code, english, japanese in question.options:
        if simplify(text) in map(simplify, (code, english, japanese)):
            return str(code)
    labels = _(", ").join(label for _code, label in list_extra_pairs(question))
    raise ValidationError(_("Write one of these: %(choices)s."), params={"choices": labels})


def _read_extra_choices(question: ExtraQuestion, text: str) -> list[str]:
    """Return the codes of several choices with semicolons between them, in the order of the question's."""
    chosen = {_read_extra_choice(question, part) for part in _BETWEEN.split(text) if part.strip()}
    return [code for code, _english, _japanese in question.options if code in chosen]


def make_reader(name: str) -> tuple[Reader, Any, str]:
    """Return how a cell of the answer `name` is read, what an empty one means, and "text", "date" or "time"."""
    asked = _ask(name)
    if isinstance(asked, forms.BooleanField):
        return _read_yes_or_no, False, "text"
    if isinstance(asked, forms.ChoiceField):
        return partial(_read_choice, _list_words(name), name), "", "text"
    cell = deepcopy(asked)
    cell.required = False
    if isinstance(asked, forms.DateField):
        return partial(_read_day, cell), None, "date"
    if isinstance(asked, forms.TimeField):
        return cell.clean, None, "time"
    return cell.clean, "", "text"


def _ask(name: str) -> forms.Field:
    return RegistrationForm.base_fields[name]


def _list_words(name: str) -> dict[str, str]:
    """Return {word: code} of what may be chosen: its label in each language, and its code."""
    words: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            words |= {simplify(label): code for code, label in list_pairs(name)}
    return words | {simplify(code): code for code, _label in list_pairs(name)}


def _read_choice(words: dict[str, str], name: str, text: str) -> str:
    code = words.get(simplify(text))
    if code is not None:
        return code
    labels = [label for _code, label in list_pairs(name)]
    if len(labels) > MOST_NAMED:
        raise ValidationError(_("Write the name as in the list of the template, or its code such as JP."))
    raise ValidationError(_("Write one of these: %(choices)s."), params={"choices": _(", ").join(labels)})


def _read_yes_or_no(text: str) -> bool:
    word = simplify(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValidationError(_("Write Yes or No."))


def _read_day(cell: forms.Field, text: str) -> Any:
    match = _JAPANESE_DAY.fullmatch(simplify(text))
    return cell.clean("-".join(match.groups()) if match else text)
