"""Runs every test on SQLite, then on PostgreSQL where a server answers; in CI both servers must.

Door: `make test`, with ARGS="..." for pytest. TEST_DATABASE_URL and TEST_REDIS_URL name other servers. Tests get the
database in DATABASE_URL (none on SQLite) and, where Redis answers, its address in TEST_REDIS_URL.
"""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psycopg
import redis

DATABASE_URL = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL = "redis://127.0.0.1:6379/15"
ANSWER_S = 3
NO_TESTS = 5  # pytest's exit status where nothing was selected

# What a shell may hold for `make run` or a real installation must not steer the tests.
FOREIGN = (
    "DATABASE_URL",
    "DATA_DIR",
    "EMAIL_URL",
    "PORT",
    "REDIS_URL",
    "SEMINAR_NOW",
    "SEMINAR_NOW_SINCE",
    "SEMINAR_PROFILE",
    "SITE_URL",
    "TEST_REDIS_URL",
)


def main(arguments: list[str]) -> int:
    """Run both rounds, also where the first one fails; return an exit status."""
    database_url = os.environ.get("TEST_DATABASE_URL", DATABASE_URL)
    redis_url = os.environ.get("TEST_REDIS_URL", REDIS_URL)
    absent = []
    if reason := why_no_postgresql(database_url):
        absent.append(f"PostgreSQL does not answer at {place_of(database_url)} ({reason}); see TEST_DATABASE_URL")
    if missing_redis := why_no_redis(redis_url):
        absent.append(f"Redis does not answer at {place_of(redis_url)} ({missing_redis}); see TEST_REDIS_URL")
    if absent and is_ci():
        print(*(f"test: {line}" for line in absent), "test: in CI every server must be there.", sep="\n")
        return 1

    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    if not missing_redis:
        environment["TEST_REDIS_URL"] = redis_url
    results = {"SQLite": run_tests(arguments, "SQLite", "not postgresql", environment)}
    if not reason:
        environment["DATABASE_URL"] = database_url
        results["PostgreSQL"] = run_tests(arguments, "PostgreSQL", "not once and not sqlite", environment)

    for line in absent:
        print(f"test: {line}; its tests were left out.")
    return sum_up(results, is_selection=bool(arguments))


def run_tests(arguments: list[str], name: str, marks: str, environment: dict[str, str]) -> int:
    print(f"test: on {name}", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-m", marks, *arguments]
    status = subprocess.run(command, env=environment, check=False).returncode
    print(f"test: on {name} took {time.monotonic() - start:.0f} s", flush=True)
    return status


def sum_up(results: dict[str, int], *, is_selection: bool) -> int:
    """Return the exit status. A selection of tests may have none for one of the databases, but not for both."""
    counted = {name: status for name, status in results.items() if not (is_selection and status == NO_TESTS)}
    failed = [name for name, status in counted.items() if status]
    if failed:
        print(f"test: failed on {' and '.join(failed)}")
        return 1
    if not counted:
        print("test: no test was selected")
        return NO_TESTS
    print(f"test: passed on {' and '.join(counted)}")
    return 0


def why_no_postgresql(url: str) -> str:
    """Return why no PostgreSQL answers at this address, or nothing where one does."""
    try:
        psycopg.connect(url, connect_timeout=ANSWER_S).close()
    except psycopg.Error as error:
        lines = str(error).strip().splitlines()
        return lines[-1].strip() if lines else type(error).__name__
    return ""


def why_no_redis(url: str) -> str:
    """Return why no Redis answers at this address, or nothing where one does."""
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=ANSWER_S, socket_timeout=ANSWER_S)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def place_of(url: str) -> str:
    """Return an address without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or {'redis': 6379}.get(parts.scheme, 5432)}"


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
