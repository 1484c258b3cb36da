"""A registration's answers: on which question page each is asked, and how they read in a list."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models.consents import CONSENT_TEXTS, IMPORTED, current_consent, find_consent
from registration.models.registration import Registration


@dataclass(frozen=True)
class Stage:
    """One question page: its name in addresses, its title, and the columns it asks for, in their order."""

    code: str
    title: Promise
    names: tuple[str, ...]


# What a first submission asks, in the order of the pages. Consents are asked on the last one, with all answers in view.
STAGES = (
    Stage(
        "name",
        gettext_lazy("Name"),
        ("title", "passport_name", "given_names", "family_name", "badge_name", "name_native", "reading_ja"),
    ),
    Stage(
        "position",
        gettext_lazy("Position and language of mails"),
        ("role", "position", "division", "organization", "language"),
    ),
)
CONSENTS = Stage("consents", gettext_lazy("Consents"), tuple(CONSENT_TEXTS))
ANSWER_NAMES = frozenset(name for stage in (*STAGES, CONSENTS) for name in stage.names)


@dataclass(frozen=True)
class Answer:
    """One line: `name` is the form's field, to link a change to."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """The answers of one stage; `code` names it in addresses."""

    code: str
    legend: str
    answers: list[Answer]


def list_sections(registration: Registration, *, with_consents: bool = True) -> list[Section]:
    """Return the answers in the order and under the titles of the question pages."""
    return [
        Section(
            stage.code,
            str(stage.title),
            [Answer(name, label_answer(name), describe_answer(registration, name)) for name in stage.names],
        )
        for stage in ((*STAGES, CONSENTS) if with_consents else STAGES)
    ]


def find_stage(code: str) -> Stage | None:
    return next((stage for stage in STAGES if stage.code == code), None)


def label_answer(name: str) -> str:
    """Return what an answer is called in a list, by its column."""
    column = Registration._meta.get_field(name)
    assert isinstance(column, models.Field)
    return str(capfirst(str(column.verbose_name)))


def describe_answer(registration: Registration, name: str) -> str:
    """Return an answer as a reader sees it; empty where it was not given."""
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
