"""What a visitor's presentations and sittings lack, and who may be named to present. Reads only."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from agenda.models import DisclosureConsent, Presentation, Sitting
from agenda.running_order import lay_out
from registration.models import Appearance, Registration
from registration.models.states import ENDED, State
from registration.speaking.doors import Door, Work
from seminar.display import describe_moment, describe_span
from seminar.models import Seminar


@dataclass(frozen=True)
class PresentationCard:
    """One presentation in a list: where it stands in the programme, and what is done."""

    presentation: Presentation
    url: str
    when: str
    room: str
    has_title: bool
    has_file: bool
    has_answer: bool
    speakers: list[str]

    @property
    def is_complete(self) -> bool:
        return self.has_title and self.has_file and self.has_answer


@dataclass(frozen=True)
class SittingCard:
    sitting: Sitting
    url: str
    when: str
    room: str
    part: str


def list_cards(door: Door) -> list[PresentationCard]:
    """Return the presentations of a visitor with what each lacks; a fixed number of statements."""
    standing = DisclosureConsent.objects.filter(ended_at=None)
    appearances = Appearance.objects.exclude(registration__state__in=ENDED).select_related("registration")
    rows = door.list_presentations().prefetch_related(
        "materials",
        Prefetch("consents", queryset=standing, to_attr="standing_consents"),
        Prefetch("appearances", queryset=appearances.order_by("pk")),
        "item__presentations",
    )
    return [_make_card(door, row) for row in rows]


def _make_card(door: Door, row: Presentation) -> PresentationCard:
    return PresentationCard(
        presentation=row,
        url=door.make_url("presentation", row.pk),
        when=describe_slot(row, door.seminar),
        room=str(row.item.room),
        has_title=bool(row.title),
        has_file=bool(row.materials.all()),
        has_answer=bool(row.standing_consents),  # type: ignore[attr-defined]
        speakers=[appearance.registration.full_name for appearance in row.appearances.all()],
    )


def describe_slot(presentation: Presentation, seminar: Seminar) -> str:
    """Return when a presentation takes place: its own time where that is known, else its session's."""
    item = presentation.item
    in_order = sorted(item.presentations.all(), key=lambda each: (each.list_order, each.pk))
    slots = lay_out(item.start_at, [each.minutes or item.minutes_each for each in in_order])
    for each, slot in zip(in_order, slots, strict=True):
        if each.pk == presentation.pk and slot.start_at and slot.end_at:
            return describe_span(seminar, slot.start_at, slot.end_at)
    return describe_span(seminar, item.start_at, item.end_at)


def list_sittings(registration: Registration) -> list[SittingCard]:
    """Return the sittings in which a person moderates or reports."""
    rows = (
        Appearance.objects.filter(registration=registration, sitting__isnull=False)
        .select_related("sitting__group__theme", "sitting__breakout_round")
        .order_by("sitting__breakout_round__start_at", "pk")
    )
    cards = []
    for row in rows:
        sitting = row.sitting
        if sitting is not None:
            times = sitting.breakout_round
            cards.append(
                SittingCard(
                    sitting=sitting,
                    url=reverse("registration:sitting", args=[registration.seminar.slug, sitting.pk]),
                    when=describe_span(registration.seminar, times.start_at, times.end_at),
                    room=str(sitting.group.room),
                    part=str(row.get_part_display()),
                )
            )
    return cards


def has_part(registration: Registration) -> bool:
    """Whether a person presents, moderates or reports."""
    return Appearance.objects.filter(registration=registration).exists()


def list_nameable(work: Work) -> QuerySet[Registration]:
    """Return who may be named to present: people of the presentation's delegation who still come, or for staff of the
    whole edition where it is nobody's."""
    rows = Registration.objects.filter(seminar=work.door.seminar).exclude(state__in=ENDED)
    if work.presentation.delegation_id is not None:
        rows = rows.filter(delegation=work.presentation.delegation_id)
    if work.door.is_staff:
        rows = rows.exclude(state=State.DRAFT, given_names="")
    return rows.order_by("family_name", "given_names", "pk")


def describe_due(seminar: Seminar) -> str:
    return describe_moment(seminar, seminar.materials_due_at) if seminar.materials_due_at else ""
