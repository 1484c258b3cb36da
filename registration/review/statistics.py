"""Figures of the admin's first page: what waits, how registrations came in day by day, each delegation at a glance.

Counted in SQL: the number of statements does not depend on the number of rows.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from registration.models import Registration, State
from registration.models.states import ENDED
from seminar.models import Delegation, PastEdition, Seminar

SILENT_AFTER = timedelta(days=3)  # a returned registration that was not submitted again for longer is urgent

# What `Registration.is_late` reads of one row: submitted after the edition's deadline, the delegation's and its own.
LATE = (
    Q(submitted_at__gt=F("seminar__nominations_due_at"))
    & (Q(delegation__due_at__isnull=True) | Q(submitted_at__gt=F("delegation__due_at")))
    & (Q(due_at__isnull=True) | Q(submitted_at__gt=F("due_at")))
)
_OF_A_LISTED_DELEGATION = ~Q(delegation__category__in=Delegation.UNCOUNTED)
_ENDED = Q(state__in=ENDED)


@dataclass(frozen=True)
class Waiting:
    """How many registrations wait for what. `_since`: the moment since which the one that waits longest does."""

    approval: int
    approval_since: datetime | None
    endorsement: int
    endorsement_since: datetime | None
    returned: int
    returned_since: datetime | None
    returned_long: int
    late: int
    approved: int
    every: int


@dataclass(frozen=True)
class Places:
    """Places of the delegations that have a quota; `beyond` of the approved people stand outside it."""

    quota: int
    taken: int
    beyond: int


@dataclass(frozen=True)
class Day:
    """What came in on one day of the seminar's zone; `counts` follow the states of the whole table."""

    day: date
    counts: list[int]
    total: int
    so_far: int


@dataclass(frozen=True)
class DailyFigures:
    """Registrations by the day of their submission and the state they have now. `states` are those that occur."""

    states: list[State]
    days: list[Day]
    totals: list[int]

    @property
    def total(self) -> int:
        return sum(self.totals)


@dataclass(frozen=True)
class Comparison:
    """People and delegations outside the host's side, now and at an earlier edition; None where nobody knows."""

    people: int
    delegations: int
    past_number: int | None = None
    past_people: int | None = None
    past_delegations: int | None = None


@dataclass(frozen=True)
class Tile:
    """One delegation at a glance."""

    pk: int
    name: str
    category: str
    approved: int
    quota: int | None
    waiting: int
    returned: int
    total: int
    is_declined: bool
    is_silent: bool  # nobody is nominated, and nothing was declined


def count_waiting(seminar: Seminar, *, now: datetime) -> Waiting:
    """Return what waits in one edition; `now` is the domain's time."""
    endorsed, submitted, returned = (Q(state=state) for state in (State.ENDORSED, State.SUBMITTED, State.RETURNED))
    figures = Registration.objects.filter(seminar=seminar).aggregate(
        approval=Count("pk", filter=endorsed),
        approval_since=Min("state_changed_at", filter=endorsed),
        endorsement=Count("pk", filter=submitted),
        endorsement_since=Min("state_changed_at", filter=submitted),
        returned=Count("pk", filter=returned),
        returned_since=Min("state_changed_at", filter=returned),
        returned_long=Count("pk", filter=returned & Q(state_changed_at__lt=now - SILENT_AFTER)),
        late=Count("pk", filter=LATE),
        approved=Count("pk", filter=Q(state=State.APPROVED)),
        every=Count("pk"),
    )
    return Waiting(**figures)


def find_silent_delegations(delegations: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """Return those that are to nominate, nominated nobody who is still there, and have not declined."""
    with_people = Registration.objects.active().values("delegation")
    silent = delegations.exclude(category__in=Delegation.UNCOUNTED).exclude(state=Delegation.State.DECLINED)
    return silent.exclude(pk__in=with_people)


def count_silent_delegations(seminar: Seminar) -> int:
    return find_silent_delegations(Delegation.objects.filter(seminar=seminar)).count()


def count_places(seminar: Seminar) -> Places:
    with_quota = Delegation.objects.filter(seminar=seminar, quota__isnull=False)
    sums = with_quota.aggregate(quota=Sum("quota"), approved=Sum("approved_count"), beyond=Sum("beyond_quota_count"))
    beyond = sums["beyond"] or 0
    return Places(quota=sums["quota"] or 0, taken=(sums["approved"] or 0) - beyond, beyond=beyond)


def count_by_day(seminar: Seminar) -> DailyFigures:
    """Return every registration but drafts by its day and its state of now, days without any left out.

    Its day is that of its last submission in the seminar's zone, or of its entry where it came with a loaded edition.
    """
    day = TruncDate(Coalesce("submitted_at", "created_at"), tzinfo=ZoneInfo(seminar.time_zone))
    submitted = Registration.objects.filter(seminar=seminar).exclude(state=State.DRAFT)
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    for on, state, n in submitted.values_list(day, "state").annotate(n=Count("pk")).order_by(day, "state"):
        by_day[on][state] = n
    states = [state for state in State if any(state in counts for counts in by_day.values())]
    days: list[Day] = []
    so_far = 0
    for on, found in by_day.items():
        counts = [found.get(state, 0) for state in states]
        so_far += sum(counts)
        days.append(Day(on, counts, sum(counts), so_far))
    return DailyFigures(states, days, [sum(column) for column in zip(*(day.counts for day in days), strict=True)])


def compare_with_past(seminar: Seminar) -> Comparison:
    """Return who is registered, neither draft nor ended, beside the totals of the newest edition on record."""
    there = Registration.objects.filter(_OF_A_LISTED_DELEGATION, ~_ENDED, ~Q(state=State.DRAFT), seminar=seminar)
    now = there.aggregate(people=Count("pk"), delegations=Count("delegation", distinct=True))
    past = PastEdition.objects.filter(seminar=seminar).order_by("-number", "pk").first()
    if past is None:
        return Comparison(**now)
    return Comparison(**now, past_number=past.number, past_people=past.people, past_delegations=past.delegations)


def list_tiles(seminar: Seminar) -> list[Tile]:
    """Return every delegation in editorial order."""
    counted: Any = Delegation.objects.filter(seminar=seminar).annotate(
        waiting=_count(State.SUBMITTED, State.ENDORSED, State.WAITLISTED),
        returned=_count(State.RETURNED),
        ended=_count(*ENDED),
        total=Count("registrations"),
    )
    return [
        Tile(
            pk=delegation.pk,
            name=str(delegation.short_name),
            category=str(delegation.get_category_display()),
            approved=delegation.approved_count,
            quota=delegation.quota,
            waiting=delegation.waiting,
            returned=delegation.returned,
            total=delegation.total,
            is_declined=delegation.state == Delegation.State.DECLINED,
            is_silent=delegation.total == delegation.ended
            and delegation.needs_nomination
            and delegation.state != Delegation.State.DECLINED,
        )
        for delegation in counted.in_editorial_order()
    ]


def _count(*states: State) -> Count:
    return Count("registrations", filter=Q(registrations__state__in=states))
