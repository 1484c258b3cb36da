"""Every page that an organizer sees, and the public ones, against WCAG 2.2 AA; and approval by the keyboard alone."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.test_walk import AXE
from tests.servers import Site

pytestmark = [
    pytest.mark.sqlite,  # the embedded profile's own database
    pytest.mark.xdist_group("accessibility"),
]

REGISTRATIONS = "/admin/registration/registration/"
DESK = "/admin/seminar/delegation/MNG/desk/"
OUTBOX = "/admin/registration/outgoingmail/"
WIDTHS = (1280, 360)
FIRST_ROW = "#result_list tbody tr:first-child"
# Style sheets of other sites are not waited for, and what is right is not described: that halves the time.
FIND_VIOLATIONS = """() => axe.run({
    preload: false,
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}).then(found => found.violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.html).join(' ')}`))"""
# A frame of its own around what has the focus, at least two pixels wide and not see-through.
SHOWN_FOCUS = """() => {
    const element = document.activeElement, style = getComputedStyle(element);
    const isFramed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const box = element.getBoundingClientRect();
    return {
        isShown: element === document.body || (isFramed && !/rgba\\(.* 0\\)/.test(style.outlineColor)
            && box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0),
        html: element.outerHTML.slice(0, 200),
    };
}"""


@dataclass(frozen=True)
class Stop:
    """One page to look at: its address, whose it is, and how one comes to it from there."""

    address: str
    role: str = ""
    then: Callable[[Page], object] | None = None


def open_first_row(page: Page) -> None:
    with page.expect_navigation():
        page.locator(f"{FIRST_ROW} th a").first.click()


def open_first_work(page: Page) -> None:
    with page.expect_navigation():
        page.locator(f"{FIRST_ROW} td.field-work_link a").click()


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


def ask_for_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").click()


def enter_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.locator("input[name=_submit]").click()


def open_first_person(page: Page) -> None:
    with page.expect_navigation():
        page.locator(".desk-table tbody th a").first.click()


def replace_by_nobody(page: Page) -> None:
    open_first_person(page)
    with page.expect_navigation():
        page.locator("a[href$='/replace/']").click()
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()


def choose_two(page: Page) -> None:
    for box in page.locator("input[name=number]").all()[:2]:
        box.check()
    with page.expect_navigation():
        page.locator("button[formaction$='/withdraw/']").click()


# A further page is one more line.
STOPS: dict[str, Stop] = {
    "programme": Stop("/{language}/aecs20/"),
    "programme, one kind": Stop("/{language}/aecs20/?kind=tour"),
    "materials": Stop("/{language}/aecs20/materials/"),
    "who takes part": Stop("/{language}/aecs20/participants/"),
    "lost link": Stop("/{language}/lost-link/"),
    "request to take part": Stop("/{language}/aecs20/register/"),
    "request to take part, refused": Stop("/{language}/aecs20/register/", then=ask_for_nothing),
    "request to take part, sent": Stop("/{language}/aecs20/register/sent/"),
    "requests to take part": Stop("/admin/registration/openrequest/?show=all", "secretariat"),
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
    "queue": Stop(f"{REGISTRATIONS}queue/", "approver"),
    "entry of a registration": Stop(f"{REGISTRATIONS}enter/", "secretariat"),
    "entry, refused": Stop(f"{REGISTRATIONS}enter/", "secretariat", enter_nothing),
    "delegations": Stop("/admin/seminar/delegation/?category__exact=mecr", "secretariat"),
    "one delegation": Stop("/admin/seminar/delegation/?category__exact=mecr", "secretariat", open_first_row),
    "delegation desk, on behalf": Stop(DESK, "secretariat"),
    "one of its people": Stop(DESK, "secretariat", open_first_person),
    "replacement, refused": Stop(DESK, "secretariat", replace_by_nobody),
    "withdrawal of two": Stop(DESK, "secretariat", choose_two),
    "head and order": Stop(f"{DESK}order/", "secretariat"),
    "focal points": Stop(f"{DESK}contacts/", "secretariat"),
    "nomination letter": Stop(f"{DESK}letter/", "secretariat"),
    "people by spreadsheet": Stop(f"{DESK}spreadsheet/", "secretariat"),
    "people of all delegations by spreadsheet": Stop(f"{REGISTRATIONS}spreadsheet/", "secretariat"),
    "decline": Stop("/admin/seminar/delegation/BGD/desk/decline/", "secretariat"),
    "more time for one person": Stop(f"{DESK}AECS20-0132/deadline/", "secretariat"),
    "message to delegations": Stop("/admin/registration/deskmessage/add/", "secretariat"),
    "edition": Stop("/admin/seminar/seminar/?show=all", "secretariat", open_first_row),
    "outbox": Stop(f"{OUTBOX}?show=all", "secretariat"),
    "one mail": Stop(f"{OUTBOX}?show=all", "secretariat", open_first_row),
    "programme items": Stop("/admin/agenda/programmeitem/?show=all", "secretariat"),
    "one programme item": Stop("/admin/agenda/programmeitem/?show=all", "secretariat", open_first_row),
    "a day of the programme": Stop("/admin/agenda/programmeitem/day/2013-02-26/", "secretariat"),
    "check of the programme": Stop("/admin/agenda/programmeversion/check/", "secretariat"),
    "copy of a programme": Stop("/admin/agenda/programmeitem/copy/", "secretariat"),
    "versions of the programme": Stop("/admin/agenda/programmeversion/?show=all", "secretariat"),
    "one version": Stop("/admin/agenda/programmeversion/?show=all", "secretariat", open_first_row),
    "presentations": Stop("/admin/agenda/presentation/?show=all", "secretariat"),
    "one presentation, at work": Stop("/admin/agenda/presentation/?show=all", "secretariat", open_first_work),
    "a part for somebody": Stop("/admin/registration/appearance/add/", "secretariat"),
    "breakout group": Stop("/admin/agenda/breakoutgroup/?show=all", "secretariat", open_first_row),
    "facility tour": Stop("/admin/agenda/tour/?show=all", "secretariat", open_first_row),
    "rules of breakouts": Stop("/admin/agenda/breakoutrules/?show=all", "secretariat", open_first_row),
    "change of password": Stop("/admin/password_change/", "approver"),
    "accounts": Stop("/admin/seminar/user/?show=all", "administrator"),
    "one account": Stop("/admin/seminar/user/?show=all", "administrator", open_first_row),
    "quotas by role": Stop("/admin/registration/rolequota/add/", "secretariat"),
    "extra questions": Stop("/admin/registration/extraquestion/?show=all", "secretariat"),
    "one extra question": Stop("/admin/registration/extraquestion/?show=all", "secretariat", open_first_row),
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


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_is_accessible(browser: Browser, prepared: Site, language: str):
    contexts: dict[str, BrowserContext] = {}
    found: list[str] = []
    for name, stop in STOPS.items():
        if stop.role not in contexts:
            contexts[stop.role] = open_context(browser, prepared, language, stop.role)
        page = contexts[stop.role].pages[0]
        page.goto(f"{prepared.url}{stop.address.format(language=language)}")
        if stop.then:
            stop.then(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"{name}, {width} px, {page.url}: {fault}" for fault in list_faults(page, language, width)]
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    assert not found, "\n".join(found)


def list_faults(page: Page, language: str, width: int) -> list[str]:
    """Return what is wrong with the page that is shown: its language, its width, and what axe finds."""
    faults = []
    if page.locator("html").get_attribute("lang") != language:
        faults.append("it is in another language")
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        faults.append(f"it is {wide} px wide")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return faults + page.evaluate(FIND_VIOLATIONS)


def open_context(browser: Browser, site: Site, language: str, role: str) -> BrowserContext:
    """A browser window in which a member of staff has signed in and chosen the language; nobody without a role."""
    locale = "ja-JP" if language == "ja" else "en-GB"
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 800}, locale=locale)
    page = context.new_page()
    if role:
        address, password = site.passwords[role]
        page.goto(f"{site.url}/admin/")
        page.locator("#id_login").fill(address)
        page.locator("#id_password").fill(password)
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button").click()
    if role and role != "half-way":
        with page.expect_navigation():
            page.locator(f"button[name=language][value={language}]").click()
    return context


class Keyboard:
    """Somebody without a mouse, who must see where they are after every key."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def move_to(self, target: Locator, *, back: bool = False) -> None:
        """Press Tab until `target` has the focus, or go back; on the way, each element that has it shows so."""
        expect(target).to_be_visible()
        for _ in range(150):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            shown = self.page.evaluate(SHOWN_FOCUS)
            assert shown["isShown"], f"{self.page.url}: the focus is not seen on {shown['html']}"
        raise AssertionError(f"{self.page.url}: no Tab leads to {target}")

    def press(self, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
        self.move_to(target, back=back)
        self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        self.move_to(target)
        self.page.keyboard.type(text)


def test_an_approver_needs_nothing_but_the_keyboard(browser: Browser, prepared: Site):
    """From sign-in by the number on the first page to a decision, in English at 1280 px."""
    prepared.manage("shell", "-v0", "-c", "from seminar.models import User; User.objects.update(language='en')")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    keyboard = Keyboard(page)
    address, password = prepared.passwords["approver"]
    page.goto(f"{prepared.url}/admin/")
    keyboard.type(page.locator("#id_login"), address)
    keyboard.type(page.locator("#id_password"), password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")

    keyboard.press(page.get_by_role("link", name="Waiting for approval"))
    page.wait_for_url("**/registration/registration/?state__exact=endorsed*")
    row = page.locator(FIRST_ROW)
    number = row.locator("th").inner_text()
    keyboard.move_to(page.locator("select[name=action]"))
    page.keyboard.type("App")
    expect(page.locator("select[name=action]")).to_have_value("approve_chosen")
    keyboard.press(row.get_by_role("checkbox"), "Space")
    keyboard.press(page.locator("button[name=index]"), back=True)

    expect(page.get_by_role("row").filter(has_text=number)).to_be_visible()
    keyboard.type(page.locator("#id_override_reason"), "Agreed with the host")
    keyboard.press(page.get_by_role("button", name="Approve", exact=True), "Space")
    expect(page.locator(".messagelist .success")).to_contain_text("1 registration approved.")
    context.close()
