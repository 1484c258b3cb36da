"""Transactions of services: audit entries last, and a second try where two of them met.

Doors: `with recorded():` instead of `transaction.atomic()` where entries are written; `@retried` on a service.
"""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby
from operator import itemgetter
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
T = TypeVar("T")
Writer = Callable[[list[Any]], None]

MOST_TRIES = 5
LONGEST_GAP_S = 0.2  # times the number of the try
CONTENTION = {"40001", "40P01", "55P03"}  # PostgreSQL: serialization failure, deadlock, lock not available

_pending: ContextVar[list[tuple[Writer, Any]] | None] = ContextVar("pending_audit_entries", default=None)


@contextmanager
def recorded() -> Iterator[None]:
    """A transaction whose audit entries are written last, so that their lock is the last in the global order.

    Inside another one it is a savepoint, whose entries wait for the outer one's end and vanish with its rollback.
    """
    outer = _pending.get()
    if outer is not None:
        length = len(outer)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del outer[length:]
            raise
        return
    entries: list[tuple[Writer, Any]] = []
    token = _pending.set(entries)
    try:
        with transaction.atomic():
            yield
            for write, of_one_writer in groupby(entries, key=itemgetter(0)):
                write([entry for _writer, entry in of_one_writer])
    finally:
        _pending.reset(token)


def write_last(write: Writer, entry: Any) -> bool:
    """Keep `entry` for the end of the running `recorded()` block; return whether there is one.

    There `write` is called with the list of its entries, in their order.
    """
    entries = _pending.get()
    if entries is None:
        return False
    entries.append((write, entry))
    return True


def retried(service: Callable[P, T]) -> Callable[P, T]:
    """Run a service again, up to MOST_TRIES times with jitter, where the database says that two of them met.

    Inside a transaction it runs once: a broken transaction cannot be tried again from within.
    """

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, MOST_TRIES + 1):
            try:
                return service(*args, **kwargs)
            except OperationalError as error:
                if transaction.get_connection().in_atomic_block or attempt == MOST_TRIES or not is_contention(error):
                    raise
            time.sleep(random.uniform(0, LONGEST_GAP_S * attempt))  # noqa: S311 (no secret)
        raise AssertionError("the last try returns or raises")

    return run


def is_contention(error: OperationalError) -> bool:
    """Return whether the same work may succeed a moment later."""
    return getattr(error.__cause__, "sqlstate", None) in CONTENTION or "database is locked" in str(error)
