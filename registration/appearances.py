"""Who presents, moderates and reports: the only writer of appearances, and what the programme asks of them.

Doors: `name_person`, `remove_person`, `list_cast`. Used by the speakers' room, and where an edition is loaded.
"""

import unicodedata
from datetime import datetime

from agenda.models import Presentation, Sitting
from agenda.people import Cast, Person
from registration.models import Appearance, Registration
from registration.models.states import ENDED
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import Seminar

_READ_IN_JAPAN = ("CJK", "HIRAGANA", "KATAKANA")


class NotNameable(Exception):
    """This person cannot have this part: not of this edition, no longer coming, or of another delegation."""


@retried
def name_person(
    *,
    actor: Actor,
    registration: Registration,
    part: str,
    now: datetime,
    presentation: Presentation | None = None,
    sitting: Sitting | None = None,
) -> Appearance:
    """Give a person a part in a presentation or a sitting, once. Raises NotNameable."""
    with recorded():
        if registration.state in ENDED or registration.seminar_id != _find_seminar_id(presentation, sitting):
            raise NotNameable
        appearance, is_new = Appearance.objects.get_or_create(
            registration=registration, presentation=presentation, sitting=sitting, part=part
        )
        if is_new:
            _record(actor, "name_person", appearance, now)
    return appearance


@retried
def remove_person(*, actor: Actor, appearance: Appearance, now: datetime) -> None:
    """Take a part from a person."""
    with recorded():
        _record(actor, "remove_person", appearance, now)
        Appearance.objects.filter(pk=appearance.pk).delete()


def list_cast(seminar: Seminar) -> Cast:
    """Return who has a part in the programme of an edition and still comes."""
    rows = (
        Appearance.objects.filter(registration__seminar=seminar)
        .exclude(registration__state__in=ENDED)
        .select_related("registration")
        .order_by("part", "pk")
    )
    cast = Cast()
    for row in rows:
        person = describe_person(row)
        if row.presentation_id is not None:
            cast.of_presentations.setdefault(row.presentation_id, []).append(person)
        elif row.sitting_id is not None:
            cast.of_sittings.setdefault(row.sitting_id, []).append(person)
    return cast


def describe_person(appearance: Appearance) -> Person:
    """Return a person as the programme names them: with their title, and in Japanese letters for readers of them."""
    registration = appearance.registration
    name = " ".join(part for part in (registration.title, registration.full_name) if part)
    is_read_in_japan = any(unicodedata.name(c, "").startswith(_READ_IN_JAPAN) for c in registration.name_native)
    return Person(
        name_en=name,
        name_ja=registration.name_native if is_read_in_japan else name,
        position=registration.position,
        organization=registration.organization,
        part=appearance.part,
    )


def _find_seminar_id(presentation: Presentation | None, sitting: Sitting | None) -> int:
    if presentation is not None:
        return presentation.item.seminar_id
    if sitting is None:
        raise ValueError("a part is one in a presentation or in a sitting")
    return sitting.group.seminar_id


def _record(actor: Actor, action: str, appearance: Appearance, now: datetime) -> None:
    target = ("presentation", appearance.presentation_id) if appearance.presentation_id else (
        "sitting", appearance.sitting_id,
    )  # fmt: skip
    record(
        actor=actor,
        action=action,
        subject=f"registration:{appearance.registration_id}",
        now=now,
        seminar_id=appearance.registration.seminar_id,
        details={"part": appearance.part, target[0]: target[1]},
    )
