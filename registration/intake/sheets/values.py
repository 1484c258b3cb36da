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

from registration.intake.forms import RegistrationForm
from registration.models import Registration
from seminar.foundation.text import TextRefused, normalise_code

LANGUAGES = ("en", "ja")
MOST_NAMED = 12  # choices that an error still counts up
_JAPANESE_DAY = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
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
    raise ValidationError(_("Write one of these: %(choices)s."), params={"choices": ", ".join(labels)})


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
