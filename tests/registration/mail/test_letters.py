"""Each kind of mail is a whole letter in each language and says what every letter must say."""

from html import unescape

import pytest
from django.conf import settings
from django.db import transaction
from icalendar import Calendar

from registration.mail.catalogue import KINDS
from registration.mail.letters import make_calendar, make_message, render_letter
from registration.mail.services import enqueue, to_delegate, to_focal_point
from registration.models import OutgoingMail, State
from tests.factories import make_delegation, make_focal_point, make_registration

pytestmark = pytest.mark.django_db

TO_FOCAL_POINT = ("nomination_request", "endorsement_request")
DAYS = {"en": "26–28 February 2013", "ja": "2013年2月26日～28日"}
CITY = {"en": "Tokyo", "ja": "東京"}
TITLE = {"en": "The 20th Asian Export Control Seminar", "ja": "第20回アジア輸出管理セミナー"}
SUBJECTS = {
    ("nomination_request", "en"): "Invitation to nominate participants: The 20th Asian Export Control Seminar",
    ("nomination_request", "ja"): "第20回アジア輸出管理セミナー 参加者ご推薦のお願い",
    ("personal_invitation", "en"): "Please complete your registration",
    ("personal_invitation", "ja"): "参加登録フォームご記入のお願い",
    ("personal_link", "en"): "Your personal link",
    ("personal_link", "ja"): "専用リンクのご案内",
    ("received", "en"): "We have received your registration [{number}]",
    ("received", "ja"): "参加登録を受け付けました［{number}］",
    ("endorsement_request", "en"): "Endorsement requested: 2",
    ("endorsement_request", "ja"): "ご推薦者のご確認のお願い（2名）",
    ("approved", "en"): "Confirmation of registration",
    ("approved", "ja"): "参加登録完了のお知らせ",
}


def queue(kind: str, language: str, **names: str) -> OutgoingMail:
    delegation = make_delegation()
    registration = make_registration(delegation, State.SUBMITTED, language=language, **names)
    focal_point = make_focal_point(delegation, language=language)
    to = to_focal_point(focal_point) if kind in TO_FOCAL_POINT else to_delegate(registration)
    subject = delegation if kind == "nomination_request" else registration
    with transaction.atomic():
        return enqueue(kind=kind, subject=subject, revision=1, to=to, facts={"count": 2})


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_letter_says_seminar_days_city_link_and_whom_to_ask(kind: str, language: str):
    mail = queue(kind, language)
    letter = render_letter(mail)
    number = mail.registration.number if mail.registration else ""
    assert letter.subject == SUBJECTS[kind, language].format(number=number)
    for part in (letter.text, unescape(letter.html)):
        for expected in (TITLE[language], DAYS[language], CITY[language], "secretariat@aecs20.example"):
            assert expected in part
        assert f"{settings.SITE_URL}/{language}/i/personal-link/" in part
    assert f'lang="{language}"' in letter.html
    message = make_message(mail).message().as_string()
    assert "ZZ1007919" not in message


@pytest.mark.parametrize("kind", ["received", "endorsement_request", "approved"])
def test_names_stand_as_they_are_in_text_and_harmless_in_html(kind: str):
    letter = render_letter(queue(kind, "en", given_names="Miles <script>alert(1)</script>", family_name="O'Brien"))
    assert "O'Brien" in letter.text
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html


def test_a_line_break_never_reaches_a_header():
    mail = queue("received", "en")
    mail.facts["registration"]["number"] = "AECS20-0001\r\nBcc: everyone@ministry.example"
    assert "\n" not in render_letter(mail).subject


def test_the_confirmation_carries_the_days_as_a_calendar_file():
    mail = queue("approved", "ja")
    [event] = Calendar.from_ical(make_calendar(mail)).walk("VEVENT")
    assert (str(event.decoded("dtstart")), str(event.decoded("dtend"))) == ("2013-02-26", "2013-03-01")
    assert str(event["summary"]) == "第20回アジア輸出管理セミナー"
    letter = render_letter(mail)
    mail.subject, mail.text_body, mail.html_body = letter.subject, letter.text, letter.html
    names = [part.get_filename() for part in make_message(mail).message().walk() if part.get_filename()]
    assert names == ["seminar.ics"]
