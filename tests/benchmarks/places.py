"""Where the benchmarks run: a database made for them and dropped again, a Redis, a mail server, keys; nobody else's."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from tests.servers import find_free_port, make_environment, run_process
from tools.test import DATABASE_URL, why_no_postgresql, why_no_redis

REDIS_URL = "redis://127.0.0.1:6379/13"


@contextmanager
def prepare_database(folder: Path) -> Iterator[str]:
    """Yield the address of an empty database: on PostgreSQL where it answers, else an SQLite file."""
    server = os.environ.get("TEST_DATABASE_URL", DATABASE_URL)
    if why_no_postgresql(server):
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    name = f"seminar_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def prepare_broker() -> Iterator[str]:
    """Yield the address of a Redis, whose queue is emptied at the end; nothing where none answers."""
    url = os.environ.get("TEST_REDIS_URL", REDIS_URL)
    if why_no_redis(url):
        yield ""
        return
    try:
        yield url
    finally:
        client = redis.Redis.from_url(url)
        client.delete("celery", "unacked", "unacked_index", "_kombu.binding.celery")
        client.close()


@contextmanager
def run_mail_server(folder: Path) -> Iterator[int]:
    port = find_free_port()
    command = [sys.executable, "-m", "tests.benchmarks.sink", str(port)]
    log = folder / "sink.log"
    with run_process(command, make_environment({}), log) as process:
        deadline = time.monotonic() + 30
        while True:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port


def make_values(folder: Path, database: str, broker: str, mail_port: int) -> dict[str, str]:
    """Return the environment of this process; the embedded profile, so that pages are asked without a proxy."""
    return {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        **({"REDIS_URL": broker} if broker else {}),
    }


def make_web_environment(
    values: dict[str, str], secret_key: str, link_keys: list[str], data_keys: list[str]
) -> dict[str, str]:
    """Return the environment of a web process with our keys: production's, where database and Redis allow it."""
    common = make_environment({**values, "DJANGO_SETTINGS_MODULE": "seminar.settings"})
    if not values["DATABASE_URL"].startswith("postgres") or "REDIS_URL" not in values:
        return common
    return {
        **common,
        "SEMINAR_PROFILE": "production",
        "SITE_URL": "https://127.0.0.1",
        "SECRET_KEY": secret_key,
        "LINK_KEYS": ",".join(link_keys),
        "DATA_KEYS": ",".join(data_keys),
        "DEFAULT_FROM_EMAIL": "seminar@bench.example",
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
        "TRUSTED_PROXY_COUNT": "1",
    }
