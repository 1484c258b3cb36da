"""What speakers, focal points and the secretariat write of a presentation, whole in one transaction.

Doors: `save_presentation`, `save_equipment`. Who is named to speak is written by registration.appearances.
"""

from datetime import datetime
from typing import Any

from agenda import materials
from agenda.models import Disclosure, Presentation, Sitting
from registration.speaking.doors import Work
from registration.speaking.forms import LANGUAGES
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried

TEXTS = ("title_en", "title_ja", "abstract_en", "abstract_ja", "equipment")


@retried
def save_presentation(*, work: Work, values: dict[str, Any], now: datetime) -> list[str]:
    """Write what a page's form holds; return the names of what changed.

    A speaker's or a focal point's choice of who may see a file is their permission; the secretariat's stays within it.
    Raises StorageFull, agenda.materials.ExceedsConsent.
    """
    presentation, actor = work.presentation, work.door.actor
    with recorded():
        changed = _save_texts(actor, presentation, values, now)
        for language in LANGUAGES:
            checked = values.get(f"file_{language}")
            if checked is not None:
                materials.keep_file(actor=actor, presentation=presentation, language=language, checked=checked, now=now)
                changed.append(f"file_{language}")
            _save_level(work, language, values, now)
    return changed


def _save_texts(actor: Actor, presentation: Presentation, values: dict[str, Any], now: datetime) -> list[str]:
    changed = [name for name in TEXTS if name in values and getattr(presentation, name) != values[name]]
    if changed:
        for name in changed:
            setattr(presentation, name, values[name])
        presentation.save(update_fields=changed)
        record(
            actor=actor,
            action="edit_presentation",
            subject=f"presentation:{presentation.pk}",
            now=now,
            seminar_id=presentation.item.seminar_id,
            details={"fields": changed},
        )
    return changed


def _save_level(work: Work, language: str, values: dict[str, Any], now: datetime) -> None:
    level = Disclosure(values[f"level_{language}"])
    if work.door.is_staff:
        materials.disclose(
            actor=work.door.actor, presentation=work.presentation, language=language, level=level, now=now
        )
        return
    materials.give_consent(
        giver=materials.Giver(work.door.actor, work.door.name),
        presentation=work.presentation,
        language=language,
        level=level,
        earliest_date=values.get(f"earliest_{language}"),
        now=now,
    )


@retried
def save_equipment(*, actor: Actor, sitting: Sitting, equipment: str, now: datetime) -> None:
    """Write what the moderators of a sitting need."""
    with recorded():
        if sitting.equipment == equipment:
            return
        Sitting.objects.filter(pk=sitting.pk).update(equipment=equipment)
        record(
            actor=actor,
            action="edit_sitting",
            subject=f"sitting:{sitting.pk}",
            now=now,
            seminar_id=sitting.group.seminar_id,
            details={"fields": ["equipment"]},
        )
