"""The pages after the submission in a browser: filled in on a telephone, a photo cut, each page tested with axe."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.test_accessibility import list_faults
from tests.browser.test_question_pages import invite, open_name_page
from tests.servers import Site

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("embedded")]

PAGES = ("person", "passport", "travel", "needs", "presentation", "photo")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


def make_two_halves() -> bytes:
    """Return a wide picture, red on its left and blue on its right."""
    picture = Image.new("RGB", (1600, 800), "red")
    picture.paste("blue", (800, 0, 1600, 800))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def test_a_person_on_a_telephone_fills_in_the_passport_and_sees_it_done(context: BrowserContext, embedded: Site):
    page = open_name_page(context, embedded, "later")
    page.locator("#id_passport_name").fill("SOLONGO TSEND")
    page.locator("#id_given_names").fill("Solongo")
    page.get_by_role("button", name="Save and continue").last.click()
    page.wait_for_url("**/form/position/")
    page.get_by_role("link", name="Stop here and go on later").click()
    page.get_by_role("link", name="Passport", exact=True).click()
    page.get_by_label("Type of passport").select_option("ordinary")
    page.get_by_label("Passport number").fill("tz 1007919")
    page.get_by_label("Issued by").select_option("MN")
    page.get_by_label("Valid until").fill("2017-06-30")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("main")).to_contain_text("Saved: Passport.")
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Passport", exact=True))
    expect(line).to_contain_text("Done")
    page.get_by_role("link", name="Passport", exact=True).click()
    expect(page.get_by_label("Passport number")).to_have_value("••••••919")
    assert "1007919" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_the_chosen_part_of_a_picture_becomes_the_photo(context: BrowserContext, embedded: Site):
    page = context.new_page()
    page.goto(invite(embedded, "photo"))
    page.goto(f"{embedded.url}/en/aecs20/my/form/photo/")
    expect(page.locator("#crop")).to_be_hidden()
    page.locator("#id_photo").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": make_two_halves()})
    expect(page.locator("#crop")).to_be_visible()
    page.get_by_label("From left to right").focus()
    page.keyboard.press("End")  # by keyboard: the right end of the picture
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("main")).to_contain_text("Saved: Photo.")
    answer = context.request.get(f"{embedded.url}/en/aecs20/my/files/photo/")
    photo = Image.open(io.BytesIO(answer.body()))
    assert photo.size == (900, 1200)
    red, _green, blue = photo.resize((1, 1)).getpixel((0, 0))
    assert blue > 200
    assert red < 30


def test_a_picture_is_taken_whole_without_the_script(browser: Browser, embedded: Site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(invite(embedded, "noscript"))
    page.goto(f"{embedded.url}/en/aecs20/my/form/photo/")
    page.locator("#id_photo").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": make_two_halves()})
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("main")).to_contain_text("Saved: Photo.")
    context.close()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_page_has_no_fault_that_axe_finds(context: BrowserContext, embedded: Site, language: str):
    page = context.new_page()
    page.goto(invite(embedded, f"axe-{language}"))
    found = []
    for name in PAGES:
        page.goto(f"{embedded.url}/{language}/aecs20/my/form/{name}/")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"{name}, {width} px: {fault}" for fault in list_faults(page, language, width)]
    assert not found, "\n".join(found)
