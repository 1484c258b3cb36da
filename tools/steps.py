"""What the set-up's steps stand on: where things are, what is done already, commands, words for failures.

Doors: `State` remembers steps, `run` runs a tool, SetupFailed is what the person at the terminal reads. Standard
library only.
"""

import errno
import fcntl
import hashlib
import json
import re
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STATE = VENV / ".setup.json"
TOOLS = [ROOT / "tools" / f"{name}.py" for name in ("node", "setup", "steps", "uv")]

OFFLINE = re.compile(
    r"dns error|resolv|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH"
    r"|NewConnectionError|Max retries|tcp connect|timed out|Connection refused|Network is unreachable"
    r"|error sending request",
    re.IGNORECASE,
)
LONGEST_REASON = 300  # characters of a tool's own words
DISK_FULL = re.compile(r"No space left on|ENOSPC|Disk quota exceeded", re.IGNORECASE)


class SetupFailed(Exception):
    """A step could not be done; the message is what the person at the terminal reads."""


class State:
    """What was made from what, kept in .venv, so that it goes when the virtual environment goes."""

    def __init__(self) -> None:
        self.uv_lock = threading.Lock()
        self._write_lock = threading.Lock()
        try:
            self._done: dict[str, str] = json.loads(STATE.read_text())
        except (OSError, ValueError):
            self._done = {}

    def fingerprint(self, paths: Iterable[Path], *words: str) -> str:
        """Return a hash of these files' names and contents, of `words` and of the set-up itself."""
        digest = hashlib.sha256()
        for path in (*TOOLS, *paths):
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(path.read_bytes() if path.exists() else b"missing")
        digest.update("\0".join(words).encode())
        return digest.hexdigest()

    @property
    def place(self) -> str | None:
        """The folder that the virtual environment was made in; None where this script did not make it."""
        return self._done.get("place")

    def is_done(self, step: str, fingerprint: str, outputs: Iterable[Path]) -> bool:
        return self._done.get(step) == fingerprint and all(path.exists() for path in outputs)

    def done(self, step: str, fingerprint: str) -> None:
        with self._write_lock:
            self._done[step] = fingerprint
            part = STATE.with_suffix(".part")
            part.write_text(json.dumps(self._done, indent=1, sort_keys=True) + "\n")
            part.replace(STATE)


def files_below(folders: Iterable[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def run(
    *command: str | Path,
    failing: str,
    environment: dict[str, str] | None = None,
    show_warnings: bool = False,
) -> None:
    """Run a command quietly. Raises SetupFailed with `failing` and the line of its output that says why."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise SetupFailed(f"{failing}: {error.filename} is not there") from None
    if done.returncode == 0:
        if show_warnings and done.stdout.strip():
            say(done.stdout.strip())
        return
    if DISK_FULL.search(done.stdout):
        raise SetupFailed(f"{failing}: the disk is full")
    if no_answer := [line for line in done.stdout.splitlines() if OFFLINE.search(line)]:
        system = re.findall(r"\[Errno [^\]]*\] ([^')]+)", no_answer[-1])  # pip buries it in its objects' names
        reason = (system or no_answer)[-1].strip()[:LONGEST_REASON]
        raise SetupFailed(f"{failing}: could not download. Is there a network connection?\n  {reason}")
    raise SetupFailed(f"{failing}:\n  {find_reason(done.stdout)}")


def find_reason(output: str) -> str:
    """Return the line of a tool's output that says why it failed: its last error and where, else its last line."""
    noise = re.compile(r"complete log of this run|^npm error$|^hint:|^\[notice\]|^\W*$")
    lines = [line.strip() for line in output.splitlines() if not noise.search(line.strip())]
    errors = [line for line in lines if re.match(r"(error|cause): ", line, re.IGNORECASE)]
    last = lines[-1:] or ["it gave no reason"]
    return "; ".join(dict.fromkeys([*errors[-1:], *last]))[:LONGEST_REASON]


def describe(failure: BaseException) -> str:
    return describe_os_error(failure) if isinstance(failure, OSError) else str(failure)


def describe_os_error(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    return f"{error.strerror or error}: {error.filename or ROOT}"


class Lock:
    """Lets one set-up work in this folder; a second one waits and then finds everything done."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        self._file = path.open("w")

    def __enter__(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this folder")
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def say(line: str) -> None:
    print(f"setup: {line}", flush=True)


def works(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def dotted(version: Iterable[int]) -> str:
    return ".".join(map(str, version))
