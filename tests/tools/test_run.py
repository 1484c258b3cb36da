"""`make run`'s script for real, with a small application in place of ours: its refusals, its start, its end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tools.run import NotStarted, read_port
from tools.steps import ROOT

MANAGE = """
import os, pathlib, sys
print(f"demo for {os.environ['SITE_URL']}")
folder = pathlib.Path(os.environ["DATA_DIR"])
(folder / "demo.env").write_text("SEMINAR_NOW='2013-01-08T10:00:00+09:00'\\nWITH_BLANKS=a b\\n")
sys.exit(int(os.environ.get("DEMO_STATUS", "0")))
"""
WSGI = """
import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.environ['SEMINAR_NOW']}|{os.environ['WITH_BLANKS']}|{os.environ['PORT']}".encode()]
"""
CELERY = """
import os
import celery
folder = os.environ["DATA_DIR"]
app = celery.Celery("seminar", broker="filesystem://")
app.conf.broker_transport_options = dict.fromkeys(["data_folder_in", "data_folder_out", "control_folder"], folder)
@celery.signals.worker_ready.connect
def say(**_):
    open(os.path.join(folder, "worker-is-ready"), "w").close()
"""


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the real tools, Procfile and programmes, and an application of twenty lines."""
    folder = tmp_path / "a folder, with a comma"
    (folder / "seminar").mkdir(parents=True)
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copy(ROOT / "Procfile", folder / "Procfile")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "manage.py").write_text(MANAGE)
    (folder / "seminar" / "__init__.py").write_text("")
    (folder / "seminar" / "wsgi.py").write_text(WSGI)
    (folder / "seminar" / "celery.py").write_text(CELERY)
    (folder / ".env").write_text("SEMINAR_NOW=of-a-real-installation\n")
    return folder


def start(folder, **environment):
    names = {"DATA_DIR", "DJANGO_SETTINGS_MODULE", "PORT", "PYTHONPATH", "SEMINAR_NOW", "SITE_URL"}
    clean = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.Popen(
        [sys.executable, "tools/run.py"],
        cwd=folder,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answer := condition():
                return answer
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("nothing happened in time")


def test_run_starts_web_and_worker_and_ends_both_at_ctrl_c(folder):
    port = free_port()
    process = start(folder, PORT=str(port))
    try:
        answer = wait_until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode())
        assert answer == f"2013-01-08T10:00:00+09:00|a b|{port}"
        wait_until((folder / "data" / "worker-is-ready").exists)
        # What the Procfile's processes are, so that none of them is left behind.
        children = subprocess.run(
            ["ps", "-wweo", "pid,args"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        mine = [line.split()[0] for line in children if f"127.0.0.1:{port}" in line or str(folder) in line]
        assert len(mine) >= 2
    finally:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"demo for http://127.0.0.1:{port}\n" in output
    assert "Traceback" not in output
    states = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(mine)], capture_output=True, text=True, check=False)
    # Z is a process that has ended and waits for process 1 to notice.
    assert [state for state in states.stdout.split() if not state.startswith("Z")] == []


def test_run_says_that_the_port_is_taken(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(folder, PORT=str(port))
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert output == (f"run: port {port} is taken by another programme. Choose another: make run PORT={port + 1}\n")


def test_run_ends_with_the_status_of_a_demo_that_failed(folder):
    process = start(folder, PORT=str(free_port()), DEMO_STATUS="3")
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "Starting" not in output


def test_run_says_that_the_data_folder_cannot_be_made(folder):
    (folder / "file").write_text("")
    process = start(folder, PORT=str(free_port()), DATA_DIR=str(folder / "file" / "below"))
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert output.startswith("run: the data folder ")
    assert output.count("\n") == 1


@pytest.mark.parametrize("text", ["0", "65536", "80a", "-1", "٨٠"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(NotStarted, match="must be a number from 1 to 65535"):
        read_port(text)


def test_the_port_is_8000_where_none_is_given():
    assert read_port("") == 8000
    assert read_port("8001") == 8001
