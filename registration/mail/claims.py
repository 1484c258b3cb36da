"""Leases the mail that is due longest to one worker, by the database's clock, and marks it sent under that lease.

Doors: `claim`, `mark_sent`. In SQL of our own: these two were more than half of what a mail costs, most of it spent on
making the statements anew for each. Source: docs/adr/0002-outbox.md.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from registration.models import Link, OutgoingMail
from seminar.foundation.transactions import retried

# `state IN (...)` in the words of the index outgoing_mail_due, which SQLite uses only where they are the same.
_DUE = """
    state IN ('queued', 'sending') AND next_attempt_at <= {now} AND (state = 'queued' OR lease_until <= {now})
    AND (%(id)s IS NULL OR id = %(id)s)
    AND (%(is_probe)s OR NOT EXISTS (SELECT 1 FROM registration_mailpause WHERE until > {now}))
    ORDER BY next_attempt_at, id LIMIT 1
"""
_COLUMNS = "mail.*, (SELECT version FROM registration_link WHERE id = mail.link_id) AS link_version"
_LEASE = "state = 'sending', lease_token = %(token)s, attempts = attempts + 1, lease_until ="

# PostgreSQL answers before this commit is on disk: a claim lost in its crash is a mail that is still queued.
_POSTGRESQL = f"""
    UPDATE registration_outgoingmail AS mail SET {_LEASE} STATEMENT_TIMESTAMP() + %(lease_s)s * INTERVAL '1 second'
    WHERE id = (SELECT id FROM registration_outgoingmail
                WHERE {_DUE.format(now="STATEMENT_TIMESTAMP()")} FOR UPDATE SKIP LOCKED)
    RETURNING {_COLUMNS}, set_config('synchronous_commit', 'off', true) AS is_hurried
"""  # noqa: S608 (constants of this module; what comes from outside is a parameter)
_SQLITE_NOW = "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW'"
_SQLITE = (
    f"SELECT {_COLUMNS} FROM registration_outgoingmail AS mail WHERE {_DUE.format(now=f'{_SQLITE_NOW})')}",  # noqa: S608
    f"UPDATE registration_outgoingmail SET {_LEASE} {_SQLITE_NOW}, %(lease_s)s || ' seconds') WHERE id = %(id)s",  # noqa: S608
)

# The letter is kept with the mark of its first attempt, as rendered then.
_SENT = """
    UPDATE registration_outgoingmail SET state = 'sent', sent_at = {now}, lease_token = NULL, lease_until = NULL,
    last_code = 250, last_error = '', subject = %(subject)s, text_body = %(text_body)s, html_body = %(html_body)s
    WHERE id = %(id)s AND state = 'sending' AND lease_token = %(token)s
"""


@retried
def claim(*, only_id: int | None = None, is_probe: bool = False) -> OutgoingMail | None:
    """Lease the mail that is due longest, for MAIL_LEASE_S; `only_id` that one alone.

    None where nothing is due, and during a pause but for its probe. Of the mail's link no more is at hand than what
    signing it takes.
    """
    token = uuid.uuid4()
    values: dict[str, Any] = {
        "id": only_id,
        "is_probe": is_probe,
        "lease_s": settings.MAIL_LEASE_S,
        "token": _as_column(token),
    }
    claimed = _claim_in_postgresql(values) if connection.vendor == "postgresql" else _claim_in_sqlite(values)
    for mail in claimed:
        mail.lease_token = token
        mail.link = Link(pk=mail.link_id, version=mail.link_version) if mail.link_id else None
        return mail
    return None


def _claim_in_postgresql(values: dict[str, Any]) -> list[Any]:
    """Claim in one statement: of several workers each gets another mail, and nobody waits."""
    return list(OutgoingMail.objects.raw(_POSTGRESQL, values))


def _claim_in_sqlite(values: dict[str, Any]) -> list[Any]:
    """Claim in a transaction that holds the database's one lock from its beginning (transaction_mode IMMEDIATE)."""
    select, update = _SQLITE
    with transaction.atomic():
        due = list(OutgoingMail.objects.raw(select, values))
        for mail in due:
            mail.attempts += 1
            with connection.cursor() as cursor:
                cursor.execute(update, {**values, "id": mail.pk})
    return due


@retried
def mark_sent(mail: OutgoingMail) -> bool:
    """Mark a claimed and rendered mail sent and keep its letter; return whether its lease was still ours."""
    now = "STATEMENT_TIMESTAMP()" if connection.vendor == "postgresql" else f"{_SQLITE_NOW})"
    values: dict[str, Any] = {
        "id": mail.pk,
        "token": _as_column(mail.lease_token),
        "subject": mail.subject,
        "text_body": mail.text_body,
        "html_body": mail.html_body,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENT.format(now=now), values)
        return bool(cursor.rowcount)


def _as_column(token: uuid.UUID | None) -> object:
    """Return a lease token as the database's column holds it."""
    return token if connection.vendor == "postgresql" or token is None else token.hex
