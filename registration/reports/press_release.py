"""The closing report of a seminar as text: who held it, what took place, who took part.

Door: `write_press_release`. Section 3 is that of agenda.participants; the sentences are templates of our own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agenda.models import ProgrammeItem, Theme
from agenda.participants import list_sections, write_section_3
from agenda.programme import Reader
from agenda.snapshot import take_snapshot
from registration.models import Registration
from seminar.display import describe_days
from seminar.foundation.dates import format_days
from seminar.models import Delegation, OrganizingBody, PastEdition, Seminar

_Kind = ProgrammeItem.Kind
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Speech:
    title: str
    speakers: list[str]
    summary: str


@dataclass(frozen=True)
class Session:
    """Items of one kind: their titles, and how many presentations they held."""

    titles: list[str]
    presentations: int


def write_press_release(seminar: Seminar, language: str) -> str:
    """Return the report in one language, its parts separated by one blank line each, ending in a line break."""
    with translation.override(language):
        text = render_to_string(f"registration/reports/press_release.{language}.txt", make_context(seminar, language))
        marked = text.replace("@@SECTION_3@@", write_section_3(seminar, language))
    lines = "\n".join(line.rstrip() for line in marked.strip().splitlines())
    return _BLANK_LINES.sub("\n\n", lines) + "\n"


def make_context(seminar: Seminar, language: str) -> dict[str, Any]:
    """Return what the report states, ready to print, in the active language; a fixed number of statements."""
    items = take_snapshot(seminar)
    reader = Reader(language, seminar.time_zone)
    people = _count_people(seminar)
    delegations = Delegation.objects.filter(seminar=seminar).outside_host().exclude(state=Delegation.State.DECLINED)
    rows = list(delegations.in_editorial_order())
    past = list(seminar.past_editions.order_by("-number"))
    return {
        "seminar": seminar,
        "days": describe_days(seminar),
        **_describe_bodies(seminar),
        "people": people,
        "delegation_count": len(rows),
        "is_largest_in_people": _is_largest(people, past, "people"),
        "is_largest_in_delegations": _is_largest(len(rows), past, "delegations"),
        "focus": list(enumerate(seminar.focus, start=1)),
        "counts": [(section.heading, section.count_text) for section in list_sections(seminar)],
        "first_time": _join([_name(row) for row in rows if row.first_time]),
        "speeches": _list_speeches(items, reader),
        "national": _sum_up(items, reader, _Kind.NATIONAL_PRESENTATIONS),
        "others": _sum_up(items, reader, _Kind.PRESENTATION),
        **_describe_breakouts(seminar, items),
        "tours": _list_tours(items, reader),
        "results": seminar.release_results_ja if language == "ja" else seminar.release_results_en,
        "page_url": f"{settings.SITE_URL}{reverse('agenda:programme', args=[seminar.slug])}",
        "release_date": format_days(seminar.release_date, seminar.release_date, language)
        if seminar.release_date
        else "",
        "division": seminar.release_division_ja if language == "ja" else seminar.release_division_en,
        "address": seminar.release_address_ja if language == "ja" else seminar.release_address_en,
    }


def _count_people(seminar: Seminar) -> int:
    """Return how many took part, the host side and the press left out, as in every count of the seminar."""
    people = Registration.objects.approved().filter(seminar=seminar)
    return people.exclude(delegation__category__in=Delegation.UNCOUNTED).count()


def _is_largest(count: int, past: Iterable[PastEdition], name: str) -> bool:
    """Whether a count exceeds that of every edition before; unknown ones prove nothing."""
    known = [getattr(edition, name) for edition in past if getattr(edition, name) is not None]
    return bool(known) and count > max(known)


def _describe_bodies(seminar: Seminar) -> dict[str, str]:
    by_role: dict[str, list[str]] = {}
    for body in seminar.organizing_bodies.order_by("list_order", "pk"):
        by_role.setdefault(body.role, []).append(str(body))
    roles = OrganizingBody.Role
    names = {"organizers": roles.ORGANIZER, "co_organizers": roles.CO_ORGANIZER, "helpers": roles.COOPERATION}
    return {name: _join(by_role.get(role, [])) for name, role in names.items()}


def _list_speeches(items: Iterable[Snapshot], reader: Reader) -> list[Speech]:
    return [
        Speech(
            title=reader.read_text(item["title"]),
            speakers=[
                _write_speaker(person, reader) for entry in item["presentations"] for person in entry["speakers"]
            ],
            summary=reader.read_text(item["summary"]),
        )
        for item in items
        if item["kind"] == _Kind.WELCOME_SPEECH
    ]


def _write_speaker(person: Snapshot, reader: Reader) -> str:
    """Return a person as a report names them: in Japanese the name alone, which carries the post of a guest."""
    if reader.language == "ja":
        return str(person["name_ja"])
    return ", ".join(text for text in (person["name_en"], person["position"], person["organization"]) if text)


def _sum_up(items: Iterable[Snapshot], reader: Reader, kind: str) -> Session | None:
    of_kind = [item for item in items if item["kind"] == kind]
    if not of_kind:
        return None
    titles = [reader.read_text(item["title"]) for item in of_kind]
    return Session(titles, sum(len(item["presentations"]) for item in of_kind))


def _describe_breakouts(seminar: Seminar, items: Iterable[Snapshot]) -> dict[str, Any]:
    rounds = [item for item in items if item["kind"] == _Kind.BREAKOUT_ROUND]
    groups = {entry["label"]: entry for item in rounds for entry in item["groups"]}
    codes = list(dict.fromkeys(entry["delegation"]["code"] for entry in groups.values() if entry["delegation"]))
    moderating = {each.code: _name(each) for each in Delegation.objects.filter(seminar=seminar, code__in=codes)}
    themes = list(Theme.objects.filter(seminar=seminar).select_related("carried_from__seminar").order_by("list_order"))
    carried = {theme.carried_from.seminar.number for theme in themes if theme.carried_from}
    is_all_carried = bool(themes) and all(theme.carried_from for theme in themes) and len(carried) == 1
    return {
        "round_count": len(rounds),
        "group_count": len(groups),
        "themes": [str(theme.title) for theme in themes] if rounds else [],
        "moderating": _join([moderating[code] for code in codes if code in moderating]),
        "themes_of": carried.pop() if is_all_carried else None,
    }


def _list_tours(items: Iterable[Snapshot], reader: Reader) -> list[tuple[str, str]]:
    """Return (title, operator) of each tour once."""
    tours = {entry["code"]: entry for item in items for entry in item["tours"]}
    return [(reader.read_text(tour["title"]), reader.read_text(tour["operator"])) for tour in tours.values()]


def _name(delegation: Delegation) -> str:
    name = str(delegation.formal_name)
    is_japanese = (translation.get_language() or "en").startswith("ja")
    return name if is_japanese or not delegation.article else f"{delegation.article} {name}"


def _join(names: list[str]) -> str:
    """Return names as a sentence has them: "A, B and C", or "A、B、C"."""
    if (translation.get_language() or "en").startswith("ja"):
        return "、".join(names)
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
