"""Puts the uv of requirements/bootstrap.txt into .venv; uv installs everything else.

Door: `install_uv`. Standard library only.
"""

import sys
from pathlib import Path

from tools.steps import PYTHON, ROOT, UV, SetupFailed, State, run, say, works


def install_uv(state: State) -> None:
    """Put the uv of requirements/bootstrap.txt into .venv, by the uv that is there or by pip."""
    lock = ROOT / "requirements" / "bootstrap.txt"
    with state.uv_lock:
        fingerprint = state.fingerprint([lock])
        if state.is_done("uv", fingerprint, [UV]):
            return
        say("installing uv")
        failing = "could not install uv"
        if UV.exists():
            run(UV, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock, failing=failing)
        else:
            options = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries=2", "--only-binary=:all:"]
            run(*_find_pip(), "install", *options, "--require-hashes", "-r", lock, failing=failing)
        state.done("uv", fingerprint)


def _find_pip() -> list[str | Path]:
    """Return the start of a pip command that installs into .venv: the base Python's pip, else one unpacked there."""
    inside: list[str | Path] = [PYTHON, "-m", "pip"]
    outside: list[str | Path] = [sys.executable, "-m", "pip", "--python", PYTHON]
    for pip in (inside, outside):
        if works([*pip, "--version"]):
            return pip
    if works([PYTHON, "-m", "ensurepip"]):
        return inside
    raise SetupFailed(
        "this Python has no pip and cannot unpack one; install its venv module (Debian: apt install python3-venv)"
    )
