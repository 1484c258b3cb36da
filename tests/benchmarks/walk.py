"""The delegate's whole way as requests: link, status, questions, check, submission, status.

The one place of the benchmarks that knows these pages.
"""

import itertools

from django.urls import reverse

from registration.models import Link, Registration
from seminar.models import Delegation
from tests import factories
from tests.benchmarks.browser import Browser
from tests.registration.intake.pages import CONSENTS, EMPTY, NAME, POSITION

SLUG = "bench"
HOME = f"/en/{SLUG}/my/"
CHECK, SUBMIT = f"{HOME}check/", f"{HOME}submit/"
FORM_PAGE = f"{HOME}form/name/"
PAGES = [(FORM_PAGE, NAME), (f"{HOME}form/position/", POSITION)]  # each question page with what is typed there
_numbers = itertools.count(1)


def make_delegation() -> Delegation:
    """Make an edition with one delegation and its focal point, who gets a mail of each submission."""
    seminar = factories.make_seminar(slug=SLUG)
    delegation = factories.make_delegation(seminar, quota=None)
    factories.make_focal_point(delegation)
    return delegation


def open_link(registration: Registration) -> Browser:
    """Return a browser that came by the personal link."""
    browser = Browser()
    token = Link.objects.ensure(registration=registration).make_token()
    browser.get(reverse("registration:open_link", args=[token]))
    return browser


def answer_questions(browser: Browser) -> None:
    for address, answers in PAGES:
        browser.get(address)
        browser.post(address, answers)


def make_draft(delegation: Delegation) -> Registration:
    return factories.make_registration(delegation, number=f"BENCH-{next(_numbers):05d}", **EMPTY)


def get_ready_to_submit(delegation: Delegation) -> Browser:
    """Return the browser of a new person who has answered everything and sees the check page."""
    browser = open_link(make_draft(delegation))
    answer_questions(browser)
    browser.get(CHECK)
    return browser


def submit(browser: Browser) -> None:
    browser.post(SUBMIT, CONSENTS)


def walk(browser: Browser) -> None:
    """Go the whole way behind the opened link."""
    browser.get(HOME)
    answer_questions(browser)
    browser.get(CHECK)
    submit(browser)
    browser.get(HOME)
