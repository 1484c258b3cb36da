"""The mark of a page's answers: what a form shows goes along with it, so that a later save knows whether they changed.

A mark covers one page's columns, so that two people on different pages of one registration do not meet. Pure.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from registration.models import Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import SECRET_NAMES
from seminar.foundation.encryption import make_lookup_key
from seminar.models import StoredFile


def make_mark(registration: Registration, names: Iterable[str]) -> str:
    """Return 32 characters that stand for the present answers in the columns `names`."""
    values = [_as_text(name, read_answer(registration, name)) for name in names]
    return sha256(json.dumps(values).encode()).hexdigest()[:32]


def _as_text(name: str, value: Any) -> Any:
    """Return a value that JSON holds; texts as they are, so that marks of the first pages stay what they were."""
    if name in SECRET_NAMES and value:
        return make_lookup_key("mark", value)  # marks are kept: without the key a secret is not to be guessed by them
    if isinstance(value, StoredFile):
        return value.pk.hex
    return value if value is None or isinstance(value, (str, bool)) else str(value)
