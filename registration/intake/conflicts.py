"""Two people on one page: what the other saved meanwhile beside what was typed here, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from registration.models import Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import SECRET_NAMES, Stage, describe_value, label_answer
from seminar.foundation.encryption import mask

TAKEN = "take_saved"  # the boxes ticked for fields whose saved answer is to stay


@dataclass(frozen=True)
class Difference:
    """One field: its name, its label, the saved and the typed answer as a reader sees them."""

    name: str
    label: str
    saved: str
    typed: str


def list_differences(registration: Registration, stage: Stage, answers: Mapping[str, Any]) -> list[Difference]:
    """Return the fields of a page whose saved answer is another than `answers` {column: value}."""
    saved = {name: read_answer(registration, name) for name in stage.names if name in answers}
    return [
        Difference(
            name,
            label_answer(name, registration.seminar),
            describe_value(name, value, registration.seminar),
            describe_value(name, answers[name], registration.seminar),
        )
        for name, value in saved.items()
        if value != answers[name]
    ]


def take_saved(registration: Registration, stage: Stage, data: QueryDict) -> QueryDict:
    """Return the form's data with the saved answers in the fields that were ticked."""
    changed = data.copy()
    for name in set(data.getlist(TAKEN)) & set(stage.names):
        value = read_answer(registration, name)
        if name in SECRET_NAMES:
            value = mask(value)  # stands for the saved one
        if value in (None, False):
            changed.pop(name, None)
        elif isinstance(value, list):
            changed.setlist(name, value)
        else:
            changed[name] = str(value)
    return changed
