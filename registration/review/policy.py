"""What a decision needs. Each rule raises its own error; `check_approvable` applies all those of an approval. Pure."""

from registration.lifecycle import QuotaFull, RoleQuotaFull, TransitionRefused
from registration.models import Registration, State
from registration.models.answer_columns import read_answer
from registration.models.passports import find_departure
from registration.models.states import ENDED, TRANSITIONS
from seminar.models import Delegation


class NotApprovable(Exception):
    """A rule forbids the approval; nothing was written."""


class NotEndorsed(NotApprovable):
    """Approval starts from ENDORSED or from the waiting list; the state is another."""


class AnswersMissing(NotApprovable):
    """Mandatory answers are empty; `missing` names their fields."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class NominationMissing(NotApprovable):
    """The delegation has neither a nomination document nor a waiver with its reason."""


class PassportExpires(NotApprovable):
    """The passport expires before the person departs."""


def check_way(registration: Registration, transition: str) -> None:
    """Raise TransitionRefused where `transition` does not start from the registration's state."""
    if registration.state not in TRANSITIONS[transition].sources:
        raise TransitionRefused(f"{transition} does not start from {registration.state}")


def check_approvable(registration: Registration, delegation: Delegation) -> None:
    """Raise the first NotApprovable that holds. The quota is checked where it is taken, in the lifecycle."""
    check_endorsed(registration)
    check_answers(registration, delegation)
    check_nomination(delegation)
    check_passport(registration)


def check_endorsed(registration: Registration) -> None:
    if registration.state not in (State.ENDORSED, State.WAITLISTED):
        raise NotEndorsed


def check_answers(registration: Registration, delegation: Delegation) -> None:
    missing = registration.list_missing_fields(is_nominated=delegation.needs_nomination)
    if missing:
        raise AnswersMissing(missing)


def check_nomination(delegation: Delegation) -> None:
    if delegation.needs_nomination and not delegation.has_nomination:
        raise NominationMissing


def check_passport(registration: Registration) -> None:
    """Raise PassportExpires where the passport, if it was given, does not last until the departure."""
    expiry = read_answer(registration, "passport_expiry_date")
    if expiry is not None and expiry < find_departure(registration):
        raise PassportExpires


def check_quota(delegation: Delegation, role: str, *, taken: int = 0, role_taken: int = 0) -> None:
    """Raise QuotaFull or RoleQuotaFull where a quota, as read, has no room after `taken` more approvals, `role_taken`
    of them in this role; the lifecycle decides."""
    normal = delegation.approved_count - delegation.beyond_quota_count + taken
    if delegation.quota is not None and normal >= delegation.quota:
        raise QuotaFull
    # In Python: lists read the quotas of all their delegations in one statement.
    if any(one.role == role and not one.has_room(taken=role_taken) for one in delegation.role_quotas.all()):
        raise RoleQuotaFull


def is_beyond_quota(registration: Registration, delegation: Delegation) -> bool:
    """Return whether it was approved beyond the quota, or would be if it were approved now."""
    if registration.state in ENDED:
        return False
    if registration.state == State.APPROVED:
        return bool(registration.quota_override_reason)
    try:
        check_quota(delegation, registration.role)
    except QuotaFull:
        return True
    return False
