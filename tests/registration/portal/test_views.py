"""The delegate's own page says where the registration stands and what comes next, in both languages."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from icalendar import Calendar

from registration.models import Link, Registration, State
from registration.portal.sentences import SENTENCES
from tests.factories import make_registration

pytestmark = pytest.mark.django_db


def open_page(client: Client, state: str, language: str) -> str:
    registration = make_registration(state=state)
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    return client.get(f"/{language}/aecs20/my/").text


def test_every_state_has_its_sentences():
    assert set(SENTENCES) == set(State.values)


@pytest.mark.parametrize("state", State.values)
def test_each_state_is_said_in_words(client: Client, state: str):
    page = open_page(client, state, "en")
    assert escape(str(SENTENCES[state].now)) in page
    assert "%(due)s" not in page


@pytest.mark.parametrize(
    ("language", "moment"), [("en", "11 January 2013, 18:00 (Tokyo)"), ("ja", "2013年1月11日 18:00（東京）")]
)
def test_a_draft_says_until_when_in_the_zone_of_the_seminar(client: Client, language: str, moment: str):
    assert moment in open_page(client, State.DRAFT, language)


def test_the_page_speaks_japanese(client: Client):
    page = open_page(client, State.APPROVED, "ja")
    assert '<html lang="ja"' in page
    assert "第20回アジア輸出管理セミナー" in page
    assert "2013年2月26日～28日" in page
    assert "参加登録が承認されました。" in page


@pytest.mark.parametrize(
    ("state", "status"), [("submitted", "TENTATIVE"), ("waitlisted", "TENTATIVE"), ("approved", "CONFIRMED")]
)
def test_the_days_go_into_the_readers_calendar_as_the_entry_of_the_confirmation(
    client: Client, state: str, status: str
):
    assert "/ja/aecs20/my/seminar.ics" in open_page(client, state, "ja")
    answer = client.get("/ja/aecs20/my/seminar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    number = Registration.objects.get().number
    assert (str(event["uid"]), str(event["status"])) == (f"{number}@aecs20".lower(), status)
    assert (str(event.decoded("dtstart")), str(event.decoded("dtend"))) == ("2013-02-26", "2013-03-01")
    assert str(event["summary"]) == "第20回アジア輸出管理セミナー"


@pytest.mark.parametrize("state", ["draft", "returned", "rejected", "withdrawn", "cancelled"])
def test_who_does_not_come_is_offered_no_calendar_entry(client: Client, state: str):
    assert "seminar.ics" not in open_page(client, state, "en")
    assert client.get("/en/aecs20/my/seminar.ics").status_code == 404
