"""What of a programme cannot be held as it stands, each with the rule that it breaks.

Door: `list_clashes(seminar)`. The floor above adds what it knows of people by `sources.append(function)`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import BreakoutRound, Presentation, ProgrammeItem, Sitting, Tour
from agenda.running_order import find_overrun_minutes
from seminar.display import describe_span
from seminar.models import Delegation, Seminar


@dataclass(frozen=True)
class Clash:
    """One thing that breaks a rule, and where it is put right."""

    rule: str
    what: str
    url: str


@dataclass(frozen=True)
class Booking:
    """A room, or any other key, that something holds from `start` to `end`."""

    key: str
    start: datetime
    end: datetime
    name: str
    url: str


sources: list[Callable[[Seminar], list[Clash]]] = []


def list_clashes(seminar: Seminar) -> list[Clash]:
    """Return everything that breaks a rule; a fixed number of statements."""
    items = list(
        ProgrammeItem.objects.filter(seminar=seminar)
        .select_related("breakout_round")
        .prefetch_related(
            Prefetch("presentations", Presentation.objects.select_related("delegation").order_by("list_order", "pk")),
            Prefetch("tours", Tour.objects.order_by("list_order", "pk")),
        )
        .order_by("start_at", "list_order", "pk")
    )
    rounds = list(seminar.breakout_rounds.order_by("number"))
    tours = list(seminar.tours.order_by("list_order", "pk"))
    return [
        *_check_rooms(seminar, items),
        *_check_days(seminar, items, rounds, tours),
        *_check_lengths(items),
        *_check_rounds(seminar, items),
        *_check_tours(seminar, items, tours),
        *_check_presenting(seminar, items),
        *(clash for source in sources for clash in source(seminar)),
    ]


def find_overlaps(bookings: Iterable[Booking]) -> list[tuple[Booking, Booking]]:
    """Return each pair of bookings of one key at one time, the earlier one first. Pure."""
    by_key: dict[str, list[Booking]] = {}
    for booking in bookings:
        by_key.setdefault(booking.key, []).append(booking)
    pairs = []
    for of_key in by_key.values():
        for first, second in combinations(sorted(of_key, key=lambda booking: booking.start), 2):
            if second.start < first.end:
                pairs.append((first, second))
    return pairs


def _check_rooms(seminar: Seminar, items: Sequence[ProgrammeItem]) -> list[Clash]:
    rooms = [
        Booking(_make_room_key(item), item.start_at, item.end_at, str(item.title), find_item_url(item))
        for item in items
    ]
    sittings = Sitting.objects.filter(breakout_round__seminar=seminar).select_related("group", "breakout_round")
    rooms += [
        Booking(
            _make_room_key(sitting.group),
            sitting.breakout_round.start_at,
            sitting.breakout_round.end_at,
            str(sitting),
            reverse("admin:agenda_breakoutgroup_change", args=[sitting.group_id]),
        )
        for sitting in sittings.order_by("pk")
    ]
    rule = _("One room holds one thing at a time.")
    text = _("%(first)s and %(second)s overlap in one room")
    return [
        Clash(rule, text % {"first": first.name, "second": second.name}, second.url)
        for first, second in find_overlaps(room for room in rooms if room.key)
    ]


def _make_room_key(row: ProgrammeItem | BreakoutRound | object) -> str:
    name = getattr(row, "room_en", "") or getattr(row, "room_ja", "")
    return str(name).casefold()


def _check_days(
    seminar: Seminar, items: Sequence[ProgrammeItem], rounds: Sequence[BreakoutRound], tours: Sequence[Tour]
) -> list[Clash]:
    zone = ZoneInfo(seminar.time_zone)
    spans = [(item.start_at, item.end_at, str(item), find_item_url(item)) for item in items]
    spans += [
        (each.start_at, each.end_at, str(each), reverse("admin:agenda_breakoutround_change", args=[each.pk]))
        for each in rounds
    ]
    spans += [(tour.departs_at, tour.returns_at, str(tour), find_tour_url(tour)) for tour in tours]

    def is_outside(moment: datetime) -> bool:
        day: date = moment.astimezone(zone).date()
        return not seminar.start_date <= day <= seminar.end_date

    rule = _("Everything lies within the days of the seminar.")
    return [
        Clash(rule, f"{name}: {describe_span(seminar, start, end)}", url)
        for start, end, name, url in spans
        if is_outside(start) or is_outside(end)
    ]


def _check_lengths(items: Sequence[ProgrammeItem]) -> list[Clash]:
    rule = _("A session is as long as its presentations.")
    text = _("%(session)s: the presentations last %(minutes)d minutes longer than the session")
    clashes = []
    for item in items:
        minutes = [each.minutes or item.minutes_each for each in item.presentations.all()]
        over = find_overrun_minutes(item.start_at, item.end_at, minutes)
        if over:
            clashes.append(Clash(rule, text % {"session": item.title, "minutes": over}, find_item_url(item)))
    return clashes


def _check_rounds(seminar: Seminar, items: Sequence[ProgrammeItem]) -> list[Clash]:
    rule = _("A round takes place when the programme says so.")
    clashes = []
    for item in items:
        breakout_round = item.breakout_round
        if breakout_round is None:
            continue
        if (breakout_round.start_at, breakout_round.end_at) != (item.start_at, item.end_at):
            span = describe_span(seminar, breakout_round.start_at, breakout_round.end_at)
            clashes.append(Clash(rule, f"{item.title}: {span}", find_item_url(item)))
    return clashes


def _check_tours(seminar: Seminar, items: Sequence[ProgrammeItem], tours: Sequence[Tour]) -> list[Clash]:
    clashes = []
    rule = _("A tour lies within its programme item.")
    for item in items:
        for tour in item.tours.all():
            if tour.departs_at < item.start_at or tour.returns_at > item.end_at:
                span = describe_span(seminar, tour.departs_at, tour.returns_at)
                clashes.append(Clash(rule, f"{tour}: {span}", find_tour_url(tour)))
    rule = _("Wishes and the visitor list of a tour close before it departs.")
    for tour in tours:
        moments = [moment for moment in (tour.wishes_close_at, tour.list_cutoff_at) if moment]
        if any(moment >= tour.departs_at for moment in moments):
            clashes.append(Clash(rule, str(tour), find_tour_url(tour)))
    return clashes


def _check_presenting(seminar: Seminar, items: Sequence[ProgrammeItem]) -> list[Clash]:
    """Compare who presents with who takes part, and with the order of presentation that delegations have."""
    clashes = []
    presenting = [each for item in items for each in item.presentations.all()]
    rule = _("Who has declined presents nothing.")
    for each in presenting:
        if each.delegation is not None and each.delegation.state == Delegation.State.DECLINED:
            url = reverse("admin:agenda_presentation_change", args=[each.pk])
            clashes.append(Clash(rule, str(each.delegation), url))
    sessions = [item for item in items if item.kind == ProgrammeItem.Kind.NATIONAL_PRESENTATIONS]
    if sessions:
        rule = _("Each delegation with an order of presentation presents its national efforts.")
        presenting_ids = [each.delegation_id for item in sessions for each in item.presentations.all()]
        there = [key for key in presenting_ids if key is not None]
        missing = Delegation.objects.filter(seminar=seminar, presentation_order__isnull=False)
        missing = missing.exclude(state=Delegation.State.DECLINED).exclude(pk__in=there)
        clashes += [
            Clash(rule, str(delegation), find_item_url(sessions[-1]))
            for delegation in missing.order_by("presentation_order", "pk")
        ]
    return clashes


def find_item_url(item: ProgrammeItem) -> str:
    return reverse("admin:agenda_programmeitem_change", args=[item.pk])


def find_tour_url(tour: Tour) -> str:
    return reverse("admin:agenda_tour_change", args=[tour.pk])
