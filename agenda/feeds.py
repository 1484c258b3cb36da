"""The published programme for machines: as JSON and as a calendar.

Doors: `make_json` (docs/agenda-json.md, docs/agenda.schema.json) and `make_calendar`. Source: RFC 5545 (calendar),
RFC 5546 (sequences and cancellations), RFC 7986 (the calendar's own name and address).
"""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar, Event

from agenda.disclosure import OpenFile
from agenda.models import ProgrammeVersion
from agenda.programme import Reader
from agenda.snapshot import read_moment
from seminar.models import Seminar

FORMAT_VERSION = 1
REFRESHED_EVERY = timedelta(hours=1)
LONGEST_LINE = 1000  # characters of a description's line

Snapshot = dict[str, Any]


def make_json(seminar: Seminar, version: ProgrammeVersion, files: list[OpenFile], language: str) -> dict[str, Any]:
    """Return the feed of a version in one language: edition, version and items. `files` are the public ones."""
    reader = Reader(language, seminar.time_zone)
    by_presentation: dict[int, list[OpenFile]] = {}
    for file in files:
        by_presentation.setdefault(file.presentation_id, []).append(file)
    with translation.override(language):
        page = _make_page_url(seminar)
        edition = {
            "slug": seminar.slug,
            "number": seminar.number,
            "title": seminar.title,
            "start_date": seminar.start_date.isoformat(),
            "end_date": seminar.end_date.isoformat(),
            "time_zone": seminar.time_zone,
            "city": seminar.city,
            "url": page,
        }
    return {
        "format": "seminar-agenda",
        "format_version": FORMAT_VERSION,
        "language": reader.language,
        "edition": edition,
        "version": version.number,
        "published_at": version.published_at.isoformat(),
        "items": [_describe_item(item, reader, page, by_presentation) for item in version.snapshot["items"]],
    }


def _describe_item(item: Snapshot, reader: Reader, page: str, files: dict[int, list[OpenFile]]) -> dict[str, Any]:
    return {
        "id": f"item-{item['id']}",
        "kind": item["kind"],
        "start": reader.read_local(item["start"]).isoformat(),
        "end": reader.read_local(item["end"]).isoformat(),
        "title": reader.read_text(item["title"]),
        "summary": reader.read_text(item["summary"]),
        "room": reader.read_text(item["room"]),
        "url": f"{page}#item-{item['id']}",
        "presentations": [
            {
                "id": f"presentation-{entry['id']}",
                "start": reader.read_local(entry["start"]).isoformat() if entry["start"] else None,
                "end": reader.read_local(entry["end"]).isoformat() if entry["end"] else None,
                "title": reader.read_text(entry["title"]),
                "abstract": reader.read_text(entry["abstract"]),
                "delegation": _describe_delegation(entry["delegation"], reader),
                "speakers": [_describe_person(person, reader) for person in entry["speakers"]],
                "files": [
                    {
                        "language": file.language,
                        "url": f"{settings.SITE_URL}{file.url}",
                        "content_type": file.content_type,
                        "size": file.size,
                    }
                    for file in files.get(entry["id"], [])
                ],
            }
            for entry in item["presentations"]
        ],
        "groups": [
            {
                "label": entry["label"],
                "theme": reader.read_text(entry["theme"]),
                "room": reader.read_text(entry["room"]),
                "delegation": _describe_delegation(entry["delegation"], reader),
                "people": [_describe_person(person, reader) for person in entry["people"]],
            }
            for entry in item["groups"]
        ],
        "tours": [
            {
                "code": entry["code"],
                "start": reader.read_local(entry["start"]).isoformat(),
                "end": reader.read_local(entry["end"]).isoformat(),
                "title": reader.read_text(entry["title"]),
                "operator": reader.read_text(entry["operator"]),
                "meeting_point": reader.read_text(entry["meeting_point"]),
                "stops": [str(text) for text in reader.read_list(entry["stops"])],
                "rules": [str(text) for text in reader.read_list(entry["rules"])],
            }
            for entry in item["tours"]
        ],
    }


def _describe_delegation(entry: Snapshot | None, reader: Reader) -> dict[str, str] | None:
    return {"code": entry["code"], "name": reader.read_text(entry["name"])} if entry else None


def _describe_person(person: Snapshot, reader: Reader) -> dict[str, str]:
    name = person["name_ja"] if reader.language == "ja" else person["name_en"]
    return {
        "name": name,
        "position": person["position"],
        "organization": person["organization"],
        "part": person["part"],
    }


def make_calendar(seminar: Seminar, version: ProgrammeVersion, language: str) -> bytes:
    """Return the calendar of a version: each item under an identity that stays, with a sequence that rises as it
    changes; what was published once and went is cancelled, so that calendars let it go."""
    reader = Reader(language, seminar.time_zone)
    with translation.override(language):
        page = _make_page_url(seminar)
        feed = f"{settings.SITE_URL}{reverse('agenda:calendar', args=[seminar.slug])}"
        title, city = str(seminar.title), str(seminar.city)
    calendar = Calendar()
    calendar.add("prodid", f"-//Seminar//Programme//{reader.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", seminar.time_zone)
    calendar.add("url", feed)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for item in version.snapshot["items"]:
        event = _make_event(item, reader, seminar, version)
        event.add("status", "CONFIRMED")
        event.add("location", ", ".join(text for text in (reader.read_text(item["room"]), city) if text))
        event.add("url", f"{page}#item-{item['id']}")
        event.add("categories", [item["kind"].replace("_", " ").upper()])
        if description := _write_description(item, reader):
            event.add("description", description)
        calendar.add_component(event)
    for item in version.snapshot["cancelled"]:
        event = _make_event(item, reader, seminar, version)
        event.add("status", "CANCELLED")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _make_event(item: Snapshot, reader: Reader, seminar: Seminar, version: ProgrammeVersion) -> Event:
    zone = ZoneInfo(seminar.time_zone)
    event = Event()
    event.add("uid", f"programme-{item['id']}@{seminar.slug}")
    event.add("sequence", item["sequence"])
    event.add("dtstamp", version.published_at)
    event.add("last-modified", version.published_at)
    event.add("dtstart", read_moment(item["start"]).astimezone(zone))
    event.add("dtend", read_moment(item["end"]).astimezone(zone))
    event.add("summary", reader.read_text(item["title"]))
    event.add("transp", "OPAQUE")
    return event


def _write_description(item: Snapshot, reader: Reader) -> str:
    lines = [reader.read_text(item["summary"])]
    for entry in item["presentations"]:
        delegation = reader.read_text(entry["delegation"]["name"]) if entry["delegation"] else ""
        time = reader.read_time(entry["start"], entry["end"])
        shown = [text for text in (time, reader.read_text(entry["title"]), delegation) if text]
        lines.append(" ".join(shown))
    for entry in item["groups"]:
        lines.append(" ".join([entry["label"], reader.read_text(entry["theme"]), reader.read_text(entry["room"])]))
    for entry in item["tours"]:
        time = reader.read_time(entry["start"], entry["end"])
        lines.append(" ".join([time, reader.read_text(entry["title"]), reader.read_text(entry["meeting_point"])]))
    return "\n".join(line[:LONGEST_LINE] for line in lines if line)


def _make_page_url(seminar: Seminar) -> str:
    return f"{settings.SITE_URL}{reverse('agenda:programme', args=[seminar.slug])}"
