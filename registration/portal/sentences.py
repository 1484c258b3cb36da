"""What a registration's state means to its owner, and what comes next. Pure."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models.states import State


@dataclass(frozen=True)
class Sentence:
    """`now`: the state in one sentence; `next`: what happens next or what to do."""

    now: str | Promise
    next: str | Promise


SENTENCES: dict[str, Sentence] = {
    State.DRAFT: Sentence(
        _("Your registration has been started and not yet submitted."),
        _("Fill in the form and submit it by %(due)s."),
    ),
    State.RETURNED: Sentence(
        _("Your registration was returned to you for correction."),
        _("Correct it and submit it again by %(due)s."),
    ),
    State.SUBMITTED: Sentence(
        _(
            "We have received your registration. Your focal point has been asked to endorse it, that is, to confirm "
            "that you are sent by your delegation."
        ),
        _("You need do nothing now. We write to you when the organizers have decided."),
    ),
    State.ENDORSED: Sentence(
        _("Your registration is endorsed and waits for the organizers' approval."),
        _("You need do nothing now. We write to you when the organizers have decided."),
    ),
    State.WAITLISTED: Sentence(
        _("Your registration is on the waiting list."),
        _("We write to you as soon as a place becomes free."),
    ),
    State.APPROVED: Sentence(
        _("Your registration is approved. We look forward to welcoming you."),
        _("We write to you with practical information before the seminar."),
    ),
    State.REJECTED: Sentence(
        _("The organizers could not approve your registration."),
        _("Please turn to your focal point or to the secretariat with any question."),
    ),
    State.WITHDRAWN: Sentence(
        _("Your registration was withdrawn."),
        _("If this is a mistake, please write to the secretariat."),
    ),
    State.CANCELLED: Sentence(
        _("Your registration was cancelled by the organizers."),
        _("Please turn to the secretariat with any question."),
    ),
}


def choose_sentence(state: str) -> Sentence:
    return SENTENCES[state]
