"""What the delegation desk and its spreadsheets cost: a delegation of six, a desk of thirty, a file of 5,000 people."""

import http.client
import io
import re
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from openpyxl import Workbook

from registration.models import Link, Registration
from seminar.accounts import activate_totp
from seminar.foundation.tables import read_table
from seminar.models import Delegation, FocalPoint, Seminar, User
from tests import factories
from tests.benchmarks.browser import Browser
from tests.benchmarks.clocks import count_statements
from tests.benchmarks.figures import Figure
from tests.benchmarks.memory import HEADERS, read_peak_kb, run_worker
from tests.benchmarks.pages import sign_in
from tests.registration.intake.sheet_pages import CHECK, COLUMNS, MARK, SCOPE, SHEET, make_csv, make_person

DELEGATION_OF_SIX, DESK_OF, ROWS = 6, 30, 5_000
OF_EDITION = "/admin/registration/registration/spreadsheet/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def measure_sheet(rounds: int = 15) -> list[Figure]:
    """Count and time saving six people from a spreadsheet: the upload with its preview, and the confirmation."""
    base, check = _address(SHEET), _address(CHECK)
    costs, statements = [], 0
    for n in range(rounds):
        browser = _open_desk(_make_focal_point())
        browser.get(base)
        people = [
            make_person(email=f"six{n}.{m}@ministry.example", Passport_number=f"E{n:03}{m:04}")
            for m in range(DELEGATION_OF_SIX)
        ]
        before = browser.cpu_ms

        def save(browser: Browser = browser, people: list[dict[str, str]] = people) -> None:
            browser.post(base, {"scope": _find(SCOPE, browser.page), "sheet": make_csv(*people)})  # type: ignore[dict-item]
            browser.get(check)
            browser.post(check, {"scope": _find(SCOPE, browser.page), "mark": _find(MARK, browser.page), "save": "1"})

        statements = count_statements(save)
        costs.append(browser.cpu_ms - before)
    assert Registration.objects.filter(email__startswith="six").count() == rounds * DELEGATION_OF_SIX
    return [
        Figure(f"{DELEGATION_OF_SIX} people by spreadsheet", "SQL statements", statements, None, 100),
        Figure(f"{DELEGATION_OF_SIX} people by spreadsheet", "ms CPU", sorted(costs)[len(costs) // 2], None, 250),
    ]


def measure_desk() -> list[Figure]:
    """Count the statements of a desk of thirty people, which are those of three."""
    counts = []
    for people in (3, DESK_OF):
        focal_point = _make_focal_point()
        for _n in range(people):
            factories.make_registration(focal_point.delegation, number=f"DESK-{uuid4().hex[:12]}")
        browser = _open_desk(focal_point)
        browser.get(_address(SHEET).removesuffix("spreadsheet/"))
        counts.append(
            count_statements(lambda browser=browser: browser.get(_address(SHEET).removesuffix("spreadsheet/")))
        )  # type: ignore[misc]
    assert counts[0] == counts[1], f"{counts[0]} statements with 3 people, {counts[1]} with {DESK_OF}"
    return [Figure(f"desk of {DESK_OF} people", "SQL statements", counts[1], None, 12)]


def measure_preview(environment: dict[str, str], folder: Path) -> list[Figure]:
    """Time the preview of 5,000 people in a web worker as installed, and read the most memory that it held."""
    seminar = Seminar.objects.get(slug="aecs20")
    staff = sign_in(seminar)
    activate_totp(User.objects.order_by("-pk")[0])
    codes = list(Delegation.objects.filter(seminar=seminar, quota__isnull=False).values_list("code", flat=True))
    file = make_large_workbook(codes)
    with run_worker("seminar.wsgi", environment, folder) as (port, worker):
        cookies = {"sessionid": staff.cookies["sessionid"].value}
        page = _ask(port, "GET", OF_EDITION, cookies)
        start = time.monotonic()
        _ask(
            port,
            "POST",
            OF_EDITION,
            cookies,
            {"csrfmiddlewaretoken": _find(_TOKEN, page), "scope": _find(SCOPE, page)},
            file,
        )
        preview = _ask(port, "GET", f"{OF_EDITION}check/", cookies)
        seconds = time.monotonic() - start
        peak = read_peak_kb(worker) / 1024
    assert f"Save {ROWS} people" in preview, preview[:3000]
    return [
        Figure(f"preview of {ROWS} rows", "s", seconds, None, 10),
        Figure(f"preview of {ROWS} rows, most memory", "MB", peak, None, 200),
    ]


def measure_refusals() -> list[Figure]:
    """Time the slowest answer to a spreadsheet that nobody means well with, or that is far too long."""
    people = [["Given names", "E-mail address"], *([f"Person {n}", f"p{n}@ministry.example"] for n in range(50_000))]
    flood = "<row r='3'>" + "<c><v>1</v></c>" * 399_000 + "</row></sheetData>"
    files = [
        _write(people),
        ("Given names\n" + "Taro\n" * 50_000).encode(),
        b"<html><table>" + b" " * 5_000_000,
        b"\xd0\xcf\x11\xe0" + bytes(5_000_000),
        _replace_part(_write([["Given names"]]), "xl/worksheets/sheet1.xml", "</sheetData>", flood),
        _replace_part(_write([["Given names"]]), "xl/worksheets/sheet1.xml", "</sheetData>", " " * 300_000_000),
    ]
    slowest = 0.0
    for file in files:
        start = time.monotonic()
        with suppress(ValidationError):
            read_table(file, most_rows=ROWS)
        slowest = max(slowest, time.monotonic() - start)
    return [Figure("slowest answer to a bad spreadsheet", "s", slowest, None, 5)]


def _write(rows: list[list[str]]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("People")
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _replace_part(workbook: bytes, part: str, old: str, new: str) -> bytes:
    """Return a workbook with `new` in the place of `old` in one of its files."""
    whole, file = zipfile.ZipFile(io.BytesIO(workbook)), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in whole.namelist():
            content = whole.read(name).decode()
            parts.writestr(name, content.replace(old, new) if name == part else content)
    return file.getvalue()


def make_large_workbook(codes: list[str]) -> bytes:
    """Return an XLSX file of ROWS invented people over the delegations of these codes."""
    more = {"Sex": "Male", "Hotel": "Station Hotel", "Dietary needs": "Halal", "Emergency contact": "", "Division": ""}
    rows = [["Code of the delegation", *COLUMNS, *more]]
    for n in range(ROWS):
        own = {
            "E-mail address": f"big{n}@ministry.example",
            "Full name as in the passport": f"PERSON {n}",
            "Given names": f"Person {n}",
            "Passport number": f"B{n:07}",
            "Emergency contact": f"Friend {n}",
            "Division": f"Division {n}",
        }
        rows.append([codes[n % len(codes)], *(COLUMNS | more | own).values()])
    return _write(rows)


def _make_focal_point() -> FocalPoint:
    seminar = Seminar.objects.get(slug="bench")
    return factories.make_focal_point(factories.make_delegation(seminar, quota=None))


def _open_desk(focal_point: FocalPoint) -> Browser:
    browser = Browser()
    browser.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=focal_point).make_token()]))
    return browser


def _address(path: str) -> str:
    return path.replace("aecs20", "bench")


def _find(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    assert found, page[:2000]
    return found[1]


def _ask(
    port: int,
    method: str,
    address: str,
    cookies: dict[str, str],
    fields: dict[str, str] | None = None,
    file: bytes | None = None,
) -> str:
    """Ask as the proxy does; keep the cookies that come back, and return the page."""
    body, kind = (b"", "") if fields is None else _encode(fields, file or b"")
    headers = {**HEADERS, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    if kind:
        headers |= {"Content-Type": kind, "Referer": f"https://127.0.0.1{address}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status in (200, 302), f"{address}: {answer.status} {page[:1500]}"
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            cookies[name] = value
        return page
    finally:
        connection.close()


def _encode(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    """Return a form with one file as a browser sends it, and its content type."""
    return encode_multipart(BOUNDARY, {**fields, "sheet": SimpleUploadedFile("people.xlsx", file)}), MULTIPART_CONTENT
