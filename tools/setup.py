"""Makes this folder ready to run: virtual environment, packages, style sheet, translations, static files.

Doors: `make setup` and `make develop`. Standard library only, because nothing is installed yet. Each step remembers a
hash of what it was made from and is left out while that is unchanged, so a second run does nothing and prints nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.node import find_node, find_npm
from tools.steps import (
    PYTHON,
    ROOT,
    UV,
    VENV,
    Lock,
    SetupFailed,
    State,
    describe,
    dotted,
    files_below,
    run,
    say,
)
from tools.uv import install_uv

OLDEST_PYTHON = (3, 11)
ASSETS = ROOT / "build" / "assets"
STYLE_SHEET = ASSETS / "seminar.css"
LIBRARIES = {"chart.js": "chart.js/dist/chart.umd.min.js", "sortable.js": "sortablejs/Sortable.min.js"}


def main(arguments: list[str] | None = None) -> int:
    """Do what is not done yet; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.setup", description="Make this folder ready to run.")
    parser.add_argument("--develop", action="store_true", help="install what tests and checks need, too")
    options = parser.parse_args(arguments)
    try:
        check_python()
        with Lock(ROOT / "build" / ".setup.lock"):
            set_up(develop=options.develop)
    except (SetupFailed, OSError) as failure:
        print(f"setup: {describe(failure)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; the next run goes on from here", file=sys.stderr)
        return 130
    return 0


def set_up(*, develop: bool) -> None:
    """Run every step whose input changed. Python's and the front end's packages come at the same time."""
    make_environment()
    # What was installed for development stays, so that `make run` and `make test` can take turns.
    develop = develop or (VENV / "bin" / "pytest").exists()
    state = State()
    failures: list[BaseException] = []
    with ThreadPoolExecutor(2) as pool:
        for chain in (install_python_packages, build_front_end):
            pool.submit(chain, state, develop).add_done_callback(
                lambda done: failures.append(error) if (error := done.exception()) else None
            )
    for failure in failures:
        if not isinstance(failure, (SetupFailed, OSError)):
            raise failure
    if failures:
        raise SetupFailed("\nsetup: ".join(describe(failure) for failure in failures))
    compile_messages(state)
    collect_static_files(state)


# The steps


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetupFailed(
            f"Python {dotted(OLDEST_PYTHON)} or newer is needed, this is {dotted(sys.version_info[:2])}. "
            "Name another one: make setup PYTHON=/path/to/python3"
        )


def make_environment() -> None:
    """Make .venv, or make it anew where its Python is gone, another version was asked for, or the folder moved."""
    is_inside = Path(sys.prefix).resolve() == VENV
    # A virtual environment's scripts name its folder, so one that was moved or copied is of no use.
    has_moved = State().place not in (None, str(VENV))
    if not has_moved and (is_inside or _runs_same_python()):
        return
    if is_inside:
        base = str(getattr(sys, "_base_executable", ""))  # the Python that .venv was made with
        os.execv(base, [base, "-m", "tools.setup", *sys.argv[1:]])
    try:
        import venv  # only here: some systems ship Python without it
    except ImportError:
        raise SetupFailed(
            "this Python cannot make virtual environments; install its venv module (Debian: apt install python3-venv)"
        ) from None
    say(f"making .venv with Python {dotted(sys.version_info[:2])}")
    shutil.rmtree(VENV, ignore_errors=True)
    # Without pip: the base Python's installs uv, and uv the rest. That saves three seconds.
    venv.EnvBuilder(with_pip=False, symlinks=True).create(VENV)
    State().done("place", str(VENV))


def _runs_same_python() -> bool:
    if not PYTHON.exists():
        return False
    command = [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.returncode == 0 and found.stdout.strip() == dotted(sys.version_info[:2])


def install_python_packages(state: State, develop: bool) -> None:
    install_uv(state)
    lock = ROOT / "requirements" / ("development.txt" if develop else "runtime.txt")
    fingerprint = state.fingerprint([lock], lock.name)
    if state.is_done("packages", fingerprint, [PYTHON]):
        return
    say("installing Python packages" + (" for development" if develop else ""))
    failing = "could not install the Python packages"
    run(UV, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock, failing=failing)
    state.done("packages", fingerprint)


def build_front_end(state: State, develop: bool) -> None:
    install_node_packages(state, develop)
    build_style_sheet(state)
    copy_libraries(state)


def install_node_packages(state: State, develop: bool) -> None:
    inputs = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
    fingerprint = state.fingerprint(inputs, str(develop))
    if state.is_done("node_modules", fingerprint, [ROOT / "node_modules" / ".package-lock.json"]):
        return
    npm = find_npm(state)
    say("installing front-end packages")
    which = "--include=dev" if develop else "--omit=dev"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    retries = ["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]  # npm's own take a minute to give up
    run(*npm, "ci", which, *options, *retries, failing="could not install the front-end packages")
    state.done("node_modules", fingerprint)


def build_style_sheet(state: State) -> None:
    sources = files_below([ROOT / "styles"])
    fingerprint = state.fingerprint([*sources, ROOT / "package-lock.json"])
    if state.is_done("css", fingerprint, [STYLE_SHEET]):
        return
    node = find_node(state)
    say("building the style sheet")
    STYLE_SHEET.parent.mkdir(parents=True, exist_ok=True)
    sass = [node, ROOT / "node_modules" / "sass" / "sass.js"]
    options = ["--style=compressed", "--no-source-map", "--no-error-css", "--load-path=node_modules", "--quiet-deps"]
    # Bootstrap 5 is written for the older Sass; its own warnings help nobody here.
    quiet = [f"--silence-deprecation={name}" for name in ("import", "global-builtin", "color-functions", "if-function")]
    failing = "could not build the style sheet"
    run(*sass, *options, *quiet, "styles/site.scss", STYLE_SHEET, failing=failing, show_warnings=True)
    state.done("css", fingerprint)


def copy_libraries(state: State) -> None:
    """Put the scripts of others among the static files, without lines that name source maps, which are not served."""
    fingerprint = state.fingerprint([ROOT / "package-lock.json"])
    if state.is_done("libraries", fingerprint, [ASSETS / name for name in LIBRARIES]):
        return
    for name, source in LIBRARIES.items():
        lines = (ROOT / "node_modules" / source).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("//# sourceMappingURL=")]
        (ASSETS / name).write_text("".join(kept), encoding="utf-8")
    state.done("libraries", fingerprint)


def compile_messages(state: State) -> None:
    catalogues = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
    if not catalogues:
        return
    fingerprint = state.fingerprint([*catalogues, ROOT / "tools" / "messages.py"])
    if state.is_done("messages", fingerprint, [path.with_suffix(".mo") for path in catalogues]):
        return
    say("compiling translations")
    run(PYTHON, "-m", "tools.messages", "compile", failing="could not compile the translations")
    state.done("messages", fingerprint)


def collect_static_files(state: State) -> None:
    if not (ROOT / "manage.py").exists():
        return
    rooms = [ROOT / name for name in ("seminar", "agenda", "registration")]
    sources = files_below([room / "static" for room in rooms] + [STYLE_SHEET.parent])
    settings = [path for room in rooms[:1] for path in (room / "settings.py", room / "configuration.py")]
    locks = [ROOT / "package-lock.json", ROOT / "requirements" / "runtime.txt"]
    fingerprint = state.fingerprint([*sources, *settings, *locks])
    if state.is_done("static", fingerprint, [ROOT / "build" / "static" / "staticfiles.json"]):
        return
    say("collecting static files")
    with tempfile.TemporaryDirectory() as folder:
        # Settings want a data folder and make keys in it; those of this step are thrown away.
        environment = {**os.environ, "SEMINAR_PROFILE": "embedded", "DATA_DIR": folder}
        failing = "could not collect the static files"
        command = ("manage.py", "collectstatic", "--noinput", "--verbosity=0")
        run(PYTHON, *command, failing=failing, environment=environment)
    state.done("static", fingerprint)


if __name__ == "__main__":
    sys.exit(main())
