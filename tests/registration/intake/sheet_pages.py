"""Fills in spreadsheets and sends them to a desk as a browser does."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from tests.registration.intake.desk_pages import DESK

SHEET = f"{DESK}spreadsheet/"
CHECK = f"{SHEET}check/"
SCOPE = re.compile(r'name="scope" value="([^"]*)"')
MARK = re.compile(r'name="mark" value="([^"]*)"')

COLUMNS = {
    "E-mail address": "bat@ministry.example",
    "Full name as in the passport": "BAT ERDENE",
    "Given names": "Erdene",
    "Family name": "Bat",
    "Role": "Delegate",
    "Position": "Director",
    "Ministry or organization": "Ministry of Economic Development",
    "Language of mails": "English",
    "Use of the data": "Yes",
    "Nationality": "Mongolia",
    "Date of birth": "1970-02-03",
    "Type of passport": "Official or service",
    "Passport number": "E1234567",
    "Issued by": "MN",
    "Passport expires": "2020-01-31",
}


def make_csv(*rows: dict[str, str], encoding: str = "utf-8-sig", name: str = "people.csv") -> SimpleUploadedFile:
    """Return a CSV file with a column for each key of `rows`."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding), "text/csv")


def make_person(**changes: str) -> dict[str, str]:
    """Return the row of a complete person; `changes` by heading with _ for blanks, or by email."""
    row = dict(COLUMNS)
    for name, value in changes.items():
        row["E-mail address" if name == "email" else name.replace("_", " ")] = value
    return row


def upload(client: Client, file: SimpleUploadedFile, base: str = SHEET) -> Any:
    """Upload a spreadsheet; return the page one is led to."""
    scope = SCOPE.search(client.get(base).text)
    assert scope, "the page takes no spreadsheet"
    return client.post(base, {"scope": scope[1], "sheet": file}, follow=True)


def save(client: Client, base: str = SHEET, **options: Any) -> Any:
    """Confirm the preview; return the page one is led to."""
    html = client.get(f"{base}check/").text
    scope, mark = SCOPE.search(html), MARK.search(html)
    assert scope
    assert mark
    return client.post(f"{base}check/", {"scope": scope[1], "mark": mark[1], "save": "1", **options}, follow=True)


def download(client: Client, base: str = SHEET) -> list[list[Any]]:
    """Return the first sheet of the workbook that a desk hands out."""
    answer = client.get(f"{base}people.xlsx")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True) if any(row)]


def as_upload(content: bytes, name: str = "people.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def write_rows(rows: Sequence[Sequence[Any]]) -> SimpleUploadedFile:
    """Return a workbook with these rows."""
    from openpyxl import Workbook

    workbook = Workbook()
    for row in rows:
        workbook.active.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return as_upload(file.getvalue())
