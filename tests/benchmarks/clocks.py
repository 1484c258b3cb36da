"""Measures CPU and statements of this process, the subject and its baseline in turn."""

import gc
import statistics
import time
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

WARM_UP = 3


def measure_cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def compare_cpu_ms(
    subject: Callable[[], object], baseline: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Return the median CPU of both in ms, measured in turn so that a busy machine slows both."""
    for _ in range(WARM_UP):
        subject()
        baseline()
    gc.collect()
    pairs = [(measure_cpu_ms(subject), measure_cpu_ms(baseline)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def count_statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)
