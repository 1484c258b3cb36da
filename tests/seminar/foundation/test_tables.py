"""An uploaded spreadsheet is read, or refused with a sentence that says what to do; how soon, `make bench` measures."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime
from datetime import time as clock_time

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from seminar.foundation.tables import ERROR, FORMULA, MERGED, read_table
from seminar.foundation.workbooks import Sheet, SheetColumn, write_csv, write_workbook

pytestmark = pytest.mark.once


def make_workbook(*rows: list, **changes) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    if merged := changes.get("merged"):
        workbook.active.merge_cells(merged)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def refuse(data: bytes, most_rows: int = 500) -> str:
    with pytest.raises(ValidationError) as refusal:
        read_table(data, most_rows=most_rows)
    return refusal.value.messages[0]


def test_cells_become_text_as_people_write_it():
    data = make_workbook(
        ["Day", "Moment", "Time", "Number", "Half", "Word", "True"],
        [date(2013, 2, 26), datetime(2013, 2, 26, 9, 30), clock_time(18, 5), 12345.0, 1.5, " Taro ", True],
    )
    rows = read_table(data, most_rows=10).rows
    assert list(rows[1].cells) == ["2013-02-26", "2013-02-26 09:30", "18:05", "12345", "1.5", "Taro", "True"]


def test_rows_keep_their_places_and_empty_ones_are_left_out():
    table = read_table(make_workbook(["Name"], [], ["Taro"], [None], ["Hanako"]), most_rows=10)
    assert [(row.line, list(row.cells)) for row in table.rows] == [(1, ["Name"]), (3, ["Taro"]), (5, ["Hanako"])]


def test_formulas_errors_and_merged_cells_are_found_where_they_stand():
    table = read_table(
        make_workbook(["A", "B", "C"], ["=1+1", "#N/A", "x"], ["1", "2", "3"], merged="B3:C3"), most_rows=10
    )
    assert table.faults == {(2, 0): FORMULA, (2, 1): ERROR, (3, 1): MERGED, (3, 2): MERGED}


def test_a_text_that_looks_like_a_formula_is_none():
    sheet = Sheet("People", [SheetColumn("Phone")], [["+81 3 3501 1511"], ["=Taro"]])
    for data in (write_workbook([sheet], choices_title="Choices"), write_csv(sheet)):
        table = read_table(data, most_rows=10)
        assert [list(row.cells) for row in table.rows] == [["Phone"], ["+81 3 3501 1511"], ["=Taro"]]
        assert not table.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding: str, delimiter: str):
    text = f"姓{delimiter}名\r\n髙橋{delimiter}太郎\r\n"
    table = read_table(text.encode(encoding), most_rows=10)
    assert [list(row.cells) for row in table.rows] == [["姓", "名"], ["髙橋", "太郎"]]


def test_a_formula_in_csv_is_found():
    assert read_table(b"Name\n=1+1\n", most_rows=10).faults == {(2, 0): FORMULA}


def test_a_plus_typed_into_csv_is_a_telephone_number():
    assert list(read_table(b"Phone\n+81335011511\n", most_rows=10).rows[1].cells) == ["+81335011511"]


def test_an_old_workbook_is_refused():
    assert "older Excel (.xls)" in refuse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


@pytest.mark.parametrize("data", [b"<html><table>", b"\xef\xbb\xbf  <!DOCTYPE html>", b"\n<?xml version='1.0'?>"])
def test_a_renamed_web_page_is_refused(data: bytes):
    assert "web page" in refuse(data)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n\x00\x01", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"a\x00b"])
def test_other_files_are_refused(data: bytes):
    assert "no spreadsheet" in refuse(data)


def test_an_empty_file_is_refused():
    assert "empty" in refuse(b"\n\n")
    assert "empty" in refuse(make_workbook())


def test_a_broken_workbook_is_refused():
    whole = make_workbook(["Name"], ["Taro"])
    assert "damaged" in refuse(whole[: len(whole) // 2])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "damaged" in refuse(other.getvalue())


def test_csv_with_odd_quotation_marks_is_refused_with_its_row():
    assert "Row 2" in refuse(b'Name\n"Taro\n')


def test_fifty_thousand_rows_are_refused():
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in range(50_000):
        sheet.append([f"Person {row}", "Ministry of Trade", f"p{row}@ministry.example", "Director", "Tokyo"])
    file = io.BytesIO()
    workbook.save(file)
    assert "more than 5000 rows" in refuse(file.getvalue(), most_rows=5000)
    assert "more than 500 rows" in refuse(b"Name\n" + b"Taro\n" * 50_000)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_zip_bomb_is_refused_without_being_unpacked(part: str):
    file = io.BytesIO(make_workbook(["Name"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as parts, parts.open(f"{part}.more", "w") as bomb:
        for _block in range(300):
            bomb.write(bytes(1_000_000))
    assert len(file.getvalue()) < 1_000_000
    tracemalloc.start()
    assert "too large" in refuse(file.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_entities_that_grow_are_refused():
    whole = zipfile.ZipFile(io.BytesIO(make_workbook(["Name"], ["Taro"])))
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in whole.namelist():
            text = whole.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = laughs + text.replace("</row>", "</row><row><c t='str'><v>&b;</v></c></row>", 1)
            parts.writestr(name, text)
    assert "damaged" in refuse(file.getvalue())


def test_a_file_beyond_the_largest_is_refused():
    assert "too large" in refuse(b"Name\n" + b"x" * 10_000_000)


def test_rows_far_below_the_table_are_refused_and_not_lost():
    workbook = Workbook()
    workbook.active["A1"], workbook.active["A900000"] = "Name", "Taro"
    file = io.BytesIO()
    workbook.save(file)
    assert "more than 500 rows" in refuse(file.getvalue())


def test_thousands_of_merged_ranges_are_refused():
    workbook = Workbook()
    workbook.active["A1"] = "Name"
    for line in range(1, 700):
        workbook.active.merge_cells(start_row=line, end_row=line, start_column=1, end_column=2)
    file = io.BytesIO()
    workbook.save(file)
    assert "too large" in refuse(file.getvalue())


def test_only_a_visible_sheet_is_read():
    workbook = Workbook()
    workbook.active.sheet_state = "hidden"
    workbook.active.append(["Hidden"])
    workbook.create_sheet("People").append(["Name"])
    file = io.BytesIO()
    workbook.save(file)
    assert list(read_table(file.getvalue(), most_rows=10).rows[0].cells) == ["Name"]


@pytest.mark.parametrize("size", [1_900_000, 2_100_000])
def test_a_flood_of_styles_is_bounded(size: int):
    whole = zipfile.ZipFile(io.BytesIO(make_workbook(["Name"], ["Taro"])))
    style = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in whole.namelist():
            text = whole.read(name).decode()
            if name == "xl/styles.xml":
                text = text.replace("</cellXfs>", style * (size // len(style)) + "</cellXfs>")
            parts.writestr(name, text)
    if size > 2_000_000:
        assert "too large" in refuse(file.getvalue())
    else:
        assert len(read_table(file.getvalue(), most_rows=10).rows) == 2


@pytest.mark.parametrize("count", [390_000, 410_000])
def test_a_flood_of_cells_is_bounded(count: int):
    whole = zipfile.ZipFile(io.BytesIO(make_workbook(["Name"], ["Taro"])))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in whole.namelist():
            text = whole.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace("</sheetData>", "<row r='3'>" + "<c><v>1</v></c>" * count + "</row></sheetData>")
            parts.writestr(name, text)
    if count > 400_000:
        assert "too large" in refuse(file.getvalue())
    else:
        assert len(read_table(file.getvalue(), most_rows=10).rows) == 3
