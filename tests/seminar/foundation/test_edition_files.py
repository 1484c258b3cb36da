"""Reading the files of an edition: every fault has its file, its row and its column, on one line."""

from pathlib import Path

import pytest
from django import forms

from seminar.foundation.edition_files import (
    LARGEST_FILE,
    MOST_ROWS,
    Fault,
    FilesRefused,
    LoadReport,
    Row,
    check_columns,
    check_row,
    read_files,
)

pytestmark = pytest.mark.once

WHOLE = {
    "seminar.toml": b'[seminar]\nslug = "x"\n',
    "delegations.csv": b"code\nMNG\n",
    "registrations.csv": b"reg_no\n1\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in WHOLE.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(FilesRefused) as refused:
        read_files(folder)
    return [str(fault) for fault in refused.value.faults]


def test_the_three_files_are_read(folder: Path):
    files = read_files(folder)
    assert files.toml == {"seminar": {"slug": "x"}}
    assert files.delegations == [Row("row 2", {"code": "MNG"})]
    assert files.registrations == [Row("row 2", {"reg_no": "1"})]


def test_a_spreadsheets_byte_order_mark_line_ends_and_blank_lines_do_no_harm(folder: Path):
    (folder / "delegations.csv").write_bytes("\ufeffcode , name\r\n\r\nMNG,モンゴル\r\n,\r\n".encode())
    assert read_files(folder).delegations == [Row("row 3", {"code": "MNG", "name": "モンゴル"})]


def test_a_row_is_named_by_the_line_on_which_it_ends(folder: Path):
    (folder / "delegations.csv").write_text('code,note\nMNG,"one\ntwo"\nJPN,x\n')
    assert [row.place for row in read_files(folder).delegations] == ["row 3", "row 4"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()
    assert faults_of(folder) == [f"{name}: the file is missing"]


def test_of_a_folder_that_is_not_there_every_file_is_missing(tmp_path: Path):
    assert faults_of(tmp_path / "nowhere") == [f"{name}: the file is missing" for name in WHOLE]


def test_a_folder_in_place_of_a_file_is_named(folder: Path):
    (folder / "seminar.toml").unlink()
    (folder / "seminar.toml").mkdir()
    assert faults_of(folder) == ["seminar.toml: this is a folder, not a file"]


def test_a_file_in_place_of_the_folder_is_named(folder: Path):
    assert faults_of(folder / "seminar.toml") == [f"{name}: the file cannot be read: Not a directory" for name in WHOLE]


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_not_utf_8_is_named_with_the_place(folder: Path, name: str):
    (folder / name).write_bytes("# é\n".encode() + "岡".encode("shift_jis"))
    assert faults_of(folder) == [f"{name}, byte 5: the file is not UTF-8"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_too_large_is_not_read(folder: Path, name: str):
    with (folder / name).open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)
    assert faults_of(folder) == [f"{name}: the file is larger than 20 MB"]


def test_what_is_not_toml_is_named_with_its_line(folder: Path):
    (folder / "seminar.toml").write_text("[seminar]\nslug = \n")
    (fault,) = faults_of(folder)
    assert fault.startswith("seminar.toml: this is not TOML: ")
    assert "line 2" in fault


def test_toml_that_stands_too_deep_in_itself_is_refused(folder: Path):
    (folder / "seminar.toml").write_text("a = " + "[" * 5000 + "]" * 5000)
    assert faults_of(folder) == ["seminar.toml: tables or lists stand too deep in each other"]


@pytest.mark.parametrize("name", ["delegations.csv", "registrations.csv"])
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", ": the file is empty"),
        ("\n\n", ": the file is empty"),
        ("a,b,a\n1,2,3\n", ", row 1, a: this column stands twice"),
        ("a;b\n1;2\n", ", row 1: the cells are parted by ; and not by a comma"),
        ("a,b\n1,2\n1\n", ", row 3: 1 cells where the header has 2"),
        ("a,b\n1,2,3\n", ", row 2: 3 cells where the header has 2"),
        ('a,b\n1,"2\n', ", row 2: this is not CSV: unexpected end of data"),
        ('a,b\n1,"2"x\n', ", row 2: this is not CSV: ',' expected after '\"'"),
        ("a,b\n1," + "x" * 200_000 + "\n", ", row 2: this is not CSV: field larger than field limit (131072)"),
        ("a\n" + "1\n" * (MOST_ROWS + 1), f", row {MOST_ROWS + 2}: more than {MOST_ROWS} rows"),
    ],
)
def test_what_is_not_a_table_is_named_with_its_row(folder: Path, name: str, content: str, fault: str):
    (folder / name).write_text(content)
    assert faults_of(folder) == [f"{name}{fault}"]


def test_the_faults_of_all_files_are_named_at_once(folder: Path):
    (folder / "seminar.toml").write_text("slug = ")
    (folder / "delegations.csv").write_text("a,b\n1\n2\n")
    (folder / "registrations.csv").unlink()
    faults = faults_of(folder)
    assert [fault.split(":")[0] for fault in faults] == [
        "seminar.toml",
        "delegations.csv, row 2",
        "delegations.csv, row 3",
        "registrations.csv",
    ]


def test_a_fault_is_one_line_whatever_the_file_holds():
    assert str(Fault("a.csv", "row 2", "kind", "bad")) == "a.csv, row 2, kind: bad"
    assert str(Fault("a.csv", "", "", "bad")) == "a.csv: bad"
    assert str(Fault("a.csv", "row 2", "k\nind", "no \r\n\x1b[31m\u2028choice")).isprintable()


class RowForm(forms.Form):
    code = forms.CharField(max_length=3)
    number = forms.IntegerField()

    def clean(self) -> None:
        if self.cleaned_data.get("code") == "XXX":
            raise forms.ValidationError("not this one")


def test_a_row_is_checked_cell_by_cell():
    faults: list[Fault] = []
    assert check_row(RowForm, "a.csv", "row 2", {"code": "MNG", "number": "3"}, faults) == {"code": "MNG", "number": 3}
    assert faults == []
    check_row(RowForm, "a.csv", "row 3", {"code": "LONG", "number": "x"}, faults)
    check_row(RowForm, "a.csv", "row 4", {"code": "XXX", "number": "1"}, faults)
    assert [(fault.row, fault.column) for fault in faults] == [("row 3", "code"), ("row 3", "number"), ("row 4", "")]
    assert faults[-1] == Fault("a.csv", "row 4", "", "not this one")


def test_unknown_columns_are_faults_and_waiting_ones_are_named():
    faults: list[Fault] = []
    waiting = check_columns("a.csv", "row 1", ["code", "arrival", "typo"], ["code"], ["arrival", "departure"], faults)
    assert waiting == ["arrival"]
    assert faults == [Fault("a.csv", "row 1", "typo", "this column is not known")]


def test_a_report_is_unchanged_until_something_is_new_or_changed():
    report = LoadReport()
    report.count("delegations", 2)
    assert report.is_unchanged
    report.count("delegations", 1)
    assert not report.is_unchanged
    assert report.counts == {"delegations": [0, 1, 1]}
