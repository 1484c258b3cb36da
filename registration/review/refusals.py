"""Says in the reader's words why a decision was refused, at the edge where the error is caught."""

from django.utils.translation import gettext as _

from registration.lifecycle import (
    AddressTaken,
    ChangedMeanwhile,
    HeadTaken,
    PassportTaken,
    QuotaFull,
    RoleQuotaFull,
    TransitionRefused,
)
from registration.models import Registration
from registration.models.answers import label_answer
from registration.review.policy import AnswersMissing, NominationMissing, NotEndorsed, PassportExpires


def describe_refusal(error: Exception, registration: Registration) -> str:
    """Return one sentence for an error of the policy or of the lifecycle about `registration` as it was read."""
    if isinstance(error, AnswersMissing):
        return _("These answers are missing: %(missing)s.") % {
            "missing": _(", ").join(label_answer(name, registration.seminar) for name in error.missing)
        }
    if isinstance(error, ChangedMeanwhile):
        return _("Somebody else changed this registration in the meantime; it is now: %(state)s.") % {
            "state": error.current.get_state_display()
        }
    if isinstance(error, TransitionRefused):
        return _("Its state does not allow it: %(state)s.") % {"state": registration.get_state_display()}
    sentences: dict[type[Exception], str] = {
        NotEndorsed: _("It is not waiting for approval."),
        PassportExpires: _("The passport expires before the departure."),
        NominationMissing: _("The delegation has neither a nomination document nor a waiver."),
        QuotaFull: _("The delegation's quota is full."),
        RoleQuotaFull: _("The delegation's quota for this role is full."),
        AddressTaken: _("Another active registration has the same e-mail address."),
        PassportTaken: _("Another active registration has the same passport."),
        HeadTaken: _("The delegation has another head now. Take the mark off one of them first."),
    }
    return sentences[type(error)]
