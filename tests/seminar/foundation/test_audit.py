"""The audit trail: append-only, chained, and what `verify` finds when somebody reached past that."""

import pytest
from django.db import DatabaseError, connection, transaction

from seminar.foundation.audit import SYSTEM, Actor, hash_entry, record, verify
from seminar.models import AuditChain, AuditEntry
from tests.factories import NOW, make_seminar

pytestmark = pytest.mark.django_db


def write(n: int = 3, **more: object) -> list[AuditEntry]:
    with transaction.atomic():
        return [
            record(
                actor=Actor("staff", str(key)),
                action="edit",
                subject=f"registration:{key}",
                now=NOW,
                details={"fields": ["given_names", "position"], "n": key},
                **more,
            )
            for key in range(1, n + 1)
        ]


@pytest.fixture
def tampered(db: None):
    """Change rows as somebody with the database's password could, past PostgreSQL's trigger."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # until the test's transaction rolls back
            cursor.execute("ALTER TABLE seminar_auditentry DISABLE TRIGGER seminar_audit_append_only")
    return AuditEntry.objects


def test_entries_follow_each_other_and_the_trail_is_whole():
    seminar = make_seminar()
    first, second, third = write(seminar_id=seminar.pk)
    assert [entry.position for entry in (first, second, third)] == [1, 2, 3]
    assert first.previous_hash == ""
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert verify() == []
    stored = AuditEntry.objects.get(position=2)
    assert (stored.actor_kind, stored.actor_key, stored.action, stored.subject, stored.at, stored.details) == (
        "staff",
        "2",
        "edit",
        "registration:2",
        NOW,
        {"fields": ["given_names", "position"], "n": 2},
    )
    assert stored.seminar == seminar
    chain = AuditChain.objects.get()
    assert (chain.length, chain.last_hash) == (3, third.hash)


def test_an_empty_trail_is_whole():
    assert verify() == []


def test_the_system_acts_under_no_key():
    with transaction.atomic():
        record(actor=SYSTEM, action="load", subject="seminar:1", now=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_key, entry.details) == ("system", "", {})


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="belongs to the transaction"):
        record(actor=SYSTEM, action="edit", subject="registration:1", now=NOW)
    assert AuditEntry.objects.count() == AuditChain.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_rolls_back_leaves_no_entry_and_no_gap():
    write(1)
    with transaction.atomic():
        record(actor=SYSTEM, action="edit", subject="registration:9", now=NOW)
        transaction.set_rollback(True)
    write(1)
    assert list(AuditEntry.objects.order_by("position").values_list("position", "subject")) == [
        (1, "registration:1"),
        (2, "registration:1"),
    ]
    assert verify() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOW.replace(year=2012)),
        ("recorded_at", NOW),
        ("actor_kind", "system"),
        ("actor_key", "7"),
        ("action", "approve"),
        ("subject", "registration:7"),
        ("seminar_id", None),
        ("details_hash", "0" * 64),
    ],
)
def test_an_edited_entry_is_named(tampered, column: str, value: object):
    write(seminar_id=make_seminar().pk)
    tampered.filter(position=2).update(**{column: value})
    assert "entry 2 was changed" in verify()


def test_edited_details_are_named(tampered):
    write()
    tampered.filter(position=2).update(details={"n": 7})
    assert verify() == ["the details of entry 2 were changed"]


def test_a_deleted_entry_is_named(tampered):
    write()
    tampered.filter(position=2).delete()
    assert verify() == ["entry 2 is missing before entry 3", "entry 3 does not follow the entry before it"]


def test_two_swapped_entries_are_named(tampered):
    write()
    for old, new in ((1, 99), (2, 1), (99, 2)):
        tampered.filter(position=old).update(position=new)
    faults = verify()
    assert {"entry 1 was changed", "entry 2 was changed"} <= set(faults)


def test_contents_swapped_between_two_entries_are_named(tampered):
    first, second, _third = write()
    for entry, other in ((first, second), (second, first)):
        tampered.filter(position=entry.position).update(details=other.details, details_hash=other.details_hash)
    assert verify() == ["entry 1 was changed", "entry 2 was changed"]


def test_an_entry_rewritten_with_its_hash_breaks_the_next_one(tampered):
    write()
    second = tampered.get(position=2)
    second.action = "approve"
    tampered.filter(position=2).update(action="approve", hash=hash_entry(second))
    assert verify() == ["entry 3 does not follow the entry before it"]
    tampered.filter(position=3).update(previous_hash=hash_entry(second))
    assert verify() == ["entry 3 was changed"]


def test_a_cut_tail_is_named(tampered):
    write()
    tampered.filter(position__gte=2).delete()
    assert verify() == ["the trail ends at entry 1, its anchor at entry 3"]


def test_a_trail_whose_anchor_is_gone_is_named():
    write()
    AuditChain.objects.all().delete()
    assert verify() == ["the anchor of the trail is missing"]


def test_erasing_details_under_retention_leaves_the_trail_whole():
    write()
    AuditEntry.objects.filter(position=2).update(details={})
    assert AuditEntry.objects.get(position=2).details == {}
    assert verify() == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE seminar_auditentry SET action = 'approve'",
        "UPDATE seminar_auditentry SET position = position + 100",
        """UPDATE seminar_auditentry SET details = '{"n": 7}'""",
        "UPDATE seminar_auditentry SET details = '{}', action = 'approve'",
        "DELETE FROM seminar_auditentry",
    ],
)
def test_postgresql_refuses_to_change_the_trail(sql: str):
    write()
    before = list(AuditEntry.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.order_by("pk").values()) == before
