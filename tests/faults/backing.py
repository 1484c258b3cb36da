"""What stands behind an installation, both profiles alike for a test: the database to look into, the broker to harm."""

import fcntl
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import psycopg
import redis

from tests.servers import find_free_port


class Database(Protocol):
    """What both databases offer to a test. Times read through `epoch` are seconds, comparable with time.time()."""

    now: str

    def read(self, sql: str) -> list[tuple[Any, ...]]: ...

    def epoch(self, column: str) -> str: ...


class PostgreSQL:
    now = "now()"

    def __init__(self, url: str) -> None:
        self.url = url

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; none where it returns none."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def epoch(self, column: str) -> str:
        return f"CAST(EXTRACT(EPOCH FROM {column}) AS double precision)"


class SQLite:
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def epoch(self, column: str) -> str:
        return f"(julianday({column}) - 2440587.5) * 86400.0"


class Broker(Protocol):
    """What both brokers can be made to suffer."""

    def flush(self) -> None:
        """Lose every message and binding."""

    def hold(self) -> None:
        """Take what is asked and answer nothing until `renew`."""

    def renew(self) -> None:
        """Work again, and know of nothing that was asked before."""


class Redis:
    """A Redis server of the test's own: the machine's is neither stopped nor flushed."""

    def __init__(self) -> None:
        self.port = find_free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        programme = shutil.which("redis-server")
        assert programme, "redis-server is not installed; the tests of faults start one of their own"
        command = [programme, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                self._ask().ping()
                return
            except redis.RedisError:
                assert time.monotonic() < deadline, "the test's Redis does not answer"
                time.sleep(0.05)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def flush(self) -> None:
        self._ask().flushdb()

    def answers(self) -> bool:
        try:
            return bool(self._ask().ping())
        except redis.RedisError:
            return False

    def is_idle(self) -> bool:
        """Return whether no task waits for a worker and none that a worker took is unfinished."""
        return self._ask().llen("celery") == self._ask().hlen("unacked") == 0

    def hold(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)  # its socket still takes connections, and nobody answers

    def renew(self) -> None:
        self.kill()  # woken up instead, it would still read what it was sent while it slept
        self.start()

    def _ask(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1)


class Folder:
    """The embedded profile's broker: files of Celery's filesystem transport."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: BinaryIO | None = None

    def flush(self) -> None:
        for path in [*(self.folder / "messages").iterdir(), *(self.folder / "control").iterdir()]:
            path.unlink(missing_ok=True)

    def hold(self) -> None:
        """Keep the lock that everybody who sends a message asks for."""
        self._held = (self.folder / "control" / "celery.exchange").open("rb")
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def renew(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


@contextmanager
def own_database(server: str, name: str, *, template: str) -> Iterator[None]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
