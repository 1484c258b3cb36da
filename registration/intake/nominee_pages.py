"""The question pages of a nominee after the first submission, as the desk lists them for a focal point."""

from datetime import datetime

from registration.intake.change_requests import may_ask_change
from registration.intake.editing import Editing
from registration.intake.later_pages import describe_page, read_later_pages
from registration.models.answers import STAGES, list_later_stages


def list_later_pages(editing: Editing, now: datetime, *, is_linked: bool) -> list[tuple[str, str, str, str]]:
    """Return (title, status, the status in words, address where it may be filled in now) of each page.

    Organizers correct on the registration's own page: no address for them.
    """
    registration = editing.registration
    return [
        (
            str(page.stage.title),
            page.status,
            describe_page(page, registration),
            editing.make_url("stage", page.stage.code) if page.is_open and is_linked else "",
        )
        for page in read_later_pages(registration, now)
    ]


def list_change_pages(editing: Editing, now: datetime) -> list[tuple[str, str]]:
    """Return (title, address) of the pages whose answers a change may be asked for."""
    registration = editing.registration
    pages = (*STAGES, *list_later_stages(registration))
    return [
        (str(page.title), editing.make_url("change", page.code))
        for page in pages
        if may_ask_change(registration, page, now)
    ]
