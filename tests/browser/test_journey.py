"""A registration on its worst days: lost, found, returned, corrected, beyond the quota, wait-listed, approved at last.

The delegate is on a telephone and writes Japanese; every mail is taken from a real SMTP sink and comes exactly once.
"""

import re
from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_walk import ENGLISH, JAPANESE, check_page, open_context
from tests.servers import Site
from tests.smtp import Sink, read_link, read_text

CODE = "PAK"
REGISTRATIONS = "/admin/registration/registration/"
ROOM_FOR_TWO = """
from django.db.models import F; from seminar.models import Delegation, FocalPoint
FocalPoint.objects.filter(delegation__code="PAK").delete()
Delegation.objects.filter(code="PAK").update(quota=F("approved_count") - F("beyond_quota_count") + 2)
"""
STILL_TO_COME = """
from datetime import UTC, date, datetime; from seminar.models import Seminar
Seminar.objects.update(
    start_date=date(2099, 2, 26), end_date=date(2099, 2, 28), nominations_due_at=datetime(2099, 1, 11, 9, tzinfo=UTC)
)
"""
SUBJECTS = {
    "personal_invitation": ("Please complete your registration", "参加登録フォームご記入のお願い"),
    "personal_link": ("Your personal link", "専用リンクのご案内"),
    "received": ("We have received your registration", "参加登録を受け付けました"),
    "nomination_request": ("Invitation to nominate participants", "参加者ご推薦のお願い"),
    "endorsement_request": ("Endorsement requested", "ご推薦者のご確認のお願い"),
    "returned": ("Correction requested", "登録内容の修正のお願い"),
    "waitlisted": ("Regarding your registration", "参加登録について"),
    "approved": ("Confirmation of registration", "参加登録完了のお知らせ"),
}


@dataclass(frozen=True)
class People:
    """Addresses of this journey; every run of it has its own."""

    focal_point: str
    ahmed: str
    bushra: str
    cyrus: str


@pytest.mark.sqlite
@pytest.mark.xdist_group("journey-embedded")
def test_the_worst_days_in_the_embedded_profile(browser: Browser, embedded: Site, sink: Sink):
    travel(browser, embedded, sink, year=2013)


@pytest.mark.postgresql
@pytest.mark.redis
@pytest.mark.xdist_group("journey-production")
def test_the_worst_days_in_the_production_profile(browser: Browser, production: Site, sink: Sink):
    production.manage("shell", "-v", "0", "-c", STILL_TO_COME)  # its clock is the real one
    travel(browser, production, sink, year=2099)


def travel(browser: Browser, site: Site, sink: Sink, *, year: int) -> None:
    people = People(*(f"{name}@moc.pak.example" for name in ("focal", "ahmed", "bushra", "cyrus")))
    site.manage("shell", "-v", "0", "-c", ROOM_FOR_TWO)
    invite = ("invite", "--seminar", "aecs20", "--delegation", CODE)
    site.manage(*invite, "--email", people.focal_point, "--role", "focal_point", "--name", "Adeel Mirza")
    site.manage(*invite, "--email", people.ahmed, "--language", "ja")
    phone = open_context(browser, JAPANESE).new_page()
    desk = open_context(browser, ENGLISH).new_page()
    admin = open_context(browser, ENGLISH).new_page()

    number = draft_lose_and_find(phone, site, sink, people)
    desk.goto(read_link(sink.wait_for(to=people.focal_point, subject="Invitation to nominate")))
    return_and_correct(desk, phone, site, sink, people, number)
    others = [nominate_and_fill_in(desk, site, given, address) for given, address in (
        ("Bushra", people.bushra), ("Cyrus", people.cyrus))]  # fmt: skip
    endorse(desk, site, number)

    sign_in(admin, site)
    decide(admin, site, "approve", [number, *others])
    expect(admin.locator(".messagelist")).to_contain_text("2 registrations approved.")
    expect(admin.locator(".messagelist")).to_contain_text("quota is full")
    late = others[-1]
    assert read_state(admin, site, late) == "Endorsed"
    decide(admin, site, "waitlist", [late])
    assert read_state(admin, site, late) == "On the waiting list"
    sink.wait_for(to=people.cyrus, subject="Regarding your registration")
    decide(admin, site, "approve", [late], override_reason="A late change of portfolio, agreed with the host")
    assert read_state(admin, site, late) == "Approved"

    for address in (people.ahmed, people.bushra, people.cyrus):
        subject = SUBJECTS["approved"][address == people.ahmed]
        check_calendar(sink.wait_for(to=address, subject=subject), year)
    sink.wait_for(to=people.focal_point, subject="Confirmation of registration")
    check_mails(sink, people)
    phone.goto(f"{site.url}/ja/aecs20/my/")
    expect(phone.get_by_role("main")).to_contain_text("参加登録が承認されました。")
    check_page(phone, JAPANESE)
    for page in (phone, desk, admin):
        page.context.close()


def draft_lose_and_find(phone: Page, site: Site, sink: Sink, people: People) -> str:
    """Begin the form, lose the link, have it sent again, go on where the words stand, submit; return the number."""
    link = read_link(sink.wait_for(to=people.ahmed, subject=SUBJECTS["personal_invitation"][1]))
    phone.goto(link)
    check_page(phone, JAPANESE)
    phone.get_by_role("link", name=JAPANESE.start).click()
    phone.locator("#id_given_names").fill("アフメド")
    expect(phone.locator("#autosave")).to_contain_text("下書き保存", timeout=20_000)
    phone.context.clear_cookies()  # another telephone, or a browser that forgot
    phone.goto(f"{site.url}/ja/aecs20/my/")
    phone.wait_for_url("**/ja/lost-link/")
    phone.locator("#id_email").fill(people.ahmed.upper())
    phone.get_by_role("main").get_by_role("button").click()
    phone.wait_for_url("**/lost-link/sent/")
    again = read_link(sink.wait_for(to=people.ahmed, subject=SUBJECTS["personal_link"][1]))
    assert again == link  # whoever knows an address can ask: that ends nobody's link
    phone.goto(again)
    phone.goto(f"{site.url}/ja/aecs20/my/form/name/")
    expect(phone.locator("#id_given_names")).to_have_value("アフメド")
    phone.locator("#id_passport_name").fill("AHMED KHAN")
    save(phone, "**/form/position/")
    phone.locator("#id_position").fill("課長")
    phone.locator("#id_organization").fill("Ministry of Commrce")
    phone.locator("#id_language").select_option("ja")
    save(phone, "**/my/check/")
    return submit(phone)


def save(page: Page, then: str) -> None:
    page.locator("#answers .btn-primary").click()
    page.wait_for_url(then)


def submit(page: Page) -> str:
    """Agree and submit on the review page; return the registration number."""
    page.locator("#id_data_handling_consent").check()
    page.locator("main .btn-primary").click()
    page.wait_for_url(re.compile(r"/(my|delegation/[A-Z0-9-]+)/$"))
    found = re.search(r"AECS20-\d{4}", page.get_by_role("main").inner_text())
    assert found
    return found.group()


def return_and_correct(desk: Page, phone: Page, site: Site, sink: Sink, people: People, number: str) -> None:
    """The focal point sends it back with the reason; the delegate reads it, corrects and submits again."""
    desk.goto(f"{site.url}/en/aecs20/delegation/{number}/return/")
    check_page(desk, ENGLISH)
    desk.locator("#id_reason").fill("Please write “Commerce” in full")
    desk.locator("main .btn-danger").click()
    expect(desk.get_by_role("main")).to_contain_text("Returned for correction")
    check_page(desk, ENGLISH)
    returned = sink.wait_for(to=people.ahmed, subject=SUBJECTS["returned"][1])
    assert "Please write “Commerce” in full" in read_text(returned)
    phone.goto(read_link(returned))
    expect(phone.get_by_role("main")).to_contain_text("Please write “Commerce” in full")
    check_page(phone, JAPANESE)
    phone.goto(f"{site.url}/ja/aecs20/my/form/position/")
    phone.locator("#id_organization").fill("Ministry of Commerce")
    save(phone, "**/my/check/")
    check_page(phone, JAPANESE)
    assert submit(phone) == number


def nominate_and_fill_in(desk: Page, site: Site, given_names: str, address: str) -> str:
    """The focal point nominates a person and fills in the form as well; return the number, endorsed by that."""
    desk.goto(f"{site.url}/en/aecs20/delegation/")
    desk.locator("#id_given_names").fill(given_names)
    desk.locator("#id_email").fill(address)
    desk.get_by_role("button", name="Add and send the personal link").click()
    desk.get_by_role("link", name=given_names).click()
    desk.get_by_role("link", name="Fill in the form for this person").click()
    check_page(desk, ENGLISH)
    desk.locator("#id_passport_name").fill(f"{given_names.upper()} MIRZA")
    save(desk, "**/form/position/")
    desk.locator("#id_position").fill("Director")
    desk.locator("#id_organization").fill("Ministry of Commerce")
    save(desk, "**/check/")
    check_page(desk, ENGLISH)
    return submit(desk)


def endorse(desk: Page, site: Site, number: str) -> None:
    desk.goto(f"{site.url}/en/aecs20/delegation/")
    check_page(desk, ENGLISH)
    desk.locator(f"#choose-{number}").check()
    desk.get_by_role("button", name=ENGLISH.endorse).click()
    expect(desk.get_by_role("main")).to_contain_text("1 registration endorsed.")


def sign_in(page: Page, site: Site) -> None:
    address, password = site.passwords["approver"]
    page.goto(f"{site.url}/admin/")
    page.locator("#id_login").fill(address)
    page.locator("#id_password").fill(password)
    page.get_by_role("main").get_by_role("button").click()
    if site.totp_secret:
        page.locator("#id_code").fill(site.read_totp())
        page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/admin/")


def decide(page: Page, site: Site, action: str, numbers: list[str], override_reason: str = "") -> None:
    """Choose these in the list, look at what will happen, and confirm it."""
    page.goto(f"{site.url}{REGISTRATIONS}?q=moc.pak.example")
    for number in numbers:
        page.get_by_role("row").filter(has_text=number).get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(f"{action}_chosen")
    page.locator("button[name=index]").click()
    for number in numbers:
        expect(page.get_by_role("row").filter(has_text=number)).to_be_visible()
    if override_reason:
        page.locator("[name=override_reason]").fill(override_reason)
    check_page(page, ENGLISH)
    page.locator(".submit-row input.default").click()
    expect(page.locator(".messagelist li").first).to_be_visible()


def read_state(page: Page, site: Site, number: str) -> str:
    page.goto(f"{site.url}{REGISTRATIONS}?q={number}")
    return page.get_by_role("row").filter(has_text=number).locator(".field-state_label").inner_text()


def check_calendar(message: EmailMessage, year: int) -> None:
    [part] = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    [event] = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert (str(event.decoded("dtstart")), str(event.decoded("dtend"))) == (f"{year}-02-26", f"{year}-03-01")


def check_mails(sink: Sink, people: People) -> None:
    """Every mail of this journey, by recipient and kind, exactly once for each event."""
    expected = {
        people.ahmed: ["personal_invitation", "personal_link", "received", "returned", "received", "approved"],
        people.bushra: ["personal_invitation", "received", "approved"],
        people.cyrus: ["personal_invitation", "received", "waitlisted", "approved"],
        people.focal_point: [
            *("nomination_request", "endorsement_request", "returned", "endorsement_request"),
            *("received", "received", "approved", "approved", "waitlisted", "approved"),
        ],
    }
    for address, kinds in expected.items():
        sink.wait_for_count(to=address, count=len(kinds))
        arrived = Counter(name_kind(message["Subject"]) for message in sink.messages if message["To"] == address)
        assert arrived == Counter(kinds), address
    ours = [message["Message-ID"] for message in sink.messages if message["To"] in expected]
    assert len(ours) == len(set(ours))


def name_kind(subject: str) -> str:
    return next((kind for kind, texts in SUBJECTS.items() if any(text in subject for text in texts)), subject)
