"""Rows of the programme for tests, and a small PDF."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agenda.materials import Giver, give_consent, keep_file
from agenda.models import Disclosure, Material, Presentation, ProgrammeItem, ProgrammeVersion
from agenda.publishing import publish
from seminar.foundation.audit import SYSTEM
from seminar.foundation.private_files import PDF, CheckedFile
from seminar.models import Delegation, Seminar
from tests.factories import NOW

MORNING = datetime(2013, 2, 26, 1, tzinfo=UTC)  # 10:00 in Tokyo
PDF_BYTES = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def make_item(seminar: Seminar, start: datetime = MORNING, title: str = "Opening", **values: Any) -> ProgrammeItem:
    defaults = {
        "list_order": ProgrammeItem.objects.count() + 1,
        "kind": "presentation",
        "start_at": start,
        "end_at": start + timedelta(minutes=45),
        "title_en": title,
        "title_ja": f"{title}（日本語）",
    }
    return ProgrammeItem.objects.create(seminar=seminar, **(defaults | values))


def make_presentation(
    item: ProgrammeItem, delegation: Delegation | None = None, order: int = 1, **values: Any
) -> Presentation:
    return Presentation.objects.create(item=item, delegation=delegation, list_order=order, **values)


def publish_programme(seminar: Seminar) -> ProgrammeVersion:
    return publish(actor=SYSTEM, seminar=seminar, now=NOW)


def keep_pdf(presentation: Presentation, language: str = "en", content: bytes = PDF_BYTES) -> Material:
    checked = CheckedFile("slides.pdf", PDF, content)
    return keep_file(actor=SYSTEM, presentation=presentation, language=language, checked=checked, now=NOW)


def permit(presentation: Presentation, level: Disclosure, language: str = "en", **values: Any) -> None:
    given: dict[str, Any] = {"earliest_date": None, "now": NOW, **values}
    give_consent(
        giver=Giver(SYSTEM, "Solongo Tsend"), presentation=presentation, language=language, level=level, **given
    )
