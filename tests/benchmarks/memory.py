"""What a web worker holds in memory: gunicorn as docker-compose.yml starts it, with one worker, after REQUESTS."""

import http.client
import itertools
import os
import shlex
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import yaml

from registration.intake.population import OWN_SLUG
from seminar.accounts import activate_totp
from seminar.models import Delegation, Seminar, User
from tests.benchmarks import walk
from tests.benchmarks.figures import Figure
from tests.benchmarks.pages import LIST, sign_in
from tests.servers import ROOT, find_free_port, run_process

REQUESTS, AT_ONCE = 1000, 4
BUDGET_MB = 130
HEADERS = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}


def measure_worker(delegation: Delegation, environment: dict[str, str], folder: Path) -> list[Figure]:
    """Compare the product's web worker with one of Django alone."""
    visits = list_visits(delegation)
    here = measure_resident_mb("seminar.wsgi", environment, folder, visits)
    bare = measure_resident_mb("tests.benchmarks.bare.wsgi", environment, folder, [("/", "")])
    return [Figure(f"web worker after {REQUESTS} requests", "MB", here, bare, BUDGET_MB)]


def list_visits(delegation: Delegation) -> list[tuple[str, str]]:
    """Return (address, session) of what is asked in turn: mostly pages of people, sometimes the list of everybody."""
    browser = walk.open_link(walk.make_draft(delegation))
    person = browser.client.cookies["sessionid"].value
    staff = sign_in(Seminar.objects.get(slug=OWN_SLUG))
    activate_totp(User.objects.order_by("-pk")[0])
    questions = [(address, person) for address, _answers in walk.PAGES]
    public = [("/en/", ""), ("/ja/", ""), ("/accounts/login/", "")]
    own = [(walk.HOME, person), (walk.HOME.replace("/en/", "/ja/"), person), *questions]
    return [*public, *own, *own, (LIST, staff.cookies["sessionid"].value)]


def measure_resident_mb(
    application: str, environment: dict[str, str], folder: Path, visits: list[tuple[str, str]]
) -> float:
    with run_worker(application, environment, folder) as (port, worker):
        todo = itertools.islice(itertools.cycle(visits), REQUESTS)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for address, status in pool.map(lambda visit: (visit[0], ask(port, *visit)), todo):
                assert status == 200, f"{address} answers {status}"
        return read_resident_kb(worker) / 1024


@contextmanager
def run_worker(application: str, environment: dict[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    """Start gunicorn as docker-compose.yml does, with one worker; yield its port and the worker's process id."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    command = compose["services"]["web"]["command"]
    words = shlex.split(command) if isinstance(command, str) else list(command)
    port = find_free_port()
    words[words.index("--bind") + 1] = f"127.0.0.1:{port}"
    words[words.index("--workers") + 1] = "1"
    words[words.index("seminar.wsgi")] = application
    log = folder / f"{application}.log"
    with run_process(words, environment, log) as process:
        deadline = time.monotonic() + 60
        while not is_answering(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield port, find_child(process.pid)


def is_answering(port: int) -> bool:
    try:
        return ask(port, "/", "") in (200, 302)
    except OSError:
        return False


def ask(port: int, address: str, session: str) -> int:
    """Ask for a page as the proxy does, each time over a connection of its own; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        cookie = {"Cookie": f"sessionid={session}"} if session else {}
        connection.request("GET", address, headers={**HEADERS, **cookie})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def list_processes() -> list[tuple[int, int, int]]:
    """Return (process id, parent's id, resident kB) of everything that runs."""
    command = ["ps", "-A", "-o", "pid=,ppid=,rss="]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    return [tuple(map(int, line.split())) for line in done.stdout.splitlines()]  # type: ignore[misc]


def find_child(parent: int) -> int:
    return next(pid for pid, its_parent, _rss in list_processes() if its_parent == parent)


def read_peak_kb(process: int) -> int:
    """Return the most memory that a process has held so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def read_resident_kb(process: int) -> int:
    return next(rss for pid, _parent, rss in list_processes() if pid == process)
