"""The published programme as a page shows it, in one language and the seminar's zone. Pure.

Door: `list_days`. Text in a language other than the page's is marked as such.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString

from agenda.snapshot import read_moment
from seminar.foundation.bilingual import find_other_language
from seminar.foundation.dates import format_clock_time, format_day

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class PersonLine:
    name: SafeString
    about: SafeString
    part: str


@dataclass(frozen=True)
class PresentationLine:
    """One presentation: `time` is empty where nobody said how long each is; `files` are public ones."""

    key: int
    time: str
    title: SafeString
    delegation: SafeString
    abstract: SafeString
    speakers: list[PersonLine]
    files: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class GroupLine:
    label: str
    theme: SafeString
    room: SafeString
    delegation: SafeString
    people: list[PersonLine]


@dataclass(frozen=True)
class TourLine:
    title: SafeString
    operator: SafeString
    time: str
    meeting_point: SafeString
    stops: list[SafeString]
    rules: list[SafeString]


@dataclass(frozen=True)
class Line:
    """One item as a page shows it."""

    key: int
    kind: str
    start: str
    end: str
    starts_at: str
    title: SafeString
    summary: SafeString
    room: SafeString
    presentations: list[PresentationLine]
    groups: list[GroupLine]
    tours: list[TourLine]

    @property
    def with_files(self) -> list[PresentationLine]:
        return [presentation for presentation in self.presentations if presentation.files]


@dataclass(frozen=True)
class Day:
    day: date
    heading: str
    lines: list[Line]


class Reader:
    """Reads a snapshot in one language and one zone. `files` are public files by the id of their presentation."""

    def __init__(self, language: str, time_zone: str, files: dict[int, list[Any]] | None = None) -> None:
        self.language = "ja" if language.startswith("ja") else "en"
        self.time_zone = time_zone
        self.files = files or {}

    def read_text(self, pair: dict[str, Any]) -> str:
        """Return a text in the language, or in the other one where there is none."""
        first, second = ("ja", "en") if self.language == "ja" else ("en", "ja")
        return str(pair.get(first) or pair.get(second) or "")

    def mark(self, text: str) -> SafeString:
        """Return a text for the page; one in the other language says so, for screen readers and translators."""
        other = find_other_language(text, self.language)
        return format_html('<span lang="{}">{}</span>', other, text) if other else format_html("{}", text)

    def read(self, pair: dict[str, Any]) -> SafeString:
        return self.mark(self.read_text(pair))

    def read_list(self, pair: dict[str, Any]) -> list[SafeString]:
        first, second = ("ja", "en") if self.language == "ja" else ("en", "ja")
        return [self.mark(str(text)) for text in (pair.get(first) or pair.get(second) or [])]

    def read_time(self, start: str | None, end: str | None) -> str:
        if not start or not end:
            return ""
        return f"{self.read_clock(start)}–{self.read_clock(end)}"

    def read_clock(self, moment: str) -> str:
        return format_clock_time(read_moment(moment), time_zone=self.time_zone)

    def read_local(self, moment: str) -> datetime:
        return read_moment(moment).astimezone(ZoneInfo(self.time_zone))

    def read_delegation(self, delegation: Snapshot | None) -> SafeString:
        return self.read(delegation["name"]) if delegation else SafeString()

    def read_person(self, person: Snapshot) -> PersonLine:
        name = person["name_ja"] if self.language == "ja" else person["name_en"]
        about = ", ".join(text for text in (person["position"], person["organization"]) if text)
        return PersonLine(self.mark(name), self.mark(about), person["part"])

    def read_presentation(self, entry: Snapshot) -> PresentationLine:
        return PresentationLine(
            key=entry["id"],
            time=self.read_time(entry["start"], entry["end"]),
            title=self.read(entry["title"]),
            delegation=self.read_delegation(entry["delegation"]),
            abstract=self.read(entry["abstract"]),
            speakers=[self.read_person(person) for person in entry["speakers"]],
            files=self.files.get(entry["id"], []),
        )

    def read_group(self, entry: Snapshot) -> GroupLine:
        return GroupLine(
            label=entry["label"],
            theme=self.read(entry["theme"]),
            room=self.read(entry["room"]),
            delegation=self.read_delegation(entry["delegation"]),
            people=[self.read_person(person) for person in entry["people"]],
        )

    def read_tour(self, entry: Snapshot) -> TourLine:
        return TourLine(
            title=self.read(entry["title"]),
            operator=self.read(entry["operator"]),
            time=self.read_time(entry["start"], entry["end"]),
            meeting_point=self.read(entry["meeting_point"]),
            stops=self.read_list(entry["stops"]),
            rules=self.read_list(entry["rules"]),
        )

    def read_item(self, item: Snapshot) -> Line:
        return Line(
            key=item["id"],
            kind=item["kind"],
            start=self.read_clock(item["start"]),
            end=self.read_clock(item["end"]),
            starts_at=self.read_local(item["start"]).isoformat(),
            title=self.read(item["title"]),
            summary=self.read(item["summary"]),
            room=self.read(item["room"]),
            presentations=[self.read_presentation(entry) for entry in item["presentations"]],
            groups=[self.read_group(entry) for entry in item["groups"]],
            tours=[self.read_tour(entry) for entry in item["tours"]],
        )


def list_days(items: Iterable[Snapshot], reader: Reader, *, kind: str = "") -> list[Day]:
    """Return the items by the day on which they begin, all of them or those of one kind."""
    days: dict[date, list[Line]] = {}
    for item in items:
        if not kind or item["kind"] == kind:
            days.setdefault(reader.read_local(item["start"]).date(), []).append(reader.read_item(item))
    return [Day(day, format_day(day, reader.language), lines) for day, lines in days.items()]
