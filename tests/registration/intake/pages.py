"""Goes through the question pages as a browser does: what a page's hidden fields hold is read from the page."""

import re
from typing import Any

from django.test import Client

from registration.models import Registration

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="(seen|number|version)"[^>]*value="([^"]*)"')
HIDDEN_TURNED = re.compile(r'<input[^>]*type="hidden"[^>]*value="([^"]*)"[^>]*name="(seen|number|version)"')

NAME = {
    "title": "Mr.",
    "passport_name": "TARO TAKAHASHI",
    "given_names": "太郎",
    "family_name": "髙橋",
    "badge_name": "",
    "name_native": "髙橋 太郎",
    "reading_ja": "タカハシ タロウ",
}
POSITION = {
    "role": "delegate",
    "position": "Director",
    "division": "",
    "organization": "Ministry of Commerce",
    "language": "ja",
}
CONSENTS = {"data_handling_consent": "on"}
ANSWERS = {"name": NAME, "position": POSITION}
# A registration that nobody has filled in yet, for make_registration.
EMPTY = {
    "passport_name": "",
    "given_names": "",
    "family_name": "",
    "badge_name": "",
    "position": "",
    "organization": "",
    "data_handling_consent": "",
    "contact_list_consent": "",
    "photo_consent": "",
}


def read_hidden(html: str) -> dict[str, str]:
    """Return the hidden fields {name: value} of a page's form."""
    turned = {name: value for value, name in HIDDEN_TURNED.findall(html)}
    return turned | dict(HIDDEN.findall(html))


def open_page(client: Client, page: str, base: str = "/en/aecs20/my") -> dict[str, str]:
    """Show one page and return what its form would send if nobody typed a thing."""
    answer = client.get(f"{base}/{page}/")
    assert answer.status_code == 200, (page, answer.status_code, answer.headers.get("Location"))
    return read_hidden(answer.text)


def fill_in(client: Client, stage: str, base: str = "/en/aecs20/my", **changes: Any) -> Any:
    """Open a question page, send its answers with `changes`, and return the response."""
    hidden = open_page(client, f"form/{stage}", base)
    return client.post(f"{base}/form/{stage}/", {**ANSWERS[stage], **hidden, **changes})


def fill_in_all(client: Client, base: str = "/en/aecs20/my") -> None:
    for stage in ANSWERS:
        assert fill_in(client, stage, base).status_code == 302


def submit(client: Client, base: str = "/en/aecs20/my", **changes: Any) -> Any:
    """Open the review page, agree and submit; return the response."""
    hidden = open_page(client, "check", base)
    return client.post(f"{base}/submit/", {**CONSENTS, **hidden, **changes})


def reload(registration: Registration) -> Registration:
    return Registration.objects.select_related("delegation", "seminar").get(pk=registration.pk)
