"""An installation of either profile as processes that a test may kill: database, broker, web, worker and beat.

Door: `install(...)`. Commands are those of docker-compose.yml and of the Procfile; ended processes are started again
while a test waits, as Docker does by `restart: unless-stopped`.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from cryptography.fernet import Fernet

from tests.faults.backing import Broker, Database, Folder, PostgreSQL, Redis, SQLite, own_database
from tests.servers import ROOT, Site, find_free_port, make_environment, read_command, wait_until_ready

IS_FULL = os.environ.get("FAULTS") == "full"  # the sizes of RELIABILITY.md, for `make faults`
POLL_S = 10  # of the beat
START_S = 15  # a worker's start beside others on two cores
ALL_SENT = "SELECT count(*) FROM registration_outgoingmail WHERE state <> 'sent'"


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
            stack.enter_context(own_database(server, name, template="template1"))
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
            stack.enter_context(own_database(f"{server}/postgres", name, template=blank.database))
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
