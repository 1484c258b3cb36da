"""Reads of the ground floor that cross tables or choose among editions."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404

from seminar.foundation import clock
from seminar.models import Delegation, Seminar


@dataclass(frozen=True)
class CategoryCount:
    label: str
    count: int


def find_current_seminar() -> Seminar | None:
    """Return the published edition that runs or comes next, or the one that ended last; None if there is none."""
    today = clock.now().date()
    published = Seminar.objects.published()
    coming = published.filter(end_date__gte=today).order_by("start_date", "pk").first()
    return coming or published.order_by("-end_date", "-pk").first()


def get_published_seminar(slug: str) -> Seminar:
    """Return the published edition of that slug. Raises Http404."""
    seminar = Seminar.objects.published().filter(slug=slug).first()
    if seminar is None:
        raise Http404("no published edition has this name")
    return seminar


def count_delegations(seminar: Seminar) -> list[CategoryCount]:
    """Return how many delegations stand in each category, in their order; host, press and who declined in none."""
    rows = Delegation.objects.filter(seminar=seminar).outside_host().exclude(state=Delegation.State.DECLINED)
    counts = dict(rows.values_list("category").annotate(n=Count("pk")).order_by("category"))
    categories = Delegation.Category
    return [
        CategoryCount(str(categories(value).label), counts[value]) for value in categories.values if value in counts
    ]
