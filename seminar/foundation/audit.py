"""Writes and checks the append-only, hash-chained audit trail.

Doors: `record(...)` inside a service's `recorded()` block, which writes it last (its lock is the last in the global
order), and `verify()`. Entries carry ids, never names, passport numbers or tokens.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from seminar.foundation.transactions import write_last
from seminar.models.audit import AuditChain, AuditEntry

CHAIN_ID = 1


@dataclass(frozen=True)
class Actor:
    """Who acts: a kind of AuditEntry.ActorKind and the key of the row behind it, empty for the system."""

    kind: str
    key: str = ""


SYSTEM = Actor(AuditEntry.ActorKind.SYSTEM)


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    now: datetime,
    seminar_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction, at its end where that is a `recorded()` block; return it.

    `subject` is like "registration:17", `now` domain time. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit entry belongs to the transaction of what it reports")
    entry = AuditEntry(
        seminar_id=seminar_id,
        at=now,
        actor_kind=actor.kind,
        actor_key=actor.key,
        action=action,
        subject=subject,
        details=details or {},
    )
    if not write_last(_append, entry):
        _append([entry])
    return entry


def _append(entries: list[AuditEntry]) -> None:
    """Give the entries their places behind the newest one, in their order."""
    chain, _ = AuditChain.objects.select_for_update().get_or_create(pk=CHAIN_ID)
    for entry in entries:
        entry.position, entry.previous_hash, entry.recorded_at = chain.length + 1, chain.last_hash, timezone.now()
        entry.details_hash = hash_details(entry.details)
        entry.hash = hash_entry(entry)
        chain.length, chain.last_hash = entry.position, entry.hash
    AuditEntry.objects.bulk_create(entries)
    AuditChain.objects.filter(pk=CHAIN_ID).update(last_hash=chain.last_hash, length=chain.length)


def hash_details(details: dict[str, Any]) -> str:
    return sha256(json.dumps(details, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def hash_entry(entry: AuditEntry) -> str:
    """Return the hash of an entry over its fields and the hash before it; details enter by their own hash, so that
    erasing them under retention leaves the chain whole."""
    fields = [
        entry.position,
        entry.seminar_id,
        entry.at.astimezone(timezone.get_default_timezone()).isoformat(),
        entry.recorded_at.astimezone(timezone.get_default_timezone()).isoformat(),
        entry.actor_kind,
        entry.actor_key,
        entry.action,
        entry.subject,
        entry.details_hash,
        entry.previous_hash,
    ]
    return sha256(json.dumps(fields).encode()).hexdigest()


def verify() -> list[str]:
    """Return what is wrong with the trail, one line per fault; empty when it is whole."""
    faults: list[str] = []
    previous_hash, position = "", 0
    chain = AuditChain.objects.filter(pk=CHAIN_ID).first()  # before the entries: more may come while we read
    if chain is None:
        return ["the anchor of the trail is missing"] if AuditEntry.objects.exists() else []
    for entry in AuditEntry.objects.order_by("position").iterator():
        if entry.position > chain.length and chain.length == position and chain.last_hash == previous_hash:
            break  # written since
        position += 1
        if entry.position != position:
            faults.append(f"entry {position} is missing before entry {entry.position}")
            position = entry.position
        if entry.previous_hash != previous_hash:
            faults.append(f"entry {entry.position} does not follow the entry before it")
        if entry.hash != hash_entry(entry):
            faults.append(f"entry {entry.position} was changed")
        if entry.details and entry.details_hash != hash_details(entry.details):
            faults.append(f"the details of entry {entry.position} were changed")
        previous_hash = entry.hash
    if (chain.length, chain.last_hash) != (position, previous_hash):
        faults.append(f"the trail ends at entry {position}, its anchor at entry {chain.length}")
    return faults
