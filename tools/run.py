"""Starts the demo on this machine: its data, then web and worker as the Procfile says.

Door: `make run`, which installs everything first. PORT and DATA_DIR come from the environment.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import environ

ROOT = Path(__file__).resolve().parent.parent
PROGRAMMES = ROOT / ".venv" / "bin"


class NotStarted(Exception):
    """Why the demo cannot start, in one line for the person at the terminal."""


def main() -> int:
    """Make the demo's data and become honcho; return an exit status where that is not possible."""
    try:
        port = read_port(os.environ.get("PORT", ""))
        check_port_is_free(port)
        data_dir = make_data_dir(os.environ.get("DATA_DIR", ""))
    except NotStarted as reason:
        print(f"run: {reason}", file=sys.stderr)
        return 1
    os.chdir(ROOT)
    os.environ.update(PORT=str(port), DATA_DIR=str(data_dir), PYTHONUNBUFFERED="1", PYTHONUTF8="1")
    os.environ["PATH"] = f"{PROGRAMMES}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    try:
        status = subprocess.run([PROGRAMMES / "python", "manage.py", "demo"], check=False).returncode
    except KeyboardInterrupt:
        return 130
    if status == 0:
        start_processes(data_dir)
    return status


def start_processes(data_dir: Path) -> NoReturn:
    """Become honcho, which starts what the Procfile names and stops all of it when one ends."""
    # The demo's clock and whatever else its data asks for. honcho's own reader splits paths at commas and drops blanks.
    demo = data_dir / "demo.env"
    if demo.exists():
        environ.Env.read_env(demo)
    print(f"\nStarting. In a few seconds: {os.environ['SITE_URL']}/   Ctrl-C ends it.\n", flush=True)
    # With an empty environment file, since honcho would else read .env, where a real installation keeps its own.
    honcho = str(PROGRAMMES / "honcho")
    os.execv(honcho, [honcho, "--env", os.devnull, "--procfile", str(ROOT / "Procfile"), "start"])


def read_port(text: str) -> int:
    if not text:
        return 8000
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise NotStarted(f"PORT is {text!r}; it must be a number from 1 to 65535")
    return int(text)


def check_port_is_free(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn does, so that connections of the last run that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise NotStarted(f"port {port} is for the system only. Choose another: make run PORT=8001") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise NotStarted(
                f"port {port} is taken by another programme. Choose another: make run PORT={other}"
            ) from None


def make_data_dir(text: str) -> Path:
    data_dir = Path(text or ROOT / "data").expanduser().resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotStarted(f"the data folder {data_dir} cannot be made: {error.strerror}") from None
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise NotStarted(f"the data folder {data_dir} cannot be written to. Choose another: make run DATA_DIR=...")
    return data_dir


if __name__ == "__main__":
    sys.exit(main())
