"""Who takes part in an edition: countries, regions and organizations in four sections, in editorial order and wording.

Doors: `list_sections` for pages, `write_section_3` for the closing report. Consecutive delegations that are listed
under one name are one entry with their number; the host side, the press and who declined stand in none.
Source: section 3 of the press release on the 20th seminar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminar.models import Delegation, Seminar

_Category = Delegation.Category
COUNTRIES = (_Category.ASIAN, _Category.COOPERATING)


@dataclass(frozen=True)
class Entry:
    """One line: the article, empty in most names, the name, and whether it takes part for the first time."""

    article: str
    name: str
    is_first_time: bool = False

    @property
    def text(self) -> str:
        """The entry as a sentence has it: "the Republic of Turkey (first-time participant)"."""
        name = f"{self.article} {self.name}" if self.article else self.name
        return _("%(name)s (first-time participant)") % {"name": name} if self.is_first_time else name


@dataclass(frozen=True)
class Section:
    """One category: its heading for pages, its heading and count for the report, and its entries."""

    category: str
    heading: str
    report_heading: str
    count_text: str
    entries: list[Entry]


def list_sections(seminar: Seminar) -> list[Section]:
    """Return the categories that anybody takes part in, in the language of the moment."""
    rows = Delegation.objects.filter(seminar=seminar).outside_host().exclude(state=Delegation.State.DECLINED)
    by_category: dict[str, list[Delegation]] = {}
    for delegation in rows.in_editorial_order():
        by_category.setdefault(delegation.category, []).append(delegation)
    return [_make_section(category, delegations) for category, delegations in by_category.items()]


def write_section_3(seminar: Seminar, language: str) -> str:
    """Return the report's section on participants, from its heading on, without a line break at its end."""
    with translation.override(language):
        title = _("Participant countries, regions and organizations")
        parts = [f"3. {title}"]
        for number, section in enumerate(list_sections(seminar), start=1):
            heading = _("%(heading)s: %(count)s") % {"heading": section.report_heading, "count": section.count_text}
            parts += [f"{number}) {heading}", _write_entries(section)]
    return "\n\n".join(parts)


def _make_section(category: str, delegations: list[Delegation]) -> Section:
    headings = {
        _Category.ASIAN: _("Asian countries"),
        _Category.COOPERATING: _("Cooperating countries"),
        _Category.ORGANIZATION: _("Cooperating organizations"),
        _Category.MECR: _("Multilateral export control regimes (MECR)"),
    }
    return Section(
        category=category,
        heading=str(_Category(category).label),
        report_heading=headings[_Category(category)],
        count_text=_count(category, len(delegations)),
        entries=list(_list_entries(delegations)),
    )


def _count(category: str, count: int) -> str:
    if category in COUNTRIES:
        text = ngettext("%(n)d country or region", "%(n)d countries and regions", count)
    elif category == _Category.ORGANIZATION:
        text = ngettext("%(n)d organization", "%(n)d organizations", count)
    else:
        text = ngettext("%(n)d regime", "%(n)d regimes", count)
    return text % {"n": count}


def _list_entries(delegations: Iterable[Delegation]) -> Iterable[Entry]:
    is_japanese = translation.get_language() == "ja"
    for name, group in groupby(delegations, key=lambda one: one.listed_as_ja if is_japanese else one.listed_as_en):
        listed = list(group)
        if name and len(listed) > 1:
            merged = _("%(n)d %(name)s") % {"n": len(listed), "name": name}
            yield Entry("", merged, all(one.first_time for one in listed))
            continue
        for delegation in listed:
            article = "" if is_japanese else delegation.article
            yield Entry(article, name or str(delegation.formal_name), delegation.first_time)


def _write_entries(section: Section) -> str:
    """Return a section's entries as the report has them: a sentence, a list with semicolons, or bulleted lines."""
    texts = [entry.text for entry in section.entries]
    if translation.get_language() == "ja":
        return "、".join(texts)
    if section.category == _Category.MECR:
        ends = [","] * (len(texts) - 2) + [", and"] * (len(texts) > 1) + [""]
        return "\n".join(f"  • {text}{end}" for text, end in zip(texts, ends, strict=True))
    if section.category == _Category.ORGANIZATION:
        return _capitalise(_join(texts, "; "))
    return _capitalise(_join(texts, ", ")) + "."


def _join(texts: list[str], separator: str) -> str:
    """Return "a, b, and c"; two are joined without the separator."""
    if len(texts) < 3:
        return " and ".join(texts)
    return separator.join([*texts[:-1], f"and {texts[-1]}"])


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
