"""The locks name exact packages with hashes and nothing of the machine or registry they were made with."""

import json
import re
import tomllib

import pytest

from tools.check import PIN
from tools.steps import ROOT

REQUIREMENTS = ROOT / "requirements"
LOCKS = ["bootstrap.txt", "runtime.txt", "development.txt", "node.txt"]


def pins_of(name: str) -> dict[str, str]:
    """Return {package: version and marker} of a Python lock."""
    return dict(pin.strip().split("==", 1) for pin in PIN.findall((REQUIREMENTS / name).read_text()))


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_an_exact_version_and_a_hash(name):
    text = (REQUIREMENTS / name).read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    assert entries
    assert len(entries) == len(pins_of(name))
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("path", [*(f"requirements/{name}" for name in LOCKS), "package-lock.json", ".npmrc"])
def test_no_lock_holds_an_address_or_a_path_of_a_machine(path):
    text = (ROOT / path).read_text()
    if path == "package-lock.json":
        # Where its authors ask for donations is part of a package's description.
        text = re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\])', "", text)
    assert not re.search(r"\w+://|index-url|find-links|file:|(^|\s)/\w+/", text)


def test_tests_run_on_what_is_deployed():
    development = pins_of("development.txt")
    for package, version in pins_of("runtime.txt").items():
        assert development[package] == version


def test_every_front_end_package_has_a_hash_and_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert "node_modules/bootstrap" in packages
    for name, about in packages.items():
        assert about["integrity"].startswith("sha512-"), name
        assert "resolved" not in about, name


def test_locks_follow_the_project_files():
    """A package named in pyproject.toml or package.json but not locked means that `make lock` was forgotten."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for group, lock in [
        (project["project"]["dependencies"], "runtime.txt"),
        (project["dependency-groups"]["dev"], "development.txt"),
    ]:
        asked = {re.split(r"[\[<>=!~ ;]", name, maxsplit=1)[0].lower() for name in group}
        assert asked <= set(pins_of(lock))
    package = json.loads((ROOT / "package.json").read_text())
    root = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    assert root["dependencies"] == package["dependencies"]
    assert root["devDependencies"] == package["devDependencies"]
