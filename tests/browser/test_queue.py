"""The queue by keyboard alone, in both languages, on a desk's screen and on a telephone; and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_walk import ENGLISH, JAPANESE, Words, check_page, open_context
from tests.servers import Site

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("queue-embedded")]

REASONS = {"en": "The photograph is too dark", "ja": "写真が暗いため"}
RETURNED = {"en": "1 registration returned.", "ja": "1件の参加登録を差し戻しました。"}
WAITLISTED = {"en": "1 registration put on the waiting list.", "ja": "1件の参加登録を補欠としました。"}
APPROVED = {"en": "1 registration approved.", "ja": "1件の参加登録を承認しました。"}


@pytest.fixture(scope="module")
def waiting(embedded: Site) -> Site:
    """The demonstration with everybody who was approved waiting again: a queue with enough people in it."""
    script = (
        "from registration.models import Registration; from seminar.models import Delegation;"
        "Registration.objects.filter(state='approved').update(state='endorsed', quota_override_reason='');"
        "Delegation.objects.update(approved_count=0, beyond_quota_count=0)"
    )
    embedded.manage("shell", "-v", "0", "-c", script)
    return embedded


@pytest.mark.parametrize("words", [JAPANESE, ENGLISH], ids=["ja-360", "en-1280"])
def test_the_queue_is_walked_by_keyboard(browser: Browser, waiting: Site, words: Words):
    context = open_context(browser, words)
    page = context.new_page()
    sign_in(page, waiting, words)
    page.goto(f"{waiting.url}/admin/registration/registration/")
    page.locator(".queue-link a").click()
    check_page(page, words)

    first = shown(page)
    page.keyboard.press("n")
    expect(page.locator(".queue-person a")).not_to_have_text(first)
    page.keyboard.press("p")
    expect(page.locator(".queue-person a")).to_have_text(first)

    page.keyboard.press("r")  # a decision with a reason opens its field, and the letters typed there decide nothing
    reason = page.locator("#return_reason")
    expect(reason).to_be_focused()
    page.keyboard.type("anxprw")
    expect(reason).to_have_value("anxprw")
    check_page(page, words)
    reason.fill(REASONS[words.language])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text(f"{first} ")
    expect(page.locator(".messagelist")).to_contain_text(RETURNED[words.language])

    second = shown(page)
    assert second != first
    page.keyboard.press("w")
    expect(page.locator(".messagelist")).to_contain_text(WAITLISTED[words.language])
    expect(page.locator(".messagelist")).to_contain_text(second)

    third = shown(page)
    page.locator("[data-keys-switch]").uncheck()
    page.locator("h1").first.click()
    page.keyboard.press("a")
    expect(page.locator(".queue-person a")).to_have_text(third)
    page.reload()
    expect(page.locator("[data-keys-switch]")).not_to_be_checked()
    page.locator("[data-keys-switch]").check()
    page.keyboard.press("a")
    expect(page.locator(".messagelist")).to_contain_text(APPROVED[words.language])
    expect(page.locator(".messagelist")).to_contain_text(third)

    page.locator(".queue-person a").click()
    check_page(page, words)
    context.close()


@pytest.mark.parametrize("words", [JAPANESE, ENGLISH], ids=["ja-360", "en-1280"])
def test_the_page_before_a_bulk_decision_is_in_order(browser: Browser, waiting: Site, words: Words):
    context = open_context(browser, words)
    page = context.new_page()
    sign_in(page, waiting, words)
    page.goto(f"{waiting.url}/admin/registration/registration/?state__exact=endorsed")
    for row in range(3):
        page.locator("input.action-select").nth(row).check()
    page.locator("select[name=action]").select_option("reject_chosen")
    page.locator("button[name=index]").click()
    expect(page.locator("#id_reason")).to_be_visible()
    check_page(page, words)
    page.locator("#id_reason").fill(REASONS[words.language])
    page.locator("input[name=show]").click()
    expect(page.locator(".letter-preview__text").first).to_contain_text(REASONS[words.language])
    check_page(page, words)
    context.close()


def test_the_queue_works_without_javascript(browser: Browser, waiting: Site):
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    sign_in(page, waiting, ENGLISH)
    page.goto(f"{waiting.url}/admin/registration/registration/queue/")
    expect(page.locator("[data-keys]")).to_be_hidden()
    first = shown(page)
    page.locator("details[data-key=x] summary").click()
    page.locator("#reject_reason").fill("No room")
    page.locator("details[data-key=x] button").click()
    expect(page.locator(".messagelist")).to_contain_text(first)
    expect(page.locator(".queue-person a")).not_to_have_text(first)
    context.close()


def sign_in(page: Page, site: Site, words: Words) -> None:
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


def shown(page: Page) -> str:
    return page.locator(".queue-person a").inner_text()
