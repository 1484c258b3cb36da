"""The delegation desk by the keyboard alone, with a visitor's own clock, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import Keyboard, list_faults
from tests.servers import Site

pytestmark = [
    pytest.mark.sqlite,  # the embedded profile's own database
    pytest.mark.xdist_group("desk"),
]


def read_link(site: Site, code: str) -> str:
    """Invite a focal point of that delegation and return the link that was printed."""
    invite = ("invite", "--seminar", "aecs20", "--delegation", code, "--role", "focal_point")
    printed = site.manage(*invite, "--email", f"desk@{code.lower()}.example", "--name", "Focal Point")
    return printed[printed.index("http") :].split()[0]


def open_desk(browser: Browser, site: Site, code: str, **options: object) -> Page:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Paris", **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(read_link(site, code))
    return page


def test_a_delegation_is_registered_by_the_keyboard_alone(browser: Browser, embedded: Site):
    """Two people are added, one becomes the head, the other moves up."""
    page = open_desk(browser, embedded, "LKA", viewport={"width": 360, "height": 800})
    keyboard = Keyboard(page)
    before = page.locator(".desk-table tbody tr").count()
    for given_names in ("Nimal", "Kamala"):
        keyboard.type(page.locator("#id_given_names"), given_names)
        keyboard.type(page.locator("#id_email"), f"{given_names.lower()}@lka.example")
        keyboard.press(page.get_by_role("button", name="Add and send the personal link"))
        expect(page.get_by_role("status").first).to_contain_text("The invitation is on its way")
    expect(page.locator(".desk-table tbody tr")).to_have_count(before + 2)
    assert not list_faults(page, "en", 360)

    keyboard.press(page.get_by_role("link", name="Set the head and the order of the list"))
    people = page.locator(".order-list > li")
    expect(people.first).to_be_visible()
    keyboard.press(people.filter(has_text="Kamala").get_by_role("button", name="Make head"))
    expect(people.first).to_contain_text("Kamala")
    expect(people.first).to_contain_text("Head of delegation")
    keyboard.press(people.filter(has_text="Nimal").get_by_role("button", name="Up"))
    expect(people.nth(before)).to_contain_text("Nimal")
    assert not list_faults(page, "en", 360)
    page.context.close()


def test_deadlines_are_told_by_the_visitors_clock_as_well(browser: Browser, embedded: Site):
    page = open_desk(browser, embedded, "KHM")
    expect(page.locator(".visitor-time").first).to_have_text("Your time: 11 Jan 2013, 10:00 (Europe/Paris)")
    page.locator("[data-choose-all]").check()
    boxes = page.locator("#people input[name=number]")
    expect(page.locator("#people input[name=number]:checked")).to_have_count(boxes.count())
    page.context.close()


def test_without_javascript_the_desk_tells_the_seminars_time_and_works(browser: Browser, embedded: Site):
    page = open_desk(browser, embedded, "LAO", java_script_enabled=False)
    expect(page.locator("dd time").first).to_have_text("11 January 2013, 18:00 (Tokyo)")
    expect(page.locator(".visitor-time").first).to_be_hidden()
    expect(page.locator("[data-choose-all]")).to_be_hidden()
    page.locator("#id_given_names").fill("Noy")
    page.locator("#id_email").fill("noy.attends@lao.example")
    page.get_by_role("button", name="Add and fill in the form myself").click()
    expect(page.get_by_role("main")).to_contain_text("You can send the person a personal link")
    page.context.close()
