"""The columns of a spreadsheet of people: how each is headed, written and read.

Doors: `list_columns`, `find_columns`.
"""

from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from registration.intake.sheets.values import (
    Reader,
    list_extra_pairs,
    list_pairs,
    make_extra_reader,
    make_reader,
    read_code,
    simplify,
)
from registration.models import ExtraQuestion, Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import CONSENTS, FILE_NAMES, LATER_STAGES, SECRET_NAMES, STAGES, Stage, label_answer
from registration.models.consents import CONSENT_TEXTS
from registration.models.extra_questions import list_questions
from registration.models.registration import FIRST_PAGES
from seminar.foundation.bilingual import LANGUAGES
from seminar.foundation.encryption import mask
from seminar.foundation.fields import EmailField
from seminar.foundation.workbooks import Value
from seminar.models import Seminar

NUMBER, DELEGATION, EMAIL = "number", "delegation", "email"
NEEDED = ("given_names", EMAIL)  # without these nobody is added
_NOTE = "*"  # after a heading whose column must be filled in for a submission
_MADE_UP = "badge_name"  # where it is left empty
_WIDE = frozenset({EMAIL, "passport_name", "organization", "accessibility", "presentation_title", "equipment"})


@dataclass(eq=False)
class Column:
    """One column. `stage` is the question page that asks for it, None of what tells whom the row is about.

    `read` makes a value of a text that is not empty and raises ValidationError; `empty` is what an empty cell means.
    """

    name: str
    stage: Stage | None
    read: Reader
    empty: Any = ""
    kind: str = "text"
    question: ExtraQuestion | None = None
    _values: dict[str, Any] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """What the column is called in the reader's language."""
        if self.question is not None:
            return str(self.question.label)
        return _("Code of the delegation") if self.name == DELEGATION else label_answer(self.name)

    @property
    def noted_heading(self) -> str:
        return f"{self.heading} {_NOTE}" if self.is_needed else self.heading

    @property
    def is_needed(self) -> bool:
        """Whether a registration cannot be submitted without it."""
        if self.question is not None:
            return self.question.is_required and self.question.stage in FIRST_PAGES
        return self.name in (*NEEDED, *Registration.MANDATORY_FIELDS) and self.name != _MADE_UP

    @property
    def width(self) -> int:
        return 32 if self.name in _WIDE else 18

    @cached_property
    def labels(self) -> dict[str, str]:
        """{code: label} of what may be chosen, in the language in which the column is used first."""
        if self.question is not None:
            return dict(list_extra_pairs(self.question))
        return dict(list_pairs(self.name)) if self.stage else {}

    @property
    def choices(self) -> list[str]:
        """What may be chosen in a cell's list, which takes one alone."""
        if self.empty is False:
            return [_("Yes"), _("No")]
        takes_several = self.question is not None and self.question.kind == ExtraQuestion.Kind.SEVERAL
        return [] if takes_several else list(self.labels.values())

    def parse(self, text: str) -> Any:
        """Return the value of a cell; one text is read once. Raises ValidationError."""
        if text not in self._values:
            try:
                self._values[text] = self.read(text) if text else self.empty
            except ValidationError as error:
                self._values[text] = error
        value = self._values[text]
        if isinstance(value, ValidationError):
            raise value
        return value

    def get_saved(self, registration: Registration) -> Any:
        """Return what is saved in the form that `parse` returns; a secret masked."""
        value = read_answer(registration, self.name)
        if self.question is not None:
            return self.empty if value is None else value
        if self.name in CONSENT_TEXTS:
            return bool(value)
        return mask(value) if value and self.name in SECRET_NAMES else value

    def is_saved(self, registration: Registration, value: Any) -> bool:
        """Return whether a value of `parse` stands there already; a secret may be masked or typed whole."""
        is_secret = self.name in SECRET_NAMES and value == read_answer(registration, self.name)
        return is_secret or bool(value == self.get_saved(registration))

    def write(self, value: Any) -> Value:
        """Return what a cell holds for a value, in the reader's language."""
        if value is None or value in ("", []):
            return None
        if isinstance(value, bool):
            return (_("Yes") if value else _("No")) if value or self.name not in CONSENT_TEXTS else None
        if isinstance(value, (date, time)):
            return value
        if isinstance(value, list):
            return "; ".join(str(self.labels.get(code, code)) for code in value)
        return self.labels.get(value, str(value))

    def show(self, value: Any) -> str:
        """Return a value as a page shows it."""
        cell = self.write(value)
        return "" if cell is None else f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)


def list_columns(seminar: Seminar) -> list[Column]:
    """Return all columns in their order, those of the edition's extra questions after their page's."""
    about = [
        Column(NUMBER, None, read_code),
        Column(DELEGATION, None, read_code),
        Column(EMAIL, None, EmailField(required=False).clean),
    ]
    questions = [one for one in list_questions(seminar) if not one.is_retired and one.kind != ExtraQuestion.Kind.FILE]
    for stage in (*STAGES, CONSENTS, *LATER_STAGES):
        about += [Column(name, stage, *make_reader(name)) for name in stage.names if name not in FILE_NAMES]
        about += [
            Column(question.name, stage, *make_extra_reader(question), question=question)
            for question in questions
            if question.stage == stage.code
        ]
    return about


def find_columns(columns: list[Column], headings: list[str]) -> tuple[dict[int, Column], dict[int, str]]:
    """Return {index: column} and {index: what is wrong} of a row of headings, in either language."""
    names = {column.name: column for column in columns}
    for language in LANGUAGES:
        with translation.override(language):
            names |= {simplify(column.heading): column for column in columns}
    found: dict[int, Column] = {}
    faults: dict[int, str] = {}
    for index, heading in enumerate(headings):
        column = names.get(simplify(heading.removesuffix(_NOTE)))
        if column is not None and column not in found.values():
            found[index] = column
        elif column is not None:
            faults[index] = _("This column stands twice.")
        elif heading:
            faults[index] = _("This column is not known. Give it the heading that it has in the template.")
    return found, faults
