"""The way of a registration as a list of steps: what is done, what is to do and until when, what comes next. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.intake.later_pages import DONE, LATER, NOT_NEEDED, TO_DO, LaterPage
from registration.intake.later_pages import LABELS as PAGE_LABELS
from registration.models.answers import STAGES, Stage
from registration.models.states import EDITABLE, ENDED, State

BEGUN, WAITING = "begun", "waiting"
LABELS: dict[str, Promise] = {
    **PAGE_LABELS,
    BEGUN: _("Begun, to do by %(due)s"),
    WAITING: _("In progress"),
}


@dataclass(frozen=True)
class Step:
    """One line: `status` is a key of LABELS; `stage` names the question page it leads to, "check" the last one.

    `due_at` is the step's own deadline; None: that of the submission.
    """

    title: str | Promise
    status: str
    stage: str = ""
    due_at: datetime | None = None


def list_later_steps(pages: Collection[LaterPage], *, begun: Collection[str]) -> list[Step]:
    """Return a step for each page that follows the first submission, whenever it may be filled in."""
    return [
        Step(
            page.stage.title,
            BEGUN if page.stage.code in begun and page.is_open and page.due_at else page.status,
            page.stage.code if page.is_open else "",
            page.due_at,
        )
        for page in pages
    ]


def list_steps(
    *,
    state: str,
    missing: Collection[str],
    begun: Collection[str],
    is_untouched: bool,
    has_focal_point: bool,
    stages: Sequence[Stage] = STAGES,
) -> list[Step]:
    """Return the steps of a registration in this state; `stages` are the pages of its first submission.

    `missing`: mandatory columns that are empty. `begun`: codes of pages with unfinished text. `is_untouched`: no page
    was ever saved, so that what the focal point wrote does not yet count as done. None for one that has ended.
    """
    if state in ENDED:
        return []
    is_open = state in EDITABLE
    steps = []
    for stage in stages:
        if not is_open:
            status = DONE
        elif stage.code in begun:
            status = BEGUN
        else:
            status = TO_DO if is_untouched or set(missing) & set(stage.names) else DONE
        steps.append(Step(stage.title, status, stage.code if is_open else ""))
    is_ready = all(step.status == DONE for step in steps)
    last = DONE if not is_open else TO_DO if is_ready else LATER
    steps.append(Step(_("Check your answers and submit"), last, "check" if last == TO_DO else ""))
    steps.append(Step(_("Endorsement by your focal point"), _judge_endorsement(state, has_focal_point=has_focal_point)))
    steps.append(Step(_("Decision of the organizers"), _judge_decision(state)))
    steps.append(Step(_("Practical information by mail"), LATER))
    return steps


def _judge_endorsement(state: str, *, has_focal_point: bool) -> str:
    if not has_focal_point:
        return NOT_NEEDED
    if state == State.SUBMITTED:
        return WAITING
    return LATER if state in EDITABLE else DONE


def _judge_decision(state: str) -> str:
    if state == State.APPROVED:
        return DONE
    return WAITING if state in (State.ENDORSED, State.WAITLISTED) else LATER
