"""The cellar: tables of registration, their constraints and querysets."""

from registration.models.appearance import Appearance
from registration.models.change_request import ChangeRequest
from registration.models.desk_message import DeskMessage, MessageReading
from registration.models.extra_questions import ExtraQuestion
from registration.models.link import Link
from registration.models.open_request import OpenRequest
from registration.models.outgoing_mail import MailPause, OutgoingMail
from registration.models.particulars import Particulars, Reception, Travel, TravelDocument
from registration.models.registration import Registration
from registration.models.role_quota import RoleQuota
from registration.models.sheet_upload import SheetUpload
from registration.models.states import State
from registration.models.unsaved_answers import UnsavedAnswers

__all__ = (
    "Appearance",
    "ChangeRequest",
    "DeskMessage",
    "ExtraQuestion",
    "Link",
    "MailPause",
    "MessageReading",
    "OpenRequest",
    "OutgoingMail",
    "Particulars",
    "Reception",
    "Registration",
    "RoleQuota",
    "SheetUpload",
    "State",
    "Travel",
    "TravelDocument",
    "UnsavedAnswers",
)
