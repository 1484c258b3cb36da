"""The question pages in a browser: typed text survives a lost connection, and hands that use no mouse or no script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.test_walk import ENGLISH, JAPANESE, Words, check_page, open_context
from tests.servers import Site

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("embedded")]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


def invite(site: Site, name: str) -> str:
    """Invite one more person of Mongolia and return the personal link."""
    address = f"{name}@ministry.example"
    printed = site.manage("invite", "--seminar", "aecs20", "--delegation", "MNG", "--email", address)
    found = re.search(r"https?://\S+/i/\S+", printed)
    assert found, printed
    return found.group()


def open_name_page(context: BrowserContext, site: Site, name: str) -> Page:
    page = context.new_page()
    page.goto(invite(site, name))
    page.get_by_role("link", name="Start the form").click()
    page.wait_for_url("**/form/name/")  # with its scripts: a test may cut the connection next
    return page


def test_half_typed_text_is_kept_without_a_button_and_found_on_another_device(
    browser: Browser, context: BrowserContext, embedded: Site
):
    link = invite(embedded, "autosave")
    page = context.new_page()
    page.goto(link)
    page.get_by_role("link", name="Start the form").click()
    page.locator("#id_given_names").fill("Solon")
    expect(page.locator("#autosave")).to_contain_text("Draft kept at")
    other_device = browser.new_context()
    phone = other_device.new_page()
    phone.goto(link)
    phone.get_by_role("link", name="Continue with the form").click()
    expect(phone.locator("#id_given_names")).to_have_value("Solon")
    other_device.close()


def test_a_lost_connection_loses_no_word(context: BrowserContext, embedded: Site):
    page = open_name_page(context, embedded, "offline")
    context.set_offline(True)
    page.locator("#id_given_names").fill("Solongo")
    expect(page.locator("#autosave")).to_contain_text("No connection: your last words are not kept yet.")
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.locator("#autosave")).to_contain_text("There is no connection. Nothing is lost")
    expect(page.locator("#id_given_names")).to_have_value("Solongo")
    context.set_offline(False)
    expect(page.locator("#autosave")).to_contain_text("Draft kept at", timeout=15_000)


def test_what_was_typed_offline_is_back_after_the_page_was_loaded_again(context: BrowserContext, embedded: Site):
    page = open_name_page(context, embedded, "reload")
    address = page.url
    context.set_offline(True)
    page.locator("#id_given_names").fill("Solongo")
    page.locator("#id_family_name").fill("Tsend")
    expect(page.locator("#autosave")).to_contain_text("No connection", timeout=15_000)  # as a person would wait for it
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()  # the browser's own page for "no connection"
    context.set_offline(False)
    page.goto(address)
    expect(page.locator("#id_family_name")).to_have_value("Tsend")
    expect(page.get_by_role("main")).to_contain_text("is back")  # by this tab's memory or by a late beacon: it is said
    page.locator("#id_passport_name").fill("SOLONGO TSEND")
    page.get_by_role("button", name="Save and continue").last.click()
    page.wait_for_url("**/form/position/")
    page.go_back()
    expect(page.locator("#id_given_names")).to_have_value("Solongo")
    expect(page.get_by_role("main")).not_to_contain_text("is back")


def test_the_whole_form_by_keyboard_alone(context: BrowserContext, embedded: Site):
    page = context.new_page()
    page.goto(invite(embedded, "keyboard"))
    press_on(page, "Start the form")
    page.wait_for_url("**/form/name/")
    for name, text in (
        ("passport_name", "SOLONGO TSEND"),
        ("given_names", "Solongo"),
        ("family_name", "Tsend"),
    ):
        tab_to(page, f"#id_{name}")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/form/position/")
    tab_to(page, "#id_position")
    page.keyboard.type("Director")
    tab_to(page, "#id_organization")
    page.keyboard.type("Ministry of Economic Development")
    press_on(page, "Save and continue")
    page.wait_for_url("**/check/")
    tab_to(page, "#id_data_handling_consent")
    page.keyboard.press("Space")
    press_on(page, "Submit registration")
    page.wait_for_url("**/aecs20/my/")
    expect(page.get_by_role("main")).to_contain_text("Your registration number")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this element has the focus, which must be seen there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def press_on(page: Page, text: str) -> None:
    """Press Tab until the link or button with this text has the focus, then Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if (
            page.evaluate("() => document.activeElement.tabIndex >= 0 && document.activeElement.textContent.trim()")
            == text
        ):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{text!r} cannot be reached by keyboard")


def test_without_scripts_the_form_works_as_well(browser: Browser, embedded: Site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = open_name_page(context, embedded, "noscript")
    page.locator("#id_given_names").fill("Solongo")
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your full name as in your passport.")
    page.goto(f"{embedded.url}/en/aecs20/my/")
    page.get_by_role("link", name="Continue with the form").click()
    expect(page.locator("#id_given_names")).to_have_value("Solongo")
    context.close()


@pytest.mark.parametrize("words", [JAPANESE, ENGLISH], ids=["ja-360", "en-1280"])
def test_pages_off_the_main_way_are_accessible(browser: Browser, embedded: Site, words: Words):
    link = invite(embedded, f"aside-{words.language}").replace("/en/i/", f"/{words.language}/i/")
    context, other = open_context(browser, words), open_context(browser, words)
    page, second = context.new_page(), other.new_page()
    base = f"{embedded.url}/{words.language}/aecs20/my"
    for one in (page, second):
        one.goto(link)
        one.goto(f"{base}/form/position/")
        one.locator("#id_organization").fill("Ministry of Economic Development")
    for one, position in ((page, "Director"), (second, "Director General")):
        one.locator("#id_position").fill(position)
        one.locator("#answers .btn-primary").click()
        one.wait_for_load_state()
    expect(second.locator(".differences")).to_contain_text("Director General")  # both answers are shown
    check_page(second, words)
    page.goto(f"{base}/withdraw/")
    page.locator("main .btn-danger").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page, words)
    page.goto(f"{base}/form/position/")
    context.clear_cookies(name="sessionid")  # the session ended while the page was open
    page.locator("#answers .btn-primary").click()
    expect(page.locator("textarea[name=position]")).to_have_value("Director")
    check_page(page, words)
    context.close()
    other.close()


def test_the_focal_point_endorses_by_keyboard_alone(context: BrowserContext, embedded: Site):
    desk = context.new_page()
    command = ("invite", "--seminar", "aecs20", "--delegation", "KHM", "--role", "focal_point")
    printed = embedded.manage(*command, "--email", "keys@moc.khm.example", "--name", "Vanna Chea")
    desk.goto(printed[printed.index("http") :].split()[0])
    waiting = desk.locator("tr").filter(has_text="Submitted").first.locator("input[name=number]")
    number = waiting.get_attribute("value")
    tab_to(desk, f"#choose-{number}")
    desk.keyboard.press("Space")
    press_on(desk, "Endorse")
    expect(desk.get_by_role("main")).to_contain_text("1 registration endorsed.")
    expect(desk.get_by_role("row").filter(has_text=f"{number}")).to_contain_text("Endorsed")
