"""Which files of an edition are open, to whom, and where they are fetched. Reads only.

Doors: `read_open_files` for pages and feeds, `find_open_file` for a download.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.materials import find_shown_to
from agenda.models import Disclosure, DisclosureConsent, Material, ProgrammeVersion
from agenda.publishing import read_published
from seminar.models import Seminar, StoredFile


@dataclass(frozen=True)
class OpenFile:
    """One file that is open: `shown_to` is participants or public."""

    presentation_id: int
    language: str
    shown_to: Disclosure
    url: str
    content_type: str
    size: int

    @property
    def label(self) -> str:
        """What the link to it says: its language, its kind and its size."""
        language = _("in Japanese") if self.language == "ja" else _("in English")
        kind = self.content_type.rpartition("/")[2].upper()
        return _("File %(language)s (%(kind)s, %(size)s)") % {
            "language": language,
            "kind": kind,
            "size": filesizeformat(self.size).replace("\xa0", " "),
        }

    @property
    def is_public(self) -> bool:
        return self.shown_to == Disclosure.PUBLIC


def read_open_files(seminar: Seminar, now: datetime) -> list[OpenFile]:
    """Return the files of an edition that anybody outside may open now, by presentation, English before Japanese."""
    materials = (
        Material.objects.filter(presentation__item__seminar=seminar)
        .exclude(disclosure=Disclosure.NONE)
        .select_related("file")
        .order_by("presentation__list_order", "presentation_id", "language")
    )
    standing = DisclosureConsent.objects.filter(presentation__item__seminar=seminar, ended_at=None)
    consents = {(consent.presentation_id, consent.language): consent for consent in standing}
    files = []
    for material in materials:
        consent = consents.get((material.presentation_id, material.language))
        shown_to = find_shown_to(material, consent, seminar, now)
        if shown_to != Disclosure.NONE:
            files.append(_describe(material, shown_to, seminar))
    return files


def find_open_file(seminar: Seminar, key: UUID, *, is_participant: bool, now: datetime) -> StoredFile | None:
    """Return a file that this visitor may open at this moment; None alike for one that is closed and one that is not.

    A file of a presentation that is not in the published programme is open to nobody.
    """
    rows = Material.objects.filter(pk=key, presentation__item__seminar=seminar)
    material = rows.exclude(disclosure=Disclosure.NONE).select_related("file").first()
    if material is None:
        return None
    of_file = DisclosureConsent.objects.filter(presentation=material.presentation_id, language=material.language)
    shown_to = find_shown_to(material, of_file.filter(ended_at=None).first(), seminar, now)
    is_open = shown_to == Disclosure.PUBLIC or (is_participant and shown_to == Disclosure.PARTICIPANTS)
    if not is_open or material.presentation_id not in list_published_presentations(read_published(seminar)):
        return None
    return material.file


def list_published_presentations(version: ProgrammeVersion | None) -> set[int]:
    """Return the ids of the presentations that a published version holds; none for a draft."""
    if version is None:
        return set()
    return {entry["id"] for item in version.snapshot["items"] for entry in item["presentations"]}


def _describe(material: Material, shown_to: Disclosure, seminar: Seminar) -> OpenFile:
    return OpenFile(
        presentation_id=material.presentation_id,
        language=material.language,
        shown_to=shown_to,
        url=reverse("agenda:material", args=[seminar.slug, material.pk]),
        content_type=material.file.content_type,
        size=material.file.size,
    )
