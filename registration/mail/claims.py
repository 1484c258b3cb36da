"""Leases the mail that is due longest to one worker, by the database's clock, and marks it sent under that lease.

Doors: `claim`, `mark_sent`, `mark_sent_and_claim`. In SQL of our own: these were more than half of what a mail costs,
most of it spent on making the statements anew for each. Source: docs/adr/0002-outbox.md.
"""

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from registration.models import Link, OutgoingMail
from seminar.foundation.transactions import retried

# `state IN (...)` in the words of the index outgoing_mail_due, which SQLite uses only where they are the same.
_DUE = """
    state IN ('queued', 'sending') AND next_attempt_at <= {now} AND (state = 'queued' OR lease_until <= {now})
    AND (%(id)s IS NULL OR id = %(id)s) AND (%(sent_id)s IS NULL OR id <> %(sent_id)s)
    AND (%(is_probe)s OR NOT EXISTS (SELECT 1 FROM registration_mailpause WHERE until > {now}))
    ORDER BY next_attempt_at, id LIMIT 1
"""
_NAMES = [field.attname for field in OutgoingMail._meta.concrete_fields]
_COLUMNS = ", ".join(f"mail.{name}" for name in _NAMES)
# None where the link became another address's meanwhile: a letter that waited must not open it there.
_COLUMNS += """, (
    SELECT version FROM registration_link WHERE id = mail.link_id AND address_key = LOWER(mail.recipient)
) AS link_version"""
_LEASE = "state = 'sending', lease_token = %(token)s, attempts = attempts + 1, lease_until ="

_CLAIM = f"""
    UPDATE registration_outgoingmail AS mail SET {_LEASE} STATEMENT_TIMESTAMP() + %(lease_s)s * INTERVAL '1 second'
    WHERE id = (SELECT id FROM registration_outgoingmail
                WHERE {_DUE.format(now="STATEMENT_TIMESTAMP()")} FOR UPDATE SKIP LOCKED)
    RETURNING {_COLUMNS}
"""  # noqa: S608 (constants of this module; what comes from outside is a parameter)
# The letter is kept with the mark of its first attempt, as rendered then.
_SENT = """
    UPDATE registration_outgoingmail SET state = 'sent', sent_at = {now}, lease_token = NULL, lease_until = NULL,
    last_code = 250, last_error = '', subject = %(subject)s, text_body = %(text_body)s, html_body = %(html_body)s
    WHERE id = %(sent_id)s AND state = 'sending' AND lease_token = %(sent_token)s
"""
# PostgreSQL answers a claim alone before its commit is on disk: one lost in a crash is a mail that is still queued.
_FIRST_IN_POSTGRESQL = f"{_CLAIM}, set_config('synchronous_commit', 'off', true) AS is_hurried"
_NEXT_IN_POSTGRESQL = f"""
    WITH sent AS ({_SENT.format(now="STATEMENT_TIMESTAMP()")} RETURNING id), claimed AS ({_CLAIM})
    SELECT claimed.*, (SELECT count(*) FROM sent) AS sent_count FROM (VALUES (1)) AS always LEFT JOIN claimed ON TRUE
"""  # noqa: S608
_SQLITE_NOW = "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW'"
_CLAIM_IN_SQLITE = (
    f"SELECT {_COLUMNS} FROM registration_outgoingmail AS mail WHERE {_DUE.format(now=f'{_SQLITE_NOW})')}",  # noqa: S608
    f"UPDATE registration_outgoingmail SET {_LEASE} {_SQLITE_NOW}, %(lease_s)s || ' seconds') WHERE id = %(id)s",  # noqa: S608
)


@retried
def claim(*, only_id: int | None = None, is_probe: bool = False) -> OutgoingMail | None:
    """Lease the mail that is due longest, for MAIL_LEASE_S; `only_id` that one alone.

    None where nothing is due, and during a pause but for its probe. Of the mail's link no more is at hand than what
    signing it takes.
    """
    values = _lease_values(only_id=only_id, is_probe=is_probe)
    if connection.vendor != "postgresql":
        with transaction.atomic():
            return _claim_in_sqlite(values)
    mail, _is_ours = _run_in_postgresql(_FIRST_IN_POSTGRESQL, values)
    return mail


@retried
def mark_sent(mail: OutgoingMail) -> bool:
    """Mark a claimed and rendered mail sent and keep its letter; return whether its lease was still ours."""
    now = "STATEMENT_TIMESTAMP()" if connection.vendor == "postgresql" else f"{_SQLITE_NOW})"
    with connection.cursor() as cursor:
        cursor.execute(_SENT.format(now=now), _sent_values(mail))
        return bool(cursor.rowcount)


@retried
def mark_sent_and_claim(mail: OutgoingMail) -> tuple[bool, OutgoingMail | None]:
    """Do as `mark_sent` and then `claim`, with one commit for both."""
    values = _lease_values() | _sent_values(mail)
    if connection.vendor != "postgresql":
        with transaction.atomic():
            return mark_sent(mail), _claim_in_sqlite(values)
    following, is_ours = _run_in_postgresql(_NEXT_IN_POSTGRESQL, values)
    return is_ours, following


def _run_in_postgresql(statement: str, values: dict[str, Any]) -> tuple[OutgoingMail | None, bool]:
    """Return the claimed mail and whether one was marked: of several workers each claims another, and nobody waits."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None, bool(row and row[-1])
    columns = dict(zip(_NAMES, row, strict=False))
    columns["facts"] = json.loads(columns["facts"])
    mail: Any = OutgoingMail.from_db(connection.alias, _NAMES, list(columns.values()))
    mail.link_version = row[len(_NAMES)]
    return _complete(mail, values), bool(row[-1])


def _claim_in_sqlite(values: dict[str, Any]) -> OutgoingMail | None:
    """Claim in the caller's transaction, which holds the database's one lock from its beginning (IMMEDIATE)."""
    select, update = _CLAIM_IN_SQLITE
    for mail in OutgoingMail.objects.raw(select, values):
        mail.attempts += 1
        with connection.cursor() as cursor:
            cursor.execute(update, {**values, "id": mail.pk})
        return _complete(mail, values)
    return None


def _complete(mail: Any, values: dict[str, Any]) -> OutgoingMail:
    mail.lease_token = values["lease_token"]
    mail.link = Link(pk=mail.link_id, version=mail.link_version) if mail.link_id else None
    claimed: OutgoingMail = mail
    return claimed


def _lease_values(*, only_id: int | None = None, is_probe: bool = False) -> dict[str, Any]:
    token = uuid.uuid4()
    return {
        "id": only_id,
        "sent_id": None,
        "is_probe": is_probe,
        "lease_s": settings.MAIL_LEASE_S,
        "lease_token": token,
        "token": _as_column(token),
    }


def _sent_values(mail: OutgoingMail) -> dict[str, Any]:
    return {
        "sent_id": mail.pk,
        "sent_token": _as_column(mail.lease_token),
        "subject": mail.subject,
        "text_body": mail.text_body,
        "html_body": mail.html_body,
    }


def _as_column(token: uuid.UUID | None) -> object:
    """Return a lease token as the database's column holds it."""
    return token if connection.vendor == "postgresql" or token is None else token.hex
