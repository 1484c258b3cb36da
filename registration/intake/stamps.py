"""The mark of a page's answers: what a form shows goes along with it, so that a later save knows whether they changed.

A mark covers one page's columns, so that two people on different pages of one registration do not meet. Pure.
"""

import json
from collections.abc import Iterable
from hashlib import sha256

from registration.models import Registration


def make_mark(registration: Registration, names: Iterable[str]) -> str:
    """Return 32 characters that stand for the present answers in the columns `names`."""
    values = [getattr(registration, name) for name in names]
    return sha256(json.dumps(values).encode()).hexdigest()[:32]
