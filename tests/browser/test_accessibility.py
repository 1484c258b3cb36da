"""Every page that an organizer sees, and the public ones, against WCAG 2.2 AA; and approval by the keyboard alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.test_walk import check_page
from tests.servers import Site
from tests.smtp import Sink

pytestmark = [
    pytest.mark.sqlite,  # the embedded profile's own database
    pytest.mark.xdist_group("accessibility"),
]

REGISTRATIONS = "/admin/registration/registration/"
OUTBOX = "/admin/registration/outgoingmail/"
FIRST_ROW = "#result_list tbody tr:first-child"


@dataclass(frozen=True)
class View:
    """Who looks: in which language, on how wide a screen."""

    language: str
    width: int


@dataclass(frozen=True)
class Stop:
    """One page to look at: its address, whose it is, and how one comes to it from there."""

    address: str
    role: str = ""
    then: Callable[[Page], object] | None = None


def open_first_row(page: Page) -> None:
    with page.expect_navigation():
        page.locator(f"{FIRST_ROW} th a").first.click()


def ask_for_approval(page: Page) -> None:
    page.locator(f"{FIRST_ROW} input.action-select").check()
    page.locator("select[name=action]").select_option("approve_chosen")
    with page.expect_navigation():
        page.locator("button[name=index]").click()


def sign_in_wrongly(page: Page) -> None:
    page.locator("#id_login").fill("nobody@aecs20.example")
    page.locator("#id_password").fill("wrong")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").click()


# A further page is one more line.
STOPS: dict[str, Stop] = {
    "programme": Stop("/{language}/aecs20/"),
    "lost link": Stop("/{language}/lost-link/"),
    "lost link, sent": Stop("/{language}/lost-link/sent/"),
    "no such page": Stop("/{language}/nowhere/"),
    "sign-in": Stop("/accounts/login/"),
    "sign-in, refused": Stop("/accounts/login/", then=sign_in_wrongly),
    "password forgotten": Stop("/accounts/password/reset/"),
    "second factor at sign-in": Stop("/accounts/2fa/authenticate/", "half-way"),
    "second factor": Stop("/accounts/2fa/", "approver"),
    "new second factor": Stop("/accounts/2fa/totp/activate/", "approver"),
    "first page": Stop("/admin/", "approver"),
    "registrations, filtered": Stop(f"{REGISTRATIONS}?state__exact=endorsed", "approver"),
    "one registration": Stop(f"{REGISTRATIONS}?state__exact=endorsed", "approver", open_first_row),
    "approval, previewed": Stop(f"{REGISTRATIONS}?state__exact=endorsed", "approver", ask_for_approval),
    "delegations": Stop("/admin/seminar/delegation/?category__exact=mecr", "secretariat"),
    "one delegation": Stop("/admin/seminar/delegation/?category__exact=mecr", "secretariat", open_first_row),
    "edition": Stop("/admin/seminar/seminar/?show=all", "secretariat", open_first_row),
    "outbox": Stop(f"{OUTBOX}?show=all", "secretariat"),
    "one mail": Stop(f"{OUTBOX}?show=all", "secretariat", open_first_row),
    "programme items": Stop("/admin/agenda/programmeitem/?show=all", "secretariat"),
    "change of password": Stop("/admin/password_change/", "approver"),
    "accounts": Stop("/admin/seminar/user/?show=all", "administrator"),
    "one account": Stop("/admin/seminar/user/?show=all", "administrator", open_first_row),
    "new account": Stop("/admin/seminar/user/add/", "administrator"),
    "refused": Stop("/admin/seminar/user/", "approver"),
}


@pytest.fixture(scope="module")
def prepared(embedded: Site) -> Site:
    """The demonstration with a mail in its outbox and an account with a second factor."""
    embedded.manage(
        *("invite", "--seminar", "aecs20", "--delegation", "MNG", "--language", "en"),
        *("--email", "focal.mng@ministry.example", "--role", "focal_point", "--name", "Focal Point"),
    )
    printed = embedded.manage("create_account", "guarded@aecs20.example", "--group", "approver", "--totp")
    password, embedded.totp_secret = printed.split("password ")[1].strip().split(", TOTP secret ")
    embedded.passwords["half-way"] = ("guarded@aecs20.example", password)
    return embedded


@pytest.mark.parametrize("view", [View("en", 1280), View("ja", 360)], ids=lambda view: f"{view.language}-{view.width}")
def test_every_page_is_accessible(browser: Browser, prepared: Site, view: View):
    contexts: dict[str, BrowserContext] = {}
    found: dict[str, object] = {}
    for name, stop in STOPS.items():
        if stop.role not in contexts:
            contexts[stop.role] = open_context(browser, prepared, view, stop.role)
        page = contexts[stop.role].pages[0]
        page.goto(f"{prepared.url}{stop.address.format(language=view.language)}")
        if stop.then:
            stop.then(page)
        try:
            check_page(page, view)
        except AssertionError as error:
            found[name] = f"{page.url}: {error}"
    assert not found, "\n".join(f"{name}: {what}" for name, what in found.items())


def open_context(browser: Browser, site: Site, view: View, role: str) -> BrowserContext:
    """A browser window in which a member of staff has signed in and chosen the language; nobody without a role."""
    context = browser.new_context(
        viewport={"width": view.width, "height": 800}, locale="ja-JP" if view.language == "ja" else "en-GB"
    )
    page = context.new_page()
    if role:
        address, password = site.passwords[role]
        page.goto(f"{site.url}/admin/")
        page.locator("#id_login").fill(address)
        page.locator("#id_password").fill(password)
        page.get_by_role("main").get_by_role("button").click()
    if role and role != "half-way":
        page.wait_for_url("**/admin/")
        page.locator(f"button[name=language][value={view.language}]").click()
    return context
