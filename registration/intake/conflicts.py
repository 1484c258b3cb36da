"""Two people on one page: what the other saved meanwhile beside what was typed here, field by field."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from registration.models import Registration
from registration.models.answers import Stage, describe_answer, label_answer

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
    typed = copy(registration)
    for name in stage.names:
        setattr(typed, name, answers[name])
    return [
        Difference(name, label_answer(name), describe_answer(registration, name), describe_answer(typed, name))
        for name in stage.names
        if getattr(registration, name) != answers[name]
    ]


def take_saved(registration: Registration, stage: Stage, data: QueryDict) -> QueryDict:
    """Return the form's data with the saved answers in the fields that were ticked."""
    changed = data.copy()
    for name in set(data.getlist(TAKEN)) & set(stage.names):
        changed[name] = getattr(registration, name)
    return changed
