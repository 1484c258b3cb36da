"""Imports go down only: registration -> agenda -> seminar, and inside registration from room to room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT

FLOORS = ["seminar", "agenda", "registration"]  # from the ground up
ROOMS = [  # of registration, from the cellar up; rooms on one line never import each other
    {"models"},
    {"lifecycle", "mail"},
    {"transitions", "history", "appearances", "visits"},
    {"intake", "review", "speaking", "wishes", "placement", "arrival"},
    {"portal", "documents", "reports"},
    {"admin", "urls", "tasks", "management", "apps"},
]
IMPORTED_BY_NOBODY = {"seminar.settings", "seminar.urls", "seminar.wsgi"}  # the fuse box names apps by string
KEPT_OUT_OF_WEB = {"ortools", "highspy", "typst"}


def list_imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_violations(root: Path) -> list[str]:
    """Return each import that goes up, sideways, or into the fuse box: "file imports module"."""
    violations = []
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            place = path.relative_to(root)
            if "migrations" in place.parts:
                continue
            for name in list_imports(path):
                if not is_allowed(place, name):
                    violations.append(f"{place} imports {name}")
    return violations


def is_allowed(place: Path, name: str) -> bool:
    floor, target = place.parts[0], name.split(".")[0]
    if any(name == module or name.startswith(f"{module}.") for module in IMPORTED_BY_NOBODY):
        return False
    if target not in FLOORS:
        return target not in KEPT_OUT_OF_WEB or "placement" in place.parts or "documents" in place.parts
    if FLOORS.index(target) > FLOORS.index(floor):
        return False
    return target != "registration" or is_allowed_between_rooms(place, name)


def is_allowed_between_rooms(place: Path, name: str) -> bool:
    room, target = Path(place.parts[1]).stem, name.split(".")[1]
    if room in ("__init__", target):
        return True
    return level_of(target) < level_of(room)


def level_of(room: str) -> int:
    for level, rooms in enumerate(ROOMS):
        if room in rooms:
            return level
    raise AssertionError(f"registration/{room} has no place in ROOMS")


def test_every_import_goes_down():
    assert find_violations(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("seminar/queries.py", "from agenda.models import Theme"),
        ("agenda/views.py", "from registration.models import Registration"),
        ("agenda/views.py", "import registration.lifecycle"),
        ("registration/models/link.py", "from registration.mail.services import enqueue"),
        ("registration/lifecycle.py", "from registration.mail.services import enqueue"),
        ("registration/review/services.py", "from registration.intake.services import submit"),
        ("registration/intake/services.py", "from registration.portal.views import show_status"),
        ("registration/mail/services.py", "from registration.tasks import deliver_mail"),
        ("registration/intake/views.py", "    from registration import admin"),
        ("seminar/views.py", "from seminar.settings import DATA_DIR"),
        ("registration/intake/views.py", "import ortools"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, file: str, line: str):
    for floor in FLOORS:
        (tmp_path / floor).mkdir()
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(f"def work() -> None:\n{line}\n" if line.startswith(" ") else f"{line}\n")
    assert [violation.split(" imports ")[0] for violation in find_violations(tmp_path)] == [file]
