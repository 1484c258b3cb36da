"""The kinds of mail. A kind's letters are templates/registration/mail/<kind>.{en,ja}.{subject.txt,txt,html}."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models.link import PRESENTATIONS


@dataclass(frozen=True)
class Kind:
    """What the system knows of a kind of mail beside its letters."""

    label: str | Promise
    has_link: bool = True  # the recipient's personal link; staff follow an address of the admin instead
    leads_to: str = ""  # put behind the personal link, so that it opens another page than the first one
    calendar_method: str = ""  # of the calendar file that goes with it (RFC 5546), PUBLISH or CANCEL; empty: none


KINDS: dict[str, Kind] = {
    "nomination_request": Kind(_("Invitation to nominate")),
    "personal_invitation": Kind(_("Invitation to register")),
    "personal_link": Kind(_("Lost link")),
    "received": Kind(_("Registration received")),
    "endorsement_request": Kind(_("Endorsement requested")),
    "returned": Kind(_("Returned for correction")),
    "approved": Kind(_("Confirmation of registration"), calendar_method="PUBLISH"),
    "waitlisted": Kind(_("On the waiting list")),
    "rejected": Kind(_("Not approved")),
    "withdrawn": Kind(_("Withdrawal or cancellation"), calendar_method="CANCEL"),
    "change_decided": Kind(_("Change request decided")),
    "open_request_proof": Kind(_("Request to take part: address to confirm")),
    "open_request_waiting": Kind(_("Request to take part: decision asked for")),
    "open_request_declined": Kind(_("Request to take part declined")),
    "nomination_reminder": Kind(_("Reminder: nominations due")),
    "completion_reminder": Kind(_("Reminder: registration incomplete")),
    "materials_request": Kind(_("Presentation file and disclosure"), leads_to=f"?to={PRESENTATIONS}"),
    "approval_digest": Kind(_("Registrations awaiting approval"), has_link=False),
    "undelivered": Kind(_("Undelivered messages"), has_link=False),
}


def label_kind(name: str) -> str:
    """Return a kind's label in the reader's language; a kind that is no more keeps its name."""
    return str(KINDS[name].label) if name in KINDS else name
