"""What `/readyz` asks. Rooms above add a check of their own: `health.CHECKS["mail"] = check`."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger(__name__)


def _check_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _check_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {"database": _check_database, "migrations": _check_migrations}


def run_checks() -> dict[str, bool]:
    """Return {name of check: whether it holds}; a check that meets a database error does not hold."""
    results: dict[str, bool] = {}
    for name, check in CHECKS.items():
        try:
            results[name] = check()
        except (DatabaseError, InterfaceError):
            logger.exception("readiness check %s failed", name)
            results[name] = False
    return results
