"""Goes through the web as people do. All that these tests know of the pages' addresses and forms stands here."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults.installation import Installation

FIELD = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status: int
    location: str  # where a redirect leads, else empty
    text: str
    took_s: float


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Leave redirects to the caller: a POST's answer is what is looked at."""


class Browser:
    """One person's browser, standing where the proxy stands: it says that TLS ended there, as Caddy does."""

    def __init__(self, installation: Installation) -> None:
        self.base, self.site_url = installation.inner_url, installation.site.url
        # Cookies marked "secure" go over the test's plain connection, which stands for the proxy's.
        policy = http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"))
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar(policy))
        self.opener = urllib.request.build_opener(_NoRedirect, jar)

    def get(self, path: str) -> Answer:
        """Open a page, following redirects."""
        for _ in range(6):
            answer = self._ask(path, None)
            if not answer.location:
                return answer
            path = answer.location
        raise AssertionError(f"{path} leads round and round")

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        return self._ask(path, urllib.parse.urlencode(fields).encode())

    def _ask(self, path: str, body: bytes | None) -> Answer:
        headers = {"Referer": f"{self.site_url}/"}
        if self.site_url.startswith("https:"):
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        path = urllib.parse.urlsplit(path)._replace(scheme="", netloc="").geturl()
        request = urllib.request.Request(f"{self.base}{path}", body, headers)
        start = time.monotonic()
        try:
            with self.opener.open(request, timeout=60) as response:
                status, location, content = response.status, "", response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, location, content = error.code, error.headers.get("Location", ""), error.read()
        return Answer(status, location, content.decode(), time.monotonic() - start)


def open_desk(installation: Installation) -> Browser:
    """Make Mongolia's focal point and return the browser that opened the personal link."""
    invite = ("invite", "--seminar", "aecs20", "--delegation", "MNG", "--role", "focal_point")
    printed = installation.site.manage(*invite, "--email", "focal@ministry.example", "--name", "Focal Point")
    return open_link(installation, printed)


def open_link(installation: Installation, printed: str) -> Browser:
    """Open the personal link in what a command printed."""
    found = re.search(r"https?://\S+/i/\S+", printed)
    assert found, printed
    browser = Browser(installation)
    assert browser.get(found.group()).status == 200
    return browser


def read_nomination(desk: Browser) -> dict[str, str]:
    """Return the desk's form that nominates a person, filled in but for the address in "email"."""
    fields = read_fields(desk.get("/en/aecs20/delegation/").text)
    return fields | {"given_names": "Solongo", "family_name": "Tsend", "language": "en"}


def nominate(desk: Browser, form: Mapping[str, str]) -> Answer:
    return desk.post("/en/aecs20/delegation/nominate/", form)


DRAFT = """
from registration.models import Link
from seminar.models import Delegation
from tests.factories import make_registration
delegation = Delegation.objects.get(code="MNG")
registration = make_registration(delegation, number="{number}", email="{email}")
print(Link.objects.ensure(registration=registration).make_url("en"))
"""


def open_draft(installation: Installation, *, number: str, email: str) -> Browser:
    """Make a complete draft and return its owner's browser: it lacks nothing but its submission."""
    return open_link(installation, installation.run(DRAFT.format(number=number, email=email)))


def read_submission(delegate: Browser) -> dict[str, str]:
    """Return the form of the page that shows all answers, every consent given."""
    page = delegate.get("/en/aecs20/my/check/")
    assert page.status == 200
    return read_fields(page.text)


def submit(delegate: Browser, form: Mapping[str, str]) -> Answer:
    return delegate.post("/en/aecs20/my/submit/", form)


def sign_in(installation: Installation, role: str) -> Browser:
    """Make a member of the staff and return the browser signed in with password and second factor."""
    address = f"{role}@aecs20.example"
    printed = installation.site.manage("create_account", address, "--group", role, "--totp")
    password, installation.site.totp_secret = printed.split("password ")[1].strip().split(", TOTP secret ")
    browser = Browser(installation)
    page = "/accounts/login/"
    answer = browser.post(page, read_fields(browser.get(page).text) | {"login": address, "password": password})
    assert answer.status == 302, answer.text
    if "authenticate" in answer.location:
        fields = read_fields(browser.get(answer.location).text) | {"code": installation.site.read_totp()}
        assert browser.post(answer.location, fields).status == 302
    return browser


def read_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms, and its boxes as ticked."""
    fields = {}
    for tag in FIELD.findall(page):
        attributes = dict(ATTRIBUTE.findall(tag))
        if attributes.get("type") in ("hidden", "checkbox") and "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "on")
    return fields
