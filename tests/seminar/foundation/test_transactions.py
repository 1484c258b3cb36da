"""Audit entries come last in their transaction, and two services that met are tried again."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from seminar.foundation.audit import SYSTEM, record, verify
from seminar.foundation.transactions import recorded, retried
from seminar.models import AuditEntry, Delegation
from tests.factories import NOW, make_delegation


def note(action: str) -> None:
    record(actor=SYSTEM, action=action, subject="seminar:1", now=NOW)


def list_actions() -> list[str]:
    return list(AuditEntry.objects.order_by("position").values_list("action", flat=True))


@pytest.mark.django_db
def test_the_trail_is_locked_after_everything_else():
    delegation = make_delegation()
    with CaptureQueriesContext(connection) as queries, recorded():
        note("first")
        Delegation.objects.filter(pk=delegation.pk).update(quota=9)
        note("second")
    tables = [query["sql"] for query in queries if "UPDATE" in query["sql"] or "INSERT" in query["sql"]]
    assert "seminar_delegation" in tables[0]
    assert all("seminar_audit" in sql for sql in tables[1:])
    assert list_actions() == ["first", "second"]


def note_and_fail() -> None:
    with recorded():
        note("undone")
        raise ValueError("on purpose")


@pytest.mark.django_db
def test_what_is_rolled_back_is_not_on_record():
    with recorded():
        note("kept")
        with pytest.raises(ValueError, match="on purpose"):
            note_and_fail()
        with recorded():
            note("kept too")
    with pytest.raises(ValueError, match="on purpose"):
        note_and_fail()
    assert list_actions() == ["kept", "kept too"]
    assert verify() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_services_that_lock_each_other_out_both_succeed_in_the_end():
    first = make_delegation(quota=0)
    second = make_delegation(first.seminar, quota=0)
    barrier = threading.Barrier(2)
    tries: list[str] = []

    @retried
    def raise_both(name: str, *keys: int) -> None:
        tries.append(name)
        with transaction.atomic():
            for n, key in enumerate(keys):
                Delegation.objects.filter(pk=key).update(list_order=n)
                if n == 0 and len(tries) <= 2:
                    barrier.wait(10)

    def work(name: str, *keys: int) -> None:
        try:
            raise_both(name, *keys)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=("a", first.pk, second.pk)),
        threading.Thread(target=work, args=("b", second.pk, first.pk)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) > 2
    assert set(tries) == {"a", "b"}


@pytest.mark.django_db(transaction=True)
def test_an_error_that_is_no_contention_and_one_inside_a_transaction_are_raised_at_once():
    tries = 0

    @retried
    def fail(text: str) -> None:
        nonlocal tries
        tries += 1
        raise OperationalError(text)

    with pytest.raises(OperationalError):
        fail("disk full")
    assert tries == 1
    with pytest.raises(OperationalError), transaction.atomic():
        fail("database is locked")
    assert tries == 2
    with pytest.raises(OperationalError):
        fail("database is locked")
    assert tries == 7
