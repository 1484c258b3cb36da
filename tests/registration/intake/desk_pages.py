"""Goes to the delegation desk as a focal point's browser or an organizer's does."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from registration.models import Link
from seminar.models import FocalPoint
from tests.factories import make_user

DESK = "/en/aecs20/delegation/"
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


def open_desk(focal_point: FocalPoint, client: Client | None = None) -> Client:
    """Return a browser that has opened the focal point's link."""
    client = client or Client()
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=focal_point).make_token()]))
    return client


def sign_in_as(role: str, **values: Any) -> Client:
    """Return a browser in which a new member of staff has signed in."""
    client = Client()
    client.force_login(make_user(role, **values), backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_staff_desk(focal_point: FocalPoint) -> str:
    """Return the address of the desk in the admin."""
    return f"/admin/seminar/delegation/{focal_point.delegation.code}/desk/"


def read_hidden(html: str) -> dict[str, list[str]]:
    """Return the hidden fields {name: values} of a page's forms."""
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(html):
        found.setdefault(name, []).append(value)
    return found


def press(client: Client, focal_point: FocalPoint, page: str, **data: Any) -> Any:
    """Send a form of the desk to `page` below it and return the page one is led to."""
    return client.post(f"{DESK}{page}", {"delegation": focal_point.delegation.code, **data}, follow=True)
