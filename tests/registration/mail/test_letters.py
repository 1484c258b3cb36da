"""Each kind of mail is a whole letter in each language and says what every letter must say."""

from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from icalendar import Calendar

from registration.mail.catalogue import KINDS
from registration.mail.letters import make_calendar, make_message, render_letter
from registration.mail.services import Recipient, enqueue, to_delegate, to_focal_point, to_secretariat, to_staff
from registration.models import OpenRequest, OutgoingMail, State
from seminar.models import Delegation
from tests.factories import make_delegation, make_focal_point, make_registration, make_user

pytestmark = pytest.mark.django_db

TO_FOCAL_POINT = ("nomination_request", "endorsement_request", "nomination_reminder", "open_request_waiting")
TO_STAFF = ("approval_digest", "undelivered")
REASONED = ("change_decided", "returned", "waitlisted", "rejected", "withdrawn")
DAYS = {"en": "26–28 February 2013", "ja": "2013年2月26日～28日"}
CITY = {"en": "Tokyo", "ja": "東京"}
TITLE = {"en": "The 20th Asian Export Control Seminar", "ja": "第20回アジア輸出管理セミナー"}
FORWARDING = {"en": "do not forward", "ja": "転送なさらない"}
ADMIN_PATH = "/admin/registration/"
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
    ("returned", "en"): "Correction requested",
    ("returned", "ja"): "登録内容の修正のお願い",
    ("approved", "en"): "Confirmation of registration",
    ("approved", "ja"): "参加登録完了のお知らせ",
    ("waitlisted", "en"): "Regarding your registration",
    ("waitlisted", "ja"): "参加登録について",
    ("rejected", "en"): "Regarding your registration",
    ("rejected", "ja"): "参加登録について",
    ("withdrawn", "en"): "Cancellation of registration",
    ("withdrawn", "ja"): "参加辞退・取消のお知らせ",
    ("change_decided", "en"): "Your change request",
    ("change_decided", "ja"): "変更申請の結果",
    ("open_request_proof", "en"): "Please confirm your request to take part",
    ("open_request_proof", "ja"): "参加のお申出：メールアドレスのご確認のお願い",
    ("open_request_waiting", "en"): "Saran Obold asks to take part",
    ("open_request_waiting", "ja"): "参加のお申出：Saran Obold 様",
    ("open_request_declined", "en"): "Your request to take part",
    ("open_request_declined", "ja"): "参加のお申出の結果",
    ("nomination_reminder", "en"): "Reminder: nominations due 14 January 2013",
    ("nomination_reminder", "ja"): "【期限のご案内】参加者のご推薦について",
    ("completion_reminder", "en"): "Action needed: your registration is incomplete",
    ("completion_reminder", "ja"): "登録未完了のお知らせ",
    ("materials_request", "en"): "Presentation file and disclosure consent",
    ("materials_request", "ja"): "発表資料ご提出及び公開可否ご確認のお願い",
    ("approval_digest", "en"): "Registrations awaiting approval (2)",
    ("approval_digest", "ja"): "承認待ちの参加登録（2件）",
    ("undelivered", "en"): "Undelivered messages",
    ("undelivered", "ja"): "送信エラー通知",
}
LINKS = {
    **dict.fromkeys(TO_STAFF, f"{ADMIN_PATH}outgoingmail/?state__exact=given_up&kind=a"),
    "open_request_proof": "/{language}/aecs20/register/confirm/personal-link/",
    "open_request_declined": "/{language}/aecs20/",
}
FACTS: dict[str, Any] = {
    "count": 2,
    "reason": "Please give your division.\nThank you.",
    "due_at": "2013-01-14T14:59:00+00:00",
    "longest_wait_days": 3,
    "waiting_since": "2013-01-05T09:00:00+00:00",
    "requester": "Saran Obold",
    "organization": "National University",
    "wish": "I teach export control.\nThank you.",
    "undelivered": [{"kind": "approved", "number": "AECS20-0007"}, {"kind": "personal_link", "number": ""}],
}


def queue(
    kind: str,
    language: str,
    to: str = "",
    state: str = State.SUBMITTED,
    facts: dict[str, Any] | None = None,
    **names: str,
) -> OutgoingMail:
    """Queue a mail to its usual recipient, or to `to`: delegate, focal point, secretariat, staff."""
    delegation = make_delegation()
    seminar = delegation.seminar
    seminar.secretariat_language = language
    registration = make_registration(delegation, state, language=language, **names)
    focal_point = make_focal_point(delegation, language=language)
    usual = dict.fromkeys(TO_FOCAL_POINT, "focal point") | {"approval_digest": "staff"}
    to = to or usual.get(kind, "secretariat" if kind == "undelivered" else "delegate")
    recipients: dict[str, Callable[[], Any]] = {
        "delegate": lambda: to_delegate(registration),
        "focal point": lambda: to_focal_point(focal_point),
        "secretariat": lambda: to_secretariat(seminar),
        "staff": lambda: to_staff(make_user("approver", language=language)),
    }
    subject: Any = seminar if kind in TO_STAFF else delegation if kind.startswith("nomination_") else registration
    extra: dict[str, Any] = {}
    if kind.startswith("open_request_"):
        subject = make_open_request(delegation, language)
        recipients["delegate"] = lambda: Recipient("open_request:1", subject.email, language, subject.full_name)
    if kind == "open_request_proof":
        extra["open_request"] = {"key": subject.pk.hex, "version": 1, "slug": seminar.slug}
    if kind == "open_request_declined":
        extra["action_path"] = f"/{language}/{seminar.slug}/"
    if to in ("secretariat", "staff"):
        extra["action_path"] = f"{ADMIN_PATH}outgoingmail/?state__exact=given_up&kind=a"
    if to != "delegate":
        extra["is_own"] = False
    with transaction.atomic():
        return enqueue(
            kind=kind, subject=subject, revision=1, to=recipients[to](), facts={**FACTS, **extra, **(facts or {})}
        )


def make_open_request(delegation: Delegation, language: str) -> OpenRequest:
    return OpenRequest.objects.create(
        seminar=delegation.seminar,
        delegation=delegation,
        given_names="Saran",
        family_name="Obold",
        email="saran@university.example",
        email_key="saran@university.example",
        language=language,
        role="observer",
        organization="National University",
        wish="I teach export control.",
    )


def read_parts(mail: OutgoingMail) -> tuple[str, str]:
    letter = render_letter(mail)
    return letter.text, unescape(letter.html)


def build(mail: OutgoingMail) -> EmailMessage:
    """Return the message as a mail program reads it, header by header."""
    letter = render_letter(mail)
    mail.subject, mail.text_body, mail.html_body = letter.subject, letter.text, letter.html
    return BytesParser(policy=policy.default).parsebytes(make_message(mail).message().as_bytes())


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_letter_says_seminar_days_city_link_and_whom_to_ask(kind: str, language: str):
    mail = queue(kind, language)
    letter = render_letter(mail)
    number = mail.registration.number if mail.registration else ""
    assert letter.subject == SUBJECTS[kind, language].format(number=number)
    link = settings.SITE_URL + LINKS.get(kind, "/{language}/i/personal-link/").format(language=language)
    for part in (letter.text, unescape(letter.html)):
        for expected in (TITLE[language], DAYS[language], CITY[language], "secretariat@aecs20.example", link):
            assert expected in part
        assert (FORWARDING[language] in part) is (kind not in (*TO_STAFF, "open_request_declined"))
    assert f'lang="{language}"' in letter.html
    assert "\n\n\n" not in letter.text
    message = make_message(mail).message().as_string()
    assert "ZZ1007919" not in message


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_without_a_delegation_has_no_empty_line_for_it(kind: str, language: str):
    heading = {"en": "Country / Region / Organization", "ja": "国・地域・機関"}[language]
    for part in read_parts(queue(kind, language)):
        assert (heading in part) is (kind not in TO_STAFF)
        assert "Mongolia" in part or "モンゴル" in part or kind in TO_STAFF


@pytest.mark.parametrize("kind", ["received", "endorsement_request", "approved", *REASONED])
def test_names_stand_as_they_are_in_text_and_harmless_in_html(kind: str):
    letter = render_letter(queue(kind, "en", given_names="Miles <script>alert(1)</script>", family_name="O'Brien"))
    assert "O'Brien" in letter.text
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html


def test_a_line_break_never_reaches_a_header():
    mail = queue("received", "en")
    mail.facts["registration"]["number"] = "AECS20-0001\r\nBcc: everyone@ministry.example"
    assert "\n" not in render_letter(mail).subject


HOSTILE = (
    '"><script>alert(1)</script>\r\nBcc: everyone@ministry.example\r\n\r\n'
    "{{ facts }}{% include 'registration/mail/approved.en.txt' %}</dd></dl>\n"
    'Open your page:\nhttps://evil.example/" onmouseover="alert(1)'
)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("to", ["delegate", "focal point"])
@pytest.mark.parametrize("kind", REASONED)
def test_a_hostile_reason_stays_a_reason(kind: str, to: str, language: str):
    mail = queue(kind, language, to, facts={"reason": HOSTILE})
    letter = render_letter(mail)
    for escaped in ("&quot;&gt;&lt;script&gt;", "{{ facts }}{% include", "&lt;/dd&gt;&lt;/dl&gt;"):
        assert escaped in letter.html
    assert "<script" not in letter.html
    assert 'href="https://evil' not in letter.html
    assert letter.html.count("href=") == 3  # the button, its address, the secretariat
    for line in ("Bcc: everyone@ministry.example", "Open your page:", "https://evil.example/"):
        assert f"\n> {line}" in letter.text
        assert f"\n{line}" not in letter.text
    assert letter.subject == SUBJECTS[kind, language]
    message = build(mail)
    assert message["Bcc"] is None
    assert message["To"] == mail.recipient


@pytest.mark.parametrize("to", ["secretariat", "staff"])
def test_an_address_of_the_admin_stands_unbroken_in_its_attribute(to: str):
    mail = queue("undelivered", "en", to, facts={"action_path": '/admin/?q="><script>'})
    assert '<a href="http://127.0.0.1:8000/admin/?q=&quot;&gt;&lt;script&gt;"' in render_letter(mail).html


@pytest.mark.parametrize(
    ("language", "to", "is_by_focal_point", "expected"),
    [
        ("en", "delegate", False, "The organizers have returned your registration"),
        ("en", "delegate", True, "Your delegation's focal point has returned your registration"),
        ("en", "focal point", False, "The organizers have returned the registration of the person named below"),
        ("en", "focal point", True, "A focal point of your delegation has returned the registration"),
        ("ja", "delegate", False, "主催者において確認いたしましたところ"),
        ("ja", "delegate", True, "代表団の窓口担当者より、登録内容の修正のご依頼"),
        ("ja", "focal point", False, "主催者において確認いたしましたところ、下記の方の"),
        ("ja", "focal point", True, "代表団の窓口担当者により差戻し"),
    ],
)
def test_a_returned_registration_says_who_asks_why_and_by_when(
    language: str, to: str, is_by_focal_point: bool, expected: str
):
    mail = queue("returned", language, to, facts={"is_by_focal_point": is_by_focal_point})
    deadline = {"en": "14 January 2013, 23:59 (Tokyo)", "ja": "2013年1月14日 23:59（東京）"}[language]
    text, html = read_parts(mail)
    for part in (text, html):
        assert expected in part
        assert deadline in part
    assert "\n> Please give your division.\n> Thank you.\n" in text
    assert "Please give your division.<br>Thank you." in html


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", ["waitlisted", "rejected", "withdrawn"])
def test_a_reason_that_was_not_given_leaves_no_trace(kind: str, language: str):
    label = {"en": "Reason", "ja": "理由"}[language]
    mail = queue(kind, language)
    for part in read_parts(mail):
        assert label in part
    mail.facts["reason"] = ""
    for part in read_parts(mail):
        assert label not in part


@pytest.mark.parametrize("kind", ["waitlisted", "rejected"])
@pytest.mark.parametrize(
    ("language", "is_told", "expected"),
    [
        ("en", True, "we have written to the person as well"),
        ("en", False, "we have not written to the person"),
        ("ja", True, "ご本人には、別途お知らせしております"),
        ("ja", False, "ご本人にはお知らせしておりません"),
    ],
)
def test_a_focal_point_reads_whether_the_delegate_was_told(kind: str, language: str, is_told: bool, expected: str):
    for part in read_parts(queue(kind, language, "focal point", facts={"is_delegate_told": is_told})):
        assert expected in part


@pytest.mark.parametrize(
    ("language", "to", "state", "expected"),
    [
        ("en", "delegate", State.WITHDRAWN, "Your registration for this seminar has been withdrawn."),
        ("en", "delegate", State.CANCELLED, "The organizers have cancelled your registration"),
        ("en", "focal point", State.WITHDRAWN, "has been withdrawn. You receive this copy"),
        ("en", "focal point", State.CANCELLED, "The organizers have cancelled the registration of the person"),
        ("en", "secretariat", State.WITHDRAWN, "has been withdrawn. We have written to the person"),
        ("en", "secretariat", State.CANCELLED, "The organizers have cancelled the registration of the person"),
        ("ja", "delegate", State.WITHDRAWN, "への参加辞退を承りました。"),
        ("ja", "delegate", State.CANCELLED, "への参加登録を取消といたしました。"),
        ("ja", "focal point", State.WITHDRAWN, "下記の方の参加辞退を承りました。"),
        ("ja", "focal point", State.CANCELLED, "下記の方の参加登録は、主催者により取消となりました。"),
        ("ja", "secretariat", State.WITHDRAWN, "下記の方の参加辞退を承りました。"),
        ("ja", "secretariat", State.CANCELLED, "下記の方の参加登録は、主催者により取消となりました。"),
    ],
)
def test_withdrawal_and_cancellation_are_told_apart(language: str, to: str, state: str, expected: str):
    for part in read_parts(queue("withdrawn", language, to, state)):
        assert expected in part
        assert (FORWARDING[language] in part) is (to != "secretariat")


def test_a_japanese_letter_to_the_secretariat_addresses_an_office():
    for part in read_parts(queue("undelivered", "ja")):
        assert "セミナー事務局 御中" in part.replace("<bdi>", "").replace("</bdi>", "")
        assert "でございます" not in part


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["- Confirmation of registration [AECS20-0007]", "- Lost link", "and 1 more"]),
        ("ja", ["・参加登録完了のお知らせ［AECS20-0007］", "・専用リンクの再送", "ほか1件"]),
    ],
)
def test_the_undelivered_are_listed_by_kind_and_number_and_the_rest_counted(language: str, lines: list[str]):
    letter = render_letter(queue("undelivered", language, facts={"count": 3}))
    assert "\n".join(lines) in letter.text
    for line in lines:
        assert f"<li>{line.lstrip('-・ ')}</li>" in letter.html


@pytest.mark.parametrize(
    ("language", "days", "expected"),
    [
        ("en", 0, "less than a day, since 5 January 2013, 18:00 (Tokyo)"),
        ("en", 1, "1 day, since"),
        ("en", 3, "3 days, since"),
        ("ja", 0, "2013年1月5日 18:00（東京）から（1日未満）"),
        ("ja", 3, "から（3日間）"),
    ],
)
def test_the_digest_says_how_long_the_longest_has_waited(language: str, days: int, expected: str):
    for part in read_parts(queue("approval_digest", language, facts={"longest_wait_days": days})):
        assert expected in part


def test_the_confirmation_carries_the_days_as_a_calendar_file():
    mail = queue("approved", "ja")
    [event] = Calendar.from_ical(make_calendar(mail)).walk("VEVENT")
    assert (str(event.decoded("dtstart")), str(event.decoded("dtend"))) == ("2013-02-26", "2013-03-01")
    assert str(event["summary"]) == "第20回アジア輸出管理セミナー"
    [part] = build(mail).iter_attachments()
    assert part.get_filename() == "seminar.ics"
    assert part["Content-Type"].params["method"] == "PUBLISH"


@pytest.mark.parametrize("to", ["delegate", "focal point", "secretariat"])
def test_a_cancelled_confirmation_is_taken_out_of_the_calendar(to: str):
    mail = queue("withdrawn", "en", to, State.CANCELLED, facts={"was_approved": True})
    mail.facts["revision"] = 5
    for text in read_parts(mail):
        assert "calendar file is attached" in text
    [part] = build(mail).iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "CANCEL"
    calendar = Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 5)
    assert event["organizer"] == "mailto:secretariat@aecs20.example"
    mail.kind, mail.facts["revision"] = "approved", 4
    confirmed = Calendar.from_ical(make_calendar(mail))
    [before] = confirmed.walk("VEVENT")
    assert (confirmed["method"], before["status"], before["sequence"]) == ("PUBLISH", "CONFIRMED", 4)
    assert (before["uid"], before["dtstart"]) == (event["uid"], event["dtstart"])


def test_a_registration_that_was_never_approved_stands_in_no_calendar():
    mail = queue("withdrawn", "en", facts={"was_approved": False})
    for text in read_parts(mail):
        assert "calendar" not in text
    assert list(build(mail).iter_attachments()) == []


def test_a_letter_names_the_deadline_of_its_person_where_that_is_a_later_one():
    mail = queue("personal_link", "en", state=State.DRAFT, facts={"due_at": ""})
    assert "11 January 2013, 18:00 (Tokyo)" in render_letter(mail).text
    mail.facts["registration"]["submit_by"] = "2013-01-20T14:59:00+00:00"
    text = render_letter(mail).text
    assert "20 January 2013, 23:59 (Tokyo)" in text
    assert "11 January" not in text
