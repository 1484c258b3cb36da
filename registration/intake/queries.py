"""Reads of the front door."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registration.models import Registration, State
from registration.models.answers import label_answer
from seminar.foundation.dates import format_date_short
from seminar.models import Delegation


@dataclass(frozen=True)
class DeskRow:
    """One person on the delegation desk. `missing` holds labels of mandatory answers that are still empty."""

    number: str
    name: str
    role: str
    state: str
    state_label: str
    missing: list[str]
    changed_day: str

    @property
    def missing_text(self) -> str:
        return _(", ").join(self.missing)

    @property
    def can_be_endorsed(self) -> bool:
        return self.state == State.SUBMITTED


def list_desk_rows(delegation: Delegation) -> list[DeskRow]:
    """Return a delegation's registrations, head first, then in the list's order, then by number."""
    zone, language = delegation.seminar.time_zone, get_language() or "en"
    registrations = Registration.objects.filter(delegation=delegation).order_by(
        "-is_head", F("list_position").asc(nulls_last=True), "number", "pk"
    )
    return [
        DeskRow(
            number=registration.number,
            name=registration.full_name,
            role=registration.get_role_display(),
            state=registration.state,
            state_label=registration.get_state_display(),
            missing=[label_answer(name) for name in list_missing(registration, delegation)],
            changed_day=format_date_short(registration.state_changed_at, time_zone=zone, language=language),
        )
        for registration in registrations
    ]


def list_missing(registration: Registration, delegation: Delegation) -> list[str]:
    """Return the mandatory answers that a draft still lacks; none where nobody may fill them in any more."""
    if not registration.is_editable:
        return []
    return registration.list_missing_fields(is_nominated=delegation.needs_nomination)
