"""Takes the programme of an earlier edition into a new one, its themes with it.

Door: `copy_programme`. Days keep their distance from the first one; delegations are found by their codes; files,
permissions and people stay with the edition they belong to.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agenda.models import (
    BreakoutGroup,
    BreakoutRound,
    BreakoutRules,
    Presentation,
    ProgrammeItem,
    Sitting,
    Theme,
    Tour,
)
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation, Seminar


class HasProgramme(Exception):
    """The edition has a programme of its own, which nothing is copied over."""


@dataclass(frozen=True)
class Copied:
    items: int
    presentations: int
    themes: int
    tours: int


class Shift:
    """Moves moments by whole days, so that the clock shows the same time in the new edition's zone."""

    def __init__(self, source: Seminar, target: Seminar) -> None:
        self.days = target.start_date - source.start_date
        self.before, self.after = ZoneInfo(source.time_zone), ZoneInfo(target.time_zone)

    def move(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        local = moment.astimezone(self.before).replace(tzinfo=None) + self.days
        return local.replace(tzinfo=self.after)

    def must(self, moment: datetime) -> datetime:
        moved = self.move(moment)
        assert moved is not None  # a moment was given
        return moved


@retried
def copy_programme(*, actor: Actor, source: Seminar, target: Seminar, now: datetime) -> Copied:
    """Copy themes, breakout sessions, tours, items and presentations as a draft. Raises HasProgramme."""
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=target.pk)
        if ProgrammeItem.objects.filter(seminar=target).exists() or Theme.objects.filter(seminar=target).exists():
            raise HasProgramme
        shift = Shift(source, target)
        delegations = {each.code: each for each in Delegation.objects.filter(seminar=target)}
        themes = _copy_themes(source, target)
        rounds = _copy_breakouts(source, target, shift, themes, delegations)
        tours = _copy_tours(source, target, shift)
        items, presentations = _copy_items(source, target, shift, rounds, tours, delegations)
        copied = Copied(items, presentations, len(themes), len(tours))
        record(
            actor=actor,
            action="copy_programme",
            subject=f"seminar:{target.pk}",
            now=now,
            seminar_id=target.pk,
            details={"from": source.pk, "items": items},
        )
    return copied


def _copy_themes(source: Seminar, target: Seminar) -> dict[int, Theme]:
    return {
        theme.pk: Theme.objects.create(
            seminar=target,
            code=theme.code,
            list_order=theme.list_order,
            title_en=theme.title_en,
            title_ja=theme.title_ja,
            carried_from=theme,
        )
        for theme in Theme.objects.filter(seminar=source).order_by("list_order", "pk")
    }


def _copy_breakouts(
    source: Seminar, target: Seminar, shift: Shift, themes: dict[int, Theme], delegations: dict[str, Delegation]
) -> dict[int, BreakoutRound]:
    rules = BreakoutRules.objects.filter(seminar=source).first()
    if rules is not None and not BreakoutRules.objects.filter(seminar=target).exists():
        BreakoutRules.objects.create(
            seminar=target,
            capacity=rules.capacity,
            min_size=rules.min_size,
            max_per_delegation=rules.max_per_delegation,
            no_repeat=rules.no_repeat,
            roles=rules.roles,
            wishes_close_at=shift.move(rules.wishes_close_at),
        )
    rounds = {
        each.pk: BreakoutRound.objects.create(
            seminar=target, number=each.number, start_at=shift.must(each.start_at), end_at=shift.must(each.end_at)
        )
        for each in BreakoutRound.objects.filter(seminar=source).order_by("number")
    }
    groups = {
        each.pk: BreakoutGroup.objects.create(
            seminar=target,
            label=each.label,
            list_order=each.list_order,
            theme=themes[each.theme_id],
            room_en=each.room_en,
            room_ja=each.room_ja,
        )
        for each in BreakoutGroup.objects.filter(seminar=source).order_by("list_order", "pk")
    }
    sittings = Sitting.objects.filter(group__seminar=source).select_related("moderating_delegation").order_by("pk")
    for sitting in sittings:
        moderating = sitting.moderating_delegation
        Sitting.objects.create(
            breakout_round=rounds[sitting.breakout_round_id],
            group=groups[sitting.group_id],
            min_size=sitting.min_size,
            capacity=sitting.capacity,
            moderating_delegation=delegations.get(moderating.code) if moderating else None,
        )
    return rounds


def _copy_tours(source: Seminar, target: Seminar, shift: Shift) -> dict[int, Tour]:
    kept = [
        "code", "list_order", "title_en", "title_ja", "operator_en", "operator_ja", "meeting_point_en",
        "meeting_point_ja", "stops_en", "stops_ja", "rules_en", "rules_ja", "capacity", "max_per_delegation",
    ]  # fmt: skip
    moments = ("departs_at", "returns_at", "wishes_close_at", "list_cutoff_at")
    return {
        tour.pk: Tour.objects.create(
            seminar=target,
            **{name: getattr(tour, name) for name in kept},
            **{name: shift.move(getattr(tour, name)) for name in moments},
        )
        for tour in Tour.objects.filter(seminar=source).order_by("list_order", "pk")
    }


def _copy_items(
    source: Seminar,
    target: Seminar,
    shift: Shift,
    rounds: dict[int, BreakoutRound],
    tours: dict[int, Tour],
    delegations: dict[str, Delegation],
) -> tuple[int, int]:
    kept = ("kind", "list_order", "title_en", "title_ja", "room_en", "room_ja", "minutes_each", "first_position",
            "last_position")  # fmt: skip
    presentations = 0
    items = ProgrammeItem.objects.filter(seminar=source).prefetch_related("presentations__delegation", "tours")
    for item in items.order_by("start_at", "list_order", "pk"):
        made = ProgrammeItem.objects.create(
            seminar=target,
            start_at=shift.must(item.start_at),
            end_at=shift.must(item.end_at),
            breakout_round=rounds.get(item.breakout_round_id or 0),
            **{name: getattr(item, name) for name in kept},
        )
        made.tours.set([tours[tour.pk] for tour in item.tours.all()])
        for presentation in item.presentations.all():
            delegation = delegations.get(presentation.delegation.code) if presentation.delegation else None
            if presentation.delegation is not None and delegation is None:
                continue  # who does not take part this time
            Presentation.objects.create(
                item=made, list_order=presentation.list_order, delegation=delegation, minutes=presentation.minutes
            )
            presentations += 1
    return len(items), presentations
