"""The whole way: invited by mail, the form, endorsement, approval in the admin, the confirmation in the inbox."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.servers import ROOT, Site
from tests.smtp import Sink, read_html, read_link, read_text

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Words:
    """What the pages and mails say in one language."""

    language: str
    width: int
    code: str
    given_names: str
    family_name: str
    position: str
    organization: str
    start: str
    save: str
    submit: str
    number: str
    endorse: str
    approve: str
    waiting_card: str
    approved: str
    subjects: dict[str, str]


ENGLISH = Words(
    language="en",
    width=1280,
    code="MNG",
    given_names="Saran",
    family_name="O'Bold",
    position="Director",
    organization="Ministry of Economic Development",
    start="Start the form",
    save="Save and continue",
    submit="Submit registration",
    number="Your registration number",
    endorse="Endorse",
    approve="Approve",
    waiting_card="Waiting for approval",
    approved="Your registration is approved.",
    subjects={
        "nomination_request": "Invitation to nominate participants: The 20th Asian Export Control Seminar",
        "personal_invitation": "Please complete your registration",
        "received": "We have received your registration [AECS20-",
        "endorsement_request": "Endorsement requested: 1",
        "approved": "Confirmation of registration",
    },
)
JAPANESE = Words(
    language="ja",
    width=360,
    code="TWN",
    given_names="太郎",
    family_name="髙橋",
    position="課長補佐",
    organization="経済部国際貿易署",
    start="入力を始める",
    save="保存して次へ進む",
    submit="登録を提出する",
    number="参加登録番号",
    endorse="推薦確認",
    approve="承認する",
    waiting_card="承認待ち",
    approved="参加登録が承認されました。",
    subjects={
        "nomination_request": "第20回アジア輸出管理セミナー 参加者ご推薦のお願い",
        "personal_invitation": "参加登録フォームご記入のお願い",
        "received": "参加登録を受け付けました［AECS20-",
        "endorsement_request": "ご推薦者のご確認のお願い（1名）",
        "approved": "参加登録完了のお知らせ",
    },
)


@pytest.mark.sqlite  # the embedded profile's own database
@pytest.mark.xdist_group("embedded")
@pytest.mark.parametrize("words", [JAPANESE, ENGLISH], ids=["ja-360", "en-1280"])
def test_the_whole_way_in_the_embedded_profile(browser: Browser, embedded: Site, sink: Sink, words: Words):
    walk(browser, embedded, sink, words)


@pytest.mark.postgresql
@pytest.mark.redis
@pytest.mark.xdist_group("walk-production")
@pytest.mark.parametrize("words", [JAPANESE, ENGLISH], ids=["ja-360", "en-1280"])
def test_the_whole_way_in_the_production_profile(browser: Browser, production: Site, sink: Sink, words: Words):
    walk(browser, production, sink, words)


def walk(browser: Browser, site: Site, sink: Sink, words: Words) -> None:
    focal_address = f"focal.{words.code.lower()}@ministry.example"
    delegate_address = f"new.{words.code.lower()}@ministry.example"
    people = {name: open_context(browser, words) for name in ("focal point", "delegate", "approver")}

    invite = ("invite", "--seminar", "aecs20", "--delegation", words.code, "--language", words.language)
    site.manage(*invite, "--email", focal_address, "--role", "focal_point", "--name", "Focal Point")
    nomination = sink.wait_for(to=focal_address, subject=words.subjects["nomination_request"])
    desk = people["focal point"].new_page()
    open_link(desk, read_link(nomination), f"{site.url}/{words.language}/aecs20/delegation/")

    printed = site.manage(*invite, "--email", delegate_address, "--role", "delegate")
    invitation = sink.wait_for(to=delegate_address, subject=words.subjects["personal_invitation"])
    assert read_link(invitation) in printed
    assert read_link(invitation) in read_html(invitation)
    number = fill_in_form(people["delegate"].new_page(), read_link(invitation), site, words)

    received = sink.wait_for(to=delegate_address, subject=words.subjects["received"])
    assert number in received["Subject"]
    request = sink.wait_for(to=focal_address, subject=words.subjects["endorsement_request"])
    endorse(desk, read_link(request), number, words)

    approve(people["approver"].new_page(), site, number, words)
    confirmation = sink.wait_for(to=delegate_address, subject=words.subjects["approved"])
    check_confirmation(confirmation, number)
    sink.wait_for(to=focal_address, subject=words.subjects["approved"])
    status = people["delegate"].new_page()
    open_link(status, read_link(confirmation), f"{site.url}/{words.language}/aecs20/my/")
    expect(status.get_by_role("main")).to_contain_text(words.approved)
    check_page(status, words)

    to_delegate = [message["Subject"] for message in sink.messages if message["To"] == delegate_address]
    assert len(to_delegate) == 3, to_delegate  # invited, received, approved: none doubled
    for context in people.values():
        context.close()


def open_context(browser: Browser, words: Words) -> BrowserContext:
    """A browser window of its own: another person, whose certificate check trusts the test's proxy."""
    return browser.new_context(
        viewport={"width": words.width, "height": 800},
        locale="ja-JP" if words.language == "ja" else "en-GB",
        ignore_https_errors=True,
        java_script_enabled=True,
    )


def open_link(page: Page, link: str, clean_address: str) -> None:
    page.goto(link)
    assert page.url == clean_address


def fill_in_form(page: Page, link: str, site: Site, words: Words) -> str:
    """Go from the link to the confirmation and return the registration number."""
    open_link(page, link, f"{site.url}/{words.language}/aecs20/my/")
    check_page(page, words)
    page.get_by_role("link", name=words.start).click()
    check_page(page, words)
    page.locator("#id_given_names").fill(words.given_names)
    page.locator("#id_given_names").press("Enter")  # too early: the errors are said, nothing is lost
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page, words)
    other = "en" if words.language == "ja" else "ja"
    page.locator(f"button[lang={other}]").click()  # in mid-form to the other language and back
    page.locator(f"button[lang={words.language}]").click()
    expect(page.locator("#id_given_names")).to_have_value(words.given_names)
    page.locator("#id_passport_name").fill("SARAN OBOLD")
    page.locator("#id_family_name").fill(words.family_name)
    page.get_by_role("button", name=words.save).last.click()
    page.wait_for_url("**/my/form/position/")
    check_page(page, words)
    page.locator("#id_position").fill(words.position)
    page.locator("#id_organization").fill(words.organization)
    page.locator("#id_language").select_option(words.language)
    page.get_by_role("button", name=words.save).last.click()
    page.wait_for_url("**/my/check/")
    main = page.get_by_role("main")
    for value in (words.given_names, words.family_name, words.position, words.organization):
        expect(main).to_contain_text(value)
    check_page(page, words)
    page.locator("#id_data_handling_consent").check()
    page.get_by_role("button", name=words.submit).click()
    page.wait_for_url("**/aecs20/my/")
    expect(main).to_contain_text(words.number)
    check_page(page, words)
    found = re.search(r"AECS20-\d{4}", main.inner_text())
    assert found
    return found.group()


def endorse(page: Page, link: str, number: str, words: Words) -> None:
    page.goto(link)
    check_page(page, words)
    page.locator(f"#choose-{number}").check()
    page.get_by_role("button", name=words.endorse).click()
    expect(page.get_by_role("row").filter(has_text=number).locator(".state-badge")).to_have_class(
        re.compile("state-badge--endorsed")
    )


def approve(page: Page, site: Site, number: str, words: Words) -> None:
    """Sign in, go from the number on the first page to the list, preview the approval and confirm it."""
    address, password = site.passwords["approver"]
    page.goto(f"{site.url}/admin/")
    page.locator("#id_login").fill(address)
    page.locator("#id_password").fill(password)
    page.get_by_role("main").get_by_role("button").click()
    if site.totp_secret:
        page.locator("#id_code").fill(site.read_totp())
        page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/admin/")
    page.locator(f"button[name=language][value={words.language}]").click()
    page.get_by_role("link", name=words.waiting_card).click()
    row = page.get_by_role("row").filter(has_text=number)
    row.get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option("approve_chosen")
    page.locator("button[name=index]").click()
    expect(page.get_by_role("row").filter(has_text=number)).to_be_visible()
    page.locator("#id_override_reason").fill("A late change of portfolio, agreed with the host")
    page.get_by_role("button", name=words.approve, exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def check_confirmation(message, number: str) -> None:
    assert number in read_text(message)
    [calendar] = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    text = calendar.get_content()
    assert "DTSTART;VALUE=DATE:20130226" in text
    assert "DTEND;VALUE=DATE:20130301" in text


def check_page(page: Page, words: Words) -> None:
    """The page is in its language, no wider than the screen, and axe finds nothing against WCAG 2.2 AA."""
    assert page.locator("html").get_attribute("lang") == words.language
    assert page.evaluate("document.documentElement.scrollWidth") <= words.width
    page.evaluate(AXE)
    tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
    found = page.evaluate(f"axe.run({{runOnly: {tags}}})")
    assert not found["violations"], [
        (violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found["violations"]
    ]
