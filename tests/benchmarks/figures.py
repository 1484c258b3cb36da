"""Figures, their budgets and the table that is printed. Pure.

Machines are shared and noisy: a run fails only where a budget is missed by FAILS_AT times, and says OVER before that.
"""

from dataclasses import dataclass

FAILS_AT = 2.0


@dataclass(frozen=True)
class Figure:
    """One thing measured. `baseline`: the same measured on a bare product, None where there is no such thing.

    `limit` bounds the figure itself, or with `is_ratio` its ratio to the baseline; from above, or with `is_least` from
    below.
    """

    name: str
    unit: str
    measured: float
    baseline: float | None
    limit: float
    is_ratio: bool = False
    is_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.measured / self.baseline if self.baseline else None

    @property
    def strain(self) -> float:
        """How much of the budget is used: 1 is all of it. Raises ValueError for a ratio without a baseline."""
        value = self.ratio if self.is_ratio else self.measured
        if value is None:
            raise ValueError(f"{self.name} is a ratio and has no baseline")
        if self.is_least:
            return self.limit / value if value else float("inf")
        return value / self.limit

    @property
    def verdict(self) -> str:
        if self.strain <= 1:
            return "ok"
        return "OVER" if self.strain < FAILS_AT else "FAILED"

    @property
    def budget(self) -> str:
        bound = "at least" if self.is_least else "at most"
        return f"{bound} {self.limit:g}{' times' if self.is_ratio else ' ' + self.unit}".rstrip()


def make_table(figures: list[Figure]) -> str:
    """Return the figures as lines under one another, columns aligned."""
    rows = [("figure", "here", "baseline", "ratio", "budget", "verdict")]
    rows += [
        (
            figure.name,
            _show(figure.measured, figure.unit),
            "-" if figure.baseline is None else _show(figure.baseline, figure.unit),
            "-" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.budget,
            figure.verdict,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in (1, 2, 3) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def list_failures(figures: list[Figure]) -> list[str]:
    """Return the names of what missed its budget so far that the run fails."""
    return [figure.name for figure in figures if figure.verdict == "FAILED"]


def _show(value: float, unit: str) -> str:
    number = f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
    return f"{number} {unit}".strip()
