"""Rows of the programme for tests, and a small PDF."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agenda.materials import Giver, give_consent, keep_file
from agenda.models import (
    BreakoutGroup,
    BreakoutRound,
    Disclosure,
    Material,
    Presentation,
    ProgrammeItem,
    ProgrammeVersion,
    Sitting,
    Theme,
    Tour,
)
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


def make_sitting(seminar: Seminar, code: str = "LEGIS", number: int = 1, **values: Any) -> Sitting:
    """Make a sitting with what it needs: theme, group and round of that code and number, where they are not there."""
    theme, _ = Theme.objects.get_or_create(
        seminar=seminar, code=code, defaults={"list_order": 1, "title_en": f"{code} theme", "title_ja": f"{code}の議題"}
    )
    group, _ = BreakoutGroup.objects.get_or_create(
        seminar=seminar, label=f"{code}-A", defaults={"list_order": 1, "theme": theme, "room_en": f"Room {code}"}
    )
    start = datetime(2013, 2, 27, 3 + 2 * number, tzinfo=UTC)
    breakout_round, _ = BreakoutRound.objects.get_or_create(
        seminar=seminar, number=number, defaults={"start_at": start, "end_at": start + timedelta(hours=1)}
    )
    return Sitting.objects.create(breakout_round=breakout_round, group=group, **{"capacity": 20, **values})


def make_tour(seminar: Seminar, **values: Any) -> Tour:
    start = datetime(2013, 2, 28, 2, tzinfo=UTC)
    defaults: dict[str, Any] = {
        "code": "JAEA",
        "list_order": 1,
        "title_en": "Laboratory",
        "title_ja": "研究所",
        "departs_at": start,
        "returns_at": start + timedelta(hours=5),
        "capacity": 40,
    }
    return Tour.objects.create(seminar=seminar, **(defaults | values))


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
