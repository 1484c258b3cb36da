"""What several tests of the set-up share: a copy of this folder as it leaves version control, and the network."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.steps import ROOT, UV

FILES = [
    ".npmrc",
    "Makefile",
    "Procfile",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "requirements",
    "styles",
    "tools",
]


def pytest_collection_modifyitems(items):
    """Run these tests once: they use no database."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.once)


@pytest.fixture
def fresh_folder(tmp_path):
    """Return a folder with the set-up alone, nothing installed and no application."""
    folder = tmp_path / "a fresh folder"
    folder.mkdir()
    for name in FILES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def registry():
    """Leave the test out where no package registry answers."""
    asked = subprocess.run(
        [UV, "pip", "compile", "--quiet", "--refresh", "-"],
        input="uv",
        text=True,
        capture_output=True,
        env={**os.environ, "UV_HTTP_RETRIES": "0"},
        check=False,
    )
    if asked.returncode:
        pytest.skip("no package registry answers")
