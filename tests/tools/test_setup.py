"""`make setup` for real, in a fresh folder: from nothing, again, without a network, on a Python too old."""

import os
import shutil
import subprocess
import time

import pytest

from tools.steps import DISK_FULL, ROOT, SetupFailed, describe, find_reason, run

# Nothing listens on port 9 of this machine, so every download fails at once.
NO_NETWORK = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")


def make(folder, *arguments, **environment):
    names = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV", "PYTHON"}
    clean = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env={**clean, **environment}, capture_output=True, text=True, check=False
    )


def test_setup_builds_all_from_nothing_and_then_does_nothing(fresh_folder, registry):
    first = make(fresh_folder, "setup")
    assert (first.stderr, first.returncode) == ("", 0)
    assert "installing Python packages" in first.stdout
    style_sheet = (fresh_folder / "build" / "assets" / "seminar.css").read_text()
    assert ".error-summary" in style_sheet
    assert ".form-control" in style_sheet
    chart_library = (fresh_folder / "build" / "assets" / "chart.js").read_text()
    assert "Chart.js v4" in chart_library
    assert "sourceMappingURL" not in chart_library
    assert (fresh_folder / ".venv" / "bin" / "gunicorn").exists()
    assert not (fresh_folder / ".venv" / "bin" / "pytest").exists()

    start = time.monotonic()
    second = make(fresh_folder, "setup", **NO_NETWORK)
    assert (second.stdout, second.stderr, second.returncode) == ("", "", 0)
    assert time.monotonic() - start < 1  # 0.1 s on a quiet machine

    # Only what changed is made again.
    with (fresh_folder / "styles" / "site.scss").open("a") as file:
        file.write(".added-later { color: #000; }\n")
    third = make(fresh_folder, "setup", **NO_NETWORK)
    assert third.stdout == "setup: building the style sheet\n"
    assert ".added-later" in (fresh_folder / "build" / "assets" / "seminar.css").read_text()

    # What was made and is gone is made again.
    shutil.rmtree(fresh_folder / "build")
    assert make(fresh_folder, "setup", **NO_NETWORK).stdout == "setup: building the style sheet\n"
    assert (fresh_folder / "build" / "assets" / "chart.js").exists()

    # A mistake is named, and the next run tries again.
    (fresh_folder / "styles" / "site.scss").write_text("a { color: ")
    for _ in range(2):
        broken = make(fresh_folder, "setup", **NO_NETWORK)
        assert broken.returncode == 2
        assert "could not build the style sheet:\n  Error: " in broken.stderr


def test_setup_without_a_network_says_so(fresh_folder, tmp_path):
    empty = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "npm_config_cache": "npm"}
    caches = {name: str(tmp_path / folder) for name, folder in empty.items()}
    done = make(fresh_folder, "setup", **NO_NETWORK, **caches)
    assert done.returncode == 2
    assert "setup: could not install uv: could not download. Is there a network connection?" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_setup_names_what_is_missing_where_no_python_will_do(fresh_folder, tmp_path):
    old = tmp_path / "old" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n")  # as a version manager's shim of a Python that is not installed
    old.chmod(0o755)
    for tool in ("sh", "make"):
        (old.parent / tool).symlink_to(shutil.which(tool))
    done = make(fresh_folder, "run", PATH=str(old.parent))
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed, and none was found" in done.stderr
    named = make(fresh_folder, "setup", f"PYTHON={old}")
    assert f"Python 3.11 or newer is needed, and {old} is none" in named.stderr


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("error: error sending request\n  cause: dns error", "Is there a network connection?\n  cause: dns error"),
        ("npm error code ENOTFOUND\nnpm error network x", "Is there a network connection?\n  npm error code ENOTFOUND"),
        ("OSError: [Errno 28] No space left on device", "doing it: the disk is full"),
        ("one\nerror: Hash mismatch for a==1\nnpm error\n", "doing it:\n  error: Hash mismatch for a==1"),
        ("", "doing it:\n  it gave no reason"),
    ],
)
def test_a_failed_tool_is_told_in_words(output, expected):
    with pytest.raises(SetupFailed) as failure:
        run("sh", "-c", 'printf %s "$1" >&2; exit 1', "sh", output, failing="doing it")
    assert str(failure.value).endswith(expected)


def test_a_missing_tool_and_a_full_disk_are_told_in_words():
    with pytest.raises(SetupFailed, match="doing it: no-such-tool is not there"):
        run("no-such-tool", failing="doing it")
    assert describe(OSError(28, "No space left on device")) == "the disk is full"
    assert DISK_FULL.search("npm error code ENOSPC")
    assert find_reason("why\n\nnpm error A complete log of this run can be found in: x") == "why"


def test_help_lists_every_target():
    done = make(ROOT, "help")
    for target in ("setup", "develop", "run", "test", "check", "lock", "messages", "format"):
        assert f"\n  {target} " in done.stdout
