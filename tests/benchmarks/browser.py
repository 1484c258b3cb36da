"""A browser without a window: keeps cookies, sends the CSRF token of the last page, counts requests and their CPU."""

import re
import time
from collections import Counter
from typing import Any

from django.test import Client

from tests.registration.intake.pages import read_hidden

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FIELD = re.compile(r"<(input|select|textarea)\b([^>]*)>")


class Browser:
    """One visitor. `page` is the last page that was shown, `cpu_ms` what its requests cost this process."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
        self.page = ""
        self.address = ""
        self.requests = 0
        self.cpu_ms = 0.0

    def get(self, path: str) -> str:
        return self._ask(lambda: self.client.get(path))

    def post(self, path: str, data: dict[str, str]) -> str:
        """Send a form of the last page, its hidden fields with it; return the address that the answer leads to."""
        sent = {**read_hidden(self.page), **data, "csrfmiddlewaretoken": self.read_token()}
        return self._ask(lambda: self.client.post(path, sent))

    def read_token(self) -> str:
        found = _TOKEN.search(self.page)
        assert found, f"{self.address} has no form"
        return found.group(1)

    def count_fields(self) -> dict[str, int]:
        """Return how many fields of each kind the page's main form has."""
        main = self.page[self.page.index("<main") :]
        counts: Counter[str] = Counter()
        for tag, attributes in _FIELD.findall(main):
            kind = re.search(r'type="(\w+)"', attributes)
            name = kind.group(1) if tag == "input" and kind else tag
            if "csrfmiddlewaretoken" not in attributes and name != "submit":
                counts[name if name in ("hidden", "checkbox", "select") else "text"] += 1
        return dict(counts)

    def _ask(self, send: Any) -> str:
        start = time.process_time()
        answer = send()
        self.cpu_ms += (time.process_time() - start) * 1000
        self.requests += 1
        self.address = answer.request["PATH_INFO"]
        assert answer.status_code in (200, 302, 303), f"{self.address}: {answer.status_code} {answer.text[:2000]}"
        if answer.status_code == 200:
            self.page = answer.text
        return answer.headers.get("Location", "")
