"""An installation of either profile as processes that a test may kill: database, broker, web, worker and beat.

Door: `install(...)`. Commands are those of docker-compose.yml and of the Procfile; ended processes are started again
while a test waits, as Docker does by `restart: unless-stopped`.
"""

import fcntl
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import psycopg
import redis
import yaml
from cryptography.fernet import Fernet

from tests.servers import ROOT, Site, find_free_port, make_environment, read_command, wait_until_ready

IS_FULL = os.environ.get("FAULTS") == "full"  # the sizes of RELIABILITY.md, for `make faults`
POLL_S = 10  # of the beat
START_S = 15  # a worker's start beside others on two cores
ALL_SENT = "SELECT count(*) FROM registration_outgoingmail WHERE state <> 'sent'"


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


@dataclass(frozen=True)
class Blank:
    """A prepared and loaded edition that installations are copied from: making one takes as long as a whole test."""

    profile: str
    folder: Path
    environment: Mapping[str, str]
    database: str = ""  # PostgreSQL's name of it


@dataclass
class Installation:
    site: Site
    database: Database
    broker: Broker
    folder: Path
    commands: dict[str, list[str]]
    restarts: int = 0  # of processes that ended by themselves
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def deliverers(self) -> list[str]:
        """Names of the processes that mails need; the embedded profile's worker has its beat inside."""
        return [name for name in ("worker", "beat") if name in self.commands]

    def start(self, *names: str) -> None:
        for name in names:
            assert name not in self._running
            self._start(name)
        if "web" in names:
            wait_until_ready(f"{self.inner_url}/healthz", self._running["web"], self.folder / "web.log")

    def _start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self.commands[name],
                cwd=ROOT,
                env=self.site.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def inner_url(self) -> str:
        """Where the web process listens: behind a proxy that speaks TLS in production."""
        return self.site.url.replace("https:", "http:")

    def kill(self, name: str) -> None:
        """Kill a process and all its children with -9."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_child(self, name: str) -> None:
        """Kill one process with -9 that another one keeps, or the only one."""
        pid = self._running[name].pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            self.kill(name)
            return
        os.kill(int(secrets.choice(children)), signal.SIGKILL)

    def kill_all(self) -> None:
        for name in list(self._running):
            self.kill(name)

    def wait_until(self, holds: Callable[[], bool], *, timeout_s: float, what: str) -> float:
        """Wait until `holds()`, starting again what ended meanwhile; return the seconds that took."""
        start = time.monotonic()
        while not holds():
            assert time.monotonic() - start < timeout_s, f"not within {timeout_s} s: {what}\n{self.describe()}"
            for name, process in self._running.items():
                if process.poll() is not None:
                    self.restarts += 1
                    self._start(name)
            time.sleep(0.05)
        return time.monotonic() - start

    def wait_until_sent(self, *, timeout_s: float) -> float:
        """Wait until every mail of the outbox is sent; return the seconds that took."""
        return self.wait_until(
            lambda: self.database.read(ALL_SENT) == [(0,)], timeout_s=timeout_s, what="every mail sent"
        )

    def describe(self) -> str:
        """Return how the outbox stands and the end of each log, for a failing test."""
        rows = self.database.read(
            "SELECT state, attempts, last_error, count(*) FROM registration_outgoingmail GROUP BY 1, 2, 3"
        )
        logs = [f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log"))]
        return "\n".join([str(rows), *logs])

    def run(self, code: str, **values: str) -> str:
        """Run Python in the product's own environment, changed by `values`, and return what it printed."""
        site = Site(self.site.url, self.site.environment | values)
        return site.manage("shell", "--verbosity", "0", "-c", code)


QUEUE = """
from django.db import transaction
from registration.intake.services import invite_delegate
from registration.models import OutgoingMail
from seminar.foundation import clock
from seminar.foundation.audit import SYSTEM
from seminar.models import Delegation
delegation = Delegation.objects.get(code="MNG")
for address in {addresses}:
    with transaction.atomic():
        made = invite_delegate(actor=SYSTEM, delegation=delegation, email=address, language="en", now=clock.now())
        if address in {broken}:
            OutgoingMail.objects.filter(pk=made.mail.pk).update(facts={{}})
"""


def queue_mails(
    installation: Installation, addresses: list[str], *, broken: tuple[str, ...] = (), is_nudging: bool = True
) -> None:
    """Invite delegates by the product's own service: one mail each, nudged after its commit or left to the poller.

    The mails to those in `broken` lose their facts in the same transaction, so that no letter can be made of them.
    """
    values = {} if is_nudging else {"REDIS_URL": "redis://127.0.0.1:9/0"}  # nobody listens there
    installation.run(QUEUE.format(addresses=addresses, broken=broken), **values)


def end_pause(installation: Installation) -> None:
    """Let the rest of every gap and of the pause pass by moving their ends: see pass_time in test_smtp_down."""
    now = installation.database.now
    installation.database.read(f"UPDATE registration_outgoingmail SET next_attempt_at = {now} WHERE state = 'queued'")
    installation.database.read(f"UPDATE registration_mailpause SET until = {now}")


@contextmanager
def make_blank(profile: str, folder: Path) -> Iterator[Blank]:
    """Prepare and load an edition once, for copies; PostgreSQL's is a database of its own."""
    with ExitStack() as stack:
        environment, name = {"DATA_DIR": str(folder)}, ""
        if profile == "servers":
            server = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
            name = f"seminar_faults_{os.getpid()}"
            stack.enter_context(_own_database(server, name, template="template1"))
            environment |= {
                "SEMINAR_PROFILE": "production",
                "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
                "REDIS_URL": "redis://127.0.0.1:9/0",  # replaced by each installation's own
                "EMAIL_URL": "smtp://127.0.0.1:9",
                "SITE_URL": "https://127.0.0.1",
                "SECRET_KEY": secrets.token_urlsafe(50),
                "LINK_KEYS": secrets.token_urlsafe(50),
                "DATA_KEYS": Fernet.generate_key().decode(),
                "TRUSTED_PROXY_COUNT": "1",
                "FORWARDED_ALLOW_IPS": "127.0.0.1",
            }
        site = Site(url="", environment=make_environment(environment))
        site.manage("prepare")
        site.manage("load_seminar", "registration/intake/editions/seminar20")
        yield Blank(profile, folder, environment, name)


@contextmanager
def install(blank: Blank, folder: Path, *, email_url: str, **values: str) -> Iterator[Installation]:
    """Make an installation of `blank` in `folder`, none of its processes started; all are killed at the end."""
    port = find_free_port()
    environment = {**blank.environment, "DATA_DIR": str(folder), "EMAIL_URL": email_url, "PORT": str(port), **values}
    with ExitStack() as stack:
        database: Database
        broker: Broker
        if blank.profile == "servers":
            server = environment["DATABASE_URL"].rpartition("/")[0]
            name = f"{blank.database}_{port}"
            stack.enter_context(_own_database(f"{server}/postgres", name, template=blank.database))
            broker = Redis()
            broker.start()
            stack.callback(broker.kill)
            url = f"https://127.0.0.1:{port}"
            environment |= {"DATABASE_URL": f"{server}/{name}", "REDIS_URL": broker.url, "SITE_URL": url}
            database = PostgreSQL(environment["DATABASE_URL"])
            commands = read_compose_commands(port, folder)
        else:
            shutil.copytree(blank.folder, folder, dirs_exist_ok=True)
            url = f"http://127.0.0.1:{port}"
            environment["SITE_URL"] = url
            database, broker = SQLite(folder / "seminar.sqlite3"), Folder(folder / "broker")
            commands = read_procfile()
        site = Site(url=url, environment=make_environment(environment))
        installation = Installation(site, database, broker, folder, commands)
        stack.callback(installation.kill_all)
        yield installation


def read_compose_commands(port: int, folder: Path) -> dict[str, list[str]]:
    """Return the commands of docker-compose.yml with the test's own port and schedule."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    replaced = {"0.0.0.0:8000": f"127.0.0.1:{port}", "/tmp/beat-schedule": str(folder / "beat-schedule")}
    return {name: read_command(services[name], replaced) for name in ("web", "worker", "beat")}


def read_procfile() -> dict[str, list[str]]:
    """Return the commands of the Procfile, run by a shell as honcho runs them."""
    lines = [line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines()]
    return {name: ["/bin/sh", "-c", command.strip()] for name, _, command in lines}


@contextmanager
def _own_database(server: str, name: str, *, template: str) -> Iterator[None]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
