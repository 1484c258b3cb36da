"""Passport numbers lie in clear nowhere: not in the database, its files, sessions, Redis, logs or mails.

Numbers are typed, mistyped, autosaved, uploaded, changed and looked at in a real browser; then everything that the
product left behind is searched, for a name too, which must be found: so the search looks where things are.
"""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from tests.servers import Site
from tests.smtp import Sink

UPLOADED, MISTYPED, TYPED, KEPT, ASKED_FOR = "UP4455661", "MT4455662", "TY4455663", "KE4455664", "AS4455665"
NUMBERS = (UPLOADED, MISTYPED, TYPED, KEPT, ASKED_FOR)
NAME = "Xanthippe"
READ_SESSIONS = (
    "from django.contrib.sessions.models import Session; print([one.get_decoded() for one in Session.objects.all()]);"
    "from django.db import connection; c = connection.cursor(); c.execute('SELECT value FROM cache');"
    "print(c.fetchall())"
)


@dataclass
class Monitor:
    """Every command that reached Redis."""

    commands: list[str] = field(default_factory=list)


@contextmanager
def watch_redis(url: str) -> Iterator[Monitor]:
    seen = Monitor()
    client = Redis.from_url(url)
    with client.monitor() as monitor:
        thread = threading.Thread(target=_listen, args=(monitor, seen), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            client.set("tests:end-of-monitor", "1", ex=5)
            thread.join(timeout=10)
    assert any("end-of-monitor" in command for command in seen.commands)


def _listen(monitor: object, seen: Monitor) -> None:
    for command in monitor.listen():  # type: ignore[attr-defined]
        seen.commands.append(str(command["command"]))
        if "end-of-monitor" in seen.commands[-1]:
            return


def type_numbers(browser: Browser, site: Site, sink: Sink) -> None:
    """Let a focal point, a delegate and an approver do with passport numbers all that one can."""
    upload_sheet(browser, site)
    context = browser.new_context(locale="en-GB", ignore_https_errors=True)
    page = context.new_page()
    page.goto(invite_by_link(site, "delegate", f"{NAME.lower()}@ministry.example"))
    address = f"{site.url}/en/aecs20/my/form/passport/"
    page.goto(address)
    fill_in_passport(page, MISTYPED, expires="2012-01-01")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("expires before you depart")
    page.locator("button[lang=ja]").click()
    page.locator("button[lang=en]").click()
    fill_in_passport(page, TYPED)
    press(page, "Save")
    page.goto(address)
    with page.expect_response("**/autosave/"):
        page.get_by_label("Passport number").fill(KEPT)
        page.get_by_label("Valid until").fill("2018-06-30")
    page.goto(f"{site.url}/en/aecs20/my/form/name/")
    page.locator("#id_passport_name").fill(f"{NAME} Obold")
    page.locator("#id_given_names").fill(NAME)
    press(page, "Save and continue")
    site.manage("shell", "-v", "0", "-c", _make_approved())
    page.goto(f"{site.url}/en/aecs20/my/change/passport/")
    page.get_by_label("Passport number").fill(ASKED_FOR)
    page.get_by_label("Why this changes").fill("A new passport")
    press(page, "Send the request")
    expect(page.get_by_role("main")).to_contain_text("Your request is with the organizers.")
    context.close()


def invite_by_link(site: Site, role: str, email: str) -> str:
    """Invite somebody of Mongolia's delegation and return the link that was printed."""
    invite = ("invite", "--seminar", "aecs20", "--delegation", "MNG", "--role", role, "--language", "en")
    printed = site.manage(*invite, "--email", email, *(("--name", "Focal Point") if role == "focal_point" else ()))
    return printed[printed.index("http") :].split()[0]


def _make_approved() -> str:
    return (
        "from registration.models import Registration; from seminar.models import Seminar;"
        "Seminar.objects.update(changes_close_at=None);"
        f"Registration.objects.filter(given_names='{NAME}').update(state='approved')"
    )


def upload_sheet(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="en-GB", ignore_https_errors=True)
    page = context.new_page()
    page.goto(invite_by_link(site, "focal_point", "focal.numbers@ministry.example"))
    page.goto(f"{site.url}/en/aecs20/delegation/spreadsheet/")
    text = f"Given names,E-mail address,Passport number,Issued by\nUploaded,up@ministry.example,{UPLOADED},MN\n"
    for _time in range(2):  # the first is saved, the second one left lying
        file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.get_by_label("The spreadsheet as a file").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Upload and check").click()
        assert UPLOADED not in page.content()
        if page.get_by_role("button", name="Save 1 person").count():
            page.get_by_role("button", name="Save 1 person").click()
            page.goto(f"{site.url}/en/aecs20/delegation/spreadsheet/")
    context.close()


def fill_in_passport(page: Page, number: str, expires: str = "2017-06-30") -> None:
    page.get_by_label("Type of passport").select_option("ordinary")
    page.get_by_label("Passport number").fill(number)
    page.get_by_label("Issued by").select_option("MN")
    page.get_by_label("Valid until").fill(expires)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def read_mails(sink: Sink) -> bytes:
    parts = [part.get_content() for message in sink.messages for part in message.walk() if not part.is_multipart()]
    return "\n".join(part if isinstance(part, str) else part.decode() for part in parts).encode()


def read_files(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def read_sessions(site: Site) -> bytes:
    """Return what sessions and the cache's table hold, unpacked."""
    printed = site.manage("shell", "-v", "0", "-c", READ_SESSIONS)
    unpacked = []
    for word in printed.replace("'", " ").split():
        try:
            unpacked.append(base64.b64decode(word + "=" * (-len(word) % 4), validate=True))
        except ValueError:
            continue
    return printed.encode() + b"\n".join(unpacked)


def dump_postgresql(url: str) -> bytes:
    """Return every row of every table as text, as pg_dump writes them."""
    found = []
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as rows:
                found += [bytes(row) for row in rows]
    return b"\n".join(found)


def assert_nowhere(where: dict[str, bytes]) -> None:
    assert any(NAME.encode() in content for content in where.values()), "the search looks past what was typed"
    found = [
        f"{number} in {place}"
        for place, content in where.items()
        for number in NUMBERS
        if number.encode() in content or number.lower().encode() in content
    ]
    assert not found


@pytest.mark.sqlite  # the embedded profile's own database
@pytest.mark.xdist_group("embedded")
def test_the_embedded_profile_keeps_no_number_in_clear(browser: Browser, embedded: Site, sink: Sink):
    type_numbers(browser, embedded, sink)
    folder = Path(embedded.environment["DATA_DIR"])
    assert (folder / "run.log").exists()
    assert_nowhere(
        {"files": read_files(folder), "sessions": read_sessions(embedded), "mails": read_mails(sink)},
    )


@pytest.mark.postgresql
@pytest.mark.redis
@pytest.mark.xdist_group("walk-production")
def test_the_production_profile_keeps_no_number_in_clear(browser: Browser, production: Site, sink: Sink):
    with watch_redis(production.environment["REDIS_URL"]) as monitor:
        type_numbers(browser, production, sink)
    folder = Path(production.environment["DATA_DIR"])
    assert (folder / "worker.log").exists()
    assert_nowhere(
        {
            "database": dump_postgresql(production.environment["DATABASE_URL"]),
            "files": read_files(folder),
            "sessions": read_sessions(production),
            "Redis": "\n".join(monitor.commands).encode(),
            "mails": read_mails(sink),
        }
    )
