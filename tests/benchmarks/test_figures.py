"""The benchmarks' own arithmetic: what is within a budget, over it, and so far over it that a run fails."""

import pytest

from tests.benchmarks import __main__ as runner
from tests.benchmarks.figures import Figure, list_failures, make_table

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("measured", "verdict"), [(0, "ok"), (40, "ok"), (40.1, "OVER"), (79.9, "OVER"), (80, "FAILED"), (900, "FAILED")]
)
def test_a_figure_fails_at_twice_its_budget_and_says_over_before(measured: float, verdict: str):
    assert Figure("list", "ms", measured, 10, 40).verdict == verdict


@pytest.mark.parametrize(("measured", "verdict"), [(15, "ok"), (16, "OVER"), (29, "OVER"), (30, "FAILED")])
def test_a_ratio_is_held_against_the_baseline_of_the_same_run(measured: float, verdict: str):
    assert Figure("form", "ms", measured, 10, 1.5, is_ratio=True).verdict == verdict


@pytest.mark.parametrize(
    ("rate", "verdict"), [(60, "ok"), (50, "ok"), (49, "OVER"), (26, "OVER"), (25, "FAILED"), (0, "FAILED")]
)
def test_a_rate_is_bounded_from_below(rate: float, verdict: str):
    assert Figure("mails", "a second", rate, 100, 0.5, is_ratio=True, is_least=True).verdict == verdict


def test_a_ratio_without_a_baseline_is_a_mistake_and_no_success():
    with pytest.raises(ValueError, match="form is a ratio and has no baseline"):
        list_failures([Figure("form", "ms", 1, None, 1.5, is_ratio=True)])


def test_the_table_shows_figure_baseline_ratio_budget_and_verdict():
    figures = [
        Figure("form page", "ms CPU", 12, 8, 1.5, is_ratio=True),
        Figure("whole way: requests", "", 9, None, 12),
        Figure("delivering 1000 mails", "a second", 56.678, 472.4, 0.5, is_ratio=True, is_least=True),
    ]
    rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in make_table(figures).splitlines()]
    assert rows == [
        ["figure", "here", "baseline", "ratio", "budget", "verdict"],
        ["form page", "12 ms CPU", "8 ms CPU", "1.50", "at most 1.5 times", "ok"],
        ["whole way: requests", "9", "-", "-", "at most 12", "ok"],
        ["delivering 1000 mails", "56.68 a second", "472 a second", "0.12", "at least 0.5 times", "FAILED"],
    ]


@pytest.mark.parametrize(("measured", "status"), [(70, 0), (80, 1)])
def test_a_run_fails_and_names_what_missed_its_budget_by_far(measured: float, status: int, capsys):
    assert runner.report([Figure("list", "ms", measured, None, 40), Figure("form", "ms", 1, 1, 2)]) == status
    said = capsys.readouterr().out
    assert "pretix 2026.8" in said
    assert "measured elsewhere" in said
    assert ("bench: missed by far: list" in said) is bool(status)
