"""A focal point registers a delegation of four from a spreadsheet, and the approver has four complete registrations."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.test_accessibility import Keyboard, list_faults
from tests.browser.test_desk import read_link
from tests.browser.test_queue import sign_in
from tests.browser.test_walk import ENGLISH, open_context
from tests.servers import Site
from tests.smtp import Sink
from tests.smtp import read_link as read_link_of

NEW_DELEGATION = (
    "from seminar.models import Delegation, Seminar;"
    "Delegation.objects.create(seminar=Seminar.objects.get(slug='aecs20'), code='ATL', category='asian', "
    "list_order=99, formal_name_en='the Republic of Atlantis', formal_name_ja='アトランティス共和国', "
    "short_name_en='Atlantis', short_name_ja='アトランティス', kind='country', quota=4)"
)
COMPLETE = {
    "Role": "Delegate",
    "Position": "Director",
    "Ministry or organization": "Ministry of the Sea",
    "Language of mails": "English",
    "Use of the data": "Yes",
    "Nationality": "Greece",
    "Date of birth": "1970-02-03",
    "Type of passport": "Official or service",
    "Issued by": "Greece",
    "Passport expires": "2020-01-31",
}
PEOPLE = [("Althea", "Nereid"), ("Bion", "Proteus"), ("Chloe", "Thetis"), ("Damon", "")]


@pytest.fixture(scope="module")
def atlantis(embedded: Site) -> Site:
    """The demonstration with one more delegation, which must send a nomination letter."""
    embedded.manage("shell", "-v", "0", "-c", NEW_DELEGATION)
    return embedded


@pytest.fixture(scope="module")
def atlantis_in_production(production: Site) -> Site:
    production.manage("shell", "-v", "0", "-c", NEW_DELEGATION)
    return production


def open_desk(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(read_link(site, "ATL"))
    return page


def find_heading(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if str(cell.value).removesuffix(" *") == heading)


def fill_in(path: Path) -> None:
    """Write four people into the downloaded workbook; the second one's birth date is no date, the last one's row holds
    a name and an address alone."""
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    for line, (given_names, family_name) in enumerate(PEOPLE, start=2):
        row = {"Given names": given_names, "Family name": family_name, "E-mail address": f"{given_names}@atl.example"}
        if line < 5:
            row |= COMPLETE
            row |= {
                "Full name as in the passport": f"{given_names} {family_name}".upper(),
                "Passport number": f"AT{line}123456",
            }
        if line == 3:
            row["Date of birth"] = "3rd of Feb. 1970"
        for heading, value in row.items():
            sheet.cell(line, find_heading(sheet, heading)).value = value
    workbook.save(path)


@pytest.mark.sqlite  # the embedded profile's own database
@pytest.mark.xdist_group("spreadsheet")
def test_a_delegation_of_four_comes_from_a_spreadsheet(browser: Browser, atlantis: Site, sink: Sink, tmp_path: Path):
    register_four(browser, atlantis, sink, tmp_path)


@pytest.mark.postgresql
@pytest.mark.redis
@pytest.mark.xdist_group("walk-production")
def test_a_delegation_of_four_comes_from_a_spreadsheet_in_production(
    browser: Browser, atlantis_in_production: Site, sink: Sink, tmp_path: Path
):
    register_four(browser, atlantis_in_production, sink, tmp_path)


def register_four(browser: Browser, site: Site, sink: Sink, tmp_path: Path) -> None:
    """Go the whole way: workbook, a fault, letter, head, one form by its delegate, endorsements, approvals."""
    context = open_context(browser, ENGLISH)
    page = open_desk(context, site)
    page.get_by_role("link", name="People by spreadsheet").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download for Excel (.xlsx)").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    fill_in(path)
    page.get_by_label("The spreadsheet as a file").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_role("alert")).to_contain_text("Row 3, Date of birth: Enter the day as year-month-day")
    expect(page.get_by_role("button", name="Save 3 people")).to_be_disabled()
    assert_in_order(page)
    page.get_by_role("alert").get_by_role("link").click()
    cell = page.get_by_label("Row 3, Date of birth")
    expect(cell).to_be_focused()
    cell.fill("1970-02-03")
    page.get_by_role("button", name="Check again with my corrections").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("Submit the 3 registrations that are complete").check()
    assert_in_order(page)
    page.get_by_role("button", name="Save 4 people").click()
    expect(page.get_by_role("status").first).to_contain_text("4 people added. 3 registrations submitted.")

    page.get_by_role("link", name="upload it", exact=True).click()
    letter = tmp_path / "note-verbale.pdf"
    letter.write_bytes(b"%PDF-1.7\nAtlantis nominates four people\n%%EOF\n")
    page.get_by_label("The letter as a file").set_input_files(letter)
    page.get_by_role("button", name="Upload the letter").click()
    expect(page.get_by_role("main")).to_contain_text("counts for everybody of your delegation")
    page.get_by_role("link", name="Back to the delegation desk").click()

    page.get_by_role("link", name="Set the head and the order of the list").click()
    people = page.locator(".order-list > li")
    people.filter(has_text="Chloe").get_by_role("button", name="Make head").click()
    expect(people.first).to_contain_text("Chloe")
    page.get_by_role("link", name="Back to the delegation desk").click()

    rows = page.locator(".desk-table tbody tr")
    expect(rows.first).to_contain_text("Head of delegation")
    rows.filter(has_text="Damon").get_by_role("checkbox").check()
    page.get_by_role("button", name="Send the personal link", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("1 personal link is on its way.")
    fill_in_own_form(browser, sink)

    page.reload()
    page.locator("[data-choose-all]").check()
    page.get_by_role("button", name="Endorse", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("1 registration endorsed.")
    expect(rows.filter(has=page.locator(".state-badge--endorsed"))).to_have_count(4)
    context.close()
    approve_all(browser, site)


@pytest.mark.sqlite
@pytest.mark.xdist_group("spreadsheet")
def test_a_dropped_file_is_checked_at_once_and_a_telephone_shows_cards(
    browser: Browser, atlantis: Site, tmp_path: Path
):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ja-JP")
    page = open_desk(context, atlantis)
    page.goto(f"{atlantis.url}/ja/aecs20/delegation/")
    page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["名,メールアドレス,役割\\nEos,eos@atl.example,王\\n"], "people.csv"));
            document.dispatchEvent(new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true}));
        }"""
    )
    page.wait_for_url("**/spreadsheet/check/")
    expect(page.get_by_role("alert")).to_contain_text("2行目・役割: 次のいずれかを入力してください")
    assert not list_faults(page, "ja", 360)
    keyboard = Keyboard(page)
    keyboard.press(page.get_by_role("button", name="名簿を破棄する"))
    expect(page.get_by_role("status").first).to_contain_text("名簿を破棄しました")
    context.close()


def assert_in_order(page: Page) -> None:
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert not list_faults(page, "en", width)
    page.set_viewport_size({"width": 1280, "height": 900})


def fill_in_own_form(browser: Browser, sink: Sink) -> None:
    """Come by the mail's link as the fourth person, fill in the rest and submit."""
    page = open_context(browser, ENGLISH).new_page()
    page.goto(read_link_of(sink.wait_for(to="Damon@atl.example", subject="")))
    page.goto(page.url.removesuffix("/") + "/form/name/")
    expect(page.locator("#id_given_names")).to_have_value("Damon")
    page.locator("#id_passport_name").fill("DAMON")
    press_on(page)
    page.locator("#id_position").fill("Adviser on Tides")
    page.locator("#id_organization").fill("Ministry of the Sea")
    press_on(page)
    page.locator("#id_data_handling_consent").check()
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("main")).to_contain_text("has been asked to endorse")
    page.context.close()


def press_on(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").last.click()


def approve_all(browser: Browser, site: Site) -> None:
    """See four complete registrations of the delegation, each with the letter, and approve them at once."""
    context = open_context(browser, ENGLISH)
    page = context.new_page()
    sign_in(page, site, ENGLISH)
    page.goto(f"{site.url}/admin/registration/registration/?q=atl.example&state__exact=endorsed")
    boxes: Locator = page.locator("input.action-select")
    expect(boxes).to_have_count(4)
    for box in boxes.all():
        box.check()
    page.locator("select[name=action]").select_option("approve_chosen")
    page.locator("button[name=index]").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("4 registrations approved.")
    context.close()
