"""The question pages of a nominee after the first submission, as the desk lists them for a focal point."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from registration.intake.change_requests import may_ask_change
from registration.intake.editing import Editing
from registration.models.answers import STAGES, find_due_at, list_later_stages, list_missing_of, may_edit
from registration.models.states import ENDED
from seminar.display import describe_moment


@dataclass(frozen=True)
class NomineePage:
    """One page: its status in words, `mark` for its colour, and its address where it may be filled in now."""

    title: str
    status: str
    mark: str
    url: str


def list_later_pages(editing: Editing, now: datetime) -> list[NomineePage]:
    """Return the pages that this person needs, each done, to do by its deadline, or overdue."""
    registration = editing.registration
    if registration.state in ENDED:
        return []
    pages = []
    for stage in list_later_stages(registration):
        due_at = find_due_at(registration, stage)
        if not list_missing_of(registration, stage):
            mark, status = "done", _("Done")
        elif due_at is None:
            mark, status = "to_do", _("To do")
        else:
            due = describe_moment(registration.seminar, due_at)
            mark = "waiting" if now > due_at else "to_do"
            status = (_("Overdue since %(due)s") if now > due_at else _("To do by %(due)s")) % {"due": due}
        url = editing.make_url("stage", stage.code) if may_edit(registration, stage, now) else ""
        pages.append(NomineePage(str(stage.title), status, mark, url))
    return pages


def list_change_pages(editing: Editing, now: datetime) -> list[tuple[str, str]]:
    """Return (title, address) of the pages whose answers a change may be asked for."""
    registration = editing.registration
    pages = (*STAGES, *list_later_stages(registration))
    return [
        (str(page.title), editing.make_url("change", page.code))
        for page in pages
        if may_ask_change(registration, page, now)
    ]
