"""Installations of both profiles for the tests of faults, and the figures they found, printed at the end."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.installation import Blank, make_blank
from tests.faults.sinks import FaultySink
from tests.smtp import start_sink


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("embedded", marks=pytest.mark.sqlite),
        pytest.param("servers", marks=[pytest.mark.postgresql, pytest.mark.redis]),
    ],
)
def blank(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blank]:
    """One for each test process: copying it takes a second, making it ten."""
    with make_blank(request.param, tmp_path_factory.mktemp("blank")) as made:
        yield made


@pytest.fixture
def sink() -> Iterator[FaultySink]:
    sink = FaultySink()
    with start_sink(sink):
        yield sink


@pytest.fixture
def report(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Print one line of figures, now and again after the run."""

    def _report(line: str) -> None:
        profile = request.node.callspec.params.get("blank", "") if hasattr(request.node, "callspec") else ""
        line = f"{line} ({profile})" if profile else line
        print(line)
        record_property("figures", line)

    return _report


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    lines = sorted(value for report in reports for name, value in report.user_properties if name == "figures")
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
