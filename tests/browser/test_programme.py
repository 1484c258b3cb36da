"""The programme as visitors read it, a focal point fills it in, and the secretariat moves it; in a real browser."""

import gzip
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.agenda.rows import PDF_BYTES
from tests.browser.test_accessibility import list_faults, open_context
from tests.browser.test_desk import open_desk
from tests.servers import Site

pytestmark = [
    pytest.mark.sqlite,  # the embedded profile's own database
    pytest.mark.xdist_group("programme"),
]

PUBLIC = (
    "", "?kind=tour", "participants/", "materials/", "register/", "register/sent/", "../lost-link/",
    "../lost-link/sent/", "../nowhere/",
)  # fmt: skip
MOST_BYTES = 100_000
# What a page says in its own language: its text and names for screen readers, without what is marked as another one.
READ_OWN_TEXT = """() => {
    const own = document.documentElement.lang, texts = [document.title];
    const isForeign = element => (element.closest('[lang]')?.lang ?? own) !== own;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!isForeign(parent) && !parent.closest('script')) texts.push(walker.currentNode.textContent);
    }
    document.body.querySelectorAll('[aria-label], [title], [alt], [placeholder]').forEach(element => {
        if (isForeign(element)) return;
        for (const name of ['aria-label', 'title', 'alt', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
    });
    return texts.map(text => text.trim()).filter(Boolean);
}"""
ENGLISH_RUN = re.compile(r"(?:[A-Za-z][A-Za-z'’-]*[\s,;:.]+){3,}[A-Za-z]{2,}")
JAPANESE = re.compile(r"[぀-ヿ㐀-䶿一-鿿]")


def find_foreign(page: Page, language: str) -> list[str]:
    pattern = ENGLISH_RUN if language == "ja" else JAPANESE
    return [text for text in page.evaluate(READ_OWN_TEXT) if pattern.search(text)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_public_pages_speak_one_language(browser: Browser, embedded: Site, language: str):
    page = browser.new_page()
    found = {}
    for path in PUBLIC:
        page.goto(f"{embedded.url}/{language}/aecs20/{path}")
        if foreign := find_foreign(page, language):
            found[path] = foreign
    assert found == {}


def test_the_search_for_another_language_finds_it(browser: Browser, embedded: Site):
    page = browser.new_page()
    page.goto(f"{embedded.url}/ja/aecs20/")
    page.evaluate("document.querySelector('h1').textContent = 'Four English words here'")
    assert find_foreign(page, "ja") == ["Four English words here"]
    page.evaluate("document.querySelector('h1').lang = 'en'")
    assert find_foreign(page, "ja") == []
    page.goto(f"{embedded.url}/en/aecs20/")
    page.evaluate("document.querySelector('h1').textContent = 'About 輸出'")
    assert find_foreign(page, "en") == ["About 輸出"]


def test_the_three_days_of_the_20th_are_there_with_presentations_in_their_order(browser: Browser, embedded: Site):
    page = browser.new_page()
    for language, days, first, tours in (
        ("en", "Tuesday 26 February 2013", "13:30–13:45 A licensing system in four decades", "Tokyo Customs, Aomi"),
        ("ja", "2013年2月26日（火）", "13:30–13:45 輸出許可制度の歩み", "東京税関（青海）"),
    ):
        page.goto(f"{embedded.url}/{language}/")
        expect(page.locator(".programme-day h3")).to_have_count(3)
        expect(page.locator(".programme-day h3").first).to_have_text(days)
        national = page.locator(".programme__item--national_presentations .programme__part-title")
        expect(national).to_have_count(25)
        expect(national.first).to_have_text(first)
        expect(page.locator(".programme__item--tour .programme__part-title").last).to_have_text(tours)


def test_language_size_and_anchor_stay_where_one_is(browser: Browser, embedded: Site):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{embedded.url}/en/aecs20/?kind=tour")
    page.get_by_role("button", name="Large text").click()
    expect(page.locator("html")).to_have_class("size-l")
    assert page.url.endswith("/en/aecs20/?kind=tour")
    page.get_by_role("link", name="日本語").click()
    assert page.url.endswith("/ja/aecs20/?kind=tour")
    expect(page.locator("html")).to_have_class("size-l")
    expect(page.locator(".programme__item")).to_have_count(1)
    address = page.locator(".programme__title a").get_attribute("href") or ""
    page.goto(f"{embedded.url}/en/aecs20/{address}")
    assert page.evaluate("document.querySelector(':target').classList.contains('programme__item--tour')")


def test_the_first_load_is_small_and_needs_no_script(browser: Browser, embedded: Site):
    loaded: list[int] = []
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.on("requestfinished", lambda request: loaded.append(request.sizes()["responseBodySize"]))
    page.goto(f"{embedded.url}/en/aecs20/")
    expect(page.get_by_role("heading", name="National efforts I", exact=True)).to_be_visible()
    assert len(loaded) == 2  # the page and its style sheet
    assert sum(loaded) < MOST_BYTES


def test_200_visitors_at_once_get_it_without_an_error(embedded: Site):
    def visit(_n: int) -> int:
        request = urllib.request.Request(f"{embedded.url}/ja/aecs20/", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert "第20回".encode() in gzip.decompress(answer.read())
            return answer.status

    with ThreadPoolExecutor(200) as pool:
        assert list(pool.map(visit, range(200))) == [200] * 200


def test_it_prints_each_day_on_sheets_of_its_own_without_what_only_screens_need(
    browser: Browser, embedded: Site, tmp_path: Path
):
    page = browser.new_page()
    page.goto(f"{embedded.url}/ja/aecs20/")
    page.emulate_media(media="print")
    for hidden in (".site-header__tools", ".kind-filter ul", ".further-actions", ".demo-banner"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".programme__item").first).to_be_visible()
    page.pdf(path=tmp_path / "programme.pdf", prefer_css_page_size=True)
    printed = (tmp_path / "programme.pdf").read_bytes()
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", printed)
    assert box
    assert [round(float(side)) for side in box.groups()] == [595, 842]  # A4, in points
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_focal_point_gives_a_file_to_everybody_and_takes_it_back(browser: Browser, embedded: Site, language: str):
    """With axe on every page on the way, at both widths."""
    page = open_desk(browser, embedded, "MNG", viewport={"width": 360, "height": 800})
    visitor = browser.new_page()
    page.goto(f"{embedded.url}/{language}/aecs20/delegation/presentations/")
    assert not list_faults(page, language, 360)
    page.locator(".task-list a").first.click()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert not list_faults(page, language, width)
    name = f"outline-{language}.pdf"
    page.locator(f"#id_file_{language}").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": PDF_BYTES}
    )
    page.locator(f"input[name=level_{language}][value=public]").check()
    page.locator("form[enctype] button.btn-primary").click()
    expect(page.get_by_role("status")).to_be_visible()

    visitor.goto(f"{embedded.url}/{language}/aecs20/materials/")
    link = visitor.locator(f"a[hreflang={language}]").filter(has_text="PDF")
    item = visitor.locator(
        "li", has=visitor.get_by_text("Drafting a first law" if language == "en" else "初めての法律の起草")
    )
    with visitor.expect_download() as download:
        item.locator(f"a[hreflang={language}]").click()
    assert download.value.suggested_filename == name
    address = item.locator(f"a[hreflang={language}]").get_attribute("href") or ""
    assert link.count() >= 1

    page.locator(f"form[action$='files/{language}/withdraw/'] button").click()
    expect(page.get_by_role("status")).to_be_visible()
    answer = visitor.request.get(f"{embedded.url}{address}")
    assert answer.status == 404
    page.context.close()


def test_the_secretariat_drags_an_item_and_publishes(browser: Browser, embedded: Site):
    context = open_context(browser, embedded, "en", "secretariat")
    page = context.pages[0]
    page.goto(f"{embedded.url}/admin/agenda/programmeitem/day/2013-02-26/")
    rows = page.locator("table[data-items] tbody tr[data-row]")
    titles = rows.locator("input[name$='-title_en']")
    expect(titles.nth(4)).to_have_value("Lunch")
    starts = rows.locator("input[name$='-start']")
    rows.nth(2).locator("[data-handle]").drag_to(rows.nth(1).locator("[data-handle]"))
    expect(titles.nth(1)).to_have_value("Welcome speech by the Ministry of Foreign Affairs")
    assert [starts.nth(n).input_value() for n in range(4)] == ["09:00", "10:00", "10:20", "10:45"]
    order = page.locator("table[data-running]").filter(has_text="National efforts II")
    begins = order.locator("[data-begins]")
    assert [begins.nth(n).text_content() for n in range(3)] == ["15:45", "16:00", "16:15"]
    order.locator("tr[data-row]").nth(1).locator("[data-handle]").drag_to(
        order.locator("tr[data-row]").nth(0).locator("[data-handle]")
    )
    expect(order.locator("tr[data-row] a").first).to_have_text("Taiwan")
    assert [order.locator("[data-order]").nth(n).input_value() for n in range(2)] == ["1", "2"]
    page.get_by_role("button", name="Save the day").click()
    expect(page.locator(".messagelist")).to_contain_text("The day is saved.")

    visitor = browser.new_page()
    visitor.goto(f"{embedded.url}/en/aecs20/")
    speeches = visitor.locator(".programme__item--welcome_speech .programme__title")
    expect(speeches.first).to_contain_text("Ministry of Economy")
    page.goto(f"{embedded.url}/admin/agenda/programmeversion/check/")
    expect(page.locator("#content")).to_contain_text("3 changes that visitors do not see yet")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text("is public.")
    visitor.wait_for_timeout(6000)  # PUBLIC_PAGES_KEPT_S
    visitor.reload()
    expect(speeches.first).to_contain_text("Ministry of Foreign Affairs")
    second = visitor.locator(".programme__item--national_presentations").nth(1)
    expect(second.locator(".programme__part-title").first).to_have_text("15:45–16:00 Taiwan")
    context.close()
