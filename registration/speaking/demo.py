"""What the demonstration's programme holds beside the shipped files: speakers, titles, and files in every disclosure.

Door: `furnish_programme(seminar, now)`; a second call keeps everything.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from agenda.materials import Giver, give_consent, keep_file
from agenda.models import Disclosure, Material, Presentation
from agenda.publishing import NothingToPublish, publish
from registration.appearances import name_person
from registration.models import Appearance, Registration
from seminar.foundation.audit import SYSTEM, Actor
from seminar.foundation.private_files import PDF, CheckedFile
from seminar.models import AuditEntry, Seminar


@dataclass(frozen=True)
class DemoPresentation:
    """One delegation's presentation; `files` are (language, disclosure)."""

    code: str
    title_en: str
    title_ja: str
    files: tuple[tuple[str, Disclosure], ...] = ()
    earliest: date | None = None


PRESENTATIONS = (
    DemoPresentation(
        "NSG",
        "Guidelines for nuclear transfers",
        "原子力関連資機材の移転に関する指針",
        (("en", Disclosure.PUBLIC), ("ja", Disclosure.PUBLIC)),
    ),
    DemoPresentation(
        "AG",
        "Common control lists for chemicals and biological agents",
        "化学・生物関連の共通規制リスト",
        (("en", Disclosure.PUBLIC),),
        date(2013, 3, 1),
    ),
    DemoPresentation(
        "USA", "A licensing system in four decades", "輸出許可制度の歩み", (("en", Disclosure.PARTICIPANTS),)
    ),
    DemoPresentation("SGP", "Transhipment and strategic goods", "積替えと戦略物資", (("en", Disclosure.NONE),)),
    DemoPresentation("MNG", "Drafting a first law", "初めての法律の起草"),
)


def furnish_programme(seminar: Seminar, now: datetime) -> None:
    """Name speakers, give titles and files, and publish; once."""
    if Material.objects.filter(presentation__item__seminar=seminar).exists():
        return
    for each in PRESENTATIONS:
        presentation = (
            Presentation.objects.filter(item__seminar=seminar, delegation__code=each.code)
            .select_related("item", "delegation")
            .order_by("pk")[0]
        )
        Presentation.objects.filter(pk=presentation.pk).update(title_en=each.title_en, title_ja=each.title_ja)
        speaker = _name_head(presentation, now)
        for language, level in each.files:
            _add_file(presentation, speaker, language, level, each, now)
    with suppress(NothingToPublish):
        publish(actor=SYSTEM, seminar=seminar, now=now)


def _name_head(presentation: Presentation, now: datetime) -> Registration | None:
    head = Registration.objects.approved().filter(delegation=presentation.delegation, is_head=True).first()
    if head is not None:
        part = Appearance.Part.SPEAKER
        name_person(actor=SYSTEM, registration=head, part=part, presentation=presentation, now=now)
    return head


def _add_file(
    presentation: Presentation,
    speaker: Registration | None,
    language: str,
    level: Disclosure,
    about: DemoPresentation,
    now: datetime,
) -> None:
    actor = Actor(AuditEntry.ActorKind.DELEGATE, str(speaker.pk)) if speaker else SYSTEM
    text = about.title_en if language == "en" else f"{about.title_en} (Japanese version)"
    checked = CheckedFile(f"{about.code.lower()}-{language}.pdf", PDF, make_pdf(text))
    keep_file(actor=actor, presentation=presentation, language=language, checked=checked, now=now)
    give_consent(
        giver=Giver(actor, speaker.full_name if speaker else ""),
        presentation=presentation,
        language=language,
        level=level,
        earliest_date=about.earliest,
        now=now,
    )


def make_pdf(line: str) -> bytes:
    """Return a PDF of one page with one line of plain letters on it."""
    shown = line.replace("\\", "").replace("(", "\\(").replace(")", "\\)")
    stream = f"BT /F1 24 Tf 60 400 Td ({shown}) Tj ET".encode("ascii", "replace")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end
