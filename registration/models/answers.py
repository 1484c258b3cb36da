"""A registration's answers as a list to read: labels and values by section, for review pages and letters."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models.consents import CONSENT_TEXTS, IMPORTED, current_consent, find_consent
from registration.models.registration import Registration

# What a first submission asks, in the order of the form.
SECTIONS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Your name"), ("title", "passport_name", "given_names", "family_name", "badge_name")),
    (gettext_lazy("Your name in other scripts"), ("name_native", "reading_ja")),
    (gettext_lazy("Your position"), ("role", "position", "division", "organization")),
    (gettext_lazy("Mails and consents"), ("language", *CONSENT_TEXTS)),
)


ANSWER_NAMES = frozenset(name for _legend, names in SECTIONS for name in names)


@dataclass(frozen=True)
class Answer:
    """One line: `name` is the form's field, to link a change to."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Section:
    legend: str
    answers: list[Answer]


def list_sections(registration: Registration) -> list[Section]:
    """Return the answers in the order and under the legends of the form."""
    return [
        Section(str(legend), [Answer(name, label_answer(name), _value(registration, name)) for name in names])
        for legend, names in SECTIONS
    ]


def label_answer(name: str) -> str:
    """Return what an answer is called in a list, by its column."""
    column = Registration._meta.get_field(name)
    assert isinstance(column, models.Field)
    return str(capfirst(str(column.verbose_name)))


def _value(registration: Registration, name: str) -> str:
    value: str = getattr(registration, name)
    if name == "role":
        return str(registration.get_role_display())
    if name == "language":
        return str(registration.get_language_display())
    if name not in CONSENT_TEXTS:
        return value
    if not value:
        return _("Not agreed")
    if value == IMPORTED:
        return _("Agreed (given before this system was used)")
    return str(find_consent(name, value) or current_consent(name))
