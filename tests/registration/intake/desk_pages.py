"""Goes to the delegation desk as a focal point's browser or an organizer's does."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from registration.intake import letters
from registration.models import Link
from seminar.foundation.audit import Actor
from seminar.foundation.private_files import check_upload
from seminar.models import AuditEntry, Delegation, FocalPoint, NominationDocument
from tests.factories import NOW, make_user

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


def make_pdf(name: str = "note-verbale.pdf", text: bytes = b"Mongolia nominates") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + text + b"\n%%EOF\n", "application/pdf")


def upload_letter(delegation: Delegation, name: str = "note-verbale.pdf") -> NominationDocument:
    """Keep a letter for the delegation as its focal point would."""
    return letters.upload(
        actor=Actor(AuditEntry.ActorKind.FOCAL_POINT, "1"),
        delegation=delegation,
        letter=check_upload(make_pdf(name)),
        now=NOW,
    )
