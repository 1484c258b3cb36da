"""The way of a registration in steps: each state says what is done, what is to do, and by whom."""

import pytest

from registration.models import State
from registration.portal.progress import list_steps

# name page, position page, check and submit, endorsement, decision, practical information
SUBMITTED = ("done", "done", "done")
WAY = {
    "draft": ("to_do", "to_do", "later", "later", "later", "later"),
    "returned": ("done", "done", "to_do", "later", "later", "later"),
    "submitted": (*SUBMITTED, "waiting", "later", "later"),
    "endorsed": (*SUBMITTED, "done", "waiting", "later"),
    "waitlisted": (*SUBMITTED, "done", "waiting", "later"),
    "approved": (*SUBMITTED, "done", "done", "later"),
    "rejected": (),
    "withdrawn": (),
    "cancelled": (),
}


@pytest.mark.parametrize("state", State.values)
def test_each_state_is_told_as_steps(state: str):
    is_untouched = state == "draft"
    steps = list_steps(state=state, missing=[], begun=[], is_untouched=is_untouched, has_focal_point=True)
    assert tuple(step.status for step in steps) == WAY[state]


def test_without_a_focal_point_no_endorsement_is_needed():
    for state in ("draft", "endorsed", "approved"):
        steps = list_steps(state=state, missing=[], begun=[], is_untouched=False, has_focal_point=False)
        assert steps[3].status == "not_needed"


def test_a_page_with_something_missing_is_to_do_and_one_with_unfinished_text_is_begun():
    steps = list_steps(
        state="draft", missing=["organization"], begun=["name"], is_untouched=False, has_focal_point=True
    )
    assert [(step.status, step.stage) for step in steps[:3]] == [
        ("begun", "name"),
        ("to_do", "position"),
        ("later", ""),
    ]


def test_a_complete_draft_leads_to_its_review_page():
    steps = list_steps(state="draft", missing=[], begun=[], is_untouched=False, has_focal_point=True)
    assert [(step.status, step.stage) for step in steps[:3]] == [
        ("done", "name"),
        ("done", "position"),
        ("to_do", "check"),
    ]
