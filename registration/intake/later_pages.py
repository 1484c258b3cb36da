"""How the pages after the first submission stand for one person: done, to do, late. Door: `read_later_pages`."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Registration
from registration.models.answers import Stage, find_due_at, list_later_stages, list_missing_of, may_edit
from registration.models.states import ENDED
from seminar.display import describe_moment

DONE, TO_DO, LATE, LATER = "done", "to_do", "late", "later"
LABELS: dict[str, Promise] = {
    DONE: _("Done"),
    TO_DO: _("To do by %(due)s"),
    LATE: _("Late: it was due by %(due)s"),
    LATER: _("Later"),
}


@dataclass(frozen=True)
class LaterPage:
    """One page: its status, a key of LABELS, whether it may be filled in now, and until when it is asked for."""

    stage: Stage
    status: str
    is_open: bool
    due_at: datetime | None


def read_later_pages(registration: Registration, now: datetime) -> list[LaterPage]:
    """Return the pages that this person needs beyond the first submission; none for what has ended."""
    if registration.state in ENDED:
        return []
    pages = []
    for stage in list_later_stages(registration):
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
