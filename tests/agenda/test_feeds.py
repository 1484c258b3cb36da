"""The programme for machines: JSON that matches its schema, and a calendar that another library reads back."""

import json
from datetime import datetime
from typing import Any

import jsonschema
import pytest
import vobject
from django.test import Client

from agenda.models import Disclosure, ProgrammeItem
from registration.intake.demo import EDITION
from registration.intake.loading import load_edition
from seminar.models import Seminar
from tests.agenda.rows import MORNING, keep_pdf, make_item, make_presentation, permit, publish_programme
from tests.factories import NOW, make_delegation, make_seminar
from tests.servers import ROOT

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((ROOT / "docs" / "agenda.schema.json").read_text(encoding="utf-8"))


def read_json(client: Client, language: str = "en") -> dict[str, Any]:
    answer = client.get(f"/{language}/aecs20/agenda.json")
    assert answer.headers["Content-Type"] == "application/json"
    feed = answer.json()
    jsonschema.Draft202012Validator(SCHEMA).validate(feed)
    return feed


def read_calendar(client: Client, language: str = "en") -> list[dict[str, Any]]:
    answer = client.get(f"/{language}/aecs20/agenda.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events = vobject.readOne(text).contents.get("vevent", [])
    return [
        {
            "uid": event.uid.value,
            "sequence": int(event.sequence.value),
            "status": event.status.value,
            "start": event.dtstart.value,
            "end": event.dtend.value,
            "title": event.summary.value,
        }
        for event in events
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_feeds_of_the_20th_hold_the_same_items(client: Client, language: str):
    load_edition(EDITION, now=NOW)
    feed = read_json(client, language)
    assert (len(feed["items"]), feed["language"], feed["version"]) == (19, language, 1)
    calendar = read_calendar(client, language)
    in_feed = [
        (
            f"programme-{item['id'].removeprefix('item-')}@aecs20",
            datetime.fromisoformat(item["start"]),
            datetime.fromisoformat(item["end"]),
            item["title"],
        )
        for item in feed["items"]
    ]
    assert [(event["uid"], event["start"], event["end"], event["title"]) for event in calendar] == in_feed
    assert {(event["sequence"], event["status"]) for event in calendar} == {(0, "CONFIRMED")}


def test_the_feed_tells_whose_presentation_it_is_and_links_public_files_alone(client: Client):
    seminar = make_seminar()
    first = make_presentation(make_item(seminar), make_delegation(seminar, code="MNG"))
    second = make_presentation(make_item(seminar, title="Second"), title_en="A title")
    keep_pdf(first)
    keep_pdf(second)
    permit(first, Disclosure.PUBLIC)
    permit(second, Disclosure.PARTICIPANTS)
    publish_programme(seminar)
    one, two = (item["presentations"][0] for item in read_json(client)["items"])
    assert one["delegation"] == {"code": "MNG", "name": "Mongolia"}
    assert [file["content_type"] for file in one["files"]] == ["application/pdf"]
    path = one["files"][0]["url"].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    assert (two["title"], two["delegation"], two["files"]) == ("A title", None, [])


def test_calendars_follow_what_changes_and_let_go_of_what_is_taken_out(client: Client):
    seminar = make_seminar()
    stays = make_item(seminar, title="Stays")
    moves = make_item(seminar, MORNING.replace(hour=3), title="Moves")
    goes = make_item(seminar, MORNING.replace(hour=5), title="Goes")
    publish_programme(seminar)
    before = {event["title"]: event["uid"] for event in read_calendar(client)}
    ProgrammeItem.objects.filter(pk=moves.pk).update(
        start_at=MORNING.replace(hour=4), end_at=MORNING.replace(hour=4, minute=30)
    )
    goes.delete()
    publish_programme(seminar)
    after = {event["title"]: event for event in read_calendar(client)}
    assert {title: event["uid"] for title, event in after.items()} == before
    told = {title: (event["sequence"], event["status"]) for title, event in after.items()}
    assert told == {"Stays": (0, "CONFIRMED"), "Moves": (1, "CONFIRMED"), "Goes": (1, "CANCELLED")}
    assert after["Moves"]["start"] == MORNING.replace(hour=4)
    assert stays.pk  # untouched


@pytest.mark.parametrize(
    "title", ["x" * 300, 'Semi; comma, "quote" and back\\slash', "輸出管理" * 70, "100 % – “done” 🙂 <b>&amp;"]
)
def test_any_title_survives_both(client: Client, title: str):
    seminar = make_seminar()
    make_item(seminar, title=title, title_ja="題名")
    publish_programme(seminar)
    assert [event["title"] for event in read_calendar(client)] == [title]
    assert [item["title"] for item in read_json(client)["items"]] == [title]


def test_an_edition_that_is_not_published_has_no_feeds(client: Client):
    seminar = make_seminar()
    make_item(seminar)
    publish_programme(seminar)
    Seminar.objects.update(is_published=False)
    for name in ("agenda.json", "agenda.ics"):
        assert client.get(f"/en/aecs20/{name}").status_code == 404
