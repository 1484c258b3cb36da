"""F1 and F16: workers and web processes killed with -9 lose no mail; at most one double for each kill."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.servers import ROOT, Site, make_environment
from tests.smtp import Sink, start_sink

MAILS, KILLS = 60, 3
LEASE_S = 6
QUEUE = """
from django.db import transaction
from registration.intake.services import invite_delegate
from seminar.foundation import clock
from seminar.foundation.audit import SYSTEM
from seminar.models import Delegation
for delegation in Delegation.objects.filter(code="MNG"):
    for n in range({mails}):
        email = f"n{{n}}@ministry.example"
        invite_delegate(actor=SYSTEM, delegation=delegation, email=email, language="en", now=clock.now())
"""


@pytest.fixture
def slow_sink() -> Iterator[Sink]:
    """A server that takes its time, so that kills hit mails in flight."""
    with start_sink() as sink:
        sink.pause_s = 0.1
        yield sink


@pytest.fixture(
    params=[pytest.param("embedded", marks=pytest.mark.sqlite), pytest.param("servers", marks=pytest.mark.postgresql)]
)
def site(request: pytest.FixtureRequest, slow_sink: Sink, tmp_path: Path) -> Iterator[Site]:
    values = {
        "DATA_DIR": str(tmp_path),
        "EMAIL_URL": f"smtp://127.0.0.1:{slow_sink.port}",
        "MAIL_LEASE_S": str(LEASE_S),
    }
    with ExitStack() as stack:
        if request.param == "servers":
            server = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
            name = f"seminar_kills_{os.getpid()}"
            database = stack.enter_context(psycopg.connect(server, autocommit=True))
            database.execute(f'CREATE DATABASE "{name}"')
            stack.callback(database.execute, f'DROP DATABASE "{name}" WITH (FORCE)')
            values["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{name}"
            # A Redis database of its own: the walk's workers may run at the same time.
            values["REDIS_URL"] = (
                os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15").rpartition("/")[0] + "/14"
            )
        site = Site(url="", environment=make_environment(values))
        site.manage("prepare")
        site.manage("load_seminar", "registration/intake/editions/seminar20")
        yield site


@pytest.mark.xdist_group("kills")
def test_killed_workers_lose_nothing_and_double_at_most_one_mail_each(site: Site, slow_sink: Sink, tmp_path: Path):
    site.manage("shell", "--verbosity", "0", "-c", QUEUE.format(mails=MAILS))
    kills = 0
    worker = start_worker(site, tmp_path)
    try:
        deadline = time.monotonic() + 240
        while len({message["To"] for message in slow_sink.messages}) < MAILS and time.monotonic() < deadline:
            if kills < KILLS and len(slow_sink.messages) > (kills + 1) * MAILS // (KILLS + 2):
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
                kills += 1
                worker = start_worker(site, tmp_path)
            time.sleep(random.uniform(0.02, 0.2))
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    arrived = Counter(message["To"] for message in slow_sink.messages)
    ids = Counter(message["Message-ID"] for message in slow_sink.messages)
    doubles = sum(arrived.values()) - len(arrived)
    print(f"{kills} kills, {len(arrived)} of {MAILS} arrived, {doubles} doubled")
    assert kills == KILLS
    assert len(arrived) == MAILS
    assert doubles <= kills
    assert len(ids) == MAILS  # what came twice came with the same Message-ID


def start_worker(site: Site, folder: Path) -> subprocess.Popen[bytes]:
    """A worker with beat inside, in a process group of its own that can be killed as one."""
    command = [sys.executable, "-m", "celery", "-A", "seminar", "worker", "--beat", "--concurrency", "1"]
    command += ["--schedule", str(folder / f"beat-{time.monotonic_ns()}"), "--loglevel", "warning"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=site.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
