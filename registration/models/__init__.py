"""The cellar: tables of registration, their constraints and querysets."""

from registration.models.link import Link
from registration.models.outgoing_mail import OutgoingMail
from registration.models.registration import Registration
from registration.models.states import State

__all__ = ("Link", "OutgoingMail", "Registration", "State")
