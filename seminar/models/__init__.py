"""Tables of the ground floor: accounts, the edition, its delegations, the audit trail."""

from seminar.models.audit import AuditChain, AuditEntry
from seminar.models.delegation import Delegation, FocalPoint
from seminar.models.edition import OrganizingBody, PastEdition, Seminar
from seminar.models.nomination_document import NominationDocument
from seminar.models.stored_file import KeyCheck, StoredFile
from seminar.models.user import User

__all__ = (
    "AuditChain",
    "AuditEntry",
    "Delegation",
    "FocalPoint",
    "KeyCheck",
    "NominationDocument",
    "OrganizingBody",
    "PastEdition",
    "Seminar",
    "StoredFile",
    "User",
)
