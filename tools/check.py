"""Checks everything that needs no test run, all of it even where something fails, two checks at a time.

Door: `make check`. A check that could not be made, because a service was out of reach, is named at the end. It fails
the run only with AUDIT=required, which a CI with a way to the vulnerability databases sets; many have none.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tools.node import find_npm
from tools.steps import ROOT, UV, State, find_reason

PIN = re.compile(r"^([A-Za-z0-9._-]+==[^\s;]+(?: ; [^\\]+?)?) \\$", re.MULTILINE)


class Verdict(Enum):
    """How a check ended, as it is printed."""

    PASSED = "ok"
    FAILED = "FAILED"
    NOT_MADE = "NOT MADE"


@dataclass(frozen=True)
class Result:
    """One check's verdict and what there is to read about it."""

    verdict: Verdict
    text: str = ""


Check = Callable[[], Result]


def main() -> int:
    """Make every check; return the exit status."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        # Settings want a data folder and make keys in it; those of the checks are thrown away.
        os.environ.update(DATA_DIR=folder, SEMINAR_PROFILE="embedded", NO_COLOR="1")
        with ThreadPoolExecutor(2) as pool:
            results = dict(zip(CHECKS, pool.map(make_check, CHECKS), strict=True))
    failed = [name for name, result in results.items() if result.verdict is Verdict.FAILED]
    not_made = [name for name, result in results.items() if result.verdict is Verdict.NOT_MADE]
    if not_made:
        print(f"check: not made: {', '.join(not_made)}. AUDIT=required makes that a failure.")
    if failed or (not_made and os.environ.get("AUDIT") == "required"):
        print(f"check: failed: {', '.join(failed or not_made)}")
        return 1
    print(f"check: {len(results) - len(not_made)} checks passed in {time.monotonic() - start:.0f} s")
    return 0


def make_check(name: str) -> Result:
    start = time.monotonic()
    result = CHECKS[name]()
    line = f"{result.verdict.value:9} {name}, {time.monotonic() - start:.1f} s"
    print("\n".join([line, *(f"    {text}" for text in result.text.splitlines())]), flush=True)
    return result


def command(*arguments: str) -> Check:
    """Return a check that runs a command in this folder; its output is shown where it fails."""

    def check() -> Result:
        done = run([sys.executable, "-m", *arguments])
        if done.returncode == 0:
            return Result(Verdict.PASSED)
        return Result(Verdict.FAILED, (done.stdout + done.stderr).strip() or f"exit status {done.returncode}")

    return check


def audit_python(service: str | None = None) -> Result:
    """Ask OSV, through uv, about every Python package in requirements/. `service` is another address, for tests.

    uv audits projects, so a project of exactly the locks' pins is made for it. The development lock holds the
    runtime's pins; tests/tools/test_locks.py keeps that true.
    """
    locks = [ROOT / "requirements" / name for name in ("development.txt", "bootstrap.txt", "node.txt")]
    pins = [pin.strip() for lock in locks for pin in PIN.findall(lock.read_text())]
    with tempfile.TemporaryDirectory() as folder:
        project = {"name": "locks", "version": "0", "requires-python": ">=3.11", "dependencies": pins}
        lines = [f"{key} = {json.dumps(value)}" for key, value in project.items()]
        (Path(folder) / "pyproject.toml").write_text("\n".join(["[project]", *lines, "[tool.uv]", "package = false"]))
        common = [str(UV), "--directory", folder, "--preview-features", "audit-command", "--no-python-downloads"]
        # Its own three tries take ten seconds to find out that there is no way.
        environment = {**os.environ, "UV_HTTP_RETRIES": "1"}
        resolved = run([*common, "lock", "--quiet", "--python", sys.executable], environment=environment)
        if resolved.returncode:
            return not_made(resolved.stdout + resolved.stderr)
        address = ["--service-url", service] if service else []
        audited = run([*common, "audit", "--frozen", *address], environment=environment)
    if audited.returncode == 0:
        return Result(Verdict.PASSED)
    if audited.returncode == 1:
        return Result(Verdict.FAILED, audited.stdout.strip())
    return not_made(audited.stderr)


def audit_front_end(registry: str | None = None) -> Result:
    """Ask the npm registry about package-lock.json. `registry` is another address, for tests."""
    npm = [str(part) for part in find_npm(State())]
    address = [f"--registry={registry}"] if registry else []
    done = run([*npm, "audit", "--json", "--loglevel=silent", "--fetch-retries=0", *address])
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return not_made(done.stdout + done.stderr)
    if "vulnerabilities" not in answer:
        error = answer.get("error")
        message = answer.get("message") or (error.get("summary") if isinstance(error, dict) else "")
        return not_made(str(message))
    found = answer["vulnerabilities"]
    lines = [f"{name} {about['range']}: {about['severity']}" for name, about in sorted(found.items())]
    return Result(Verdict.FAILED, "\n".join(lines)) if lines else Result(Verdict.PASSED)


def not_made(output: str) -> Result:
    """Say that the service gave no answer, without its address."""
    reason = re.sub(r"\S*https?://\S+", "its service", find_reason(output))
    return Result(Verdict.NOT_MADE, f"the vulnerability service could not be asked: {reason}")


def run(arguments: list[str], environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


# The slowest come first, so that two at a time end together.
CHECKS: dict[str, Check] = {
    "types": command("mypy"),
    "known vulnerabilities, Python": audit_python,
    "known vulnerabilities, front end": audit_front_end,
    "templates": command("djlint", "--lint", "--quiet", "templates"),
    "imports between floors": command("pytest", "-q", "-p", "no:cacheprovider", "tests/test_floors.py"),
    "missing migrations": command("django", "makemigrations", "--check", "--dry-run", "--settings=seminar.settings"),
    "missing translations": command("tools.messages", "check"),
    "format": command("ruff", "format", "--check", "--quiet", "."),
    "lint": command("ruff", "check", "--quiet", "."),
}


if __name__ == "__main__":
    sys.exit(main())
