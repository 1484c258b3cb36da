"""Makes texts safe for cells that a spreadsheet programme opens, and reads them back as they were. Pure.

A programme takes a cell that begins like a formula for one, whatever file it came in. An apostrophe before it makes it
text. Source: OWASP, "CSV Injection".
"""

import unicodedata

GUARD = "'"
_BEGINS_FORMULA = frozenset("=+-@\t\r\n|%−")
_BEFORE_IT = ' \u3000\u00a0"`\u200b\ufeff'  # what programmes skip, or leave away, before they look


def make_safe(text: str) -> str:
    """Return `text` as a cell may hold it: with an apostrophe before what would begin a formula."""
    return GUARD + text if _looks_like_formula(text) or undo_safe(text) != text else text


def undo_safe(text: str) -> str:
    """Return what `make_safe` was given; any other text as it is."""
    rest = text[1:]
    return rest if text.startswith(GUARD) and (_looks_like_formula(rest) or undo_safe(rest) != rest) else text


def _looks_like_formula(text: str) -> bool:
    first = text.lstrip(_BEFORE_IT)[:1]
    return bool(first) and (first in _BEGINS_FORMULA or unicodedata.normalize("NFKC", first)[:1] in _BEGINS_FORMULA)
