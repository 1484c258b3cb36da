"""Normalises what people type and refuses what nobody types on purpose. Pure.

Source: docs/architecture.md, "Text"; Unicode Standard Annexes 9 (bidirectional text) and 15 (normalization).
"""

import re
import unicodedata

NAME_MAX_LENGTH = 200

UNDECODABLE = "\ufffd"  # what stands for bytes that were no UTF-8
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_EDGE_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_INVISIBLE = frozenset(_EDGE_INVISIBLE)
_JOINERS = frozenset("\u200c\u200d")  # these shape Persian and Indic words and stay inside one
_FAMILY_FIRST = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")  # scripts in which the family name comes first
_SPACES = re.compile(r"[^\S\n]+")
_MOST_MARKS = 30  # on one letter; beyond it normalising takes long (Stream-Safe Text Format, Annex 15)
_NOTHING_TO_SEE = re.compile(  # blanks and what Unicode calls Default_Ignorable_Code_Point
    r"[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


class TextRefused(ValueError):
    """Text that holds something no person types: control, direction-override or lone surrogate characters."""


def normalise_text(value: str, *, is_multiline: bool = False) -> str:
    """Return `value` in NFC, trimmed, runs of blanks as one space, without zero-width characters at its ends.

    Raises TextRefused for control characters (line breaks too, unless `is_multiline`), direction overrides, lone
    surrogates, private-use and unassigned characters, and letters under heaps of marks.
    """
    if is_multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.strip(" \t\n\r\u3000" + _EDGE_INVISIBLE)
    marks = 0
    for character in value:
        if character not in _INVISIBLE:
            marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            raise TextRefused("too many marks on one letter")
        if character == UNDECODABLE:
            raise TextRefused("bytes that were no text")
        if character in _BIDI_CONTROLS:
            raise TextRefused("direction control character")
        if character == "\t" or (is_multiline and character == "\n"):
            continue
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise TextRefused("control character")
    kept = "".join(c for c in value if c not in _INVISIBLE or c in _JOINERS)
    return _tidy_blanks(unicodedata.normalize("NFC", kept))


def normalise_code(value: str) -> str:
    """Return an identifier in NFKC, trimmed: fullwidth letters and digits become plain ones. Raises TextRefused."""
    return _tidy_blanks(unicodedata.normalize("NFKC", normalise_text(value)))


def _tidy_blanks(text: str) -> str:
    text = _SPACES.sub(" ", text).strip(" \n" + _EDGE_INVISIBLE)
    return "" if _NOTHING_TO_SEE.fullmatch(text) else text


def join_name(given_names: str, family_name: str) -> str:
    """Return a person's name in the order of its script: "Solongo Tsend", but "山田 花子" and "김 민준"."""
    is_east_asian = any(unicodedata.name(c, "").startswith(_FAMILY_FIRST) for c in given_names + family_name)
    parts = (family_name, given_names) if is_east_asian else (given_names, family_name)
    return " ".join(part for part in parts if part)


def split_name(full_name: str) -> tuple[str, str]:
    """Return a guess at (given names, family name) for their owner to look at, by the order of the script."""
    is_east_asian = any(unicodedata.name(c, "").startswith(_FAMILY_FIRST) for c in full_name)
    if is_east_asian:
        family_name, _blank, given_names = full_name.partition(" ")
        return (given_names, family_name) if given_names else (family_name, "")
    given_names, _blank, family_name = full_name.rpartition(" ")
    return (given_names, family_name) if given_names else (family_name, "")


def make_email_key(address: str) -> str:
    """Return the form of an address under which two spellings of one mailbox are equal. Raises TextRefused."""
    return normalise_code(address).casefold()


def is_email(address: str) -> bool:
    """Return whether `address` (already normalised) is one plain ASCII mailbox, without line breaks or commas."""
    return len(address) <= 254 and _EMAIL.fullmatch(address) is not None and ".." not in address
