"""A registration's answers: on which question page each is asked, of whom, until when, and how they read in a list."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registration.models.answer_columns import HOLDER_OF, find_column, read_answer
from registration.models.consents import CONSENT_TEXTS, IMPORTED, current_consent, find_consent
from registration.models.extra_questions import find_question, is_extra, list_asked
from registration.models.registration import Registration
from registration.models.states import EDITABLE, ENDED, State
from seminar.foundation.countries import name_country
from seminar.foundation.dates import format_days
from seminar.foundation.encryption import mask
from seminar.foundation.private_files import CheckedFile
from seminar.models import Delegation, Seminar, StoredFile

_Role = Registration.Role
COUNTRY_NAMES = ("nationality", "passport_issuer")
SECRET_NAMES = frozenset({"passport_number"})  # kept nowhere but in their column, shown masked
FILE_NAMES = frozenset({"photo", "passport_copy"})
ENCRYPTED_FILES = frozenset({"passport_copy"})


@dataclass(frozen=True)
class Stage:
    """One question page: its name in addresses, its title, and the columns it asks for, in their order.

    `due` names the edition's deadline for a page after the first submission, whose `required` columns make it done.
    `is_free`: it may be changed until changes close, after approval as well. `told`: what organizers add, shown beside
    the answers.
    """

    code: str
    title: Promise
    names: tuple[str, ...]
    due: str = ""
    required: tuple[str, ...] = ()
    is_free: bool = False
    told: tuple[str, ...] = ()
    is_for: Callable[[Registration], bool] = lambda registration: True


def _is_nominated(registration: Registration) -> bool:
    return registration.delegation.needs_nomination


def _may_present(registration: Registration) -> bool:
    return _is_nominated(registration) and registration.role in (_Role.DELEGATE, _Role.SPEAKER)


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
# What may follow, each until its own deadline.
LATER_STAGES = (
    Stage(
        "person",
        gettext_lazy("Personal data"),
        ("sex", "birth_date", "nationality", "mobile"),
        due="visa_requests_due_at",
        required=("sex", "birth_date", "nationality"),
        is_for=_is_nominated,
    ),
    Stage(
        "passport",
        gettext_lazy("Passport"),
        (
            "passport_type", "passport_number", "passport_issuer", "passport_issue_date", "passport_expiry_date",
            "passport_copy",
        ),
        due="visa_requests_due_at",
        required=("passport_type", "passport_number", "passport_issuer", "passport_expiry_date"),
        is_for=_is_nominated,
    ),
    Stage(
        "visa",
        gettext_lazy("Visa"),
        ("visa_need", "visa_mission"),
        due="visa_requests_due_at",
        required=("visa_need",),
        is_free=True,
        told=("visa_state",),
        is_for=_is_nominated,
    ),
    Stage(
        "travel",
        gettext_lazy("Travel, hotel and support"),
        (
            "arrival_date", "arrival_time", "arrival_flight", "arrival_port", "departure_date", "departure_time",
            "departure_flight", "departure_port", "hotel", "hotel_from", "hotel_until", "wants_ticket",
            "wants_allowance",
        ),
        due="travel_due_at",
        required=("arrival_date", "departure_date"),
        is_free=True,
        told=("support_decision", "support_reason"),
        is_for=_is_nominated,
    ),
    Stage(
        "needs",
        gettext_lazy("Meals, accessibility and emergency contact"),
        (
            "dietary", "dietary_note", "accessibility", "emergency_name", "emergency_relation", "emergency_phone",
        ),
        due="changes_close_at",
        required=("dietary", "emergency_name", "emergency_phone"),
        is_free=True,
        is_for=lambda registration: registration.delegation.category != Delegation.Category.PRESS,
    ),
    Stage(
        "presentation",
        gettext_lazy("Presentation"),
        ("presents", "presentation_title", "equipment"),
        due="materials_due_at",
        required=("presents",),
        is_free=True,
        is_for=_may_present,
    ),
    Stage("photo", gettext_lazy("Photo"), ("photo",), due="changes_close_at", required=("photo",), is_free=True),
)  # fmt: skip
CONSENTS = Stage("consents", gettext_lazy("Consents"), tuple(CONSENT_TEXTS))
ANSWER_NAMES = frozenset(name for stage in (*STAGES, CONSENTS) for name in stage.names) | frozenset(HOLDER_OF)


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


def list_later_stages(registration: Registration) -> list[Stage]:
    """Return the pages after the first submission that this role and delegation need, with their extra questions."""
    return [extend(stage, registration) for stage in LATER_STAGES if stage.is_for(registration)]


def list_first_stages(registration: Registration) -> list[Stage]:
    """Return the pages of a first submission with the extra questions that this person is asked."""
    return [extend(stage, registration) for stage in STAGES]


def extend(stage: Stage, registration: Registration) -> Stage:
    """Return a page with the extra questions that organizers put on it for this person."""
    asked = [question for question in list_asked(registration) if question.stage == stage.code]
    if not asked:
        return stage
    required = (question.name for question in asked if question.is_required and stage.due)
    return replace(
        stage, names=(*stage.names, *(question.name for question in asked)), required=(*stage.required, *required)
    )


def list_missing_of(registration: Registration, stage: Stage) -> list[str]:
    """Return the columns that a later page still needs; none of it where nothing more is asked."""
    missing = [name for name in stage.required if not read_answer(registration, name)]
    if stage.code == "presentation" and read_answer(registration, "presents") == "yes":
        missing += [name for name in ("presentation_title",) if not read_answer(registration, name)]
    return missing


def find_due_at(registration: Registration, stage: Stage) -> datetime | None:
    """Return until when a page is asked for: the edition's deadline for it, or a later one of the person's own."""
    due_at = find_edition_due_at(registration.seminar, stage) if stage.due else registration.submit_by
    own: datetime | None = registration.due_at
    return max(due_at, own) if due_at and own else due_at


def find_edition_due_at(seminar: Seminar, stage: Stage) -> datetime | None:
    """Return the edition's deadline for a later page; where it set none of its own, the day on which changes close."""
    due_at: datetime | None = getattr(seminar, stage.due)
    return due_at or (seminar.changes_close_at if stage.due == "travel_due_at" else None)


def may_edit(registration: Registration, stage: Stage, now: datetime) -> bool:
    """Return whether a page may be filled in now, by its person or on their behalf.

    The first submission's pages while it is not submitted; free ones until changes close; who a person is until
    approval, and after it what was not yet given: a change of that is a change request.
    """
    if registration.state in ENDED or not stage.is_for(registration):
        return False
    if registration.state in EDITABLE:
        return True
    closes_at = registration.seminar.changes_close_at
    if not stage.due or (closes_at and now > max(closes_at, registration.due_at or closes_at)):
        return False
    return stage.is_free or registration.state != State.APPROVED or bool(list_missing_of(registration, stage))


def list_sections(registration: Registration, *, with_consents: bool = True, with_later: bool = True) -> list[Section]:
    """Return the answers in the order and under the titles of the question pages; of later pages, those begun."""
    later = [
        stage
        for stage in (list_later_stages(registration) if with_later else ())
        if any(_is_given(registration, stage))
    ]
    return [
        Section(
            stage.code,
            str(stage.title),
            [
                Answer(name, label_answer(name, registration.seminar), describe_answer(registration, name))
                for name in (*stage.names, *(name for name in stage.told if read_answer(registration, name)))
            ],
        )
        for stage in (*list_first_stages(registration), *((CONSENTS,) if with_consents else ()), *later)
    ]


def _is_given(registration: Registration, stage: Stage) -> list[bool]:
    return [bool(read_answer(registration, name)) for name in (*stage.names, *stage.told)]


def find_stage(code: str) -> Stage | None:
    return next((stage for stage in (*STAGES, *LATER_STAGES) if stage.code == code), None)


def label_answer(name: str, seminar: Seminar | None = None) -> str:
    """Return what an answer is called in a list: by its column, or by the extra question of `seminar`."""
    if is_extra(name):
        question = find_question(seminar, name)
        return question.label if question else name
    return str(capfirst(str(find_column(name).verbose_name)))


def describe_answer(registration: Registration, name: str) -> str:
    """Return an answer as a reader sees it; empty where it was not given, secrets masked."""
    return describe_value(name, read_answer(registration, name), registration.seminar)


def describe_value(name: str, value: Any, seminar: Seminar | None = None) -> str:
    """Return what stands in the column `name` as a reader sees it; empty where nothing does, secrets masked."""
    if name in CONSENT_TEXTS:
        return _describe_consent(name, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if not value:
        return ""
    if name in SECRET_NAMES:
        return mask(value)
    if name in COUNTRY_NAMES:
        return name_country(value)
    if isinstance(value, date):
        return format_days(value, value, get_language() or "en")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, (StoredFile, CheckedFile)):
        return value.name
    if is_extra(name):
        question = find_question(seminar, name)
        return question.describe(value) if question else str(value)
    choices = find_column(name).choices
    return str(dict(choices).get(value, value)) if choices else str(value)


def _describe_consent(name: str, value: str) -> str:
    if not value:
        return _("Not agreed")
    if value == IMPORTED:
        return _("Agreed (given before this system was used)")
    return str(find_consent(name, value) or current_consent(name))
