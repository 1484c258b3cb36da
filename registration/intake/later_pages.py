"""How the pages after the first submission stand for one person: done, to do, late. Door: `read_later_pages`."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Registration
from registration.models.answers import LATER_STAGES, Stage, find_due_at, list_later_stages, list_missing_of, may_edit
from registration.models.states import ENDED
from seminar.display import describe_moment

DONE, TO_DO, LATE, LATER, NOT_NEEDED = "done", "to_do", "late", "later", "not_needed"
LABELS: dict[str, Promise] = {
    DONE: _("Done"),
    TO_DO: _("To do by %(due)s"),
    LATE: _("Late: it was due by %(due)s"),
    LATER: _("Later"),
    NOT_NEEDED: _("Not needed"),
}


@dataclass(frozen=True)
class LaterPage:
    """One page: its status, a key of LABELS, whether it may be filled in now, and until when it is asked for."""

    stage: Stage
    status: str
    is_open: bool
    due_at: datetime | None


def read_later_pages(registration: Registration, now: datetime) -> list[LaterPage]:
    """Return the pages beyond the first submission, those that this person does not need as such; none for what has
    ended. Of the host side and the press, who are asked for little, only what they need."""
    if registration.state in ENDED:
        return []
    pages = []
    needed = {stage.code: stage for stage in list_later_stages(registration)}
    for known in LATER_STAGES:
        stage = needed.get(known.code)
        if stage is None:
            if registration.delegation.needs_nomination:
                pages.append(LaterPage(known, NOT_NEEDED, is_open=False, due_at=None))
            continue
        due_at = find_due_at(registration, stage)
        if not list_missing_of(registration, stage):
            status = DONE
        elif due_at is None:
            status = LATER
        else:
            status = LATE if now > due_at else TO_DO
        pages.append(LaterPage(stage, status, may_edit(registration, stage, now), due_at))
    return pages


def describe_page(page: LaterPage, registration: Registration) -> str:
    """Return a page's status in words, with its deadline in the seminar's zone."""
    due = describe_moment(registration.seminar, page.due_at) if page.due_at else ""
    return str(LABELS[page.status]) % {"due": due}
