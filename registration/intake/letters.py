"""A delegation's nomination letter: uploaded once for everybody, replaced with the old one kept, or removed.

Doors: `upload`, `remove`, `list_letters`, `find_letter`. Letters are kept encrypted: some list passport numbers.
"""

from datetime import datetime

from seminar.foundation import private_files
from seminar.foundation.audit import Actor, record
from seminar.foundation.private_files import CheckedFile
from seminar.foundation.transactions import recorded, retried
from seminar.models import AuditEntry, Delegation, NominationDocument
from seminar.models.delegation import DelegationQuerySet


class LetterNeeded(Exception):
    """People were approved on the strength of this letter; another one may take its place."""


@retried
def upload(*, actor: Actor, delegation: Delegation, letter: CheckedFile, now: datetime) -> NominationDocument:
    """Keep the letter as the present one; the one before stays on record. Raises private_files.StorageFull."""
    with recorded():
        stored = private_files.store(letter, now=now, is_encrypted=True)  # before any lock: disks are slow
        row = _lock(delegation)
        delegation.nomination_documents.filter(replaced_at=None).update(replaced_at=now)
        document = NominationDocument.objects.create(delegation=delegation, file=stored, uploaded_at=now)
        row.update(nomination_document=document)
        _record(actor, "upload_letter", document, now)
    delegation.nomination_document = document
    return document


@retried
def remove(*, actor: Actor, delegation: Delegation, key: int, now: datetime) -> None:
    """Remove one letter with its file; the deed stays on record.

    Raises NominationDocument.DoesNotExist, and LetterNeeded for a focal point where somebody is approved.
    """
    with recorded():
        row = _lock(delegation)
        document = delegation.nomination_documents.select_related("file").get(pk=key)
        if actor.kind != AuditEntry.ActorKind.STAFF and row.filter(approved_count__gt=0).exists():
            raise LetterNeeded
        row.filter(nomination_document=document).update(nomination_document=None)
        _record(actor, "remove_letter", document, now)
        stored = document.file
        document.delete()
        private_files.remove(stored)


def list_letters(delegation: Delegation) -> list[NominationDocument]:
    """Return the present letter, then those before it, newest first."""
    return list(delegation.nomination_documents.select_related("file").order_by("-uploaded_at", "-pk"))


def find_letter(delegation: Delegation, key: int) -> NominationDocument:
    """Return one letter of this delegation. Raises NominationDocument.DoesNotExist."""
    return delegation.nomination_documents.select_related("file").get(pk=key)


def _lock(delegation: Delegation) -> DelegationQuerySet:
    row = Delegation.objects.filter(pk=delegation.pk)
    row.select_for_update(no_key=True).get()
    return row


def _record(actor: Actor, action: str, document: NominationDocument, now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"delegation:{document.delegation_id}",
        now=now,
        seminar_id=document.delegation.seminar_id,
        details={"document": document.pk},
    )
