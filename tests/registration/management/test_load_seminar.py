"""load_seminar with broken files: every fault in one line with file, row and column; nothing changed; exit 1."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registration.models import Registration, State
from seminar.models import Delegation
from tests.factories import make_delegation, make_registration, make_seminar
from tests.registration.management.broken_files import DELEGATIONS, FAULTS, REGISTRATIONS, TOML
from tests.registration.management.edition import FILES, read_every_row, replace, write_edition
from tests.servers import ROOT, make_environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_edition(tmp_path)


def refuse(folder: Path) -> list[str]:
    """Load files that are refused; return the lines of the error output, and see that nothing was written."""
    before = read_every_row()
    errors = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("load_seminar", str(folder), stderr=errors)
    lines = errors.getvalue().splitlines()
    n = len(lines)
    assert str(refused.value) == f"{n} fault{'s' if n > 1 else ''}; nothing was changed."
    assert read_every_row() == before
    return lines


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "old", "new", "faults"), [(f, old, new, faults) for f, old, new, *faults in FAULTS])
def test_a_fault_is_named_by_file_row_and_column(folder: Path, file: str, old: str, new: str, faults: list[str]):
    replace(folder, file, old, new)
    lines = [line for line in refuse(folder) if not is_consequence(line, new)]
    assert lines == [f"{file}{fault}" for fault in faults]


def is_consequence(line: str, new: str) -> bool:
    """A delegation whose code is gone from its file is missing where registrations name it: a line of its own."""
    return line.endswith("IND is not in delegations.csv") and "MNG" in new


@pytest.mark.django_db
def test_every_fault_of_every_file_is_named_at_once(folder: Path):
    replace(folder, TOML, "Asia/Tokyo", "Tokyo")
    replace(folder, TOML, 'kind = "registration"', 'kind = "party"')
    replace(folder, DELEGATIONS, "IND,asian", "IND,european")
    replace(folder, DELEGATIONS, ",18,2", ",18,1")
    replace(folder, REGISTRATIONS, "bat@mng.example", "bat")
    replace(folder, REGISTRATIONS, "Rohan,,", "x" * 201 + ",,")
    assert [line.split(":")[0] for line in refuse(folder)] == [
        "seminar.toml, [seminar], time_zone",
        "delegations.csv, row 3, category",
        "seminar.toml, [[programme]] 1, kind",
        "registrations.csv, row 3, email",
        "registrations.csv, row 4, given_names",
        "registrations.csv, row 3, status",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_and_one_that_is_not_utf_8_are_named(folder: Path, name: str):
    (folder / name).write_bytes("東京".encode("shift_jis"))
    assert refuse(folder) == [f"{name}, byte 0: the file is not UTF-8"]
    (folder / name).unlink()
    assert refuse(folder) == [f"{name}: the file is missing"]


@pytest.mark.django_db
def test_what_was_loaded_and_removed_is_said(folder: Path, capsys):
    call_command("load_seminar", str(folder))
    assert capsys.readouterr().out == (
        "Loaded 1 editions (1 new, 0 changed), 1 organizing bodies (1 new, 0 changed), 1 past editions (1 new, 0 "
        "changed), 2 delegations (2 new, 0 changed), 1 themes (1 new, 0 changed), 1 programme items (1 new, 0 "
        "changed), 3 registrations (3 new, 0 changed).\nThe programme is published as version 1\n"
    )
    replace(folder, TOML, '[[themes]]\ncode = "LEGIS"\ntitle_en = "Law"\ntitle_ja = "法"\n', "")
    call_command("load_seminar", str(folder))
    said = capsys.readouterr().out
    assert "0 themes (0 new, 0 changed, 1 removed)" in said


@pytest.mark.once
def test_a_refused_folder_ends_the_process_with_1_and_no_traceback(folder: Path, tmp_path_factory):
    replace(folder, REGISTRATIONS, "bat@mng.example", "bat")
    replace(folder, DELEGATIONS, "IND,asian", "IND,european")
    done = subprocess.run(
        [sys.executable, "manage.py", "load_seminar", str(folder)],
        cwd=ROOT,
        env=make_environment({"DATA_DIR": str(tmp_path_factory.mktemp("data"))}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "delegations.csv, row 3, category: Select a valid choice. european is not one of the available choices.",
        "registrations.csv, row 3, email: Enter an e-mail address such as name@ministry.example.",
        "CommandError: 2 faults; nothing was changed.",
    ]


@pytest.mark.django_db
class TestAgainstWhatIsThere:
    """Files that are whole, refused for what the system holds already."""

    def test_an_address_that_is_registered_under_another_number(self, folder: Path):
        make_registration(
            make_delegation(make_seminar()), State.SUBMITTED, email="Bat@mng.example", number="AECS20-0099"
        )
        assert refuse(folder) == ["registrations.csv, row 3, email: this address is already registered"]

    def test_a_quota_that_was_used_up_meanwhile(self, folder: Path):
        delegation = make_delegation(make_seminar(), code="MNG", quota=2)
        make_registration(delegation, State.APPROVED, number="AECS20-0900")  # none of the file
        assert refuse(folder) == ["registrations.csv, row 3, status: the delegation's quota is already full"]

    def test_a_quota_below_the_number_of_people_approved_meanwhile(self, folder: Path):
        call_command("load_seminar", str(folder), stdout=io.StringIO())
        replace(folder, DELEGATIONS, ",18,2", ",18,1")
        replace(folder, REGISTRATIONS, "bat@mng.example,N,approved", "bat@mng.example,N,cancelled")
        assert refuse(folder) == ["delegations.csv, row 2, quota: more people than that are approved already"]

    def test_a_second_head_of_a_delegation(self, folder: Path):
        call_command("load_seminar", str(folder), stdout=io.StringIO())
        Registration.objects.filter(number="AECS20-0003").update(number="AECS20-0009")
        replace(folder, REGISTRATIONS, "rohan@ind.example", "other@ind.example")
        assert refuse(folder) == ["registrations.csv, row 4, is_head: IND has a head already"]

    def test_people_approved_beyond_the_quota_do_not_stand_in_the_way(self, folder: Path):
        call_command("load_seminar", str(folder), stdout=io.StringIO())
        delegation = Delegation.objects.get(code="MNG")
        Delegation.objects.filter(pk=delegation.pk).update(approved_count=3, beyond_quota_count=1)
        call_command("load_seminar", str(folder), stdout=io.StringIO())
        assert Delegation.objects.get(code="MNG").quota == 2
