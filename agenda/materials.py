"""Files of presentations: kept, shown to whom their speakers permit, and to nobody from the moment they do not.

Doors: `keep_file`, `remove_file`, `give_consent`, `withdraw_consent`, `disclose`; `find_shown_to` says to whom a file
is open at a moment, and every page and download asks it. Source: docs/adr/0022-disclosure-of-materials.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from agenda.models import Disclosure, DisclosureConsent, Material, Presentation
from seminar.foundation import private_files
from seminar.foundation.audit import SYSTEM, Actor, record
from seminar.foundation.consent_texts import ConsentText
from seminar.foundation.kept_pages import forget_pages
from seminar.foundation.transactions import recorded, retried
from seminar.models import Seminar

IMPORTED = "imported"  # permission given outside the system, before an edition was loaded

CONSENT_TEXTS = [
    ConsentText(
        "2026-11",
        "I may decide about this file, and I permit the organizers of the seminar to show it, and corrected versions "
        "of it, to those chosen here. I can withdraw this permission at any time; the file is then closed at once.",
        "私は本資料の公開について決定する権限を有し、主催者が本資料（修正版を含む。）を、ここで選択した範囲に"
        "公開することを許可します。この許可はいつでも撤回でき、撤回した時点で資料は直ちに非公開となります。",
    )
]


class ExceedsConsent(Exception):
    """A file cannot be shown to more people than its speaker has permitted."""

    def __init__(self, permitted: Disclosure) -> None:
        super().__init__(permitted)
        self.permitted = permitted


@dataclass(frozen=True)
class Giver:
    """Who gives a permission, and under which name the record keeps them."""

    actor: Actor
    name: str


def find_consent(presentation: Presentation, language: str) -> DisclosureConsent | None:
    """Return the permission that stands for the file of one language."""
    return DisclosureConsent.objects.filter(presentation=presentation, language=language, ended_at=None).first()


def find_shown_to(material: Material, consent: DisclosureConsent | None, seminar: Seminar, now: datetime) -> Disclosure:
    """Return to whom a file is open: the lesser of what organizers chose and what its speaker permits today."""
    if consent is None:
        return Disclosure.NONE
    permitted = consent.find_level_on(_find_day(seminar, now))
    return min(Disclosure(material.disclosure), permitted, key=lambda level: level.rank)


@retried
def keep_file(
    *, actor: Actor, presentation: Presentation, language: str, checked: private_files.CheckedFile, now: datetime
) -> Material:
    """Keep a checked file in place of the one before it, disclosed as that one was. Raises StorageFull."""
    with recorded():
        Presentation.objects.select_for_update(no_key=True).get(pk=presentation.pk)
        before = Material.objects.filter(presentation=presentation, language=language).select_related("file").first()
        stored = private_files.store(checked, now=timezone.now())
        values = {
            "file": stored,
            "uploaded_at": now,
            "uploader_kind": actor.kind,
            "uploader_key": actor.key,
        }
        if before is None:
            material = Material.objects.create(presentation=presentation, language=language, **values)
        else:
            material, old_file = before, before.file
            for name, value in values.items():
                setattr(material, name, value)
            material.save(update_fields=list(values))
            private_files.remove(old_file)
        _record(actor, "keep_material", presentation, now, {"language": language})
    return material


@retried
def remove_file(*, actor: Actor, presentation: Presentation, language: str, now: datetime) -> None:
    """Remove the file of one language with its content; without one nothing happens."""
    with recorded():
        rows = Material.objects.select_for_update(of=("self",)).select_related("file")
        material = rows.filter(presentation=presentation, language=language).first()
        if material is None:
            return
        _record(actor, "remove_material", presentation, now, {"language": language})
        stored = material.file
        material.delete()
        private_files.remove(stored)


@retried
def give_consent(
    *,
    giver: Giver,
    presentation: Presentation,
    language: str,
    level: Disclosure,
    earliest_date: date | None,
    now: datetime,
) -> DisclosureConsent:
    """Put a permission in the place of the one before it, and disclose the file as far as it now goes."""
    with recorded():
        Presentation.objects.select_for_update(no_key=True).get(pk=presentation.pk)
        standing = find_consent(presentation, language)
        is_same = standing is not None and (standing.level, standing.earliest_date) == (level, earliest_date)
        if standing is not None and is_same and standing.text_version != IMPORTED:
            _disclose(presentation, language, level)
            return standing
        _end(presentation, language, now)
        consent = DisclosureConsent.objects.create(
            presentation=presentation,
            language=language,
            level=level,
            earliest_date=earliest_date,
            text_version=CONSENT_TEXTS[-1].version,
            given_at=now,
            giver_kind=giver.actor.kind,
            giver_key=giver.actor.key,
            giver_name=giver.name,
        )
        _disclose(presentation, language, level)
        details = {"language": language, "level": str(level), "text": consent.text_version}
        _record(giver.actor, "give_disclosure_consent", presentation, now, details)
    return consent


@retried
def withdraw_consent(*, actor: Actor, presentation: Presentation, language: str, now: datetime) -> bool:
    """Take back what was permitted; the file is closed from this moment on. Return whether anything stood."""
    with recorded():
        Presentation.objects.select_for_update(no_key=True).get(pk=presentation.pk)
        is_ended = _end(presentation, language, now, is_withdrawn=True) > 0
        _disclose(presentation, language, Disclosure.NONE)
        if is_ended:
            _record(actor, "withdraw_disclosure_consent", presentation, now, {"language": language})
    return is_ended


@retried
def disclose(*, actor: Actor, presentation: Presentation, language: str, level: Disclosure, now: datetime) -> None:
    """Show a file to fewer people, or to as many as its speaker permits. Raises ExceedsConsent."""
    with recorded():
        Presentation.objects.select_for_update(no_key=True).get(pk=presentation.pk)
        consent = find_consent(presentation, language)
        permitted = Disclosure(consent.level) if consent else Disclosure.NONE
        if level.rank > permitted.rank:
            raise ExceedsConsent(permitted)
        if _disclose(presentation, language, level):
            _record(actor, "disclose_material", presentation, now, {"language": language, "level": str(level)})


def import_consents(presentation: Presentation, level: str, now: datetime) -> None:
    """Note what the files of an edition say was permitted, where nobody has said anything since."""
    if presentation.consents.exists():
        return
    DisclosureConsent.objects.bulk_create(
        DisclosureConsent(
            presentation=presentation,
            language=language,
            level=level,
            text_version=IMPORTED,
            given_at=now,
            giver_kind=SYSTEM.kind,
        )
        for language in ("en", "ja")
    )


def _find_day(seminar: Seminar, now: datetime) -> date:
    return now.astimezone(ZoneInfo(seminar.time_zone)).date()


def _end(presentation: Presentation, language: str, now: datetime, *, is_withdrawn: bool = False) -> int:
    standing = DisclosureConsent.objects.filter(presentation=presentation, language=language, ended_at=None)
    return standing.update(ended_at=now, is_withdrawn=is_withdrawn)


def _disclose(presentation: Presentation, language: str, level: Disclosure) -> int:
    rows = Material.objects.filter(presentation=presentation, language=language).exclude(disclosure=level)
    return rows.update(disclosure=level)


def _record(actor: Actor, action: str, presentation: Presentation, now: datetime, details: dict[str, str]) -> None:
    transaction.on_commit(forget_pages)
    record(
        actor=actor,
        action=action,
        subject=f"presentation:{presentation.pk}",
        now=now,
        seminar_id=presentation.item.seminar_id,
        details=details,
    )
