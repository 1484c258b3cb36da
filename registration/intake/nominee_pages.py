"""The question pages of a nominee after the first submission, as the desk lists them for a focal point."""

from dataclasses import dataclass
from datetime import datetime

from registration.intake.change_requests import may_ask_change
from registration.intake.editing import Editing
from registration.intake.later_pages import describe_page, read_later_pages
from registration.models.answers import STAGES, list_later_stages


@dataclass(frozen=True)
class NomineePage:
    """One page: its status in words, `mark` for its colour, and its address where it may be filled in now."""

    title: str
    status: str
    mark: str
    url: str


def list_later_pages(editing: Editing, now: datetime) -> list[NomineePage]:
    """Return the pages that this person needs, each done, to do by its deadline, or late."""
    registration = editing.registration
    return [
        NomineePage(
            str(page.stage.title),
            describe_page(page, registration),
            page.status,
            editing.make_url("stage", page.stage.code) if page.is_open else "",
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
