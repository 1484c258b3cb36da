"""The programme as one value: what visitors read in either language, as JSON keeps it in a published version.

Door: `take_snapshot(seminar)`. Texts are {"en": ..., "ja": ...}, moments ISO 8601 in UTC; docs/agenda-json.md describes
what of it the feed shows.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch

from agenda.models import Presentation, ProgrammeItem, Sitting, Tour
from agenda.people import Cast, list_people
from agenda.running_order import lay_out
from seminar.foundation.bilingual import LANGUAGES
from seminar.models import Delegation, Seminar

Snapshot = dict[str, Any]


def take_snapshot(seminar: Seminar) -> list[Snapshot]:
    """Return the items of the programme as they are now, in the order of time; a fixed number of statements."""
    presentations = Presentation.objects.select_related("delegation").order_by("list_order", "pk")
    sittings = (
        Sitting.objects.filter(breakout_round__seminar=seminar)
        .select_related("group__theme", "moderating_delegation")
        .order_by("group__list_order", "pk")
    )
    of_rounds: dict[int, list[Sitting]] = {}
    for sitting in sittings:
        of_rounds.setdefault(sitting.breakout_round_id, []).append(sitting)
    items = (
        ProgrammeItem.objects.filter(seminar=seminar)
        .prefetch_related(
            Prefetch("presentations", queryset=presentations),
            Prefetch("tours", queryset=Tour.objects.order_by("list_order", "pk")),
        )
        .order_by("start_at", "list_order", "pk")
    )
    cast = list_people(seminar)
    return [_describe_item(item, of_rounds.get(item.breakout_round_id or 0, []), cast) for item in items]


def _describe_item(item: ProgrammeItem, sittings: list[Sitting], cast: Cast) -> Snapshot:
    return {
        "id": item.pk,
        "kind": item.kind,
        "start": _write(item.start_at),
        "end": _write(item.end_at),
        "title": _pair(item, "title"),
        "summary": _pair(item, "summary"),
        "room": _pair(item, "room"),
        "presentations": _describe_presentations(item, cast),
        "groups": [_describe_sitting(sitting, cast) for sitting in sittings],
        "tours": [_describe_tour(tour) for tour in item.tours.all()],
    }


def _describe_presentations(item: ProgrammeItem, cast: Cast) -> list[Snapshot]:
    presentations = list(item.presentations.all())
    slots = lay_out(item.start_at, [each.minutes or item.minutes_each for each in presentations])
    return [
        {
            "id": presentation.pk,
            "start": _write(slot.start_at),
            "end": _write(slot.end_at),
            "title": _pair(presentation, "title"),
            "abstract": _pair(presentation, "abstract"),
            "delegation": _describe_delegation(presentation.delegation),
            "speakers": [person.as_json() for person in cast.of_presentations.get(presentation.pk, [])],
        }
        for presentation, slot in zip(presentations, slots, strict=True)
    ]


def _describe_sitting(sitting: Sitting, cast: Cast) -> Snapshot:
    return {
        "id": sitting.pk,
        "label": sitting.group.label,
        "theme": _pair(sitting.group.theme, "title"),
        "room": _pair(sitting.group, "room"),
        "delegation": _describe_delegation(sitting.moderating_delegation),
        "people": [person.as_json() for person in cast.of_sittings.get(sitting.pk, [])],
    }


def _describe_tour(tour: Tour) -> Snapshot:
    return {
        "code": tour.code,
        "start": _write(tour.departs_at),
        "end": _write(tour.returns_at),
        **{name: _pair(tour, name) for name in ("title", "operator", "meeting_point", "stops", "rules")},
    }


def _describe_delegation(delegation: Delegation | None) -> Snapshot | None:
    return {"code": delegation.code, "name": _pair(delegation, "formal_name")} if delegation else None


def _pair(row: Any, name: str) -> dict[str, Any]:
    return {language: getattr(row, f"{name}_{language}") for language in LANGUAGES}


def _write(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def read_moment(text: str) -> datetime:
    """Return a moment of a snapshot, in UTC."""
    return datetime.fromisoformat(text)
