"""What of the programme the people in it cannot keep: two places at a time, a theme twice, somebody who does not come.

Door: `list_person_clashes`, asked by agenda.clashes.
"""

from itertools import combinations

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.clashes import Booking, Clash, find_overlaps
from agenda.running_order import lay_out
from registration.models import Appearance, State
from registration.models.states import ENDED
from seminar.models import Delegation, Seminar


def list_person_clashes(seminar: Seminar) -> list[Clash]:
    """Return what breaks a rule about people; a fixed number of statements."""
    rows = list(
        Appearance.objects.filter(registration__seminar=seminar)
        .select_related(
            "registration__delegation",
            "presentation__item",
            "presentation__delegation",
            "sitting__breakout_round",
            "sitting__group__theme",
        )
        .prefetch_related("presentation__item__presentations")
        .order_by("pk")
    )
    return [*_check_times(rows), *_check_themes(rows), *_check_coming(rows), *_check_moderators(rows)]


def _check_times(rows: list[Appearance]) -> list[Clash]:
    rule = _("Nobody presents or moderates in two places at a time.")
    text = _("%(name)s: %(first)s and %(second)s")
    by_person = {str(row.registration_id): row.registration.full_name for row in rows}
    pairs = find_overlaps(booking for row in rows for booking in _book(row))
    return [
        Clash(rule, text % {"name": by_person[first.key], "first": first.name, "second": second.name}, second.url)
        for first, second in pairs
        if (first.name, first.start) != (second.name, second.start)  # a speaker who also moderates the same one
    ]


def _book(row: Appearance) -> list[Booking]:
    key, url = str(row.registration_id), _find_url(row)
    if row.sitting is not None:
        times = row.sitting.breakout_round
        return [Booking(key, times.start_at, times.end_at, str(row.sitting), url)]
    presentation = row.presentation
    if presentation is None:
        return []
    item = presentation.item
    in_order = sorted(item.presentations.all(), key=lambda each: (each.list_order, each.pk))
    slots = dict(
        zip(
            [each.pk for each in in_order],
            lay_out(item.start_at, [each.minutes or item.minutes_each for each in in_order]),
            strict=True,
        )
    )
    slot = slots[presentation.pk]
    return [Booking(key, slot.start_at or item.start_at, slot.end_at or item.end_at, str(presentation), url)]


def _check_themes(rows: list[Appearance]) -> list[Clash]:
    rule = _("Nobody meets a theme twice.")
    clashes = []
    moderating = [row for row in rows if row.sitting is not None and row.part == Appearance.Part.MODERATOR]
    for first, second in combinations(moderating, 2):
        if _make_theme_key(first) == _make_theme_key(second):
            name = first.registration.full_name
            clashes.append(Clash(rule, f"{name}: {first.sitting}; {second.sitting}", _find_url(second)))
    return clashes


def _make_theme_key(row: Appearance) -> tuple[int, int | None]:
    return row.registration_id, row.sitting.group.theme_id if row.sitting else None


def _check_coming(rows: list[Appearance]) -> list[Clash]:
    rule = _("Who is named in the programme comes.")
    return [
        Clash(rule, f"{row.registration.full_name}: {row.registration.get_state_display()}", _find_url(row))
        for row in rows
        if row.registration.state in ENDED
    ]


def _check_moderators(rows: list[Appearance]) -> list[Clash]:
    """A moderator is approved, of the moderating delegation or of the host."""
    rule = _("A moderator is approved, and of the moderating delegation or the host.")
    clashes = []
    for row in rows:
        if row.part != Appearance.Part.MODERATOR or row.sitting is None or row.registration.state in ENDED:
            continue
        of_delegation = row.sitting.moderating_delegation_id in (None, row.registration.delegation_id)
        is_host = row.registration.delegation.category == Delegation.Category.HOST
        if row.registration.state != State.APPROVED or not (of_delegation or is_host):
            clashes.append(Clash(rule, f"{row.registration.full_name}: {row.sitting}", _find_url(row)))
    return clashes


def _find_url(row: Appearance) -> str:
    if row.presentation_id is not None:
        return reverse("admin:speaking_presentation", args=[row.presentation_id])
    if row.sitting is not None:
        return reverse("admin:agenda_breakoutgroup_change", args=[row.sitting.group_id])
    raise AssertionError("an appearance is in a presentation or in a sitting, by constraint")
