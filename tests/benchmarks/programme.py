"""What the public programme costs: warm beside a bare static view, cold in statements, loaded in bytes, by a crowd."""

import gzip
import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.test import Client

from seminar.foundation.kept_pages import forget_pages
from tests.benchmarks.clocks import compare_cpu_ms, count_statements
from tests.benchmarks.figures import Figure
from tests.benchmarks.memory import HEADERS, run_worker

PAGE = "/en/aecs20/"
PACKED = {"accept-encoding": "gzip", "host": "127.0.0.1"}
CROWD = 200


def measure_programme() -> list[Figure]:
    """Compare the kept page and its 304 with a bare view of as many bytes behind the same middleware."""
    settings.PUBLIC_PAGES_KEPT_S = 3600  # the bench measures warm pages; cold ones are counted below
    client = Client(headers=PACKED)
    forget_pages()
    cold = count_statements(lambda: client.get(PAGE))
    first = client.get(PAGE)
    again = Client(headers={**PACKED, "if-none-match": first.headers["ETag"]})
    bare = f"/bare/static/?bytes={len(first.content)}"
    warm, baseline = compare_cpu_ms(lambda: client.get(PAGE), lambda: client.get(bare), rounds=400)
    unchanged, small = compare_cpu_ms(lambda: again.get(PAGE), lambda: client.get("/bare/static/?bytes=0"), rounds=400)
    style = next((settings.STATIC_ROOT).glob("seminar.*.css.gz"))
    page_kb = len(first.content) / 1000
    assert gzip.decompress(first.content)
    return [
        Figure("programme, warm", "ms CPU", warm, baseline, 1.5, is_ratio=True),
        Figure("programme, unchanged (304)", "ms CPU", unchanged, small, 1.5, is_ratio=True),
        Figure("programme, unchanged (304)", "SQL", count_statements(lambda: again.get(PAGE)), None, 0.5),
        Figure("programme, cold", "SQL", cold, None, 8),
        Figure("programme and style sheet, first load", "kB", page_kb + style.stat().st_size / 1000, None, 100),
    ]


def measure_crowd(environment: dict[str, str], folder: Path) -> list[Figure]:
    """Let 200 visitors come at once to one web worker, as docker-compose.yml starts it; count what goes wrong."""

    def visit(port: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", PAGE, headers={**HEADERS, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    with run_worker("seminar.wsgi", environment, folder) as (port, _worker), ThreadPoolExecutor(CROWD) as pool:
        start = time.perf_counter()
        statuses = list(pool.map(visit, [port] * CROWD))
        seconds = time.perf_counter() - start
    errors = sum(status != 200 for status in statuses)
    return [
        Figure(f"programme, errors among {CROWD} visitors at once", "", errors, None, 0.5),
        Figure(f"programme, {CROWD} visitors at once", "s", seconds, None, 5),
    ]
